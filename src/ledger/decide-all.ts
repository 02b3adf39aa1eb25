import { type Account, folded, NotKept } from '../domain/account/account.ts'
import type { RecordedEvent } from '../domain/event.ts'
import { accountKey, evolve } from '../domain/recording/book-state.ts'
import type { Accepted, Claim } from '../domain/recording/decide-lines.ts'
import type { Decision } from '../domain/recording/decision.ts'
import type { Refused } from '../domain/refusal.ts'
import { printTransactionId, type TransactionAt } from '../domain/transaction.ts'
import type { Addition, EventRow } from './append.ts'
import type { RecordCommand } from './command.ts'
import type { Head, KnownKey, Opened } from './open.ts'
import { seal } from './seal.ts'

/** What became of one command of a group, before the group is committed. */
export type Outcome =
  | { readonly outcome: 'recorded'; readonly event: RecordedEvent; readonly decision: Decision }
  | { readonly outcome: 'previewed'; readonly accepted: Accepted }
  | { readonly outcome: 'refused'; readonly refused: Refused }
  /** Its key was recorded before this group. */
  | { readonly outcome: 'known'; readonly key: KnownKey }
  /** Its key was recorded by an earlier command of this group. */
  | { readonly outcome: 'again'; readonly row: EventRow; readonly same: boolean }
  /** It needs days of an account that could not be known when the book was opened: open again. */
  | { readonly outcome: 'reopen' }
  /** Deciding failed: a bug, which must not touch the rest of the group. */
  | { readonly outcome: 'failed'; readonly error: unknown }

/** A key that was recorded moments ago, and perhaps not durably yet. */
export interface RecentKey {
  readonly row: EventRow
  readonly canonical: string
}

export interface Decided {
  readonly outcomes: readonly Outcome[]
  /** undefined: nothing to append. */
  readonly addition: Addition | undefined
  /** The head once the addition is committed. */
  readonly head: Head
  /** The keys that the group records. */
  readonly keys: ReadonlyMap<string, RecentKey>
}

/**
 * Days kept apart in an account's row. Enough for the year's booked leave; more would make every row longer, fewer would
 * make back-dated lines read history.
 */
const KEPT_DAYS = 60

/** Decides a group's commands one after the other, each on the state that those before it left. */
export function decideAll(opened: Opened, commands: readonly RecordCommand[]): Decided {
  const group = new Group(opened)
  const outcomes = commands.map((command) => group.take(command))
  return { outcomes, addition: group.addition(), head: group.head(), keys: group.keys }
}

class Group {
  readonly #opened: Opened
  readonly #rows: EventRow[] = []
  readonly keys = new Map<string, RecentKey>()
  readonly #claims = new Map<string, Claim & { releasedAt: number | null }>()
  readonly #releases: (TransactionAt & { readonly releasedAt: number })[] = []
  readonly #touched = new Set<string>()
  #position: number
  #hash: string

  constructor(opened: Opened) {
    this.#opened = opened
    this.#position = opened.head.position
    this.#hash = opened.head.hash
  }

  take(command: RecordCommand): Outcome {
    const key = this.#opened.keys.get(command.idempotencyKey)
    if (key !== undefined) return { outcome: 'known', key }
    const earlier = this.keys.get(command.idempotencyKey) ?? this.#opened.recentKeys.get(command.idempotencyKey)
    if (earlier !== undefined) {
      return { outcome: 'again', row: earlier.row, same: earlier.canonical === command.canonical }
    }
    try {
      const decided = command.decide(this.#opened.state, this.#position + 1)
      if ('refusal' in decided) return { outcome: 'refused', refused: decided }
      if (command.dryRun) return { outcome: 'previewed', accepted: decided }
      return { outcome: 'recorded', event: this.#record(command, decided), decision: decided.decision }
    } catch (error) {
      return error instanceof NotKept ? { outcome: 'reopen' } : { outcome: 'failed', error }
    }
  }

  addition(): Addition | undefined {
    if (this.#rows.length === 0) return undefined
    const { state, head } = this.#opened
    return {
      events: this.#rows,
      claims: [...this.#claims.values()],
      releases: this.#releases,
      accounts: Array.from(this.#touched, (key) => this.#fold(key, state.accounts)),
      definitions: head.definitions,
    }
  }

  head(): Head {
    const { head, now } = this.#opened
    if (this.#rows.length === 0) return head
    return { position: this.#position, hash: this.#hash, recordedAt: now, definitions: head.definitions }
  }

  #fold(key: string, accounts: Map<string, Account>): Account {
    const account = folded(accounts.get(key)!, KEPT_DAYS)
    accounts.set(key, account)
    return account
  }

  #record(command: RecordCommand, accepted: Accepted): RecordedEvent {
    const { type, dataText, erasable } = command
    const { transactions, decision } = accepted
    const row = seal(
      command,
      { type, dataText, erasable, transactions, decision, stream: null },
      { position: this.#position, hash: this.#hash, now: this.#opened.now },
    )
    evolve(this.#opened.state, accepted.changes)
    this.#rows.push(row)
    this.keys.set(command.idempotencyKey, { row, canonical: command.canonical })
    this.#position = row.event.position
    this.#hash = row.event.hash
    for (const transaction of transactions) this.#touched.add(accountKey(transaction))
    for (const claim of accepted.claims) this.#claims.set(printTransactionId(claim), { ...claim, releasedAt: null })
    for (const released of accepted.releases) this.#release(released, row.event.position)
    return row.event
  }

  // A claim that this group made is written as already released; an older one is updated.
  #release(at: TransactionAt, releasedAt: number): void {
    const claim = this.#claims.get(printTransactionId(at))
    if (claim === undefined) this.#releases.push({ ...at, releasedAt })
    else claim.releasedAt = releasedAt
  }
}
