import type { Pool } from 'pg'
import type { PgBoss } from 'pg-boss'
import type { EventType } from '../domain/event.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { dealWithLateFacts, type LateFactsReport } from './late-facts.ts'
import { dueBooks } from './late-facts-checkpoint.ts'
import { openQueues } from './queues.ts'

/** What the jobs tell whoever watches them. */
export interface JobsWatcher {
  lateFacts(report: LateFactsReport & { readonly book: string }): void
  uncounted(about: { readonly book: string; readonly request: string; readonly code: string }): void
  trouble(message: string, error: unknown): void
}

export interface JobsOptions {
  /** Of the queues; its connections start in the service's role. */
  readonly url: string
  /** What the jobs read by, and note how far they are. */
  readonly db: Pool
  readonly ledger: Pick<Ledger, 'submit'>
  readonly limits: {
    /** Books that are dealt with at the same time. */
    readonly books: number
    /** Requests of one book that are counted again at the same time. */
    readonly recounts: number
  }
  readonly watcher: JobsWatcher
}

export interface Jobs {
  /** A definition was recorded: where requests may depend on it, its book is looked at soon. */
  defined(book: string, type: EventType): void
  /** Takes no more jobs, and ends those under way between two commands. */
  close(): Promise<void>
}

/** Deals with one book: `{ book }`. */
const LATE_FACTS = 'late-facts'
/** Finds the books that are due, so that nothing is lost that nobody was told of: `{ waiting }`. */
const FIND_BOOKS = 'late-facts-books'

/** What days are counted by; and what a count may have waited for. */
const CONCERNING_REQUESTS: readonly EventType[] = [
  'calendar-defined',
  'entity-defined',
  'work-pattern-defined',
  'period-reopened',
]

/** Definitions come in crowds: what is recorded in this time is dealt with at once. */
const GATHER_MS = 100

/** How often a process asks for jobs that others have sent. */
const POLL_SECONDS = 10

/** Of one book one job runs and one waits, whoever sends how many; one whose process died is taken up by another. */
const QUEUE = {
  policy: 'stately',
  retryLimit: 10,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 300,
  heartbeatSeconds: 20,
  expireInSeconds: 6 * 3_600,
  deleteAfterSeconds: 3_600,
} as const

/** Starts what runs by itself. A job only issues commands, with keys that make a second run change nothing. */
export async function startJobs(options: JobsOptions): Promise<Jobs> {
  const { url, watcher } = options
  const boss = await openQueues({ url, onError: (error) => watcher.trouble('a queue failed', error) })
  const running = new RunningJobs(boss, options)
  try {
    await running.start()
  } catch (error) {
    await running.close()
    throw error
  }
  return running
}

class RunningJobs implements Jobs {
  readonly #boss: PgBoss
  readonly #options: JobsOptions
  readonly #closing = new AbortController()
  readonly #gathering = new Map<string, NodeJS.Timeout>()
  #worker = ''

  constructor(boss: PgBoss, options: JobsOptions) {
    this.#boss = boss
    this.#options = options
  }

  async start(): Promise<void> {
    const { limits } = this.#options
    await this.#boss.createQueue(LATE_FACTS, QUEUE)
    await this.#boss.createQueue(FIND_BOOKS, QUEUE)
    const often = { pollingIntervalSeconds: POLL_SECONDS }
    this.#worker = await this.#boss.work<{ book: string }>(
      LATE_FACTS,
      { ...often, localConcurrency: limits.books },
      ([job]) => this.#lateFacts(job!.data.book),
    )
    const finder = await this.#boss.work<{ waiting: boolean }>(FIND_BOOKS, often, ([job]) =>
      this.#findBooks(job!.data.waiting),
    )
    await this.#boss.schedule(FIND_BOOKS, '* * * * *', { waiting: false }, { key: 'undealt' })
    await this.#boss.schedule(FIND_BOOKS, '30 * * * *', { waiting: true }, { key: 'waiting', singletonKey: 'waiting' })
    // Whatever was left undone when the last process ended.
    await this.#boss.send(FIND_BOOKS, { waiting: true }, { singletonKey: 'waiting' })
    this.#boss.notifyWorker(finder)
  }

  defined(book: string, type: EventType): void {
    if (!CONCERNING_REQUESTS.includes(type) || this.#closing.signal.aborted || this.#gathering.has(book)) return
    const timer = setTimeout(() => {
      this.#gathering.delete(book)
      this.#send(book).catch((error: unknown) => this.#options.watcher.trouble('a job could not be sent', error))
    }, GATHER_MS)
    this.#gathering.set(book, timer.unref())
  }

  async close(): Promise<void> {
    this.#closing.abort()
    for (const timer of this.#gathering.values()) clearTimeout(timer)
    this.#gathering.clear()
    await this.#boss.stop()
  }

  async #send(book: string): Promise<void> {
    await this.#boss.send(LATE_FACTS, { book }, { singletonKey: book })
    this.#boss.notifyWorker(this.#worker)
  }

  async #lateFacts(book: string): Promise<void> {
    const { db, ledger, limits, watcher } = this.#options
    try {
      const { signal } = this.#closing
      const { recounts } = limits
      const report = await dealWithLateFacts(book, {
        db,
        ledger,
        recounts,
        signal,
        uncounted: (about) => watcher.uncounted(about),
      })
      watcher.lateFacts({ book, ...report })
    } catch (error) {
      // It is tried again, here or by another process.
      if (!this.#closing.signal.aborted) watcher.trouble(`late facts of ${book} could not be dealt with`, error)
      throw error
    }
  }

  async #findBooks(waiting: boolean): Promise<void> {
    for await (const book of dueBooks(this.#options.db, { waiting })) {
      this.#closing.signal.throwIfAborted()
      await this.#send(book)
    }
  }
}
