import type { CalendarDate } from '../calendar-date.ts'

/** Which balances: those of the accounts that fit, at the end of a day, as the book stood at a position. */
export interface SnapshotScope {
  readonly asOf: CalendarDate
  readonly knownAt: number
  readonly resource: string | null
  readonly policy: string | null
  /** Ascending, each once; null: all. */
  readonly entities: readonly string[] | null
}

/** What is recorded of a snapshot. Its balances follow from the record before it. */
export interface SnapshotFacts extends SnapshotScope {
  readonly name: string | null
  /** How many balances there are. */
  readonly count: number
  /** SHA-256 of the balances, one a line as canonical JSON; lower-case hex. */
  readonly digest: string
}
