import type { Length } from './terms.ts'

/** How many days a length may have, by the day from which it is counted. */
export interface DaysOfLength {
  readonly least: number
  readonly most: number
}

/**
 * A month later is the same day of the next month, or its last one where it has no such day. So months have fewer days where
 * they are counted from the end of a long month to that of a short one.
 */
export function inDays(length: Length): DaysOfLength {
  if ('days' in length) return { least: length.days, most: length.days }
  return spanOfMonths('years' in length ? length.years * 12 : length.months)
}

/** `6 months`. */
export function spellLength(length: Length): string {
  const [[unit, number]] = Object.entries(length) as [[string, number]]
  return number === 1 ? `1 ${unit.slice(0, -1)}` : `${number} ${unit}`
}

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const
/** After 400 years the calendar begins anew. */
const CYCLE_MONTHS = 4_800

function spanOfMonths(months: number): DaysOfLength {
  let least = Number.POSITIVE_INFINITY
  let most = 0
  let days = 0
  for (let month = 0; month < months; month++) days += daysIn(month)
  for (let from = 0; from < CYCLE_MONTHS; from++) {
    const to = from + months
    least = Math.min(least, days - Math.max(0, daysIn(from) - daysIn(to)))
    most = Math.max(most, days)
    days += daysIn(to) - daysIn(from)
  }
  return { least, most }
}

/** Of a month, counted from January of a year that 400 divides. */
function daysIn(month: number): number {
  const year = Math.floor(month / 12)
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month % 12 === 1 && isLeap ? 29 : DAYS_IN_MONTH[month % 12]!
}
