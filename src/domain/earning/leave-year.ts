import { type CalendarDate, dayBefore, partsOf, yearOf } from '../calendar-date.ts'
import { dayAt, dayNumber } from '../day-number.ts'
import { beginningOn, dayOfYear, type Periods, remembered } from './days-of-year.ts'
import type { LeaveYear } from './terms.ts'

/**
 * Leave years as one version of a policy has them.
 * @param service since when service is counted; null: of an account that nobody earns on, whose years are those of the
 * calendar where they would begin with it
 */
export function leaveYearsOf(leaveYear: LeaveYear | undefined, service: CalendarDate | null): Periods {
  if (leaveYear === undefined) return CALENDAR_YEARS
  if ('payPeriodsFrom' in leaveYear) return yearsOfPayPeriods(leaveYear.payPeriodsFrom)
  if (leaveYear.starts !== 'service') return beginningOn([dayOfYear(leaveYear.starts)])
  return service === null ? CALENDAR_YEARS : anniversariesOf(service)
}

const CALENDAR_YEARS = beginningOn([{ month: 1, date: 1 }])

/** Years of service; of someone who began on 29 February they begin on the 28th where there is none. */
function anniversariesOf(service: CalendarDate): Periods {
  const [, month, date] = partsOf(service)
  return beginningOn([{ month, date }])
}

/** Each begins with the first pay period that lies wholly in a calendar year (5 U.S.C. 6301 (2), 6304). */
function yearsOfPayPeriods(from: CalendarDate): Periods {
  const first = dayNumber(from)
  const beginningIn = (year: number): CalendarDate => {
    const newYear = dayNumber(`${year}-01-01` as CalendarDate)
    return dayAt(newYear + ((((first - newYear) % PAY_PERIOD_DAYS) + PAY_PERIOD_DAYS) % PAY_PERIOD_DAYS))
  }
  return remembered((day) => {
    const year = day < beginningIn(yearOf(day)) ? yearOf(day) - 1 : yearOf(day)
    return { from: beginningIn(year), to: dayBefore(beginningIn(year + 1)) }
  })
}

const PAY_PERIOD_DAYS = 14
