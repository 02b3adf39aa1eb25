import type { PoolClient } from 'pg'
import { INSTANT } from './instant.ts'

/** The end of a book's history, as locked. */
export interface LockedHead {
  readonly position: number
  /** Lower-case hex. */
  readonly hash: string
  readonly recordedAt: string
  readonly definitions: number
}

/** Locks the end of the book until the transaction ends: the one order of everything written to it. */
export async function lockHead(tx: PoolClient, book: string): Promise<LockedHead | undefined> {
  const { rows } = await tx.query<{ position: number; hash: string; recorded_at: string; definitions: number }>({
    name: 'lock-head',
    text: `
      select position,
             encode(hash, 'hex') as hash,
             to_char(recorded_at at time zone 'UTC', ${INSTANT}) as recorded_at,
             definitions
        from ledger.heads
       where book_id = $1
         for update`,
    values: [book],
  })
  const [row] = rows
  return row && { position: row.position, hash: row.hash, recordedAt: row.recorded_at, definitions: row.definitions }
}

/**
 * Makes sure that the book's row is there and nobody else is making it.
 * @returns `created` where this transaction made it: then the book has no head yet
 */
export async function lockBook(tx: PoolClient, book: string): Promise<'created' | 'present'> {
  const present = await tx.query('select 1 from ledger.heads where book_id = $1', [book])
  if (present.rowCount === 1) return 'present'
  // Waits for whoever is making it now, and finds it made.
  const made = await tx.query(
    `insert into ledger.books (book_id, time_zone) values ($1, 'UTC') on conflict (book_id) do nothing`,
    [book],
  )
  return made.rowCount === 1 ? 'created' : 'present'
}
