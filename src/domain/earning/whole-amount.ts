import { dayAfter, yearOf } from '../calendar-date.ts'
import { type Fraction, fractionOf, isEqual, least, ONE, plus, ratio, times, ZERO } from '../fraction.ts'
import { daysIn } from './length-of-time.ts'
import type { ReachedLevel } from './levels.ts'
import type { DaySpan } from './part.ts'
import type { PeriodPart } from './period-part.ts'
import { isOfDays, periodsBeginningIn } from './periods.ts'

/** What a whole period earns. */
interface WholeAmount {
  readonly whole: Fraction
  /** Whether a year would earn more, but for what it may earn at most. */
  readonly isAtMost: boolean
}

/**
 * What a whole period earns: the level's amount, or its part of the year's amount. By hours it earns no amount of its own.
 * @param factor by what amounts are scaled. What is earned in a year at most bounds a scaled year's amount before parts of it
 * are taken: 5.6 weeks of six days are 28 days and not 33.6 (SI 1998/1833, regulation 13A (3))
 */
export function wholeAmount(part: PeriodPart, factor: Fraction): WholeAmount {
  const ofYear = amountOfYear(part)
  if (ofYear === undefined) return { whole: times(said(part.reached, part.period), factor), isAtMost: false }
  const { yearMax } = part.reached.level
  const scaled = times(ofYear, factor)
  const most = yearMax === undefined ? scaled : least(scaled, fractionOf(yearMax))
  return { whole: times(most, partOfYear(part)), isAtMost: most !== scaled && !isEqual(most, scaled) }
}

/** What a whole year earns; undefined where a period of less than one has an amount of its own. */
function amountOfYear({ reached, kind, period }: PeriodPart): Fraction | undefined {
  const { level, every, periods } = reached
  if (level.yearAmount !== undefined) return fractionOf(level.yearAmount)
  if (kind === 'leave-year') {
    return periodsBeginningIn(period, periods)
      .map((each) => said(reached, each))
      .reduce(plus, ZERO)
  }
  return every === 'year' ? said(reached, period) : undefined
}

/** Periods of months have equal parts of the year's amount, and periods of days as many as their days are of the leave year's. */
function partOfYear({ rules, reached: { level, every, periodsIn }, kind, part, period }: PeriodPart): Fraction {
  if (level.yearAmount === undefined || kind === 'leave-year' || every === 'year') return ONE
  if (isOfDays(every)) return ratio(daysIn(period), daysIn(rules.leaveYears(part.from)))
  return ratio(1, periodsIn(rules.leaveYears(period.from)))
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
