import type { Weekday } from '../../calendar/calendar.ts'
import type { CalendarDate } from '../../calendar-date.ts'
import { dateInWords, dayInWords, listInWords, monthDayInWords } from '../in-words.ts'
import type { Every, LeaveYear, MonthDay, PeriodsOn } from '../terms.ts'

/** Every member that a `PeriodsOn` may have: none of them where it is left out. */
interface SaidOn {
  readonly weekday?: Weekday
  readonly from?: CalendarDate
  readonly daysOfMonth?: readonly [number, number]
  readonly dayOfMonth?: number
  readonly dates?: readonly MonthDay[]
  readonly anniversary?: true
}

/** How often, and from when to when: `each month from the 15th`. */
export function periodsInWords(every: Every, on: PeriodsOn | undefined, leaveYear: LeaveYear | undefined): string {
  const { weekday = 'mon', from, daysOfMonth = [1, 16], dayOfMonth = 1, dates, anniversary }: SaidOn = on ?? {}
  switch (every) {
    case 'day':
      return 'each day'
    case 'week':
      return `each week from ${WEEKDAY[weekday]}`
    case 'two-weeks':
      return from === undefined ? ofTwoWeeks(leaveYear) : `every two weeks counted from ${dayInWords(from, 0)}`
    case 'twice-a-month':
      return `twice a month from ${daysOfMonth.map(ofMonth).join(' and ')}`
    case 'month':
      return dayOfMonth === 1 ? 'each month' : `each month from ${ofMonth(dayOfMonth)}`
    default:
      if (dates !== undefined) return `each ${every} from ${listInWords(dates.map(monthDayInWords))}`
      if (anniversary === true) return `each ${every} of service`
      return every === 'year' ? 'each leave year' : `each ${every} of the leave year`
  }
}

const WEEKDAY: Readonly<Record<Weekday, string>> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
}

/** Where nobody says another day, they are counted from the first Monday that there is. */
function ofTwoWeeks(leaveYear: LeaveYear | undefined): string {
  const isPaid = leaveYear !== undefined && 'payPeriodsFrom' in leaveYear
  return isPaid ? 'each pay period' : 'every two weeks counted from Monday 1 January 1900'
}

/** A month that does not have the day has its last one instead. */
function ofMonth(date: number): string {
  return date === 31 ? 'its last day' : `the ${dateInWords(date)}`
}
