import type { MonthDay } from './terms.ts'

const SHAPE = /^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/
/** In a leap year. */
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/** Whether the text is a day, `MM-DD`, that some year has. */
export function isMonthDay(text: unknown): text is MonthDay {
  if (typeof text !== 'string' || !SHAPE.test(text)) return false
  return Number(text.slice(3)) <= DAYS_IN_MONTH[Number(text.slice(0, 2)) - 1]!
}
