import type { CalendarDate } from '../calendar-date.ts'
import { exactFrom } from '../exact.ts'
import type { Minor } from '../quantity.ts'
import { dayTermsOn } from './day-terms.ts'
import type { WorkTime } from './work-time.ts'
import { halvesOf, hoursOn, WORKED } from './working-days.ts'

/** The hours of a day that an entity's week has, at the finest scale. */
export interface ScheduledHours {
  /** Whether or not the day is a holiday. */
  readonly scheduled: Minor
  /** Those that are off as a holiday. */
  readonly holiday: Minor
  /** Of a whole day of this weekday: what leave of one day stands for. */
  readonly wholeDay: Minor
}

/**
 * What a day has of hours by the week that is worked. A holiday does not change that: it is paid as if it were worked.
 * @throws Error where the calendar does not exist, or nobody knows the public holidays of that year
 */
export function scheduledOn(time: WorkTime, date: CalendarDate): ScheduledHours {
  const { workingDays, hoursPerDay, weekday, off } = dayTermsOn(time, date)
  const { am, pm } = WORKED[workingDays[weekday]]
  if (!am && !pm) return NOTHING
  const wholeDay = exactFrom(hoursOn(hoursPerDay, weekday))
  const free = off === null ? undefined : halvesOf(off)
  const half = (isWorked: boolean): Minor => (isWorked ? wholeDay / 2n : 0n)
  return {
    scheduled: half(am) + half(pm),
    holiday: half(am && free?.am === true) + half(pm && free?.pm === true),
    wholeDay,
  }
}

const NOTHING: ScheduledHours = { scheduled: 0n, holiday: 0n, wholeDay: 0n }
