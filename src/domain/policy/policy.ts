import type { CalendarDate } from '../calendar-date.ts'

/** What a policy says, apart from when. */
export interface PolicyTerms {
  readonly resource: string
  readonly unit: string
  /** Decimals kept and printed, 0–8. */
  readonly scale: number
  /** Whether consumptions claim their half days. */
  readonly dayExclusive: boolean
  /** A quantity ≥ 0 in its normal spelling; null: unlimited. */
  readonly overdraftLimit: string | null
  readonly name: string | null
}

export interface PolicyVersion extends PolicyTerms {
  readonly policy: string
  readonly version: number
  readonly effectiveFrom: CalendarDate
  /** Position of the event that recorded it. */
  readonly position: number
}

/** All versions of one policy, oldest first, never empty. */
export type PolicyHistory = readonly [PolicyVersion, ...PolicyVersion[]]

export function newestVersion(history: PolicyHistory): PolicyVersion {
  return history.at(-1)!
}

export function sameTerms(a: PolicyTerms, b: PolicyTerms): boolean {
  return (
    a.resource === b.resource &&
    a.unit === b.unit &&
    a.scale === b.scale &&
    a.dayExclusive === b.dayExclusive &&
    a.overdraftLimit === b.overdraftLimit &&
    a.name === b.name
  )
}
