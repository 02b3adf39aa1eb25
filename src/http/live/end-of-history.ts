import type { Pool } from 'pg'
import { readEventPage } from '../../ledger/read/events.ts'

/** Events of one read at the end of the history. */
const LIVE_EVENTS = 100

/**
 * The end of the history of every book, for those who follow it. All who wait at the same position share one read, so
 * that many of them cost the database little more than one.
 */
export class EndOfHistory {
  readonly #db: Pool
  readonly #reads = new Map<string, Promise<readonly string[]>>()

  constructor(db: Pool) {
    this.#db = db
  }

  /** What comes next after a position: none where that is the end. The same list for all who ask while it is read. */
  next(book: string, after: number): Promise<readonly string[]> {
    const key = `${book} ${after}`
    const underway = this.#reads.get(key)
    if (underway !== undefined) return underway
    const read = readEventPage(this.#db, { book, after, limit: LIVE_EVENTS })
      .then((page) => page?.items ?? [])
      .finally(() => this.#reads.delete(key))
    this.#reads.set(key, read)
    return read
  }
}
