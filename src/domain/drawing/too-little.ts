import type { Account } from '../account/account.ts'
import { firstDayBelow } from '../account/headroom.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { printExact, unitAt } from '../exact.ts'
import type { PolicyVersion } from '../policy/policy.ts'
import { retiredOn } from '../policy/retirement.ts'
import { type Minor, printMinor } from '../quantity.ts'
import type { BrokenRule, Refused } from '../refusal.ts'
import { versionInForce } from '../version-in-force.ts'
import { lookedAt } from './looked-at.ts'
import { isClosedTo, type Source, type Sources } from './sources.ts'
import { aboveFloor, floorsFrom, roomOf, spendable } from './spendable.ts'

/** The first day of which something could not be drawn. */
export interface Lacking {
  readonly date: CalendarDate
  readonly on: CalendarDate
  /** What could not be drawn of it, at the finest scale. */
  readonly rest: Minor
  /** The accounts of the sources by then, in their order. */
  readonly accounts: readonly Account[]
  /** What all the days cost, at the finest scale. */
  readonly requested: Minor
  /** What could be drawn of them. */
  readonly drawn: readonly Drawn[]
}

/** What is taken from one account for one day. */
interface Drawn {
  readonly policy: string
  readonly date: CalendarDate
  readonly amount: string
}

/** An account that was open to the day, and what the days before left of it. */
interface Open {
  readonly source: Source
  readonly version: PolicyVersion
  readonly before: Account
  readonly left: Account
}

/**
 * Why days could not be drawn. Four cases:
 * - no account is open to the day, because a policy is retired, or leave may only be taken later: `rule-violated`;
 * - an account has enough, but no more may be taken of it in that leave year: `rule-violated`;
 * - an account has enough, and counts more coarsely than the rest: `scale-exceeded`;
 * - all of them have too little: `insufficient-balance`, about the whole that was requested, with each of them.
 */
export function refuseDrawing(sources: Sources, lacking: Lacking): Refused {
  const { date, on, rest, accounts } = lacking
  const open = sources.flatMap((source, index): Open[] => {
    const version = versionInForce(source.history, on)
    return isClosedTo(date, version, source)
      ? []
      : [{ source, version, before: source.account, left: accounts[index]! }]
  })
  const broken = (open.length > 0 ? undefined : closedBy(sources, date)) ?? yearMostOf(open, lacking)
  if (broken !== undefined) return { refusal: { code: 'rule-violated', ...broken } }
  // It has enough and was not drawn from: a rest is left because it is finer than the account counts.
  const tooCoarse = open.find(({ source, left }) => spendable({ ...source, account: left }, on) >= rest)
  if (tooCoarse === undefined) return insufficient(sources, open, lacking)
  const { policy, scale } = tooCoarse.version
  return { refusal: { code: 'scale-exceeded', policy, scale, amount: printExact(rest) } }
}

/** Why none of them is open: the day from which the first that is retired is so, or the first day that may be taken. */
function closedBy(sources: Sources, date: CalendarDate): BrokenRule | undefined {
  const retired = sources.map(({ history }) => retiredOn(history, date)).find((from) => from !== undefined)
  if (retired !== undefined) return { rule: 'policy-retired', limit: retired }
  const [opensOn] = sources.flatMap(({ limits }) => limits?.opensOn(date) ?? []).toSorted()
  return opensOn && { rule: 'waiting', limit: opensOn }
}

/** What the leave year of the first account allows that has enough. */
function yearMostOf(open: readonly Open[], { date, on, rest, drawn }: Lacking): BrokenRule | undefined {
  const limited = open.find(
    ({ source, left }) => spendable({ ...source, account: left }, on) >= rest && roomOf(source, date, drawn) < rest,
  )
  const own = drawn.filter(({ policy }) => policy === limited?.before.policy)
  const limit = limited?.source.limits?.room(date, own)?.most
  return limit === undefined ? undefined : { rule: 'year-most', limit }
}

function insufficient(sources: Sources, open: readonly Open[], { date, on, rest, requested }: Lacking): Refused {
  const [first, ...others] = open
  const { entity, policy } = first?.before ?? sources[0].account
  // In the finest of their scales: what was asked for, or is left, is not to look like less.
  const scale = Math.max(...(open.length === 0 ? [sources[0].account] : open.map(({ before }) => before)).map(scaleOf))
  const print = (exact: Minor): string => printMinor(exact / unitAt(scale), scale)
  return {
    refusal: {
      code: 'insufficient-balance',
      entity,
      policy,
      available: print(availableIn(open, on)),
      requested: print(requested),
      // Of several accounts no single day is to blame.
      firstViolatedOn: (first !== undefined && others.length === 0 && violatedOn(first, on, rest)) || on,
      ...lookedAt(sources, { date, on }),
    },
  }
}

/** The most that a day allows; of several accounts, one that is below its floor gives nothing and takes nothing. */
function availableIn(open: readonly Open[], on: CalendarDate): Minor {
  const each = open.map(({ source }) => aboveFloor(source, on))
  const [only = 0n] = each
  return each.length === 1 ? only : each.reduce((sum, above) => (above > 0n ? sum + above : sum), 0n)
}

function scaleOf({ scale }: Account): number {
  return scale
}

function violatedOn({ source, left }: Open, day: CalendarDate, rest: Minor): CalendarDate | undefined {
  return firstDayBelow(left, floorsFrom(source, day), { day, amount: -(rest / unitAt(left.scale)) })
}
