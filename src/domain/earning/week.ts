import { WEEKDAYS } from '../calendar/calendar.ts'
import { type Weeks, weeksOn } from '../calendar/day-terms.ts'
import type { WorkTime } from '../calendar/work-time.ts'
import { hoursOn, WORKED } from '../calendar/working-days.ts'
import { exactFrom, unitAt } from '../exact.ts'
import { dividedBy, type Fraction, fractionOf } from '../fraction.ts'
import { printFigure } from './figures.ts'
import { inOrder, type Scaling } from './scaling.ts'
import type { EarningTerms } from './terms.ts'

/**
 * Amounts that are those of a week of so many days or hours, times what the entity works in a week and divided by that: 24
 * days in weeks of six are 20 in weeks of five (BUrlG § 3). Half a day is half of one; of a rota it is the weeks' average.
 */
export function scaledByWeek(week: NonNullable<EarningTerms['week']>, time: WorkTime): Scaling {
  const unit = 'days' in week ? 'days' : 'hours'
  const said = 'days' in week ? week.days : week.hours
  return {
    changes: inOrder([
      ...time.patterns.map(({ effectiveFrom }) => effectiveFrom),
      ...[...time.calendars.values()].flatMap((history) => history.map(({ effectiveFrom }) => effectiveFrom)),
    ]),
    on: (day) => {
      const worked = workedInAWeek(weeksOn(time, day), unit)
      const figures = { [unit === 'days' ? 'weekDays' : 'weekHours']: printFigure(worked), ofWeek: said }
      return { factor: dividedBy(worked, fractionOf(said)), figures }
    },
  }
}

function workedInAWeek({ weeks, hoursPerDay }: Weeks, unit: 'days' | 'hours'): Fraction {
  let halves = 0n
  for (const week of weeks) {
    for (const weekday of WEEKDAYS) {
      const { am, pm } = WORKED[week[weekday]]
      const half = unit === 'days' ? unitAt(0) : exactFrom(hoursOn(hoursPerDay, weekday))
      halves += (am ? half : 0n) + (pm ? half : 0n)
    }
  }
  return dividedBy(
    { numerator: halves, denominator: 2n * unitAt(0) },
    { numerator: BigInt(weeks.length), denominator: 1n },
  )
}
