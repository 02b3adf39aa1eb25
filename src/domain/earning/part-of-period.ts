import { type CalendarDate, partsOf } from '../calendar-date.ts'
import { dividedBy, type Fraction, isZero, least, ONE, ratio, ZERO } from '../fraction.ts'
import { calendarMonthsIn, daysIn, fullMonthsIn, monthsAfter, startedMonthsIn } from './length-of-time.ts'
import type { DaySpan } from './part.ts'
import { MONTHS_OF } from './periods.ts'
import type { EarningTerms, Every, WholeOrPart } from './terms.ts'

/** By what a part of a period is measured. */
export type PartRule = NonNullable<EarningTerms['lastPeriod']>

/** A period that joining or leaving cuts short. */
export interface CutPeriod {
  readonly period: DaySpan
  /** What is left of it. */
  readonly present: DaySpan
  /** The day of joining, or of leaving where only that cuts it. */
  readonly cutOn: CalendarDate
  readonly every: Every | 'leave-year'
  /** The one that `cutOn` is in. */
  readonly leaveYear: DaySpan
  /** Hours that are scheduled in a span. */
  readonly scheduled: (span: DaySpan) => Fraction
}

/** How much of a whole period's amount a part of it earns: between 0 and 1. */
export function partOfPeriod(rule: PartRule, cut: CutPeriod): Fraction {
  const { period, present, cutOn, every, leaveYear, scheduled } = cut
  if (typeof rule === 'object') return wholeOrPart(partsOf(cutOn)[2] <= rule.joinedBy ? rule.then : rule.else)
  switch (rule) {
    case 'calendar-days':
      return ratio(daysIn(present), daysIn(period))
    case 'working-time':
      return ofHours(scheduled(present), scheduled(period))
    case 'full-months':
      return monthsOfPeriod(fullMonthsIn(present), every)
    case 'started-months':
      return monthsOfPeriod(startedMonthsIn(present), every)
    case 'calendar-months':
      return monthsOfPeriod(calendarMonthsIn(present), every)
    case 'full-months-in-first-half':
      if (cutOn >= monthsAfter(leaveYear.from, 6)) return ONE
      return monthsOfPeriod(fullMonthsIn(present), every)
    default:
      return wholeOrPart(rule)
  }
}

/** Without scheduled hours nothing is earned. */
export function ofHours(hours: Fraction, whole: Fraction): Fraction {
  return isZero(whole) ? ZERO : dividedBy(hours, whole)
}

/** Never more than the whole: what is counted by days is whole in every month. */
function monthsOfPeriod(months: number, every: CutPeriod['every']): Fraction {
  const length: Readonly<Partial<Record<CutPeriod['every'], number>>> = MONTHS_OF
  return least(ONE, ratio(2 * months, 2 * (length[every] ?? (every === 'leave-year' ? 12 : 0.5))))
}

function wholeOrPart(part: WholeOrPart): Fraction {
  return { full: ONE, half: HALF, none: ZERO }[part]
}

const HALF = ratio(1, 2)
