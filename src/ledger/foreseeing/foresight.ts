import type { Pool, PoolClient } from 'pg'
import { oneAtATime } from '../../db/one-at-a-time.ts'
import { onConnection } from '../../db/transaction.ts'
import { isOver } from '../../domain/hold/hold.ts'
import { evolve } from '../../domain/recording/book-state.ts'
import type { Refused } from '../../domain/refusal.ts'
import { printTransactionId } from '../../domain/transaction.ts'
import type { AcceptedCommand, RecordCommand } from '../command.ts'
import { PolicyCache } from '../policies.ts'
import type { Verdict } from '../verdict.ts'
import { type GroupNeeds, needsOf } from '../writing/group-needs.ts'
import { openUnlocked } from '../writing/open.ts'
import type { Opened } from '../writing/opened.ts'
import { Earlier } from './earlier.ts'

/** A command of a dry run. */
export interface Considered {
  /** Which one it is, from 0. */
  readonly index: number
  readonly command: RecordCommand
}

/** What would become of it; `failed`: deciding it did, which is a bug and touches no other. */
export type Foreseen =
  | Extract<Verdict, { outcome: 'previewed' | 'refused' }>
  | { readonly outcome: 'failed'; readonly error: unknown }

/**
 * Decides the commands of a dry run in their order: each on the book as it is, and on what those before it would have
 * recorded. They do not wait in the queue of the book. Each group is read in a database transaction that is read-only,
 * locks nothing and ends before anything is decided; so other writers may come in between two groups, as they may
 * between two commands that are really sent.
 */
export class Foresight {
  readonly #db: Pool
  readonly #book: string
  readonly #lapse: () => Promise<unknown>
  readonly #policies = new PolicyCache(1)
  readonly #earlier = new Earlier()
  /** By the id that it has here: the pointer of a line that would have been recorded, and that others may meet. */
  readonly #pointers = new Map<string, string>()

  /**
   * @param db connections that read the database which commands go to
   * @param lapse has the book give back what is over: it does so before whatever is really asked of it
   */
  constructor(db: Pool, book: string, lapse: () => Promise<unknown>) {
    this.#db = db
    this.#book = book
    this.#lapse = lapse
  }

  /**
   * Decides the next commands.
   * @returns what would become of each of them, in their order
   * @throws whatever the database throws; then nothing may be decided after them
   */
  async decide(group: readonly Considered[]): Promise<readonly Foreseen[]> {
    const needs = this.#earlier.needs(needsOf(group.map(({ command }) => command)))
    const opened = await this.#openLapsed(needs)
    if (opened === undefined) {
      const refused: Refused = { refusal: { code: 'unknown-book', book: this.#book } }
      return group.map(() => ({ outcome: 'refused', refused }))
    }
    this.#earlier.overlay(opened.state, needs)
    return group.map((considered) => this.#decide(opened, considered))
  }

  async #openLapsed(needs: GroupNeeds): Promise<Opened | undefined> {
    const opened = await onConnection(this.#db, (tx) => this.#open(tx, needs))
    if (opened === undefined || opened.holdsUntil === null) return opened
    if (!isOver({ expiresAt: opened.holdsUntil }, opened.now)) return opened
    await this.#lapse()
    // What is over a moment later is for the next group.
    return onConnection(this.#db, (tx) => this.#open(tx, needs))
  }

  async #open(tx: PoolClient, needs: GroupNeeds): Promise<Opened | undefined> {
    await tx.query('begin isolation level repeatable read read only')
    const opened = await openUnlocked(oneAtATime(tx), this.#book, needs, this.#policies)
    await tx.query('commit')
    return opened
  }

  #decide({ state }: Opened, { index, command }: Considered): Foreseen {
    try {
      const decided = command.decide(state, placeOf(index))
      if ('refusal' in decided) return { outcome: 'refused', refused: this.#named(decided) }
      if ('asItIs' in decided) throw new Error('a command of a bulk records something, or is refused')
      evolve(state, decided.changes)
      this.#earlier.add(decided)
      this.#name(index, command, decided)
      return { outcome: 'previewed', accepted: decided, policies: state.policies }
    } catch (error) {
      return { outcome: 'failed', error }
    }
  }

  #name(index: number, { type }: RecordCommand, { transactions, askedBy }: AcceptedCommand): void {
    for (const [at, { line, type: kind }] of transactions.entries()) {
      // Nobody meets an accrual or an adjustment: neither takes a day, nor undoes anything.
      if (kind === 'accrual' || kind === 'adjustment') continue
      const pointer = type === 'transactions-recorded' ? `/${index}/transactions/${askedBy[at]}` : `/${index}`
      this.#pointers.set(printTransactionId({ position: placeOf(index), line }), pointer)
    }
  }

  /** Says of a line that an earlier command would have recorded which one it is: it has no id. */
  #named({ refusal, ...rest }: Refused): Refused {
    switch (refusal.code) {
      case 'day-taken':
        return { ...rest, refusal: { ...refusal, takenBy: refusal.takenBy && this.#nameOf(refusal.takenBy) } }
      case 'already-reversed':
        return { ...rest, refusal: { ...refusal, reversedBy: this.#nameOf(refusal.reversedBy) } }
      default:
        return { ...rest, refusal }
    }
  }

  #nameOf(id: string): string {
    return this.#pointers.get(id) ?? id
  }
}

/** Where a command of a dry run is, instead of a position: where nothing ever is, so that nobody can name it. */
function placeOf(index: number): number {
  return -1 - index
}
