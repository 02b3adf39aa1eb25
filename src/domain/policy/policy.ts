import type { CalendarDate } from '../calendar-date.ts'
import { sameEarningTerms } from '../earning/said.ts'
import type { EarningPolicyTerms } from '../earning/terms.ts'
import { type RequestTerms, sameRequestTerms } from '../request/terms.ts'

/** Who sees of what kind an absence is, beside whoever reads the data of everybody: the team too, managers, nobody else. */
export type KindVisibleTo = 'team' | 'manager' | 'hr'

/** What a policy says, apart from when. */
export interface PolicyTerms extends EarningPolicyTerms {
  readonly resource: string
  readonly unit: string
  /** Decimals kept and printed, 0–8. */
  readonly scale: number
  /** Whether consumptions claim their half days. */
  readonly dayExclusive: boolean
  /** A quantity ≥ 0 in its normal spelling; null: unlimited. */
  readonly overdraftLimit: string | null
  readonly name: string | null
  /** null: it says nothing about them, and the usual holds. */
  readonly requests: RequestTerms | null
  /** The day from which nothing is accrued or taken under it any more; absent: it is not retired. */
  readonly retiredFrom?: CalendarDate
  /** Absent: managers. */
  readonly kindVisibleTo?: KindVisibleTo
}

export interface PolicyVersion extends PolicyTerms {
  readonly policy: string
  readonly version: number
  readonly effectiveFrom: CalendarDate
  /** Position of the event that recorded it. */
  readonly position: number
  /** Whether an assignment to its policy has terms of its own; absent: none has. */
  readonly hasOwnTerms?: true
}

/** All versions of one policy, oldest first, never empty. */
export type PolicyHistory = readonly [PolicyVersion, ...PolicyVersion[]]

/** The version that was put last, which need not be in force today. */
export function newestVersion(history: PolicyHistory): PolicyVersion {
  return history.at(-1)!
}

/** Whether two definitions say the same, so that a new version would change nothing. */
export function sameTerms(a: PolicyTerms, b: PolicyTerms): boolean {
  return (
    a.resource === b.resource &&
    a.unit === b.unit &&
    a.scale === b.scale &&
    a.dayExclusive === b.dayExclusive &&
    a.overdraftLimit === b.overdraftLimit &&
    a.name === b.name &&
    a.retiredFrom === b.retiredFrom &&
    a.kindVisibleTo === b.kindVisibleTo &&
    sameRequestTerms(a.requests, b.requests) &&
    sameEarningTerms(a, b)
  )
}
