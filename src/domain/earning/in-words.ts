import { type CalendarDate, dayAfter, dayInMonth, partsOf, yearOf } from '../calendar-date.ts'
import { normalQuantity } from '../quantity.ts'
import type { DaySpan } from './part.ts'
import type { MonthDay } from './terms.ts'

/** `1 day`, `2.5 days`, `7 hours`, `20 EUR`: the plural is that of a word; a currency has none. */
export function inUnits(amount: string, unit: string): string {
  const number = unsigned(amount)
  return number === '1' || !/^[a-z]+[a-rt-z]$/.test(unit) ? `${number} ${unit}` : `${number} ${unit}s`
}

/** A quantity in its normal spelling, whatever its sign was. */
export function unsigned(amount: string): string {
  return normalQuantity(amount.replace('-', ''))
}

/** `2 March`; with its year where that is not the one spoken of. */
export function dayInWords(day: CalendarDate, year: number): string {
  const [ofYear, month, date] = partsOf(day)
  return `${date} ${MONTHS[month - 1]}${ofYear === year ? '' : ` ${ofYear}`}`
}

/** `March`, `2026`, `2 March`, `10 to 31 March`, `15 March to 14 April`; with their year where it is not the one spoken of. */
export function daysInWords({ from, to }: DaySpan, year: number): string {
  if (from === to) return dayInWords(from, year)
  const [fromYear, fromMonth, date] = partsOf(from)
  const [toYear, toMonth] = partsOf(to)
  if (fromYear !== toYear) return `${dayInWords(from, 0)} to ${dayInWords(to, 0)}`
  if (isFirstOf(from, 1) && isLastOf(to, 12)) return String(fromYear)
  if (date === 1 && isLastOf(to, toMonth)) {
    const months = fromMonth === toMonth ? MONTHS[toMonth - 1]! : `${MONTHS[fromMonth - 1]} to ${MONTHS[toMonth - 1]}`
    return toYear === year ? months : `${months} ${toYear}`
  }
  const begin = fromMonth === toMonth ? String(date) : dayInWords(from, fromYear)
  return `${begin} to ${dayInWords(to, year)}`
}

/** `31 March`: a day of every year. */
export function monthDayInWords(day: MonthDay): string {
  const date = `${Number(day.slice(3))} ${MONTHS[Number(day.slice(0, 2)) - 1]}`
  return day === '02-29' ? `${date} (28 February in common years)` : date
}

/** `1st`, `22nd`, `16th`: a day of a month. */
export function dateInWords(date: number): string {
  const isTeen = date >= 11 && date <= 13
  const ending = isTeen ? undefined : { 1: 'st', 2: 'nd', 3: 'rd' }[date % 10]
  return `${date}${ending ?? 'th'}`
}

/** `Monday, Tuesday and Friday`. */
export function listInWords(all: readonly string[], last = 'and'): string {
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} ${last} ${all.at(-1)}`
}

/** A leave year: `2026`, or `2026/27` where it is not one of the calendar. */
export function leaveYearInWords({ from, to }: DaySpan): string {
  const year = yearOf(from)
  return isFirstOf(from, 1) && dayAfter(to) === `${year + 1}-01-01` ? String(year) : `${year}/${to.slice(2, 4)}`
}

function isFirstOf(day: CalendarDate, month: number): boolean {
  const [, ofMonth, date] = partsOf(day)
  return ofMonth === month && date === 1
}

function isLastOf(day: CalendarDate, month: number): boolean {
  const [year, ofMonth] = partsOf(day)
  return ofMonth === month && dayInMonth({ year, month, date: 31 }) === day
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
