import type { Sums } from '../../src/domain/account/account.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import type { Minor } from '../../src/domain/quantity.ts'

/** An account at the end of a month, and how it came there within the month. Quantities as in `src/domain/exact.ts`. */
export interface Month {
  readonly end: CalendarDate
  /** Of everything effective by the end. */
  readonly sums: Sums
  /** The lowest balance at the end of any of its days. */
  readonly lowest: Minor
  /** See `days.ts`; never empty. */
  readonly days: string
  readonly lastPosition: number
  /** Transactions effective by the end. */
  readonly count: number
}

const ends = new Map<string, CalendarDate>()

/** The last day of the month. */
export function monthEnd(day: CalendarDate): CalendarDate {
  // Asked for every transaction; there are no more months than the calendar has.
  const month = day.slice(0, 7)
  let end = ends.get(month)
  if (end === undefined) {
    const last = new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0))
    end = last.toISOString().slice(0, 10) as CalendarDate
    ends.set(month, end)
  }
  return end
}
