import type { CalendarDate } from '../calendar-date.ts'
import type { CarryOverTerms, EarningTerms } from './terms.ts'

/** What an assignment says, from a day on: that an entity earns under a policy. */
export interface AssignmentTerms {
  readonly policy: string
  readonly from: CalendarDate
  /** The last day; null: until further notice. */
  readonly to: CalendarDate | null
  /** From which service is counted; null: since hiring, else since `from`. */
  readonly serviceSince: CalendarDate | null
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
  readonly effectiveFrom: CalendarDate
  /** Position of the event that recorded it. */
  readonly position: number
}

/** All versions of one assignment, oldest first, never empty. */
export type AssignmentHistory = readonly [AssignmentVersion, ...AssignmentVersion[]]
