import type { CalendarDate } from '../../../../src/domain/calendar-date.ts'
import type { Length } from '../../../../src/domain/earning/terms.ts'
import { dividedBy, type Fraction, plus, ZERO } from '../../../../src/domain/fraction.ts'

// Days, as numbers since 1970.

export const MS_PER_DAY = 86_400_000
export const numberOf = (day: string): number => Date.parse(day) / MS_PER_DAY

interface Day {
  readonly text: CalendarDate
  readonly parts: readonly [year: number, month: number, date: number]
}

/** Read once each. */
export const days = new Map<number, Day>()

function readDay(number: number): Day {
  const known = days.get(number)
  if (known !== undefined) return known
  const date = new Date(number * MS_PER_DAY)
  // A cast: an ISO instant begins with its day.
  const text = date.toISOString().slice(0, 10) as CalendarDate
  const day: Day = { text, parts: [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()] }
  days.set(number, day)
  return day
}

export const dayOf = (number: number): CalendarDate => readDay(number).text
export const yearAt = (number: number): number => readDay(number).parts[0]
const monthAt = (number: number): number => readDay(number).parts[1]
export const dateAt = (number: number): number => readDay(number).parts[2]
const lastDate = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()

/** Month by month, always from the first day. */
export function monthsOn(number: number, months: number): number {
  let [year, month] = [yearAt(number), monthAt(number)]
  for (let passed = 0; passed < months; passed++) [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1]
  return Date.UTC(year, month - 1, Math.min(dateAt(number), lastDate(year, month))) / MS_PER_DAY
}

export function lengthOn(number: number, length: Length): number {
  if ('days' in length) return number + length.days
  return monthsOn(number, 'months' in length ? length.months : length.years * 12)
}

/** Whether a day is the date of a day of another month, or stands for it where the month is too short. */
export function isDate(number: number, date: number): boolean {
  return dateAt(number) === Math.min(date, lastDate(yearAt(number), monthAt(number)))
}

export function isSoManyMonthsFrom(number: number, anchor: { month: number; date: number }, months: number): boolean {
  return (monthAt(number) - anchor.month + 12) % months === 0 && isDate(number, anchor.date)
}

export const partsOfText = (monthDay: string): { month: number; date: number } => ({
  month: Number(monthDay.slice(0, 2)),
  date: Number(monthDay.slice(3, 5)),
})
export const anchorOf = (number: number): { month: number; date: number } => ({
  month: monthAt(number),
  date: dateAt(number),
})

export interface Days {
  readonly from: number
  readonly to: number
}

export const daysFrom = ({ from, to }: Days): number[] =>
  Array.from({ length: to - from + 1 }, (_, passed) => from + passed)
export const sumOf = (days: Days, of: (number: number) => Fraction): Fraction =>
  daysFrom(days).map(of).reduce(plus, ZERO)
export const partOf = (some: Fraction, whole: Fraction): Fraction =>
  whole.numerator === 0n ? ZERO : dividedBy(some, whole)
