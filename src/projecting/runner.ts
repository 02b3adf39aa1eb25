import type { Pool } from 'pg'
import {
  type BookFollowed,
  type BookPage,
  type BooksBehind,
  type Follower,
  follow,
  type Taken,
} from '../following/follow.ts'
import type { Wakeups } from '../ledger/read/wakeups.ts'
import { type Advanced, advance } from './advance.ts'
import { readBuilds } from './builds.ts'
import { addCheckpoint } from './checkpoint.ts'
import { findWork } from './find-work.ts'
import type { Projection } from './projection.ts'
import { buildOf } from './tables.ts'

export interface ProjectingLimits {
  /** Books projected at the same time by this process. */
  readonly workers: number
  /** Transactions applied in one commit, or events: so many only where a book is far behind. */
  readonly batchTransactions: number
  /** How long events are gathered after the first one, so that a busy book is not projected event by event. */
  readonly gatherMs: number
  /** The same after a large batch: of many events more concern the same accounts, and each is written once. */
  readonly busyGatherMs: number
  /** How often books are looked at without having been announced. */
  readonly pollMs: number
}

export const PROJECTING_LIMITS: ProjectingLimits = {
  workers: 2,
  // What is far behind is applied in large batches: then an account is written once for many transactions.
  batchTransactions: 50_000,
  gatherMs: 100,
  busyGatherMs: 150,
  pollMs: 1_000,
}

export interface BatchReport {
  readonly projection: string
  readonly book: string
  readonly events: number
  readonly transactions: number
  readonly durationMs: number
}

/** What the runner tells whoever watches it. */
export interface ProjectingWatcher {
  /** A batch was applied and committed. */
  batch(report: BatchReport): void
  /** Entities could not be applied any further; the rest goes on. */
  parked(report: { readonly projection: string; readonly book: string; readonly entities: readonly string[] }): void
  /** Something went wrong; it is tried again. */
  trouble(message: string, error: unknown): void
}

export interface Projecting {
  /** Starts nothing new, and waits for the batches under way. */
  close(): Promise<void>
}

export interface ProjectingOptions {
  /** See `openProjectingPool`. */
  readonly pool: Pool
  readonly projections: readonly Projection[]
  readonly wakeups: Pick<Wakeups, 'next'>
  readonly watcher: ProjectingWatcher
  readonly limits?: Partial<ProjectingLimits>
}

/**
 * Keeps the active builds of all read models up to date, until it is closed. Any number of processes may do so at once:
 * a book is claimed for each batch anew, nobody leads, and whoever dies leaves nothing behind.
 */
export function startProjecting(options: ProjectingOptions): Projecting {
  const { wakeups, watcher } = options
  const { batchTransactions: most, ...limits } = { ...PROJECTING_LIMITS, ...options.limits }
  return follow<ProjectedBook>({
    follower: new Projector(options),
    limits: { ...limits, most },
    wakeups,
    trouble: {
      find: (error) => watcher.trouble('books to project could not be looked for', error),
      take: ({ projection, book }, error) =>
        watcher.trouble(`${projection.name} could not be applied to ${book}`, error),
    },
  })
}

/** Transactions of a batch that is large. */
const LARGE_BATCH = 500

/** One book of one projection. */
interface ProjectedBook extends BookFollowed {
  readonly projection: Projection
  hasCheckpoint: boolean
}

class Projector implements Follower<ProjectedBook> {
  readonly #pool: Pool
  readonly #projections: ReadonlyMap<string, Projection>
  readonly #watcher: ProjectingWatcher
  /** The active builds, by projection, as they were found last. */
  #builds: ReadonlyMap<string, number> = new Map()

  constructor({ pool, projections, watcher }: ProjectingOptions) {
    this.#pool = pool
    this.#projections = new Map(projections.map((projection) => [projection.name, projection]))
    this.#watcher = watcher
  }

  async find(page: BookPage): Promise<BooksBehind<ProjectedBook>> {
    this.#builds = await this.#activeBuilds()
    const { behind, upToBook } = await findWork(this.#pool, page)
    const books = behind.flatMap(({ projection: name, book, position }): ProjectedBook[] => {
      const projection = this.#projections.get(name)
      if (projection === undefined || !this.#builds.has(name)) return []
      return [{ key: `${name}\n${book}`, book, projection, hasCheckpoint: position !== undefined }]
    })
    return { behind: books, upToBook }
  }

  /** What another version of the code has built is not touched. */
  async #activeBuilds(): Promise<ReadonlyMap<string, number>> {
    const builds = await readBuilds(this.#pool)
    const ours = builds.filter(
      ({ projection, version, state }) => state === 'active' && this.#projections.get(projection)?.version === version,
    )
    return new Map(ours.map(({ projection, build }) => [projection, build]))
  }

  async take(one: ProjectedBook, most: number): Promise<Taken> {
    const { projection, book } = one
    const number = this.#builds.get(projection.name)
    if (number === undefined) return { outcome: 'gone' }
    const build = buildOf(projection.name, number)
    if (!one.hasCheckpoint) await addCheckpoint(this.#pool, book, build)
    one.hasCheckpoint = true
    const started = performance.now()
    const advanced = await advance(this.#pool, { projection, build, book, expected: 'active' }, most)
    // A build that is active no more: the next look knows the one to go on with.
    if (advanced.outcome !== 'advanced') return { outcome: advanced.outcome === 'stale' ? 'gone' : 'busy' }
    this.#report(one, advanced, performance.now() - started)
    const { from, position, head, transactions } = advanced
    return { outcome: 'taken', from, position, head, isLarge: transactions >= LARGE_BATCH }
  }

  #report(
    { projection: { name: projection }, book }: ProjectedBook,
    { from, position, transactions, parked }: Advanced,
    durationMs: number,
  ): void {
    if (position === from) return
    this.#watcher.batch({ projection, book, events: position - from, transactions, durationMs })
    if (parked.length > 0) this.#watcher.parked({ projection, book, entities: parked })
  }
}
