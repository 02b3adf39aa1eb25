import type { CalendarDate } from '../calendar-date.ts'
import type { CarryOverTerms, EarningTerms } from './terms.ts'

/** On which days an assignment is, both included, and since when service counts. */
export interface AssignmentSpan {
  readonly from: CalendarDate
  /** The last day; null: until further notice. */
  readonly to: CalendarDate | null
  /** From which service is counted; null: since hiring, else since `from`. */
  readonly serviceSince: CalendarDate | null
}

/** What an assignment says: that an entity earns under a policy. */
export interface AssignmentTerms extends AssignmentSpan {
  readonly policy: string
  /** Of full time, in its normal spelling; null: full time. */
  readonly share: string | null
  /** In place of those of every level. */
  readonly amounts: { readonly amount: string } | { readonly yearAmount: string } | null
  /** For this entity alone, in place of those of the policy. */
  readonly terms: { readonly earning?: EarningTerms; readonly carryOver?: CarryOverTerms } | null
}

export interface AssignmentVersion extends AssignmentTerms {
  readonly entity: string
  readonly assignment: string
  readonly version: number
  /** From when on its share, amounts and terms hold, as `versionInForce` has it. */
  readonly effectiveFrom: CalendarDate
  /** Position of the event that recorded it. */
  readonly position: number
}

/**
 * All versions of one assignment, oldest first, never empty. The policy is the same in all of them. Share, amounts and terms
 * hold from a day on, by `effectiveFrom`; the span does not: it is of the assignment as a whole, as its newest version says.
 */
export type AssignmentHistory = readonly [AssignmentVersion, ...AssignmentVersion[]]

/** The days of an assignment, as they were said last. */
export function assignmentSpan(history: AssignmentHistory): AssignmentSpan {
  const { from, to, serviceSince } = history.at(-1)!
  return { from, to, serviceSince }
}

/** From when on the earliest version holds: what is said of an assignment without a day is said from then on. */
export function beginningOf(history: AssignmentHistory): CalendarDate {
  return history.reduce(
    (first, { effectiveFrom }) => (effectiveFrom < first ? effectiveFrom : first),
    history[0].effectiveFrom,
  )
}

/** Whether two spans have a day in common. */
export function overlap(a: Pick<AssignmentSpan, 'from' | 'to'>, b: Pick<AssignmentSpan, 'from' | 'to'>): boolean {
  return (a.to === null || b.from <= a.to) && (b.to === null || a.from <= b.to)
}
