import type { CalendarDate } from '../calendar-date.ts'
import type { Fraction } from '../fraction.ts'
import type { ReachedLevel } from './levels.ts'
import type { DaySpan } from './part.ts'
import type { PartRule } from './part-of-period.ts'
import type { Rules } from './rules.ts'
import type { EarningTerms } from './terms.ts'

/** Rules under which something is earned. */
export interface EarningRules extends Rules {
  readonly earning: EarningTerms
}

export function isEarning(rules: Rules): rules is EarningRules {
  return rules.earning !== undefined
}

/** A period, or the part of one that is posted by itself, before anybody says how much it earns. */
export interface PeriodPart {
  readonly rules: EarningRules
  readonly reached: ReachedLevel
  /** `leave-year`: a whole leave year stands for its periods, because it ends within a waiting, or is due after it. */
  readonly kind: 'period' | 'leave-year'
  readonly part: DaySpan
  readonly period: DaySpan
  /** The days of the period that its parts share: without those before joining and after leaving. */
  readonly present: DaySpan
  /** How much of the whole period's amount they share. */
  readonly earns: Fraction
  /** The rule by which that is so; undefined: nothing cuts the period. */
  readonly cutBy: PartRule | undefined
  readonly postedOn: CalendarDate
}
