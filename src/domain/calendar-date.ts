/** A calendar day, `YYYY-MM-DD`, that really exists and lies in 1900–2999. Its text order is its order in time. */
export type CalendarDate = string & { readonly __brand: 'CalendarDate' }

/** Days, both ends included. */
export interface DaySpan {
  readonly from: CalendarDate
  readonly to: CalendarDate
}

export const FIRST_DAY = '1900-01-01' as CalendarDate
export const LAST_DAY = '2999-12-31' as CalendarDate

const SHAPE = /^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/
/** How far the weekday of a month's first day is from that of the month which the year is counted from. */
const MONTH_OFFSETS = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4] as const
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/** @returns the day, or undefined where the text is not a day of the Gregorian calendar in 1900–2999 */
export function parseCalendarDate(text: string): CalendarDate | undefined {
  if (!SHAPE.test(text)) return undefined
  const year = Number(text.slice(0, 4))
  const month = Number(text.slice(5, 7))
  const day = Number(text.slice(8, 10))
  return day <= daysInMonth(year, month) ? (text as CalendarDate) : undefined
}

/** The day after; of the last one a day that no longer parses. */
export function dayAfter(day: CalendarDate): CalendarDate {
  const [year, month, date] = partsOf(day)
  if (date < daysInMonth(year, month)) return printDay(year, month, date + 1)
  return month < 12 ? printDay(year, month + 1, 1) : printDay(year + 1, 1, 1)
}

/** The day before; of the first one a day that no longer parses. */
export function dayBefore(day: CalendarDate): CalendarDate {
  const [year, month, date] = partsOf(day)
  if (date > 1) return printDay(year, month, date - 1)
  return month > 1 ? printDay(year, month - 1, daysInMonth(year, month - 1)) : printDay(year - 1, 12, 31)
}

/**
 * The day of a month with a date, or the last day of a month that has no such date.
 * @param month counted from January of `year`, which is 1: 0 is December of the year before, 13 January of the next
 */
export function dayInMonth({ year, month, date }: { year: number; month: number; date: number }): CalendarDate {
  const ofYear = (((month - 1) % 12) + 12) % 12
  const then = year + (month - 1 - ofYear) / 12
  return printDay(then, ofYear + 1, date <= 28 ? date : Math.min(date, daysInMonth(then, ofYear + 1)))
}

/** 0 for a Monday, 6 for a Sunday. */
export function weekdayIndex(day: CalendarDate): number {
  const [year, month, date] = partsOf(day)
  // January and February count as months 11 and 12 of the year before, so that the leap day comes last.
  const shifted = month < 3 ? year - 1 : year
  const leaps = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400)
  return (shifted + leaps + MONTH_OFFSETS[month - 1]! + date + 6) % 7
}

export function yearOf(day: CalendarDate): number {
  return Number(day.slice(0, 4))
}

/** What `instant` is called on the wall in `timeZone` (IANA): the "today" of a book. */
export function dayIn(timeZone: string, instant: Date): CalendarDate {
  // A day begins with a second everywhere, and whoever asks for today asks many times in each.
  const second = Math.floor(instant.getTime() / 1_000)
  if (lastDay?.timeZone !== timeZone || lastDay.second !== second) {
    lastDay = { timeZone, second, day: dayFormat(timeZone).format(instant) as CalendarDate }
  }
  return lastDay.day
}

/** No clock is further than this from UTC. */
const FURTHEST_SECONDS = 16 * 3_600

/** The first second of a day on the wall in `timeZone` (IANA); where a zone left the day out, of the one after it. */
export function startOfDay(timeZone: string, day: CalendarDate): Date {
  const midnight = Date.parse(`${day}T00:00:00Z`) / 1_000
  let before = midnight - FURTHEST_SECONDS
  let from = midnight + FURTHEST_SECONDS
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2)
    if (dayIn(timeZone, new Date(middle * 1_000)) < day) before = middle
    else from = middle
  }
  return new Date(from * 1_000)
}

/** Whether `timeZone` is an IANA name that this runtime knows. */
export function isTimeZone(timeZone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(timeZone)) return false
  try {
    dayFormat(timeZone)
    return true
  } catch {
    return false
  }
}

/** Its year, month (1 to 12) and date. */
export function partsOf(day: CalendarDate): [year: number, month: number, date: number] {
  return [twoDigits(day, 0) * 100 + twoDigits(day, 2), twoDigits(day, 5), twoDigits(day, 8)]
}

/** Several times as fast as to cut them out and have them read. */
function twoDigits(text: string, at: number): number {
  return text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - TWO_ZEROS
}

/** Of '00'. */
const TWO_ZEROS = 48 * 11

function printDay(year: number, month: number, date: number): CalendarDate {
  return `${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}` as CalendarDate
}

function daysInMonth(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && leap ? 29 : DAYS_IN_MONTH[month - 1]!
}

let lastDay: { readonly timeZone: string; readonly second: number; readonly day: CalendarDate } | undefined

// Making a formatter costs a thousand times what using it does. The names are those of books, and bounded by IANA's list.
const formats = new Map<string, Intl.DateTimeFormat>()

function dayFormat(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    formats.set(timeZone, format)
  }
  return format
}
