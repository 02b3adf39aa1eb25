import { seal } from '../../src/ledger/writing/seal.ts'
import { addedRows } from './added-rows.ts'
import { EVENT_OF_KEY, type Writing } from './writing.ts'

/** Dense positions and a hash chain: the head's row is locked as late as can be, and until the commit is durable. */
export const chained: Writing = {
  hash: `encode(hash, 'hex')`,

  async start(tx, { book, idempotencyKey }) {
    const { rows } = await tx.query<{ position: number; fingerprint: string; salt: string }>({
      name: 'start',
      text: `
        select position, encode(fingerprint, 'hex') as fingerprint, coalesce(erasable ->> 'salt', '') as salt
          from (${EVENT_OF_KEY}) as known`,
      values: [book, idempotencyKey],
    })
    return { known: rows[0], place: undefined }
  },

  async place(tx, book) {
    const { rows } = await tx.query<{ position: number; hash: string; now: Date }>({
      name: 'lock-head',
      text: `
        select position,
               encode(hash, 'hex') as hash,
               greatest(recorded_at, date_trunc('milliseconds', clock_timestamp())) as now
          from ledger.heads
         where book_id = $1
           for update`,
      values: [book],
    })
    const { position, hash, now } = rows[0]!
    return { position: position + 1, previousHash: hash, recordedAt: now.toISOString() }
  },

  async write(tx, command, { position, previousHash, recordedAt }, decided) {
    const { type, dataText, erasable } = command
    const { transactions, decision } = decided
    const { event, fingerprint } = seal(
      command,
      { type, dataText, erasable, transactions, decision, stream: null },
      { position: position - 1, hash: previousHash, now: recordedAt },
    )
    const added = addedRows(decided, 13)
    await tx.query({
      name: `write-${added.shape}`,
      text: `
        with ${added.text},
        added_event as (
          insert into ledger.events (
                   book_id, position, type, idempotency_key, fingerprint, actor_type, actor_id, data, decision,
                   erasable, recorded_at, erasable_digest, hash)
          values ($1, $2, $3, $4, decode($5, 'hex'), $6, $7, $8, $9, $10, $11, decode($12, 'hex'), decode($13, 'hex'))
        )
        update ledger.heads
           set position = $2, hash = decode($13, 'hex'), recorded_at = $11
         where book_id = $1`,
      values: [
        event.book,
        position,
        type,
        event.idempotencyKey,
        fingerprint,
        event.actor.type,
        event.actor.id,
        dataText,
        event.decisionText,
        event.erasableText,
        recordedAt,
        event.erasableDigest,
        event.hash,
        ...added.values,
      ],
    })
    return event
  },
}
