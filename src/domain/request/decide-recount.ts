import type { Account } from '../account/account.ts'
import type { WorkingDay } from '../calendar/working-days.ts'
import { isEmployedOn } from '../definition/employment.ts'
import { type DayToDraw, type Drawn, draw, drawnFrom } from '../drawing/draw.ts'
import { type Source, type Sources, sourcesOf } from '../drawing/sources.ts'
import { printExact, unitAt } from '../exact.ts'
import type { Minor } from '../quantity.ts'
import type { Accepted } from '../recording/accepted.ts'
import type { AskedLine } from '../recording/asked-line.ts'
import { accountKey, type BookState, dayKey, FREE_DAY, holderOf } from '../recording/book-state.ts'
import type { Refused } from '../refusal.ts'
import { printTransactionId, type TransactionAt } from '../transaction.ts'
import { costOf } from './cost.ts'
import { effectiveDay, freeing, lineAbout, withoutLines } from './lines.ts'
import type { RecountOrder } from './order.ts'
import { inThisState, recordRequest } from './record-request.ts'
import {
  personOf,
  type RequestDay,
  type RequestFact,
  type RequestLine,
  type RequestState,
  type RequestsKnown,
} from './request.ts'
import { daysOf, refuseUnit } from './rules.ts'

/**
 * Counts the days of a request again: by the calendar, the work pattern and the employment as they are defined now. Days
 * that cost something else, or nothing any more, are given back; days that cost something now are held, or taken where
 * the request is approved, whatever is left for them. Nobody decides about it anew, and no rule of a policy is looked at:
 * they are about what somebody asks for. A request that lost its last day to a late fact is counted like any other: once
 * a day comes back, it is again what it was.
 * @returns `invalid-transition` where there is nothing to count, or no difference
 */
export function decideRecount(
  state: BookState,
  known: RequestsKnown,
  position: number,
  order: RecountOrder,
): Accepted | Refused {
  const current = known.requests.get(order.request)
  if (current === undefined) return { refusal: { code: 'unknown-request', requestId: order.request } }
  if (current.lines.length === 0 && current.lostAs === null) return inThisState(current)
  const person = personOf(known, current.entity)
  const days = daysOf(current, person)
  if ('refusal' in days) return days
  const unit = drawnOn(state, current)
  if ('refusal' in unit) return unit
  const counted = days.filter(
    (day) =>
      isEmployedOn(person.employments, day.date) && !current.givenBack.includes(day.date) && costOf(unit, day) > 0n,
  )
  const { gone, come, kept } = differences(state, current, { counted, unit })
  if (gone.length === 0 && come.length === 0) return inThisState(current)
  const drawn = drawAgain(state, current, { gone, come, order })
  if ('refusal' in drawn) return drawn
  const status = current.lostAs ?? current.status
  const isLeft = drawn.length > 0 || gone.length < current.lines.length
  const fact: RequestFact = {
    type: 'request-recounted',
    data: {
      request: order.request,
      version: current.version + 1,
      status: isLeft ? status : 'cancelled',
      cause: order.cause,
      days: kept,
    },
  }
  const lines = [...freeing(order, gone), ...drawn.map((line) => lineOf(order, { ...current, status }, line))]
  return recordRequest(state, position, { current, fact, lines, checks: ['working-days'] })
}

/**
 * The account that its days are counted in: of all that a request draws on, the unit is the same. One that has lost all
 * its days draws as a new one would.
 */
function drawnOn(state: BookState, current: RequestState): Source | Refused {
  const { policies, accounts } = state
  const { entity, lines } = current
  const last = lines.at(-1)
  if (last === undefined) {
    const sources = sourcesOf(state, current, { first: current.from, accountOf: (key) => accounts.get(key) })
    return 'refusal' in sources ? sources : (refuseUnit(sources, current) ?? sources[0])
  }
  const { policy } = last
  const history = policies.get(policy)
  const account = accounts.get(accountKey({ entity, policy }))
  if (history === undefined || account === undefined) {
    throw new Error(`a request has lines on ${entity}/${policy}, which is no account`)
  }
  return { history, account }
}

interface Differences {
  /** Lines of days that cost something else now, or nothing. */
  readonly gone: readonly RequestLine[]
  /** Days as they cost now, where they did not. */
  readonly come: readonly WorkingDay[]
  /** All days that it has then. */
  readonly kept: readonly RequestDay[]
}

/** A day that somebody else holds by now stays as it is: nobody is away twice. */
function differences(
  state: BookState,
  current: RequestState,
  { counted, unit }: { readonly counted: readonly WorkingDay[]; readonly unit: Source },
): Differences {
  const own = new Set(current.lines.map(printTransactionId))
  const before = Map.groupBy(current.lines, ({ date }) => date)
  const now = new Map(counted.map((day) => [day.date, day]))
  const gone: RequestLine[] = []
  const come: WorkingDay[] = []
  const kept: RequestDay[] = []
  for (const date of [...new Set([...before.keys(), ...now.keys()])].toSorted()) {
    const lines = before.get(date) ?? []
    const day = now.get(date)
    const isSame = day !== undefined && costs(lines) === costOf(unit, day) && claims(lines, day)
    if (isSame || (day !== undefined && isHeldElsewhere(state, current, { day, own }))) {
      if (lines.length > 0) kept.push({ date, portion: lines.find(isClaiming)?.portion ?? day.portion })
      continue
    }
    gone.push(...lines)
    if (day === undefined) continue
    come.push(day)
    kept.push({ date, portion: day.portion })
  }
  return { gone, come, kept }
}

/** What a day costs so far, at the finest scale. */
function costs(lines: readonly RequestLine[]): Minor {
  return lines.reduce((sum, { amount, scale }) => sum + amount * unitAt(scale), 0n)
}

/** Whether lines claim the part of a day that is counted; under policies that claim nothing, all is well. */
function claims(lines: readonly RequestLine[], { portion }: WorkingDay): boolean {
  return lines.every((line) => !isClaiming(line) || line.portion === portion)
}

function isClaiming({ portion }: RequestLine): boolean {
  return portion !== null
}

function isHeldElsewhere(
  { days }: BookState,
  { entity, resource }: RequestState,
  { day, own }: { readonly day: WorkingDay; readonly own: ReadonlySet<string> },
): boolean {
  const { am, pm } = days.get(dayKey({ entity, resource, on: day.date })) ?? FREE_DAY
  const ofOthers = (holder: TransactionAt | null): TransactionAt | null =>
    holder === null || own.has(printTransactionId(holder)) ? null : holder
  return holderOf({ am: ofOthers(am), pm: ofOthers(pm) }, day.portion) !== null
}

/**
 * Draws days as a new request would. What became known too late counts all the same: where too little is left, the whole
 * day goes below the floor of the account that the last of its days was drawn from, or else of the last one that may be.
 */
function drawAgain(
  state: BookState,
  current: RequestState,
  {
    gone,
    come,
    order,
  }: { readonly gone: readonly RequestLine[]; readonly come: readonly WorkingDay[]; readonly order: RecountOrder },
): readonly Drawn[] | Refused {
  const drawnBefore = current.lines.at(-1)?.policy
  const sourcesNow = sourcesAgain(state, current, { gone, policy: drawnBefore })
  if ('refusal' in sourcesNow) return sourcesNow
  let sources = sourcesNow
  const policy = drawnBefore ?? sources.at(-1)!.account.policy
  const drawn: Drawn[] = []
  for (const day of come) {
    const cost = costOf(sources[0], day)
    const toDraw: DayToDraw = { ...day, on: effectiveDay(state, day.date, order), cost }
    const enough = draw(sources, [toDraw])
    const { date, portion } = day
    const whole: Drawn = { policy, date, amount: printExact(cost), portion }
    const taken = 'refusal' in enough ? [whole] : enough
    drawn.push(...taken)
    sources = drawnFrom(sources, toDraw, taken)
  }
  return drawn
}

/** All that may be drawn on; where policies of another unit have come first meanwhile, only what it draws on. */
function sourcesAgain(
  state: BookState,
  current: RequestState,
  { gone, policy }: { readonly gone: readonly RequestLine[]; readonly policy: string | undefined },
): Sources | Refused {
  const { entity, from: first } = current
  const freedAccounts = withoutLines(state, entity, gone)
  const accountOf = (key: string): Account | undefined => freedAccounts.get(key) ?? state.accounts.get(key)
  const sources = sourcesOf(state, current, { first, accountOf })
  if (policy === undefined) return sources
  if (!('refusal' in sources) && sources.some(({ account }) => account.policy === policy)) return sources
  const own = sourcesOf(state, { ...current, policy }, { first, accountOf })
  if ('refusal' in own) throw new Error(`a request draws on the policy ${policy}, which does not exist`)
  return own
}

function lineOf(order: RecountOrder, { entity, status }: RequestState, drawn: Drawn): AskedLine {
  const { policy, date, amount, portion } = drawn
  return {
    ...lineAbout(order),
    type: status === 'pending' ? 'pending' : 'consumption',
    entity,
    policy,
    amount,
    effectiveOn: date,
    portion,
    allowNegative: true,
  }
}
