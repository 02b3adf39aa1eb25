import type { ClientBase, Pool } from 'pg'
import { query, statement } from '../../db/statement.ts'
import type { Wakeups } from './wakeups.ts'

/** The end of a book's history, with what the book is called and what its "today" means. */
export interface Head {
  readonly position: number
  /** Lower-case hex. */
  readonly hash: string
  /** RFC 3339, UTC, milliseconds. */
  readonly recordedAt: string
  /** Position of the last event that defined something. */
  readonly definitions: number
  readonly name: string | null
  readonly timeZone: string
}

export const READ_HEAD = statement({
  name: 'read-head',
  columns: {
    position: 'int8',
    hash: 'text',
    recorded_at: 'timestamptz',
    definitions: 'int8',
    name: 'text?',
    time_zone: 'text',
  },
  params: ['text'],
  text: `
      select h.position, encode(h.hash, 'hex') as hash, h.recorded_at, h.definitions, b.name, b.time_zone
        from ledger.heads h
        join ledger.books b on b.book_id = h.book_id
       where h.book_id = $1`,
})

/** @returns undefined where the book does not exist */
export async function readHead(db: Pool | ClientBase, book: string): Promise<Head | undefined> {
  const [row] = await query(db, READ_HEAD, [book])
  return (
    row && {
      position: row.position,
      hash: row.hash,
      recordedAt: row.recorded_at.toISOString(),
      definitions: row.definitions,
      name: row.name,
      timeZone: row.time_zone,
    }
  )
}

// A wake-up may be lost (another process, a connection that broke), so the head is looked at this often all the same.
const POLL_MS = 100

/**
 * Waits until the book's history reaches `position`, at most `waitMs`.
 * @returns whether it did; true where the book does not exist, since waiting will not make it, and the read says so
 */
export async function waitForPosition(
  db: Pool,
  book: string,
  position: number,
  waitMs: number,
  wakeups: Wakeups,
): Promise<boolean> {
  const deadline = performance.now() + waitMs
  for (;;) {
    const head = await readHead(db, book)
    if (head === undefined || head.position >= position) return true
    const leftMs = deadline - performance.now()
    if (leftMs <= 0) return false
    await wakeups.next(book, position - 1, undefined, Math.min(leftMs, POLL_MS))
  }
}
