import type { PoolClient } from 'pg'
import { run } from '../../db/statement.ts'
import type { EventRow } from './addition.ts'
import { APPEND_FIRST } from './append-first.sql.ts'

/** Writes the event that makes a book, and the head that everything later is appended to. */
export async function appendFirst(
  tx: PoolClient,
  book: string,
  { event, fingerprint, stream }: EventRow,
): Promise<void> {
  await run(tx, APPEND_FIRST, [
    book,
    event.position,
    event.type,
    stream?.name ?? null,
    stream?.version ?? null,
    event.idempotencyKey,
    fingerprint,
    event.actor.type,
    event.actor.id,
    event.dataText,
    event.decisionText,
    event.erasableText,
    event.erasableDigest,
    event.recordedAt,
    event.hash,
  ])
}
