import type { CalendarDate, DaySpan } from '../calendar-date.ts'

/** By which rule something was posted. */
export const POSTING_RULES = [
  'accrual',
  'carry-over',
  'lapse',
  'cap',
  'encashment',
  'correction',
  'settlement',
] as const

export type PostingRule = (typeof POSTING_RULES)[number]

/** What a carry-over kept, and until when it may be taken. It is about lots without a last valid day alone. */
export interface Carried {
  readonly on: CalendarDate
  /** Lots that were earned before this day are concerned, and no others: `on` itself, or earlier where a notice came later. */
  readonly earnedBefore: CalendarDate
  /** In its normal spelling, 0 or more; a debt is carried as it is and not said here. */
  readonly kept: string
  /** The last day of what was kept; null: for ever. */
  readonly validUntil: CalendarDate | null
  /** How much of it never lapses, in its normal spelling. */
  readonly neverLapses: string
}

/** The same with the account that it is about: all that is said of it, since it need not have a transaction. */
export interface CarriedOver {
  readonly entity: string
  readonly policy: string
  readonly carried: Carried
}

/** What a transaction that the rules posted says besides. */
export interface ByRule {
  readonly rule: PostingRule
  /** The days that it is about. */
  readonly period: DaySpan
}

/**
 * What tells carryings of one account apart: the day, and which lots it is about. A notice may be given on the day of another
 * carry-over, and is about lots of the one before.
 */
export function carriedName({ on, earnedBefore }: Pick<Carried, 'earnedBefore' | 'on'>): string {
  return on === earnedBefore ? on : `${on} of before ${earnedBefore}`
}
