import type { Pool } from 'pg'

/** Whether an event has the key. One that is being recorded at this moment may not be seen. */
export async function isKeyRecorded(db: Pool, book: string, idempotencyKey: string): Promise<boolean> {
  const { rowCount } = await db.query({
    // As a range of one, in order: only the keys' own index gives an order, whenever the plan was made.
    name: 'is-key-recorded',
    text: `
      select 1
        from ledger.events
       where book_id = $1
         and idempotency_key >= $2
         and idempotency_key <= $2
       order by idempotency_key
       limit 1`,
    values: [book, idempotencyKey],
  })
  return rowCount === 1
}
