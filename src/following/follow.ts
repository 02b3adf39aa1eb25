import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Wakeups } from '../ledger/read/wakeups.ts'
import { afterFailure, afterSuccess, type Effort, restMs } from './back-off.ts'

/*
 * Whoever follows the record goes through many books behind a checkpoint of each. This file decides when a book is looked
 * at, and how many at the same time. What is done with a book is the follower's own: see `claim.ts` for those that write
 * to this database, `follow-books.ts` for those that reach beyond it.
 */

/** One book, as one follower follows it. */
export interface BookFollowed {
  readonly book: string
  /** Names it among everything that is followed together: two read models follow the same book. */
  readonly key: string
}

/** A page of books, in the order of their ids. */
export interface BookPage {
  readonly afterBook: string
  readonly books: number
}

export interface BooksBehind<One extends BookFollowed> {
  /** Of the page, where there is something to take. */
  readonly behind: readonly One[]
  /** The last book of the page; undefined where it was the last of all. */
  readonly upToBook: string | undefined
}

/** What became of one attempt. */
export type Taken =
  /** Somebody else is at it. */
  | { readonly outcome: 'busy' }
  /** It is not followed any more, as far as is known now; the next look may find it again. */
  | { readonly outcome: 'gone' }
  | {
      readonly outcome: 'taken'
      readonly from: number
      /** The checkpoint now. */
      readonly position: number
      /** The end of the book when it was claimed. */
      readonly head: number
      /** Of many events more concern the same rows: they are gathered for longer. */
      readonly isLarge?: boolean
    }

export interface Follower<One extends BookFollowed> {
  find(page: BookPage): Promise<BooksBehind<One>>
  /**
   * Takes the next batch.
   * @param signal is aborted when following ends: a long batch may then stop where that is safe
   * @throws whatever keeps it from doing so: the book rests, the others go on
   */
  take(one: One, most: number, signal: AbortSignal): Promise<Taken>
}

export interface FollowLimits {
  /** Books at the same time in this process. */
  readonly workers: number
  /** What a batch takes at most, in the follower's own unit. */
  readonly most: number
  /** How long is gathered after the first piece of news, so that a busy book is not taken event by event. */
  readonly gatherMs: number
  /** The same after a large batch. */
  readonly busyGatherMs: number
  /** How often books are looked for that nobody has announced. */
  readonly pollMs: number
}

export interface FollowOptions<One extends BookFollowed> {
  readonly follower: Follower<One>
  readonly limits: FollowLimits
  /** Wakes a book that was taken to its end. Without: the book is forgotten until it is looked at or found. */
  readonly wakeups?: Pick<Wakeups, 'next'>
  readonly trouble: {
    find(error: unknown): void
    take(one: One, error: unknown): void
  }
}

export interface RunningFollower<One extends BookFollowed> {
  /** Somebody knows of news in a book. It is looked at soon; many calls at once are one look. */
  look(one: One): void
  /** Starts nothing new, and waits for the batches under way. */
  close(): Promise<void>
}

/** Follows all books until it is closed. Any number of processes may do so at once, and nobody leads. */
export function follow<One extends BookFollowed>(options: FollowOptions<One>): RunningFollower<One> {
  return new BookWalk(options)
}

/** Books looked at in one go: with more, it takes several polls to come around; those that are announced do not wait. */
const BOOKS_PER_POLL = 1_000

/** Books that are kept in mind, whatever for; the next poll brings the others. */
const MOST_KNOWN = 5_000

/** Books that are listened to; others are found by polling. */
const MOST_WATCHED = 1_000
const WATCH_MS = 60_000

/** There was something to take, and nothing could be taken, though nothing failed: the reason may take a while to pass. */
const STUCK_MS = 60_000

/** A book while there is or may be something to do. */
interface Unit<One> {
  one: One
  effort: Effort
  doing: 'nothing' | 'due' | 'running' | 'watching' | 'gathering' | 'stuck' | 'resting'
  /** News came while it was running. */
  hasNews: boolean
  /** Counts what it was told to do: what comes back from an earlier turn is late. */
  turn: number
}

class BookWalk<One extends BookFollowed> implements RunningFollower<One> {
  readonly #options: FollowOptions<One>
  readonly #units = new Map<string, Unit<One>>()
  readonly #closing = new AbortController()
  readonly #running = new Set<Promise<void>>()
  readonly #polling: Promise<void>
  #due: Unit<One>[] = []
  #watched = 0

  constructor(options: FollowOptions<One>) {
    this.#options = options
    // Every book that is listened to listens for the end.
    setMaxListeners(0, this.#closing.signal)
    this.#polling = this.#poll()
  }

  look(one: One): void {
    const unit = this.#known(one)
    if (unit === undefined) return
    if (unit.doing === 'running') unit.hasNews = true
    else if (isIdle(unit) || unit.doing === 'stuck') this.#later(unit, 'gathering', this.#options.limits.gatherMs)
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#due = []
    await this.#polling
    await Promise.all(this.#running)
  }

  async #poll(): Promise<void> {
    const { follower, trouble, limits } = this.#options
    let afterBook = ''
    while (!this.#closing.signal.aborted) {
      try {
        const { behind, upToBook } = await follower.find({ afterBook, books: BOOKS_PER_POLL })
        for (const one of behind) this.#found(one)
        afterBook = upToBook ?? ''
      } catch (error) {
        // The books that are known go on by themselves.
        if (!this.#closing.signal.aborted) trouble.find(error)
      }
      await this.#pause(limits.pollMs)
    }
  }

  #found(one: One): void {
    const unit = this.#known(one)
    if (unit === undefined) return
    // What was found last knows best.
    unit.one = one
    // One that is watching has missed its wake-up; others are at it already.
    if (isIdle(unit)) this.#makeDue(unit)
  }

  /** @returns undefined where there are too many, or following ends */
  #known(one: One): Unit<One> | undefined {
    const known = this.#units.get(one.key)
    if (known !== undefined) return known
    if (this.#units.size >= MOST_KNOWN || this.#closing.signal.aborted) return undefined
    const effort = { failures: 0, most: this.#options.limits.most }
    const unit: Unit<One> = { one, effort, doing: 'nothing', hasNews: false, turn: 0 }
    this.#units.set(one.key, unit)
    return unit
  }

  #makeDue(unit: Unit<One>): void {
    if (this.#closing.signal.aborted) return
    this.#turn(unit, 'due')
    this.#due.push(unit)
    this.#startWork()
  }

  #startWork(): void {
    while (this.#running.size < this.#options.limits.workers && this.#due.length > 0) {
      const unit = this.#due.shift()!
      this.#turn(unit, 'running')
      unit.hasNews = false
      const running = this.#work(unit).finally(() => {
        this.#running.delete(running)
        this.#startWork()
      })
      this.#running.add(running)
    }
  }

  async #work(unit: Unit<One>): Promise<void> {
    const { follower, limits, trouble } = this.#options
    try {
      const taken = await follower.take(unit.one, unit.effort.most, this.#closing.signal)
      unit.effort = afterSuccess(unit.effort, limits.most)
      this.#next(unit, taken)
    } catch (error) {
      unit.effort = afterFailure(unit.effort)
      if (this.#closing.signal.aborted) return
      trouble.take(unit.one, error)
      this.#later(unit, 'resting', restMs(unit.effort.failures))
    }
  }

  #next(unit: Unit<One>, taken: Taken): void {
    const { gatherMs } = this.#options.limits
    switch (taken.outcome) {
      case 'gone':
        this.#forget(unit)
        return
      case 'busy':
        this.#later(unit, 'gathering', gatherMs)
        return
      case 'taken':
        // To the end of the queue: other books wait as well.
        if (taken.position > taken.from && taken.position < taken.head) this.#makeDue(unit)
        else if (unit.hasNews) this.#later(unit, 'gathering', gatherMs)
        else if (taken.position < taken.head) this.#later(unit, 'stuck', STUCK_MS)
        else this.#watch(unit, taken.position, taken.isLarge === true)
    }
  }

  #watch(unit: Unit<One>, position: number, isLarge: boolean): void {
    const { wakeups, limits } = this.#options
    if (wakeups === undefined || this.#watched >= MOST_WATCHED) {
      this.#forget(unit)
      return
    }
    const turn = this.#turn(unit, 'watching')
    const since = performance.now()
    this.#watched += 1
    void wakeups.next(unit.one.book, position, this.#closing.signal, WATCH_MS).then(() => {
      this.#watched -= 1
      if (unit.turn !== turn) return
      if (performance.now() - since >= WATCH_MS) this.#forget(unit)
      else this.#later(unit, 'gathering', isLarge ? Math.max(limits.gatherMs, limits.busyGatherMs) : limits.gatherMs)
    })
  }

  #later(unit: Unit<One>, doing: 'gathering' | 'stuck' | 'resting', ms: number): void {
    const turn = this.#turn(unit, doing)
    void this.#pause(ms).then(() => {
      if (unit.turn === turn) this.#makeDue(unit)
    })
  }

  #forget(unit: Unit<One>): void {
    this.#turn(unit, 'nothing')
    this.#units.delete(unit.one.key)
  }

  #turn(unit: Unit<One>, doing: Unit<One>['doing']): number {
    unit.doing = doing
    unit.turn += 1
    return unit.turn
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#closing.signal }).catch(() => {})
  }
}

function isIdle({ doing }: Unit<unknown>): boolean {
  return doing === 'nothing' || doing === 'watching'
}
