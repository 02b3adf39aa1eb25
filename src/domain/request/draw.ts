import { type Account, atScale, emptyAccount, firstDayBelow, outlook, withAmount } from '../account/account.ts'
import type { WorkingDay } from '../calendar/working-days.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { exactFrom, printExact } from '../exact.ts'
import { newestVersion, type PolicyHistory, type PolicyVersion } from '../policy/policy.ts'
import { MAX_SCALE, type Minor, printMinor } from '../quantity.ts'
import { accountKey, type BookState } from '../recording/book-state.ts'
import { floorOf } from '../recording/decide-lines.ts'
import type { Refused } from '../refusal.ts'
import type { Portion } from '../transaction.ts'
import { versionInForce } from '../version-in-force.ts'
import { violated } from './rules.ts'
import { type RequestTerms, USUAL_TERMS } from './terms.ts'

/** What is taken from one account for one day. */
export interface Drawn {
  readonly policy: string
  readonly date: CalendarDate
  readonly amount: string
  /** What it claims of the day. */
  readonly portion: Portion | 'unclaimed'
}

/** Whose accounts may be drawn on: those under one policy, or under any of a resource. */
export interface DrawnOn {
  readonly entity: string
  readonly resource: string
  readonly policy: string | null
}

/** A working day, and when a line about it takes effect: later, where it is in a closed period. */
export interface DayToDraw extends WorkingDay {
  readonly on: CalendarDate
}

/** An account that may be drawn on. */
export interface Source {
  readonly history: PolicyHistory
  readonly account: Account
}

/** What a policy says about requests for a day. */
export function termsOn(history: PolicyHistory, day: CalendarDate): RequestTerms {
  return versionInForce(history, day).requests ?? USUAL_TERMS
}

/**
 * The accounts that a request for a first day draws on, in their order: by priority, then the earliest expiry, then id. An
 * entity that has none of the resource yet draws on its policies all the same, of which some may allow a debt.
 * @param accountOf an account as it is when what the request held before is free
 */
export function sourcesOf(
  { policies, accounts }: BookState,
  { entity, resource, policy }: DrawnOn,
  { first, accountOf }: { readonly first: CalendarDate; readonly accountOf: (key: string) => Account | undefined },
): readonly Source[] | Refused {
  const histories = Array.from(policies.values()).filter(
    ([{ resource: counted, policy: id }]) => counted === resource && (policy === null || id === policy),
  )
  if (histories.length === 0) {
    return { refusal: policy === null ? { code: 'unknown-policy', resource } : { code: 'unknown-policy', policy } }
  }
  const kept = histories.filter(([{ policy: id }]) => accounts.has(accountKey({ entity, policy: id })))
  const sorted = (kept.length > 0 ? kept : histories).toSorted(
    (a, b) => byTerms(termsOn(a, first), termsOn(b, first)) || (a[0].policy < b[0].policy ? -1 : 1),
  )
  const { unit } = newestVersion(sorted[0]!)
  if (unit !== 'day' && unit !== 'hour') return violated('counted-in-days-or-hours', 'day, hour')
  return sorted
    .filter((history) => newestVersion(history).unit === unit)
    .map((history) => {
      const { policy: id, scale } = newestVersion(history)
      const account = accountOf(accountKey({ entity, policy: id }))
      const opened =
        account === undefined ? emptyAccount({ entity, policy: id, resource, scale }) : atScale(account, scale)
      return { history, account: opened }
    })
}

function byTerms(a: RequestTerms, b: RequestTerms): number {
  if (a.priority !== b.priority) return a.priority - b.priority
  if (a.expiresOn === b.expiresOn) return 0
  return a.expiresOn !== null && (b.expiresOn === null || a.expiresOn < b.expiresOn) ? -1 : 1
}

/** What a day costs, at the finest scale. */
export function costOf({ history }: Source, { days, hours }: WorkingDay): Minor {
  return exactFrom(newestVersion(history).unit === 'hour' ? hours : days)
}

/**
 * Takes each day from the first accounts that have something left on it and on every later day. A day of which one
 * account has only a part is split; what claims it is the first of its lines that claims days at all.
 *
 * A part with more decimals than the next account counts in would leave a rest that cannot be taken from there. Where that
 * way is none, parts have no more decimals than any of the accounts.
 */
export function draw(sources: readonly [Source, ...Source[]], days: readonly DayToDraw[]): readonly Drawn[] | Refused {
  const drawn = drawInParts(sources, days, MAX_SCALE)
  if (!('refusal' in drawn)) return drawn
  const scales = sources.map(({ history }) => newestVersion(history).scale)
  const coarsest = Math.min(...scales)
  if (coarsest === Math.max(...scales)) return drawn
  const coarser = drawInParts(sources, days, coarsest)
  return 'refusal' in coarser ? drawn : coarser
}

/** @param scale of what is taken of a day where that is not all that is left of it */
function drawInParts(
  sources: readonly [Source, ...Source[]],
  days: readonly DayToDraw[],
  scale: number,
): readonly Drawn[] | Refused {
  const now = sources.map(({ account }) => account)
  const drawn: Drawn[] = []
  for (const day of days) {
    const { date, on } = day
    let rest = costOf(sources[0], day)
    let isClaimed = false
    for (const [index, { history }] of sources.entries()) {
      const version: PolicyVersion = versionInForce(history, on)
      if (hasExpired(version, date)) continue
      const account = now[index]!
      const part = min(rest, most(account, version, on), wholeAt(rest, version.scale))
      const amount = part < rest ? wholeAt(part, scale) : part
      if (amount <= 0n) continue
      const claims: boolean = version.dayExclusive && !isClaimed
      const { policy } = version
      drawn.push({ policy, date, amount: printExact(amount), portion: claims ? day.portion : 'unclaimed' })
      isClaimed ||= claims
      rest -= amount
      const taken = { component: 'pending', amount: -(amount / unitOf(account.scale)), on } as const
      now[index] = withAmount(account, { ...taken, position: account.lastPosition })
    }
    if (rest > 0n) return refuse(sources, days, { date, on, rest, now })
  }
  return drawn
}

/** The accounts after a day was drawn from them. */
export function drawnFrom(
  [first, ...others]: readonly [Source, ...Source[]],
  { on }: DayToDraw,
  drawn: readonly Drawn[],
): readonly [Source, ...Source[]] {
  const after = ({ history, account }: Source): Source => ({
    history,
    account: drawn.reduce((so, { policy, amount }) => {
      if (policy !== so.policy) return so
      const taken = -(exactFrom(amount) / unitOf(so.scale))
      return withAmount(so, { component: 'pending', amount: taken, on, position: so.lastPosition })
    }, account),
  })
  return [after(first), ...others.map(after)]
}

function hasExpired({ requests }: PolicyVersion, date: CalendarDate): boolean {
  const expiresOn = requests?.expiresOn ?? null
  return expiresOn !== null && date > expiresOn
}

/** What an account allows on a day, in whole units of its policy; all there is where it has no limit. */
function most(account: Account, version: PolicyVersion, on: CalendarDate): Minor {
  const floor = floorOf(version, account.scale)
  if (floor === null) return UNLIMITED
  return wholeAt((outlook(account, on).lowest - floor) * unitOf(account.scale), version.scale)
}

/** More than any quantity. */
const UNLIMITED = 10n ** 30n

function wholeAt(exact: Minor, scale: number): Minor {
  return exact < 0n ? 0n : exact - (exact % unitOf(scale))
}

function unitOf(scale: number): Minor {
  return 10n ** BigInt(MAX_SCALE - scale)
}

interface Lacking {
  readonly date: CalendarDate
  readonly on: CalendarDate
  /** What could not be drawn of it. */
  readonly rest: Minor
  readonly now: readonly Account[]
}

/** Says of the whole request what the first day that cannot be had allows. */
function refuse(
  sources: readonly [Source, ...Source[]],
  days: readonly WorkingDay[],
  { date, on, rest, now }: Lacking,
): Refused {
  const usable = sources.flatMap(({ history, account }, index) => {
    const version = versionInForce(history, on)
    return hasExpired(version, date) ? [] : [{ version, account, left: now[index]! }]
  })
  const tooFine = usable.find(
    ({ version, left }) => most(left, version, on) >= rest && rest % unitOf(version.scale) > 0n,
  )
  if (tooFine !== undefined) {
    const { policy, scale } = tooFine.version
    return { refusal: { code: 'scale-exceeded', policy, scale, amount: printExact(rest) } }
  }
  const [only] = usable
  const { entity, policy, scale } = only?.account ?? sources[0].account
  const print = (exact: Minor): string => printMinor(exact / unitOf(scale), scale)
  return {
    refusal: {
      code: 'insufficient-balance',
      entity,
      policy,
      available: print(usable.reduce((sum, { version, account }) => sum + allowed(account, version, on), 0n)),
      requested: print(days.reduce((sum, day) => sum + costOf(sources[0], day), 0n)),
      firstViolatedOn: (only !== undefined && usable.length === 1 && violatedOn(only, on, rest)) || on,
    },
  }
}

function allowed(account: Account, version: PolicyVersion, on: CalendarDate): Minor {
  const floor = floorOf(version, account.scale)
  return floor === null ? 0n : (outlook(account, on).lowest - floor) * unitOf(account.scale)
}

function violatedOn(
  { version, left }: { readonly version: PolicyVersion; readonly left: Account },
  day: CalendarDate,
  rest: Minor,
): CalendarDate | undefined {
  const floor = floorOf(version, left.scale)
  return floor === null ? undefined : firstDayBelow(left, { day, amount: -(rest / unitOf(left.scale)), floor })
}

function min(first: Minor, ...others: readonly Minor[]): Minor {
  return others.reduce((least, other) => (other < least ? other : least), first)
}
