import { WEEKDAYS, type Weekday } from '../../../../src/domain/calendar/calendar.ts'
import type { Every, LeaveYear, PeriodsOn } from '../../../../src/domain/earning/terms.ts'
import {
  anchorOf,
  type Days,
  isDate,
  isSoManyMonthsFrom,
  MS_PER_DAY,
  monthsOn,
  numberOf,
  partsOfText,
  yearAt,
} from './naive-days.ts'

// Where leave years and periods begin.

export function leaveYearBegins(leaveYear: LeaveYear | undefined, service: number | null, number: number): boolean {
  if (leaveYear !== undefined && 'payPeriodsFrom' in leaveYear) {
    const isPayPeriod = (number - numberOf(leaveYear.payPeriodsFrom)) % 14 === 0
    return isPayPeriod && yearAt(number - 14) < yearAt(number)
  }
  const starts = leaveYear?.starts ?? '01-01'
  if (starts === 'service') {
    return isSoManyMonthsFrom(number, service === null ? { month: 1, date: 1 } : anchorOf(service), 12)
  }
  return isSoManyMonthsFrom(number, partsOfText(starts), 12)
}

export const MONTHS: Partial<Record<Every | 'leave-year', number>> = {
  'twice-a-month': 0.5,
  month: 1,
  quarter: 3,
  'half-year': 6,
  year: 12,
  'leave-year': 12,
}

interface Grid {
  readonly every: Every
  readonly on: PeriodsOn | undefined
  readonly leaveYear: LeaveYear | undefined
  readonly service: number
}

interface SaidOn {
  readonly weekday?: Weekday
  readonly from?: string
  readonly daysOfMonth?: readonly number[]
  readonly dayOfMonth?: number
  readonly dates?: readonly string[]
  readonly anniversary?: boolean
}

export function periodBegins({ every, on, leaveYear, service }: Grid, number: number): boolean {
  const payPeriods = leaveYear !== undefined && 'payPeriodsFrom' in leaveYear ? leaveYear.payPeriodsFrom : '1900-01-01'
  const said: SaidOn = on ?? {}
  switch (every) {
    case 'day':
      return true
    case 'week':
      return weekdayOf(number) === (said.weekday ?? 'mon')
    case 'two-weeks':
      return (number - numberOf(said.from ?? payPeriods)) % 14 === 0
    case 'twice-a-month':
      return (said.daysOfMonth ?? [1, 16]).some((date) => isDate(number, date))
    case 'month':
      return isDate(number, said.dayOfMonth ?? 1)
    default:
      return longPeriodBegins({ every, leaveYear, service }, said, number)
  }
}

function longPeriodBegins({ every, leaveYear, service }: Omit<Grid, 'on'>, said: SaidOn, number: number): boolean {
  const months = MONTHS[every]!
  if (said.dates !== undefined) return said.dates.some((date) => isSoManyMonthsFrom(number, partsOfText(date), 12))
  if (said.anniversary === true) return isSoManyMonthsFrom(number, anchorOf(service), months)
  if (leaveYear === undefined || 'starts' in leaveYear) {
    const starts = leaveYear?.starts ?? '01-01'
    return isSoManyMonthsFrom(number, starts === 'service' ? anchorOf(service) : partsOfText(starts), months)
  }
  let year = number
  while (!leaveYearBegins(leaveYear, service, year)) year--
  for (let passed = 0; passed < 12; passed += months) if (monthsOn(year, passed) === number) return true
  return false
}

function weekdayOf(number: number): Weekday {
  return WEEKDAYS[new Date(number * MS_PER_DAY).getUTCDay() === 0 ? 6 : new Date(number * MS_PER_DAY).getUTCDay() - 1]!
}

/** Asked of every day once, and kept: the only thing that is. */
export function spanAround(begins: (number: number) => boolean): (number: number) => Days {
  const asked = new Map<number, boolean>()
  const isBeginning = (number: number): boolean => {
    if (!asked.has(number)) asked.set(number, begins(number))
    return asked.get(number)!
  }
  return (number) => {
    let from = number
    while (!isBeginning(from)) from--
    let next = number + 1
    while (!isBeginning(next)) next++
    return { from, to: next - 1 }
  }
}
