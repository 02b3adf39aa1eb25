import type { Pool } from 'pg'
import { query, statement } from '../../db/statement.ts'

export const KEY_RECORDED = statement({
  name: 'is-key-recorded',
  columns: ['int4'],
  params: ['text', 'text'],
  // As a range of one, in order: only the keys' own index gives an order, whenever the plan was made.
  text: `
      select 1
        from ledger.events
       where book_id = $1
         and idempotency_key >= $2
         and idempotency_key <= $2
       order by idempotency_key
       limit 1`,
})

/** Whether an event has the key. One that is being recorded at this moment may not be seen. */
export async function isKeyRecorded(db: Pool, book: string, idempotencyKey: string): Promise<boolean> {
  return (await query(db, KEY_RECORDED, [book, idempotencyKey])).length === 1
}
