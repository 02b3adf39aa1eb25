import { statement } from '../../db/statement.ts'

/** The event that makes a book, and its head. */
export const APPEND_FIRST = statement({
  text: `with added as (
       insert into ledger.events (
                book_id, position, type, stream, stream_version, idempotency_key, fingerprint, actor_type, actor_id,
                data, decision, erasable, erasable_digest, recorded_at, hash)
       values ($1, $2, $3, $4, $5, $6, decode($7, 'hex'), $8, $9, $10, $11, $12, decode($13, 'hex'), $14, decode($15, 'hex'))
     )
     insert into ledger.heads (book_id, position, hash, recorded_at, definitions)
     values ($1, $2, decode($15, 'hex'), $14, $2)`,
  params: [
    'text',
    'int8',
    'text',
    'text?',
    'int8?',
    'text',
    'text',
    'text',
    'text',
    'json',
    'json',
    'json?',
    'text',
    'timestamptz',
    'text',
  ],
})
