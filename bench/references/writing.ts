import type { PoolClient } from 'pg'
import type { RecordedEvent } from '../../src/domain/event.ts'
import type { Accepted } from '../../src/domain/recording/accepted.ts'
import type { RecordCommand } from '../../src/ledger/command.ts'
import type { WrittenAccount } from '../../src/ledger/writing/addition.ts'

/** Where an event goes. */
export interface Place {
  readonly position: number
  /** Of the event before; '' where nothing is chained. */
  readonly previousHash: string
  readonly recordedAt: string
}

/** An event that is known by its key. */
export interface Known {
  readonly position: number
  /** Lower-case hex. */
  readonly fingerprint: string
  /** '' where there is none. */
  readonly salt: string
}

/** What a command is to write: what was decided, with the rows of its accounts as they are to be. */
export interface Decided extends Accepted {
  readonly accounts: readonly WrittenAccount[]
  /** Those of them that were not there. */
  readonly made: ReadonlySet<WrittenAccount>
}

/** What the two references differ in: how an event gets its place, and what is written with it. */
export interface Writing {
  /** The first statement of every request. */
  start(tx: PoolClient, command: RecordCommand): Promise<{ known: Known | undefined; place: Place | undefined }>
  /** Where `start` did not tell it. */
  place(tx: PoolClient, book: string): Promise<Place>
  write(tx: PoolClient, command: RecordCommand, place: Place, decided: Decided): Promise<RecordedEvent>
  /** An expression over `ledger.events`: the hash in hex, where there is one. */
  readonly hash: string
}

/**
 * The event of key $2 in book $1. Asked for as a range of one, in order: with plain equality, the plan that is made while
 * the table is empty and then kept reads the whole book for every key, and no reference should fall into that.
 */
export const EVENT_OF_KEY = `
  select position, fingerprint, erasable
    from ledger.events
   where book_id = $1
     and idempotency_key >= $2
     and idempotency_key <= $2
   order by idempotency_key
   limit 1`
