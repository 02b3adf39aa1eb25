import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { daysBetween } from '../../src/domain/day-number.ts'

/*
 * The half days of a year as bits, two a day from 1 January on, the morning first: whether anybody is away on any of some
 * days is one AND. In SQL `bit(732)`, in the text of which the first character is the first half day.
 */

/** Of a leap year. */
const HALVES = 2 * 366

export const NO_HALVES = `repeat('0', ${HALVES})::bit(${HALVES})`

/** The half days that a row with `day` and `portion` is about, in the year of its day: an expression. */
export const HALVES_OF_ROW = `(case portion when 'full' then B'11' when 'am' then B'10' else B'01' end)::bit(${HALVES})
                 >> (2 * (extract(doy from day)::integer - 1))`

/** The part of a span of days that lies in one year. */
export interface YearPart {
  readonly year: number
  /** All half days of the part. */
  readonly mask: string
}

/** A span, both ends included, by year. */
export function yearParts(from: CalendarDate, to: CalendarDate): readonly YearPart[] {
  const parts: YearPart[] = []
  for (let year = Number(from.slice(0, 4)); year <= Number(to.slice(0, 4)); year++) {
    const newYear = `${year}-01-01` as CalendarDate
    const newYearsEve = `${year}-12-31` as CalendarDate
    const first = daysBetween(newYear, from > newYear ? from : newYear)
    const last = daysBetween(newYear, to < newYearsEve ? to : newYearsEve)
    const mask = '0'.repeat(2 * first) + '1'.repeat(2 * (last - first + 1))
    parts.push({ year, mask: mask.padEnd(HALVES, '0') })
  }
  return parts
}
