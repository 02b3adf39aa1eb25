import type { DayParts } from '../calendar/day-parts.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { daysBetween } from '../day-number.ts'
import type { Refused } from '../refusal.ts'
import type { CountedSpan, RequestSpan } from './request.ts'
import { MOST_DAYS } from './terms.ts'
import { violated } from './violated.ts'

/** The members of a span. What it says nothing of is not there. */
export function spanOf({ from, to, fromPortion, toPortion, hoursPerDay, ...also }: RequestSpan): RequestSpan {
  const { portions, fromTime, toTime } = also
  return {
    from,
    to,
    fromPortion,
    toPortion,
    hoursPerDay,
    ...(portions === undefined ? {} : { portions }),
    ...(fromTime === undefined || toTime === undefined ? {} : { fromTime, toTime }),
  }
}

/** What of a request decides how many days it costs, and nothing else of it. */
export function countedSpan(span: CountedSpan): CountedSpan {
  return { ...spanOf(span), ...(span.countCalendarDays === undefined ? {} : { countCalendarDays: true }) }
}

/** Something with another span in place of its own. */
export function withSpan<Of extends CountedSpan>(of: Of, span: CountedSpan): Of {
  const { portions: _portions, fromTime: _fromTime, toTime: _toTime, countCalendarDays: _counted, ...others } = of
  // A cast: all that was taken away may be absent.
  return { ...others, ...countedSpan(span) } as Of
}

/**
 * A span after a change. What is said of single days is kept for those that stay, until something newer is said of them: of
 * the end that they are, of the hours of the day, of single days at all.
 */
export function changedSpan(current: RequestSpan, said: Partial<RequestSpan>): RequestSpan {
  const { portions: _portions, fromTime: _fromTime, toTime: _toTime, ...ends } = { ...spanOf(current), ...said }
  if (said.fromTime !== undefined) return spanOf({ ...ends, fromPortion: 'full', toPortion: 'full', ...timesOf(said) })
  const times = saysParts(said) ? {} : timesOf(current)
  return spanOf({ ...ends, ...partsAfter(current, said, ends), ...times })
}

function saysParts({ fromPortion, toPortion, portions }: Partial<RequestSpan>): boolean {
  return fromPortion !== undefined || toPortion !== undefined || portions !== undefined
}

function timesOf({ fromTime, toTime }: Partial<RequestSpan>): Partial<RequestSpan> {
  return fromTime === undefined || toTime === undefined ? {} : { fromTime, toTime }
}

function partsAfter(
  current: RequestSpan,
  said: Partial<RequestSpan>,
  { from, to }: Pick<RequestSpan, 'from' | 'to'>,
): { readonly portions?: DayParts } {
  const portions = said.portions ?? partsThatStay(current.portions, said, { from, to })
  return portions === undefined || Object.keys(portions).length === 0 ? {} : { portions }
}

function partsThatStay(
  portions: DayParts | undefined,
  { fromPortion, toPortion }: Partial<RequestSpan>,
  { from, to }: Pick<RequestSpan, 'from' | 'to'>,
): DayParts | undefined {
  if (portions === undefined) return undefined
  const stays = (date: CalendarDate): boolean =>
    from <= date &&
    date <= to &&
    !(fromPortion !== undefined && date === from) &&
    !(toPortion !== undefined && date === to)
  return Object.fromEntries(Object.entries(portions).filter(([date]) => stays(date as CalendarDate)))
}

/**
 * A span has its days in order, and its halves where they join: from noon of the first day, until noon of the last. Halves
 * elsewhere are said of single days. Hours are said of one whole day.
 */
export function refuseSpan({ from, to, fromPortion, toPortion, ...also }: RequestSpan): Refused | undefined {
  if (to < from) return violated('from-not-after-to', from)
  if (daysBetween(from, to) >= MOST_DAYS) return violated('max-consecutive-days', String(MOST_DAYS))
  if (from !== to && fromPortion === 'am') return violated('am-of-first-day-only', 'full, pm')
  if (toPortion === 'pm' || (from === to && fromPortion === 'pm' && toPortion === 'am')) {
    return violated('pm-of-last-day-only', 'full, am')
  }
  const { portions, fromTime } = also
  const isOutside = Object.keys(portions ?? {}).some((date) => date < from || date > to)
  if (isOutside) return violated('portions-within-span', `${from}/${to}`)
  if (fromTime !== undefined && from !== to) return violated('times-of-one-day', from)
  return undefined
}
