import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Wakeups } from '../ledger/read/wakeups.ts'
import { type Advance, advance } from './advance.ts'
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
  return new Runner(options)
}

/** Transactions of a batch that is large. */
const LARGE_BATCH = 500

/** Books looked at in one go: with more, it takes several polls to come around; those that are announced do not wait. */
const BOOKS_PER_POLL = 1_000

/** Tasks that wait for a worker; the next poll brings the others. */
const MOST_DUE = 5_000

/** Books that are listened to; others are found by polling. */
const MOST_WATCHED = 1_000
const WATCH_MS = 60_000

const FIRST_RETRY_MS = 200
const LAST_RETRY_MS = 30_000

/** One book of one projection, while there is or may be something to do. */
interface Unit {
  readonly key: string
  readonly projection: Projection
  readonly book: string
  hasCheckpoint: boolean
  doing: 'nothing' | 'due' | 'running' | 'watching' | 'pausing'
  /** Counts what it was told to do: what comes back from an earlier turn is late. */
  turn: number
  failures: number
  most: number
}

class Runner implements Projecting {
  readonly #options: ProjectingOptions
  readonly #limits: ProjectingLimits
  readonly #projections: ReadonlyMap<string, Projection>
  readonly #units = new Map<string, Unit>()
  readonly #closing = new AbortController()
  readonly #running = new Set<Promise<void>>()
  readonly #polling: Promise<void>
  #due: Unit[] = []
  #watched = 0
  #builds: ReadonlyMap<string, number> = new Map()

  constructor(options: ProjectingOptions) {
    this.#options = options
    this.#limits = { ...PROJECTING_LIMITS, ...options.limits }
    this.#projections = new Map(options.projections.map((projection) => [projection.name, projection]))
    // Every book that is listened to listens for the end.
    setMaxListeners(0, this.#closing.signal)
    this.#polling = this.#poll()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#due = []
    await this.#polling
    await Promise.all(this.#running)
  }

  async #poll(): Promise<void> {
    let afterBook = ''
    while (!this.#closing.signal.aborted) {
      try {
        this.#builds = await this.#activeBuilds()
        const { behind, upToBook } = await findWork(this.#options.pool, { afterBook, books: BOOKS_PER_POLL })
        for (const { projection, book, position } of behind) this.#found(projection, book, position !== undefined)
        afterBook = upToBook ?? ''
      } catch (error) {
        // The books that are known go on by themselves.
        if (!this.#closing.signal.aborted)
          this.#options.watcher.trouble('books to project could not be looked for', error)
      }
      await this.#pause(this.#limits.pollMs)
    }
  }

  /** What another version of the code has built is not touched. */
  async #activeBuilds(): Promise<ReadonlyMap<string, number>> {
    const builds = await readBuilds(this.#options.pool)
    const ours = builds.filter(
      ({ projection, version, state }) => state === 'active' && this.#projections.get(projection)?.version === version,
    )
    return new Map(ours.map(({ projection, build }) => [projection, build]))
  }

  #found(name: string, book: string, hasCheckpoint: boolean): void {
    const projection = this.#projections.get(name)
    if (projection === undefined || !this.#builds.has(name)) return
    const key = `${name}\n${book}`
    const unit = this.#units.get(key) ?? {
      key,
      projection,
      book,
      hasCheckpoint,
      doing: 'nothing',
      turn: 0,
      failures: 0,
      most: this.#limits.batchTransactions,
    }
    // One that is watching has missed its wake-up; others are at it already.
    if (unit.doing === 'nothing' || unit.doing === 'watching') this.#makeDue(unit)
  }

  #makeDue(unit: Unit): void {
    if (this.#closing.signal.aborted) return
    if (this.#due.length >= MOST_DUE) {
      this.#forget(unit)
      return
    }
    this.#turn(unit, 'due')
    this.#units.set(unit.key, unit)
    this.#due.push(unit)
    this.#startWork()
  }

  #startWork(): void {
    while (this.#running.size < this.#limits.workers && this.#due.length > 0) {
      const unit = this.#due.shift()!
      this.#turn(unit, 'running')
      const running = this.#work(unit).finally(() => {
        this.#running.delete(running)
        this.#startWork()
      })
      this.#running.add(running)
    }
  }

  async #work(unit: Unit): Promise<void> {
    const build = this.#builds.get(unit.projection.name)
    if (build === undefined) {
      this.#forget(unit)
      return
    }
    try {
      const advanced = await this.#advance(unit, build)
      unit.failures = 0
      unit.most = Math.min(unit.most * 2, this.#limits.batchTransactions)
      this.#next(unit, advanced)
    } catch (error) {
      unit.failures += 1
      // Perhaps it was too much at once.
      unit.most = Math.max(1, Math.floor(unit.most / 4))
      if (this.#closing.signal.aborted) return
      this.#options.watcher.trouble(`${unit.projection.name} could not be applied to ${unit.book}`, error)
      this.#later(unit, Math.min(FIRST_RETRY_MS * 2 ** (unit.failures - 1), LAST_RETRY_MS))
    }
  }

  async #advance(unit: Unit, number: number): Promise<Advance> {
    const { projection, book } = unit
    const build = buildOf(projection.name, number)
    if (!unit.hasCheckpoint) await addCheckpoint(this.#options.pool, book, build)
    unit.hasCheckpoint = true
    const started = performance.now()
    const advanced = await advance(this.#options.pool, { projection, build, book, expected: 'active' }, unit.most)
    if (advanced.outcome === 'advanced' && advanced.position > advanced.from) {
      const { from, position, transactions, parked } = advanced
      const durationMs = performance.now() - started
      this.#options.watcher.batch({
        projection: projection.name,
        book,
        events: position - from,
        transactions,
        durationMs,
      })
      if (parked.length > 0) this.#options.watcher.parked({ projection: projection.name, book, entities: parked })
    }
    return advanced
  }

  #next(unit: Unit, advanced: Advance): void {
    switch (advanced.outcome) {
      case 'stale':
        // The next poll knows the build to go on with.
        this.#forget(unit)
        return
      case 'busy':
        this.#later(unit, this.#limits.gatherMs)
        return
      case 'advanced':
        // To the end of the queue: other books wait as well.
        if (advanced.position < advanced.head) this.#makeDue(unit)
        else this.#watch(unit, advanced)
    }
  }

  #watch(unit: Unit, { position, transactions }: { readonly position: number; readonly transactions: number }): void {
    if (this.#watched >= MOST_WATCHED) {
      this.#forget(unit)
      return
    }
    const turn = this.#turn(unit, 'watching')
    const since = performance.now()
    this.#watched += 1
    void this.#options.wakeups.next(unit.book, position, this.#closing.signal, WATCH_MS).then(() => {
      this.#watched -= 1
      if (unit.turn !== turn) return
      const { gatherMs, busyGatherMs } = this.#limits
      if (performance.now() - since >= WATCH_MS) this.#forget(unit)
      else this.#later(unit, transactions < LARGE_BATCH ? gatherMs : Math.max(gatherMs, busyGatherMs))
    })
  }

  #later(unit: Unit, ms: number): void {
    const turn = this.#turn(unit, 'pausing')
    void this.#pause(ms).then(() => {
      if (unit.turn === turn) this.#makeDue(unit)
    })
  }

  #forget(unit: Unit): void {
    this.#turn(unit, 'nothing')
    this.#units.delete(unit.key)
  }

  #turn(unit: Unit, doing: Unit['doing']): number {
    unit.doing = doing
    unit.turn += 1
    return unit.turn
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#closing.signal }).catch(() => {})
  }
}
