import type { Pool, PoolClient } from 'pg'
import { failureKind } from '../failure.ts'
import type { Watcher } from '../ledger.ts'
import type { PolicyCache } from '../policies.ts'
import { Unavailable } from '../unavailable.ts'
import type { Answers } from './answers.ts'
import { type Committed, recordGroup } from './group.ts'
import { isDefining, isRecording, type Pending } from './pending.ts'
import { recordDefinition } from './record-definition.ts'
import type { Tip } from './tip.ts'

/** How long a command whose outcome is unknown is followed up before its caller is told to ask again. */
const FOLLOW_UP_MS = 5_000
const FOLLOW_UP_PAUSE_MS = 100

/** Settles the groups of one book under the lock of its head, one after the other, and answers them. */
export class UnderLock {
  readonly #book: string
  readonly #pool: Pool
  readonly #policies: PolicyCache
  readonly #watcher: Watcher
  readonly #answers: Answers

  constructor(
    book: string,
    of: { readonly pool: Pool; readonly policies: PolicyCache; readonly watcher: Watcher; readonly answers: Answers },
  ) {
    this.#book = book
    this.#pool = of.pool
    this.#policies = of.policies
    this.#watcher = of.watcher
    this.#answers = of.answers
  }

  /**
   * Records a group and answers it, whatever happens.
   * @returns the end of the book after it; undefined where that is not known
   */
  async settle(group: readonly Pending[]): Promise<Tip | undefined> {
    try {
      return await this.#settle(group)
    } catch (error) {
      this.#watcher.trouble('a group could not be settled', error)
      for (const pending of group) this.#answers.fail(pending, error)
      return undefined
    }
  }

  async #settle(group: readonly Pending[]): Promise<Tip | undefined> {
    const started = performance.now()
    const giveUpAt = started + FOLLOW_UP_MS
    for (let attempts = 1; ; attempts++) {
      try {
        const { settled, tip, lapsed } = await this.#record(group)
        this.#answers.give(group, settled, started)
        if (lapsed && tip !== undefined) this.#watcher.recorded(this.#book, tip.head.position)
        return tip
      } catch (error) {
        const kind = failureKind(error)
        const unknown = group.some(({ attempted }) => attempted !== undefined)
        if (kind === 'away' && unknown && performance.now() < giveUpAt) {
          // Commit may have been reached. Opening again waits for that transaction's end, and then finds its keys.
          this.#watcher.trouble('the outcome of a group is unknown; looking it up', error)
          await new Promise((resolve) => setTimeout(resolve, FOLLOW_UP_PAUSE_MS))
          continue
        }
        // A connection that broke while it was idle says so only when it is used.
        if (kind === 'away' && attempts === 1) continue
        await this.#giveUp(group, kind, error)
        return undefined
      }
    }
  }

  async #giveUp(group: readonly Pending[], kind: 'away' | 'refused', error: unknown): Promise<void> {
    if (kind === 'away') {
      this.#watcher.trouble('the database is away', error)
      for (const pending of group) this.#answers.fail(pending, new Unavailable('The database cannot be reached.'))
      return
    }
    this.#watcher.trouble('a group could not be appended', error)
    if (group.length === 1) {
      this.#answers.fail(group[0]!, error)
      return
    }
    // One of them did it: alone, it takes nobody along.
    for (const pending of group) {
      pending.attempted = undefined
      await this.#settle([pending])
    }
  }

  async #record(group: readonly Pending[]): Promise<Committed> {
    const tx = await this.#pool.connect()
    let broken = true
    try {
      const committed = await this.#recordOn(tx, group)
      broken = false
      return committed
    } finally {
      // After an error nobody knows what is still under way on the connection.
      tx.release(broken)
    }
  }

  async #recordOn(tx: PoolClient, group: readonly Pending[]): Promise<Committed> {
    if (isRecording(group)) return recordGroup(tx, this.#book, group, this.#policies)
    const [definition] = group.filter(isDefining)
    return { settled: [await recordDefinition(tx, definition!, this.#policies)], tip: undefined, lapsed: false }
  }
}
