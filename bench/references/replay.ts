import type { PoolClient } from 'pg'
import type { EventType, RecordedEvent } from '../../src/domain/event.ts'
import type { RecordCommand } from '../../src/ledger/command.ts'
import { TRANSACTION_COLUMNS, type TransactionRow, transactionFromRow } from '../../src/ledger/rows/transaction-row.ts'
import { fingerprint } from '../../src/ledger/writing/seal.ts'
import type { Known, Writing } from './writing.ts'

export function isSame(known: Known, { canonical }: RecordCommand): boolean {
  return fingerprint(known.salt, canonical) === known.fingerprint
}

/** The event that a key was recorded with, as far as its first answer needs it. */
export async function readEvent(
  tx: PoolClient,
  command: RecordCommand,
  { position }: Known,
  { hash }: Writing,
): Promise<RecordedEvent> {
  const { book, idempotencyKey, actor } = command
  const events = await tx.query<{ type: EventType; at: Date; decision: string; erasable: string; hash: string }>(
    `select type, recorded_at as at, decision, erasable, ${hash} as hash
       from ledger.events
      where book_id = $1
        and position = $2`,
    [book, position],
  )
  const lines = await tx.query<TransactionRow>(
    `select ${TRANSACTION_COLUMNS}
       from ledger.transactions
      where book_id = $1
        and position = $2
      order by line`,
    [book, position],
  )
  const { type, at, decision, erasable, hash: recordedHash } = events.rows[0]!
  return {
    book,
    position,
    type,
    idempotencyKey,
    actor,
    dataText: command.dataText,
    recordedAt: at.toISOString(),
    transactions: lines.rows.map(transactionFromRow),
    decisionText: decision,
    erasableText: erasable,
    erasableDigest: '',
    previousHash: '',
    hash: recordedHash,
  }
}
