import type { Pool } from 'pg'
import type { EventType } from '../domain/event.ts'
import type { Checkpoint } from '../following/checkpoint.ts'
import { followBooks, type Take, takeLeased } from '../following/follow-books.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { dealWithLateFacts, type LateFactsReport } from './late-facts.ts'
import { type KeptWaiting, lateFactsCheckpoints, waitingBooks } from './late-facts-checkpoint.ts'

/** What the follower of late facts tells whoever watches it. */
export interface LateFactsWatcher {
  lateFacts(report: LateFactsReport & { readonly book: string }): void
  uncounted(about: { readonly book: string; readonly request: string; readonly code: string }): void
  trouble(message: string, error: unknown): void
}

export interface FollowLateFactsOptions {
  /** Of the service's role: one connection for each book at the same time, and one more. */
  readonly db: Pool
  readonly ledger: Pick<Ledger, 'submit'>
  readonly limits: {
    /** Books that are dealt with at the same time. */
    readonly books: number
    /** Requests of one book that are counted again at the same time. */
    readonly recounts: number
    /** How often books are looked for that this process was not told of. */
    readonly pollMs?: number
  }
  readonly watcher: LateFactsWatcher
}

export interface LateFacts {
  /** A definition was recorded: where requests may depend on it, its book is looked at soon. */
  defined(book: string, type: EventType): void
  /** Counts again what waits for a period to be reopened, in all books, one after the other. */
  countWaiting(): Promise<void>
  /** Ends what is under way between two requests. */
  close(): Promise<void>
}

/** What days are counted by; and what a count may have waited for. */
const CONCERNING_REQUESTS: readonly EventType[] = [
  'calendar-defined',
  'entity-defined',
  'work-pattern-defined',
  'period-reopened',
]

/** Definitions come in crowds: what is recorded in this time is dealt with at once. */
const GATHER_MS = 100

/** What another process has recorded, and died before it dealt with it, is found so soon. */
const POLL_MS = 1_000

/** Deals with what is defined in all books, as it comes and where it was left. */
export function followLateFacts({ db, ledger, limits, watcher }: FollowLateFactsOptions): LateFacts {
  const checkpoints = lateFactsCheckpoints(db)
  const closing = new AbortController()

  const take: Take<KeptWaiting> = async (book, at, { most, signal }) => {
    const uncounted: LateFactsWatcher['uncounted'] = (about) => watcher.uncounted(about)
    const { report, ...reached } = await dealWithLateFacts(book, at, { db, ledger, recounts: most, signal, uncounted })
    watcher.lateFacts({ book, ...report })
    return reached
  }

  const following = followBooks(
    {
      limits: {
        workers: limits.books,
        most: limits.recounts,
        gatherMs: GATHER_MS,
        busyGatherMs: GATHER_MS,
        pollMs: limits.pollMs ?? POLL_MS,
      },
      trouble: {
        find: (error) => watcher.trouble('books with late facts could not be looked for', error),
        take: ({ book }, error) => watcher.trouble(`late facts of ${book} could not be dealt with`, error),
      },
    },
    checkpoints,
    take,
  )

  return {
    defined(book, type) {
      if (CONCERNING_REQUESTS.includes(type)) following.look({ book, key: book })
    },
    async countWaiting() {
      const { signal } = closing
      const most = limits.recounts
      for await (const book of waitingBooks(db)) {
        signal.throwIfAborted()
        const again = (at: Checkpoint & KeptWaiting, leased: AbortSignal) => take(book, at, { most, signal: leased })
        await takeLeased(checkpoints, book, { signal }, again)
      }
    },
    async close() {
      closing.abort()
      await following.close()
    },
  }
}
