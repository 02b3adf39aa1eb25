import type { Pool } from 'pg'
import { waitForApplied } from './applied.ts'
import type { Projection } from './projection.ts'

/** A position that a read is to show, and how long it waits for it. */
export interface AtLeast {
  readonly position: number
  readonly waitMs: number
}

/** A read that takes what there is. */
export const WHATEVER_THERE_IS: AtLeast = { position: 0, waitMs: 0 }

/**
 * Reads from a read model once that knows a position of a book.
 * @param read what it found and the position that it found it at; or a text where there is nothing to be read
 * @returns what was read; `'behind'` where the read model did not come as far in time
 */
export async function readCaughtUp<Found extends { readonly position: number } | string | undefined>(
  db: Pool,
  projection: Pick<Projection, 'name'>,
  { book, atLeast: { position, waitMs } }: { readonly book: string; readonly atLeast: AtLeast },
  read: () => Promise<Found>,
): Promise<Found | 'behind'> {
  const deadline = performance.now() + waitMs
  for (;;) {
    const leftMs = Math.max(0, deadline - performance.now())
    if (position > 0 && !(await waitForApplied(db, projection, { book, position, waitMs: leftMs }))) return 'behind'
    const found = await read()
    // Another build may have become active in between, which has not come as far.
    if (typeof found !== 'object' || found.position >= position) return found
  }
}
