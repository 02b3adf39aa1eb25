import type { WorkingDay } from '../calendar/working-days.ts'
import { exactFrom, printExact } from '../exact.ts'
import { dividedBy, exactOf, fractionOf } from '../fraction.ts'
import type { RequestSpan } from './request.ts'

/**
 * Days of which no more is asked for than the hours between two times: of a day that has fewer, those that it has.
 * @param days of a single day, where the times are said
 */
export function betweenTimes(
  days: readonly WorkingDay[],
  { fromTime, toTime }: Pick<RequestSpan, 'fromTime' | 'toTime'>,
): readonly WorkingDay[] {
  if (fromTime === undefined || toTime === undefined) return days
  const between = hoursBetween(fromTime, toTime)
  return days.map((day) => (exactFrom(between) < exactFrom(day.hours) ? { ...day, hours: between } : day))
}

/** Minutes whose hours are a decimal number: a sixtieth is none, three of them are 0.05. */
export const EXACT_MINUTES = 3

/** @returns minutes from one `HH:MM` to another of the same day; below zero where that is the earlier one */
export function minutesBetween(fromTime: string, toTime: string): number {
  return minutesOf(toTime) - minutesOf(fromTime)
}

/** @throws RangeError where they are no decimal number */
function hoursBetween(fromTime: string, toTime: string): string {
  const minutes = fractionOf(String(minutesBetween(fromTime, toTime)))
  return printExact(exactOf(dividedBy(minutes, MINUTES_OF_AN_HOUR)))
}

const MINUTES_OF_AN_HOUR = fractionOf('60')

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':')
  return Number(hours) * 60 + Number(minutes)
}
