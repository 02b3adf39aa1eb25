import type { Pool } from 'pg'
import { letHoldsLapse } from '../commands/let-holds-lapse.ts'
import { query } from '../db/statement.ts'
import { type BookFollowed, type BookPage, type BooksBehind, follow } from '../following/follow.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { playedNow } from '../world-clock.ts'
import { HOLDS_OVER } from './holds-over.sql.ts'

export interface FollowHoldsOptions {
  readonly db: Pool
  readonly ledger: Pick<Ledger, 'submit'>
  /** Books in which holds end at the same time. */
  readonly books: number
  /** How often is looked for holds that are over. */
  readonly pollMs?: number
  readonly trouble: (message: string, error: unknown) => void
}

/** So soon after its instant the end of a hold is recorded, where nobody asks anything of the book. */
const POLL_MS = 1_000

/**
 * Has the ends of holds recorded. It only asks: what is over is given back by the ledger, before whatever is asked of a book.
 * So any number of processes may ask at once, and one that dies leaves nothing half done.
 */
export function followHolds({ db, ledger, books, pollMs = POLL_MS, trouble }: FollowHoldsOptions) {
  const find = async ({ afterBook, books: most }: BookPage): Promise<BooksBehind<BookFollowed>> => {
    const rows = await query(db, HOLDS_OVER, [afterBook, most, playedNow() ?? null])
    const behind = rows.flatMap(({ book_id: book, has_over }) => (has_over ? [{ book, key: book }] : []))
    return { behind, upToBook: rows.length < most ? undefined : rows.at(-1)!.book_id }
  }
  return follow<BookFollowed>({
    follower: {
      find,
      async take({ book }) {
        await ledger.submit(letHoldsLapse(book))
        // Until another one is over.
        return { outcome: 'gone' }
      },
    },
    limits: { workers: books, most: 1, gatherMs: 0, busyGatherMs: 0, pollMs },
    trouble: {
      find: (error) => trouble('holds that are over could not be looked for', error),
      take: ({ book }, error) => trouble(`holds of ${book} could not be ended`, error),
    },
  })
}
