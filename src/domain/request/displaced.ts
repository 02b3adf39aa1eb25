import { halfOfHours } from '../calendar/half-of-hours.ts'
import type { Span, WorkingDay } from '../calendar/working-days.ts'
import type { CalendarDate } from '../calendar-date.ts'
import type { Source } from '../drawing/sources.ts'
import { wholeAt } from '../drawing/spendable.ts'
import { newestVersion } from '../policy/policy.ts'
import type { Portion } from '../transaction.ts'
import { costOf } from './cost.ts'
import type { DisplacedDay } from './displacement.ts'
import { commonPart, type Part, partAsked, partWithout } from './parts.ts'
import { halfOfTaken } from './taken-lines.ts'

type WithDisplaced = { readonly displaced: readonly DisplacedDay[] }

/** What others take of a day. */
export function partsTaken({ displaced }: WithDisplaced, date: CalendarDate): readonly Portion[] {
  return displaced.find((day) => day.date === date)?.by.map(({ portion }) => portion) ?? []
}

/**
 * Days as they are counted for a request, without what others take of them. A half that its policy cannot count, since that
 * counts whole days, is nothing.
 */
export function withoutDisplaced(
  request: WithDisplaced,
  days: readonly WorkingDay[],
  source: Source,
): readonly WorkingDay[] {
  if (request.displaced.length === 0) return days
  return days.flatMap((day) => {
    const left = partOfDay(day, partWithout(day.portion, partsTaken(request, day.date)))
    return left === undefined || !isCountable(left, source) ? [] : [left]
  })
}

/** A part of a counted day. */
export function partOfDay(day: WorkingDay, part: Part): WorkingDay | undefined {
  const portion = commonPart(day.portion, part)
  if (portion === 'none' || portion === day.portion) return portion === 'none' ? undefined : day
  return { ...day, portion, days: '0.5', hours: halfOfHours(day.hours) }
}

/** Whether the policy of an account has the decimals for what a day costs. */
export function isCountable(day: WorkingDay, source: Source): boolean {
  const cost = costOf(source, day)
  return wholeAt(cost, newestVersion(source.history).scale) === cost
}

/** Days that others take, after a change to another span: what that does not ask for any more is not taken from it. */
export function displacedWithin({ displaced }: WithDisplaced, span: Span): readonly DisplacedDay[] {
  return displaced.flatMap((day): DisplacedDay[] => {
    const portion = commonPart(day.portion, partAsked(span, day.date))
    if (portion === 'none') return []
    if (portion === day.portion) return [day]
    const by = day.by.flatMap(({ request, portion: taken }) => {
      const common = commonPart(taken, portion)
      return common === 'none' ? [] : [{ request, portion: common }]
    })
    return by.length === 0 ? [] : [{ ...day, portion, lines: halfOfTaken(day.lines), by }]
  })
}
