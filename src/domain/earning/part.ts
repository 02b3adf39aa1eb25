import type { CalendarDate, DaySpan } from '../calendar-date.ts'
import type { Fraction } from '../fraction.ts'
import type { CarryOverTerms, Level, Rounding } from './terms.ts'

export type { DaySpan } from '../calendar-date.ts'

/** How an amount came about, in quantities that a person understands: what is printed with a posting. */
export type Figures = Readonly<Record<string, string | number | boolean>>

/**
 * What is earned in a period, or in the part of one that employment, assignment, waiting or a level leaves: exact, and before
 * anything that depends on the balance.
 */
export interface EarnedPart {
  readonly assignment: string
  readonly assignmentVersion: number
  readonly policyVersion: number
  /** The part's own days; the first of them, the assignment and the rule name a posting. */
  readonly part: DaySpan
  /** The whole period that the part is of. */
  readonly period: DaySpan
  /** The day on which it is posted; never before the waiting ends. */
  readonly postedOn: CalendarDate
  /** The leave year in which the part begins. */
  readonly leaveYear: DaySpan
  /** Never negative; not rounded. */
  readonly amount: Fraction
  readonly level: Level
  /** What the level caps the balance at, as it says it, whatever amounts are scaled by; null: nothing. */
  readonly balanceCap: Fraction | null
  /** The most that may be earned in the leave year, as the level says it: it has bounded a scaled year's amount already. */
  readonly yearMax: Fraction | null
  /** null: half-even at the policy's scale, of the running total. */
  readonly rounding: Rounding | null
  /** Whether the part is the last of its leave year for this assignment. */
  readonly isLastOfYear: boolean
  readonly figures: Figures
}

/** A day on which a year ends for an account, and what is kept then. */
export interface CarryOverDay {
  readonly on: CalendarDate
  /** The leave year that ended the day before, or in which that day is. */
  readonly ended: DaySpan
  readonly terms: CarryOverTerms
  readonly policyVersion: number
  /** null: an account without assignment. */
  readonly assignment: string | null
}
