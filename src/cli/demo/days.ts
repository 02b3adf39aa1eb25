import type { CalendarDate } from '../../domain/calendar-date.ts'

/** A day that is written out in the demo. */
export function day(text: string): CalendarDate {
  return text as CalendarDate
}

/** @param days may be negative */
export function plusDays(day: CalendarDate, days: number): CalendarDate {
  const midnight = new Date(`${day}T00:00:00Z`)
  midnight.setUTCDate(midnight.getUTCDate() + days)
  return midnight.toISOString().slice(0, 10) as CalendarDate
}

/** From the first to the last, both included. */
export function daysFrom(first: CalendarDate, last: CalendarDate): readonly CalendarDate[] {
  const days: CalendarDate[] = []
  for (let day = first; day <= last; day = plusDays(day, 1)) days.push(day)
  return days
}
