import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { query, statement } from '../db/statement.ts'
import type { Projection } from './projection.ts'

// The runner gathers for longer than this; a statement by key costs next to nothing.
const LOOK_MS = 25

export const READ_APPLIED = statement({
  name: 'read-applied',
  columns: { position: 'int8' },
  params: ['text', 'text'],
  text: `
      select coalesce(c.position, 0) as position
        from ledger.heads h
        left join projections.builds b
               on b.projection = $2
              and b.state = 'active'
        left join projections.checkpoints c
               on c.book_id = h.book_id
              and c.projection = b.projection
              and c.build = b.build
       where h.book_id = $1`,
})

/**
 * The last position of a book that the active build of a read model has applied; 0 where it has applied nothing.
 * @returns undefined where the book does not exist
 */
async function readApplied(db: Pool, projection: Pick<Projection, 'name'>, book: string): Promise<number | undefined> {
  const [row] = await query(db, READ_APPLIED, [book, projection.name])
  return row?.position
}

/**
 * Waits until a read model has applied `position` of a book, at most `waitMs`. Looks into the database, so it does not
 * matter which process projects, and works on a replica.
 * @returns whether it has; true where the book does not exist, since waiting will not make it, and the read says so
 */
export async function waitForApplied(
  db: Pool,
  projection: Pick<Projection, 'name'>,
  { book, position, waitMs }: { book: string; position: number; waitMs: number },
): Promise<boolean> {
  const deadline = performance.now() + waitMs
  for (;;) {
    const applied = await readApplied(db, projection, book)
    if (applied === undefined || applied >= position) return true
    const leftMs = deadline - performance.now()
    if (leftMs <= 0) return false
    await sleep(Math.min(LOOK_MS, leftMs))
  }
}
