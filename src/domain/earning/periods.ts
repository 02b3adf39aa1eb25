import { WEEKDAYS, type Weekday } from '../calendar/calendar.ts'
import { type CalendarDate, dayAfter, dayBefore, FIRST_DAY, partsOf } from '../calendar-date.ts'
import { dayAt, dayNumber } from '../day-number.ts'
import { beginningOn, type DayOfYear, dayOfYear, everyMonths, type Periods, remembered } from './days-of-year.ts'
import { leaveYearsOf } from './leave-year.ts'
import { monthsAfter } from './length-of-time.ts'
import type { DaySpan } from './part.ts'
import type { Every, LeaveYear, MonthDay, PeriodsOn } from './terms.ts'

/** What decides where periods begin. */
export interface Beginnings {
  readonly every: Every
  /** Left out: what is usual for `every`. */
  readonly on: PeriodsOn | undefined
  readonly leaveYear: LeaveYear | undefined
  /** Since when service is counted. */
  readonly service: CalendarDate
}

/** Every member that a `PeriodsOn` may have: none of them where it is left out. */
interface SaidOn {
  readonly weekday?: Weekday
  readonly from?: CalendarDate
  readonly daysOfMonth?: readonly number[]
  readonly dayOfMonth?: number
  readonly dates?: readonly MonthDay[]
  readonly anniversary?: true
}

/** The periods in which something is earned. */
export function periodsOf({ every, on, leaveYear, service }: Beginnings): Periods {
  const { weekday = 'mon', from, daysOfMonth = [1, 16], dayOfMonth = 1, dates, anniversary }: SaidOn = on ?? {}
  switch (every) {
    case 'day':
      return (day) => ({ from: day, to: day })
    case 'week':
      return ofDays(7, A_MONDAY + WEEKDAYS.indexOf(weekday))
    case 'two-weeks':
      return ofDays(14, from === undefined ? payPeriodsFrom(leaveYear) : dayNumber(from))
    case 'twice-a-month':
      return beginningOn(everyMonthOn(daysOfMonth))
    case 'month':
      return beginningOn(everyMonthOn([dayOfMonth]))
    default:
      if (dates !== undefined) return beginningOn(dates.map(dayOfYear))
      return withTheYear(anniversary ? { starts: 'service' } : leaveYear, service, MONTHS_OF[every])
  }
}

/** Months of a period that is counted in them; a half one twice a month, none in periods that are counted in days. */
export const MONTHS_OF = { 'twice-a-month': 0.5, month: 1, quarter: 3, 'half-year': 6, year: 12 } as const

/** By day. */
export function periodsBeginningIn(span: DaySpan, periods: Periods): readonly DaySpan[] {
  const within: DaySpan[] = []
  let period = periods(span.from)
  if (period.from < span.from) period = periods(dayAfter(period.to))
  while (period.from <= span.to) {
    within.push(period)
    period = periods(dayAfter(period.to))
  }
  return within
}

/** Whether its periods are so many days each, and not parts of a year. */
export function isOfDays(every: Every): boolean {
  return !(every in MONTHS_OF)
}

/** The first day there is is one. */
const A_MONDAY = dayNumber(FIRST_DAY)

function payPeriodsFrom(leaveYear: LeaveYear | undefined): number {
  return leaveYear !== undefined && 'payPeriodsFrom' in leaveYear ? dayNumber(leaveYear.payPeriodsFrom) : A_MONDAY
}

function ofDays(length: number, first: number): Periods {
  return remembered((day) => {
    const from = first + Math.floor((dayNumber(day) - first) / length) * length
    return { from: dayAt(from), to: dayAt(from + length - 1) }
  })
}

function everyMonthOn(dates: readonly number[]): readonly DayOfYear[] {
  return Array.from({ length: 12 }, (_, month) => dates.map((date) => ({ month: month + 1, date }))).flat()
}

/** From the beginning of the leave year, and every so many months after it. */
function withTheYear(leaveYear: LeaveYear | undefined, service: CalendarDate, months: number): Periods {
  if (leaveYear !== undefined && 'payPeriodsFrom' in leaveYear)
    return dividing(leaveYearsOf(leaveYear, service), months)
  if (leaveYear?.starts !== 'service') return beginningOn(everyMonths(dayOfYear(leaveYear?.starts ?? JANUARY), months))
  const [, month, date] = partsOf(service)
  return beginningOn(everyMonths({ month, date }, months))
}

// A cast: the brand of a day of the year is that of checked text.
const JANUARY = '01-01' as MonthDay

/** Of years that do not begin on one date: the last part of each is as long as it happens to be. */
function dividing(years: Periods, months: number): Periods {
  return remembered((day) => {
    const year = years(day)
    const beginnings = Array.from({ length: 12 / months }, (_, turn) => monthsAfter(year.from, turn * months))
    const at = beginnings.findLastIndex((from) => from <= day)
    const next = beginnings[at + 1]
    return { from: beginnings[at]!, to: next === undefined ? year.to : dayBefore(next) }
  })
}
