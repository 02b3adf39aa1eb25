import type { ClientBase, Pool } from 'pg'
import { narrowed, query, type RowOf, statement } from '../../db/statement.ts'
import { type EventType, NO_HASH, type RecordedEvent } from '../../domain/event.ts'
import { TRANSACTION, TRANSACTION_COLUMNS, type TransactionRow, transactionFromRow } from '../rows/transaction-row.ts'

/**
 * One event as it was recorded.
 * @param position at or before a head that the caller has seen
 * @returns undefined where the book has no such position
 */
export async function readEventByPosition(
  db: Pool | ClientBase,
  book: string,
  position: number,
): Promise<RecordedEvent | undefined> {
  const [event] = await readEvents(db, book, { after: position - 1, upTo: position })
  return event
}

/**
 * The events after `after` up to and including `upTo`, by position. Two statements; what they read never changes, so
 * they agree as long as `upTo` is not beyond a head that the caller has seen.
 */
export async function readEvents(
  db: Pool | ClientBase,
  book: string,
  { after, upTo }: { readonly after: number; readonly upTo: number },
): Promise<RecordedEvent[]> {
  const [events, transactions] = await Promise.all([
    query(db, READ_EVENTS_OF_RANGE, [book, after, upTo]),
    query(db, READ_TRANSACTIONS_OF_RANGE, [book, after, upTo]),
  ])
  return eventsFromRows(book, events, transactions)
}

/** Digests as lower-case hex. `hash_before`: of the first row only; null there too where nothing is before it. */
export const READ_EVENTS_OF_RANGE = statement({
  name: 'read-events',
  columns: {
    position: 'int8',
    type: narrowed<EventType>('text'),
    recorded_at: 'timestamptz',
    idempotency_key: 'text',
    actor_type: 'text',
    actor_id: 'text',
    data: 'json',
    decision: 'json',
    erasable: 'json?',
    erasable_digest: 'text',
    hash: 'text',
    hash_before: 'text?',
  },
  params: ['text', 'int8', 'int8'],
  text: `
        select position,
               type,
               recorded_at,
               idempotency_key,
               actor_type,
               actor_id,
               data,
               decision,
               erasable,
               encode(erasable_digest, 'hex') as erasable_digest,
               encode(hash, 'hex') as hash,
               case when position = $2::bigint + 1 then (
                 select encode(hash, 'hex')
                   from ledger.events
                  where book_id = $1
                    and position = $2
               ) end as hash_before
          from ledger.events
         where book_id = $1
           and position > $2
           and position <= $3
         order by position`,
})

export const READ_TRANSACTIONS_OF_RANGE = statement({
  name: 'read-events-transactions',
  columns: TRANSACTION,
  params: ['text', 'int8', 'int8'],
  text: `
        select ${TRANSACTION_COLUMNS}
          from ledger.transactions
         where book_id = $1
           and position > $2
           and position <= $3
         order by position, line`,
})

/** Both ordered by position; every transaction belongs to one of the events. */
function eventsFromRows(
  book: string,
  rows: readonly RowOf<typeof READ_EVENTS_OF_RANGE>[],
  transactions: readonly TransactionRow[],
): RecordedEvent[] {
  let next = 0
  let previousHash = rows[0]?.hash_before ?? NO_HASH
  return rows.map((row) => {
    const first = next
    while (next < transactions.length && transactions[next]!.position === row.position) next++
    const event: RecordedEvent = {
      book,
      position: row.position,
      type: row.type,
      recordedAt: row.recorded_at.toISOString(),
      idempotencyKey: row.idempotency_key,
      actor: { type: row.actor_type, id: row.actor_id },
      dataText: row.data,
      transactions: transactions.slice(first, next).map(transactionFromRow),
      decisionText: row.decision,
      erasableText: row.erasable,
      erasableDigest: row.erasable_digest,
      previousHash,
      hash: row.hash,
    }
    previousHash = row.hash
    return event
  })
}
