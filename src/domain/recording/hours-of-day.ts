import { patternOn } from '../calendar/work-pattern.ts'
import type { WorkTime } from '../calendar/work-time.ts'
import { type Span, whyNotCounted, workingDaysIn } from '../calendar/working-days.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { exactFrom } from '../exact.ts'
import type { Minor } from '../quantity.ts'

/** The hours that are worked of a day's halves, at the finest scale. */
export interface HoursOfDay {
  readonly am: Minor
  readonly pm: Minor
}

const OF_A_CLOCK: HoursOfDay = { am: exactFrom('12'), pm: exactFrom('12') }

/** The hours of an entity's day: 24 where no calendar says, or the calendar does not know its public holidays. */
export function hoursOfDay(time: WorkTime, date: CalendarDate): HoursOfDay {
  if (time.calendar === null && patternOn(time.patterns, date) === undefined) return OF_A_CLOCK
  const whole: Span = { from: date, to: date, fromPortion: 'full', toPortion: 'full' }
  if (whyNotCounted(time, whole) !== undefined) return OF_A_CLOCK
  const [worked] = workingDaysIn(time, whole)
  if (worked === undefined) return { am: 0n, pm: 0n }
  const hours = exactFrom(worked.hours)
  if (worked.portion === 'full') return { am: hours / 2n, pm: hours - hours / 2n }
  return worked.portion === 'am' ? { am: hours, pm: 0n } : { am: 0n, pm: hours }
}
