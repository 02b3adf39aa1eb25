import { dayAfter, yearOf } from '../calendar-date.ts'
import { type Fraction, fractionOf, least, plus, ratio, times, ZERO } from '../fraction.ts'
import { daysIn } from './length-of-time.ts'
import type { ReachedLevel } from './levels.ts'
import type { DaySpan } from './part.ts'
import type { PeriodPart } from './period-part.ts'
import { isOfDays, periodsBeginningIn } from './periods.ts'
import type { Level } from './terms.ts'

/**
 * What a whole period earns: the level's amount; or its part of the year's amount, which is the same for all periods of months,
 * and for periods of days as many as their days are of those of the leave year. By hours it earns no amount of its own.
 * @param factor by what amounts are scaled. What is earned in a year at most bounds a scaled year's amount before it is divided
 */
export function wholeAmount({ rules, reached, kind, part, period }: PeriodPart, factor: Fraction): Fraction {
  const { level, every, periods, periodsIn } = reached
  if (level.yearAmount !== undefined) {
    const ofYear = bounded(level, times(fractionOf(level.yearAmount), factor))
    if (kind === 'leave-year') return ofYear
    if (isOfDays(every)) return times(ofYear, ratio(daysIn(period), daysIn(rules.leaveYears(part.from))))
    return times(ofYear, ratio(1, periodsIn(rules.leaveYears(period.from))))
  }
  if (kind === 'leave-year') {
    const sum = periodsBeginningIn(period, periods).map((each) => said(reached, each))
    return bounded(level, times(sum.reduce(plus, ZERO), factor))
  }
  const amount = times(said(reached, period), factor)
  return every === 'year' ? bounded(level, amount) : amount
}

function said(reached: ReachedLevel, period: DaySpan): Fraction {
  return fractionOf(amountOfLevel(reached, period))
}

/** The amount that the level says for a period, in its normal spelling. */
export function amountOfLevel({ level, periods }: ReachedLevel, period: DaySpan): string {
  const { amount = '0', inLastFullPeriodOfCalendarYear: ofLast } = level
  return ofLast !== undefined && isLastOfCalendarYear(period, periods) ? ofLast : amount
}

/** Whether a period is the last one that lies wholly in its calendar year (5 U.S.C. 6303 (a) (2)). */
function isLastOfCalendarYear({ from, to }: DaySpan, periods: ReachedLevel['periods']): boolean {
  const year = yearOf(from)
  return yearOf(to) === year && yearOf(periods(dayAfter(to)).to) !== year
}

function bounded({ yearMax }: Level, amount: Fraction): Fraction {
  return yearMax === undefined ? amount : least(amount, fractionOf(yearMax))
}
