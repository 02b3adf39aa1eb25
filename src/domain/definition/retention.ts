import type { CalendarDate } from '../calendar-date.ts'

/** After how many months what is erased by itself; null: never. */
export interface RetentionFacts {
  readonly profileMonthsAfterLeaving: number | null
  readonly reasonsMonths: number | null
}

export const NO_RETENTION: RetentionFacts = { profileMonthsAfterLeaving: null, reasonsMonths: null }

/** The same day so many months before, or the last one of that month where it has no such day. */
export function monthsBefore(day: CalendarDate, months: number): CalendarDate {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const last = new Date(Date.UTC(year, month - months, 0)).getUTCDate()
  const then = new Date(Date.UTC(year, month - 1 - months, Math.min(date, last)))
  // A cast: an ISO instant begins with its day.
  return then.toISOString().slice(0, 10) as CalendarDate
}
