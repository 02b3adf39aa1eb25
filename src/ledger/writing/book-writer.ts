import type { Pool } from 'pg'
import type { Watcher } from '../ledger.ts'
import type { PolicyCache } from '../policies.ts'
import { Answers } from './answers.ts'
import type { Doubts } from './doubts.ts'
import { type Flight, launch, type Prepared, prepare } from './flight.ts'
import type { KeptTips } from './kept-tips.ts'
import type { Pending } from './pending.ts'
import { Queue } from './queue.ts'
import type { Settled } from './settle.ts'
import type { Tip } from './tip.ts'
import { UnderLock } from './under-lock.ts'

/** After somebody else wrote to the book, so many groups are opened under the lock. */
const LOCKED_GROUPS = 20

/** What all books of a process are written with. */
export interface Shared {
  readonly pool: Pool
  readonly watcher: Watcher
  readonly policies: PolicyCache
  readonly tips: KeptTips
  readonly doubts: Doubts
  readonly groupLines: number
  /** Told how many lines do not wait any more. */
  readonly left: (lines: number) => void
}

/** A book with work: its queue, and the one loop that writes its groups, each after the one before. */
export class BookWriter {
  readonly #book: string
  readonly #shared: Shared
  readonly #queue = new Queue()
  readonly #answers: Answers
  readonly #underLock: UnderLock
  /** undefined: the next group is opened under the lock. */
  #tip: Tip | undefined
  #flight: Flight | undefined
  #lockedGroups = 0

  constructor(book: string, shared: Shared) {
    const { pool, policies, watcher, left } = shared
    this.#book = book
    this.#shared = shared
    this.#answers = new Answers(book, { queue: this.#queue, watcher, left })
    this.#underLock = new UnderLock(book, { pool, policies, watcher, answers: this.#answers })
  }

  add(pending: Pending): void {
    this.#queue.add(pending)
  }

  /**
   * Writes until nothing waits.
   * @param ended called in the same turn in which the queue was found empty: what comes later needs another loop
   */
  async run(ended: () => void): Promise<void> {
    this.#tip = this.#shared.tips.take(this.#book)
    while (this.#queue.length > 0 || this.#flight !== undefined) {
      // Whatever else this turn of the event loop brings goes along.
      await new Promise((resolve) => setImmediate(resolve))
      if (await this.#isToWait()) continue
      const mostLines = this.#shared.groupLines
      await this.#next(this.#queue.takeGroup({ mostLines, inFlight: this.#flight?.group.length ?? 0 }))
    }
    if (this.#tip !== undefined) this.#shared.tips.keep(this.#book, this.#tip)
    ended()
  }

  /** True where a group is in the air and too little waits to make the next one of it. Resolves when that may have changed. */
  async #isToWait(): Promise<boolean> {
    const flight = this.#flight
    if (flight === undefined || this.#queue.length >= flight.group.length / 2) return false
    await Promise.race([flight.landed, this.#queue.arrival()])
    return !flight.done
  }

  /** Lands the group that is in the air, and sends the next one. @param group may be empty */
  async #next(group: readonly Pending[]): Promise<void> {
    let prepared = await this.#prepare(group)
    const landing = this.#flight
    const settled = await landing?.landed
    this.#flight = undefined
    if (landing !== undefined && settled === undefined) {
      prepared?.tx.release()
      prepared = undefined
      await this.#settleLost(landing)
    }
    if (prepared !== undefined) this.#launch(prepared)
    // Behind the launch: the database has work while this process prints answers.
    if (landing !== undefined && settled !== undefined) this.#answer(landing, settled)
    if (this.#flight === undefined && group.length > 0) await this.#settleUnderLock(group)
  }

  /** @returns undefined where the group has to be opened under the lock, or is empty */
  async #prepare(group: readonly Pending[]): Promise<Prepared | undefined> {
    const tip = this.#tip
    if (tip === undefined || group.length === 0 || this.#lockedGroups > 0) return undefined
    return prepare(this.#shared, this.#book, group, { tip, trusting: !this.#shared.doubts.count(this.#book) })
  }

  #launch(prepared: Prepared): void {
    const { opened, decided } = prepared.ahead
    // A group is prepared on the tip, and dropped where the tip is.
    this.#tip = this.#tip!.next(opened, decided)
    this.#flight = launch(this.#book, prepared, this.#shared.watcher)
  }

  #answer({ group, started }: Flight, settled: readonly Settled[]): void {
    this.#answers.give(group, settled, started)
  }

  /** Settles a group that did not land: what was decided behind it rests on a tip that is not the book's end. */
  async #settleLost({ group, trusting }: Flight): Promise<void> {
    this.#tip = undefined
    // A key was taken; or somebody else writes to this book, which shows with the next group: what is decided ahead would
    // mostly be thrown away.
    if (trusting) this.#shared.doubts.begin(this.#book)
    else this.#lockedGroups = LOCKED_GROUPS
    await this.#underLock.settle(group)
  }

  async #settleUnderLock(group: readonly Pending[]): Promise<void> {
    this.#tip = await this.#underLock.settle(group)
    this.#lockedGroups = Math.max(0, this.#lockedGroups - 1)
  }
}
