import type { WorkingDay } from '../calendar/working-days.ts'
import { isEmployedOn } from '../definition/employment.ts'
import type { Source } from '../drawing/sources.ts'
import { unitAt } from '../exact.ts'
import type { Minor } from '../quantity.ts'
import type { Accepted } from '../recording/accepted.ts'
import type { BookState } from '../recording/book-state.ts'
import type { Refused } from '../refusal.ts'
import { printTransactionId } from '../transaction.ts'
import { costOf } from './cost.ts'
import { withoutDisplaced } from './displaced.ts'
import { accountCounting, drawAgain, isHeldElsewhere, lineAgain } from './draw-again.ts'
import { freeing } from './lines.ts'
import type { RecountOrder } from './order.ts'
import { inThisState, nextOf, recordRequest } from './record-request.ts'
import {
  personOf,
  type RequestDay,
  type RequestFact,
  type RequestLine,
  type RequestState,
  type RequestsKnown,
} from './request.ts'
import { daysOf } from './rules.ts'

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
  const unit = accountCounting(state, current)
  if ('refusal' in unit) return unit
  const counted = withoutDisplaced(current, days, unit).filter(
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
      ...nextOf(current),
      status: isLeft ? status : 'cancelled',
      cause: order.cause,
      days: kept,
    },
  }
  const lines = [...freeing(order, gone), ...drawn.map((line) => lineAgain(order, { ...current, status }, line))]
  return recordRequest(state, position, { order, current, fact, lines, checks: ['working-days'] })
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
