import type { CalendarDate } from '../calendar-date.ts'
import type { CarriedOver } from '../earning/posting.ts'
import type { EventType } from '../event.ts'
import type { Portion, Transaction, TransactionAt } from '../transaction.ts'
import type { StateChanges } from './book-state.ts'
import type { Decision } from './decision.ts'

/** A half or a whole day that a transaction takes. */
export interface Claim extends TransactionAt {
  readonly entity: string
  readonly resource: string
  readonly on: CalendarDate
  readonly portion: Portion
  /** Whether it takes hours of the day, instead of the halves of `portion`. */
  readonly ofHours: boolean
  /** Days or hours, printed; null: something else, or more than the day has, as earlier rules recorded it. */
  readonly taken: string | null
  /** The hours that lines may take of the day together; null: not said. */
  readonly most: string | null
}

/** An accepted command: what is recorded, on what grounds, and what it changes. */
export interface Accepted {
  readonly transactions: readonly Transaction[]
  /** Of each transaction: which of the command's lines asked for it, from 0. */
  readonly askedBy: readonly number[]
  readonly decision: Decision
  readonly claims: readonly Claim[]
  /** Transactions whose claims end. */
  readonly releases: readonly TransactionAt[]
  readonly changes: StateChanges
  /** What a carry-over kept; absent: it is none. */
  readonly carriedOver?: CarriedOver
  /** What the event is, where deciding finds that out; undefined: what the command says it is. */
  readonly recorded?: {
    readonly type: EventType
    readonly data: object
    readonly stream: { readonly name: string; readonly version: number } | null
  }
}
