import type { PoolClient } from 'pg'
import { query, run } from '../../../db/statement.ts'
import { HAS_HEAD, LOCK_HEAD, MAKE_BOOK } from './head.sql.ts'

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
  const [row] = await query(tx, LOCK_HEAD, [book])
  return row && { position: row.position, hash: row.hash, recordedAt: row.recorded_at, definitions: row.definitions }
}

/**
 * Makes sure that the book's row is there and nobody else is making it.
 * @returns `created` where this transaction made it: then the book has no head yet
 */
export async function lockBook(tx: PoolClient, book: string): Promise<'created' | 'present'> {
  if ((await run(tx, HAS_HEAD, [book])) === 1) return 'present'
  // Waits for whoever is making it now, and finds it made.
  return (await run(tx, MAKE_BOOK, [book])) === 1 ? 'created' : 'present'
}
