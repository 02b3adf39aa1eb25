import { type CalendarDate, dayAfter, dayInMonth, partsOf } from '../calendar-date.ts'
import { dayAt, dayNumber, daysBetween } from '../day-number.ts'
import type { DaySpan } from './part.ts'
import type { Length } from './terms.ts'

/** The first day after a length of time that begins on `from`: "after 90 days" from day D is D + 90. */
export function dayAfterLength(from: CalendarDate, length: Length): CalendarDate {
  if ('days' in length) return dayAt(dayNumber(from) + length.days)
  return monthsAfter(from, 'months' in length ? length.months : 12 * length.years)
}

/** The same date so many months later; of a month that is shorter, its last day. */
export function monthsAfter(day: CalendarDate, months: number): CalendarDate {
  const [year, month, date] = partsOf(day)
  return dayInMonth({ year, month: month + months, date })
}

export function daysIn({ from, to }: DaySpan): number {
  return daysBetween(from, to) + 1
}

/** Months that have passed by the end of a span, counted from its first day: from the 15th to the 14th is one. */
export function fullMonthsIn({ from, to }: DaySpan): number {
  const touched = calendarMonthsIn({ from, to })
  const end = dayAfter(to)
  // The first and the last month that are touched may both be incomplete.
  return [touched, touched - 1].find((full) => monthsAfter(from, full) <= end) ?? touched - 2
}

/** Months that have begun by the end of a span, counted from its first day. */
export function startedMonthsIn(span: DaySpan): number {
  const full = fullMonthsIn(span)
  return monthsAfter(span.from, full) <= span.to ? full + 1 : full
}

/** Months of the calendar of which at least one day is in a span. */
export function calendarMonthsIn({ from, to }: DaySpan): number {
  const [year, month] = partsOf(from)
  const [lastYear, lastMonth] = partsOf(to)
  return 12 * (lastYear - year) + lastMonth - month + 1
}
