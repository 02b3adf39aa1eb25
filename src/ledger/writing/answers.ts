import type { Watcher } from '../ledger.ts'
import type { Verdict } from '../verdict.ts'
import { isDefining, type Pending } from './pending.ts'
import type { Queue } from './queue.ts'
import type { Settled } from './settle.ts'

/** Answers the commands of one book. Every command that was taken is answered here, once. */
export class Answers {
  readonly #book: string
  readonly #queue: Queue
  readonly #watcher: Watcher
  readonly #left: (lines: number) => void

  /** @param left told how many lines do not wait any more */
  constructor(
    book: string,
    { queue, watcher, left }: { queue: Queue; watcher: Watcher; left: (lines: number) => void },
  ) {
    this.#book = book
    this.#queue = queue
    this.#watcher = watcher
    this.#left = left
  }

  /**
   * Gives every command of a group its own verdict. What is to be opened again goes back into the queue.
   * @param settled what became of the commands, in their order; what it rests on is durable
   * @param started when the group was sent, on this process's own clock
   */
  give(group: readonly Pending[], settled: readonly Settled[], started: number): void {
    const durationMs = performance.now() - started
    const reopened: Pending[] = []
    let last = 0
    let recorded = 0
    settled.forEach((became, index) => {
      const pending = group[index]!
      if (became.outcome === 'outdated') {
        // Never the first of its group: whatever is put back gets there.
        reopened.push(pending)
        return
      }
      if (became.outcome === 'reopen') {
        if (pending.reopened) this.fail(pending, new Error('a command needed older days than opening again brought'))
        else reopened.push(pending)
        pending.reopened = true
        return
      }
      if (became.outcome === 'failed') {
        this.#watcher.trouble('a command could not be decided', became.error)
        this.fail(pending, became.error)
        return
      }
      if (became.outcome === 'recorded' && !became.replayed) {
        last = became.event.position
        recorded += 1
      }
      this.#answer(pending, became)
    })
    this.#queue.putBack(reopened)
    const lines = group.reduce((sum, pending) => sum + pending.lines, 0)
    this.#watcher.group({ book: this.#book, commands: group.length, lines, recorded, durationMs })
    if (last > 0) this.#watcher.recorded(this.#book, last)
  }

  /** Answers a command that has no verdict. */
  fail(pending: Pending, error: unknown): void {
    this.#left(pending.lines)
    pending.fail(error)
  }

  #answer(pending: Pending, verdict: Verdict): void {
    if (isDefining(pending) && verdict.outcome === 'recorded' && !verdict.replayed) {
      this.#watcher.defined?.(this.#book, verdict.event.type)
    }
    this.#left(pending.lines)
    pending.answer(verdict)
  }
}
