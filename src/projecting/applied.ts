import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Projection } from './projection.ts'

// The runner gathers for longer than this; a statement by key costs next to nothing.
const LOOK_MS = 25

/** The last position of a book that the active build of a read model has applied; 0 where it has applied nothing. */
export async function readApplied(db: Pool, projection: Pick<Projection, 'name'>, book: string): Promise<number> {
  const { rows } = await db.query<{ position: number }>({
    name: 'read-applied',
    text: `
      select c.position
        from projections.builds b
        join projections.checkpoints c
          on c.book_id = $1
         and c.projection = b.projection
         and c.build = b.build
       where b.projection = $2
         and b.state = 'active'`,
    values: [book, projection.name],
  })
  return rows[0]?.position ?? 0
}

/**
 * Waits until a read model has applied `position` of a book, at most `waitMs`. Looks into the database, so it does not
 * matter which process projects, and works on a replica.
 * @returns whether it has
 */
export async function waitForApplied(
  db: Pool,
  projection: Pick<Projection, 'name'>,
  { book, position, waitMs }: { book: string; position: number; waitMs: number },
): Promise<boolean> {
  const deadline = performance.now() + waitMs
  while ((await readApplied(db, projection, book)) < position) {
    const leftMs = deadline - performance.now()
    if (leftMs <= 0) return false
    await sleep(Math.min(LOOK_MS, leftMs))
  }
  return true
}
