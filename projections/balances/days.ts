import { NO_SUMS, type Sums } from '../../src/domain/account/account.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { exactFrom, printExact } from '../../src/domain/exact.ts'
import type { Minor } from '../../src/domain/quantity.ts'

/*
 * What takes effect on each day of a month, as one text: `5a2.5;17a1c-0.5` is 2.5 accrued on the 5th, and 1 accrued and
 * 0.5 consumed on the 17th. A batch mostly appends to it, so it is kept as it is and read only where it has to be.
 */

export interface DaySums {
  readonly on: CalendarDate
  readonly sums: Sums
}

/** Of the components, in their order; what is zero is left out. */
const LETTERS = 'acpj'

/** @param days ascending, all of one month */
export function printMonthDays(days: readonly DaySums[]): string {
  return days.map(printDay).join(';')
}

/**
 * @param month any day of the month that the text is of
 * @throws Error where it is no such text
 */
export function parseDays(text: string, month: CalendarDate): DaySums[] {
  return text === '' ? [] : text.split(';').map((entry) => daySums(entry, month))
}

/** Those days of the text that come after one of the same month. */
export function parseDaysAfter(text: string, day: CalendarDate): DaySums[] {
  const number = Number(day.slice(8))
  const after = text.split(';').filter((entry) => Number.parseInt(entry, 10) > number)
  return after.map((entry) => daySums(entry, day))
}

/** @param days ascending, all after the last day of the text */
export function appendDays(text: string, days: readonly DaySums[]): string {
  return text === '' ? printMonthDays(days) : `${text};${printMonthDays(days)}`
}

/** Day of the month of the last entry; 0 where there is none. */
export function lastDayIn(text: string): number {
  return Number.parseInt(text.slice(text.lastIndexOf(';') + 1), 10) || 0
}

function printDay({ on, sums }: DaySums): string {
  let entry = `${Number(on.slice(8))}`
  for (const [index, sum] of sums.entries()) if (sum !== 0n) entry += LETTERS[index]! + printExact(sum)
  return entry
}

function daySums(entry: string, month: CalendarDate): DaySums {
  const [number = '', ...amounts] = entry.split(/(?=[acpj])/)
  return { on: `${month.slice(0, 8)}${number.padStart(2, '0')}` as CalendarDate, sums: sumsFrom(amounts) }
}

function sumsFrom(amounts: readonly string[]): Sums {
  const sums: [Minor, Minor, Minor, Minor] = [...NO_SUMS]
  for (const amount of amounts) sums[LETTERS.indexOf(amount[0]!)] = exactFrom(amount.slice(1))
  return sums
}
