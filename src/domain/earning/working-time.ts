import { type ScheduledHours, scheduledOn } from '../calendar/scheduled-hours.ts'
import type { WorkTime } from '../calendar/work-time.ts'
import { dayAfter } from '../calendar-date.ts'
import { unitAt } from '../exact.ts'
import { dividedBy, type Fraction, fractionOf, least, minus, plus, ratio, times, ZERO } from '../fraction.ts'
import type { AbsentDay, EarningFacts, WorkedHours } from './facts.ts'
import { daysIn } from './length-of-time.ts'
import type { DaySpan } from './part.ts'

/** Hours that are scheduled in a span, by the calendar; holidays are among them. */
export function scheduledIn(time: WorkTime, span: DaySpan): Fraction {
  let hours = 0n
  for (let day = span.from; day <= span.to; day = dayAfter(day)) hours += scheduledOn(time, day).scheduled
  return atFinest(hours)
}

/**
 * Of the hours scheduled in a span those that were not attended: what was absent, as far as its policy says that this does not
 * count. A holiday is attended, whatever else was that day.
 */
export function missedIn({ time, absent }: Pick<EarningFacts, 'time' | 'absent'>, span: DaySpan): Fraction {
  const days = Map.groupBy(
    absent.filter(({ on }) => span.from <= on && on <= span.to),
    ({ on }) => on,
  )
  return [...days].map(([day, absences]) => missedOn(scheduledOn(time, day), absences)).reduce(plus, ZERO)
}

/** Never more than could have been worked. */
function missedOn(hours: ScheduledHours, absences: readonly AbsentDay[]): Fraction {
  const missed = absences
    .map((absence) => times(hoursOf(absence, hours), minus(ratio(1, 1), fractionOf(absence.countsAs))))
    .reduce(plus, ZERO)
  return least(missed, atFinest(hours.scheduled - hours.holiday))
}

function hoursOf({ days, hours }: AbsentDay, { wholeDay }: ScheduledHours): Fraction {
  if (hours !== null) return fractionOf(hours)
  return days === null ? ZERO : times(fractionOf(days), atFinest(wholeDay))
}

/** Hours recorded as worked in a span: those of several days are spread over them evenly. */
export function workedIn(worked: readonly WorkedHours[], span: DaySpan): Fraction {
  return worked
    .filter(({ from, to }) => from <= span.to && span.from <= to)
    .map(({ from, to, hours }) => {
      const shared = { from: from < span.from ? span.from : from, to: to > span.to ? span.to : to }
      return times(fractionOf(hours), ratio(daysIn(shared), daysIn({ from, to })))
    })
    .reduce(plus, ZERO)
}

function atFinest(hours: bigint): Fraction {
  return dividedBy({ numerator: hours, denominator: 1n }, { numerator: unitAt(0), denominator: 1n })
}
