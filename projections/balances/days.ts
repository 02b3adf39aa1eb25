import type { Sums } from '../../src/domain/account/account.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { exactFrom, printExact } from '../../src/domain/exact.ts'

/*
 * What takes effect on each day of a month, as one text: `5,2.5,0,0,0;17,0,-1,0,0` is 2.5 accrued on the 5th and 1
 * consumed on the 17th. A batch mostly appends to it, so it is kept as it is and read only where it has to be.
 */

export interface DaySums {
  readonly on: CalendarDate
  readonly sums: Sums
}

/** @param days ascending, all of one month */
export function printDays(days: readonly DaySums[]): string {
  return days.map(printDay).join(';')
}

/** @param month any day of the month that the text is of */
export function parseDays(text: string, month: CalendarDate): DaySums[] {
  if (text === '') return []
  const yearAndMonth = month.slice(0, 8)
  return text.split(';').map((entry) => {
    const [day, accrued, consumed, pending, adjusted] = entry.split(',') as [string, string, string, string, string]
    return {
      on: `${yearAndMonth}${day.padStart(2, '0')}` as CalendarDate,
      sums: [exactFrom(accrued), exactFrom(consumed), exactFrom(pending), exactFrom(adjusted)],
    }
  })
}

/** @param days ascending, all after the last day of the text */
export function appendDays(text: string, days: readonly DaySums[]): string {
  return text === '' ? printDays(days) : `${text};${printDays(days)}`
}

/** Day of the month of the last entry; 0 where there is none. */
export function lastDayIn(text: string): number {
  return Number.parseInt(text.slice(text.lastIndexOf(';') + 1), 10) || 0
}

function printDay({ on, sums: [accrued, consumed, pending, adjusted] }: DaySums): string {
  return `${Number(on.slice(8))},${printExact(accrued)},${printExact(consumed)},${printExact(pending)},${printExact(adjusted)}`
}
