import type { ClientBase } from 'pg'
import type { CalendarDate } from '../domain/calendar-date.ts'
import type { Actor, EventType } from '../domain/event.ts'
import type { Component, Portion, TransactionAt, TransactionType } from '../domain/transaction.ts'

/**
 * A read model: what makes its tables out of the record. Written by nothing but `project` and the rebuild, and dropped
 * and rebuilt at any time.
 */
export interface Projection {
  /** Lower case, as are its tables. */
  readonly name: string
  /** Raised when the tables or what is written to them change: what an older version built is then not read or written. */
  readonly version: number
  /** A file with `create table projections.<table> …` statements; every table is keyed by `book_id` first. */
  readonly tables: URL
  /**
   * What of the record it folds. `requests and claims`: the events of requests, without their transactions, and what other
   * transactions claim of days.
   */
  readonly reads: 'transactions' | 'events and transactions' | 'requests and claims'
  /**
   * Folds a batch and writes what came of it, inside the database transaction that moves the checkpoint. What it writes
   * must not depend on how events are cut into batches, nor on the order in which different entities come. Nothing of it
   * is still under way when it returns or throws.
   * @throws what the fold or the database throws: the entity concerned is parked, unless the failure is nobody's in particular
   */
  project(tx: ClientBase, batch: Batch): Promise<void>
  readonly rebuilt: Rebuilt
}

/** Events of one book in order, after what the build has applied. */
export interface Batch {
  readonly book: string
  /** Not included. */
  readonly after: number
  readonly upTo: number
  /** By position; empty for a projection that reads transactions only. */
  readonly events: readonly ProjectedEvent[]
  /** By position and line; empty for a projection that reads requests and claims. */
  readonly transactions: readonly ProjectedTransaction[]
  /** By position; empty for a projection that does not read claims. */
  readonly claims: readonly ProjectedClaim[]
  readonly into: Build
}

export interface ProjectedEvent {
  readonly position: number
  readonly type: EventType
  readonly recordedAt: Date
  readonly actor: Actor
  readonly stream: string | null
  readonly streamVersion: number | null
  /** JSON. */
  readonly dataText: string
  /** The entity that is parked where this event cannot be applied; `(book)` where it concerns none. */
  readonly owner: string
}

export interface ProjectedTransaction {
  readonly position: number
  readonly line: number
  readonly type: TransactionType
  readonly component: Component
  readonly entity: string
  readonly policy: string
  readonly resource: string
  /** Signed, as recorded. */
  readonly amount: string
  readonly effectiveOn: CalendarDate
}

/** A day, or the half of it, that a line of no request claims since an event, or no more. */
export interface ProjectedClaim {
  /** Of the event that says so: that of the line, a later definition, or a reversal. */
  readonly position: number
  readonly entity: string
  readonly resource: string
  /** The day that the line is about; of what gives one back, it may be another. */
  readonly day: CalendarDate
  readonly portion: Portion
  /** The line that claims it. */
  readonly of: TransactionAt
  /** Whether it does no more. */
  readonly ends: boolean
  /** Of the event of the line. */
  readonly recordedAt: Date
}

/** One set of a read model's tables. */
export interface Build {
  readonly projection: string
  /** 1, 2, 3 … */
  readonly number: number
  /** The name of one of its tables in SQL. */
  table(name: string): string
}

/**
 * The read model said once more, as selects over the whole record: what a rebuild inserts, and what a build is compared
 * with. It shares no code with the fold, so that each proves the other.
 */
export interface Rebuilt {
  /**
   * How the record is cut into slices that one statement each rebuilds.
   * `entities`: no row depends on two entities. `positions`: rows of different slices are added up.
   */
  readonly slicedBy: 'entities' | 'positions'
  readonly tables: readonly RebuiltTable[]
}

export interface RebuiltTable {
  readonly table: string
  /** Without `book_id`. */
  readonly key: readonly string[]
  /** The other columns; where slices are positions, each of them a sum. */
  readonly columns: readonly string[]
  /** Those of a type that the server has no hash for. */
  readonly comparedAsText?: readonly string[]
  /** A select of `book_id`, the key and the other columns, in their order. */
  select(from: RecordSlice): string
}

/** Parts of the record that stand in a `from`; each row is as in the table of the ledger. */
export interface RecordSlice {
  readonly transactions: string
  readonly events: string
  /** Rows of `ledger.day_claims` of lines that claim their day since a later definition, which is in the slice. */
  readonly claimedLater: string
}
