import { folded } from '../../domain/account/account.ts'
import { heldTo } from '../../domain/account/headroom.ts'
import type { HoldState } from '../../domain/hold/hold.ts'
import { afterCarryOver } from '../../domain/lots/after-carry-over.ts'
import { floorsOf } from '../../domain/policy/floor.ts'
import type { Accepted, Claim } from '../../domain/recording/accepted.ts'
import { accountKey, type BookState, evolve, outdateLimits } from '../../domain/recording/book-state.ts'
import type { RequestState } from '../../domain/request/request.ts'
import { printTransactionId, type TransactionAt } from '../../domain/transaction.ts'
import { isDefinition } from '../rows/event-types.ts'
import type { Addition, EventRow, WrittenAccount, WrittenCarryOver } from './addition.ts'
import type { LockedHead } from './opening/head.ts'

/**
 * Days kept apart in an account's row. Enough for the year's booked leave; more would make every row longer, fewer would
 * make back-dated lines read history.
 */
export const KEPT_DAYS = 60

/** The events of a group, one after the other, and what they come to in the tables that the next decision needs. */
export class Gathering {
  readonly #before: LockedHead
  readonly #state: BookState
  readonly #rows: EventRow[] = []
  readonly #claims = new Map<string, Claim & { releasedAt: number | null }>()
  readonly #releases: (TransactionAt & { readonly releasedAt: number })[] = []
  readonly #touched = new Set<string>()
  readonly #requests = new Map<string, { request: RequestState; added: number }>()
  readonly #holds = new Map<string, { hold: HoldState; added: number }>()
  readonly #carryOvers: WrittenCarryOver[] = []
  #head: LockedHead

  /** @param state as far as the group needs it; moves on with every event that is added */
  constructor(before: LockedHead, state: BookState) {
    this.#before = before
    this.#head = before
    this.#state = state
  }

  /** The end of the book after what was added so far. */
  get head(): LockedHead {
    return this.#head
  }

  /** Adds the event that an accepted command became. */
  add(row: EventRow, { transactions, claims, releases, changes, carriedOver }: Accepted): void {
    evolve(this.#state, changes)
    outdateLimits(this.#state, changes)
    this.#next(row, this.#head.definitions)
    for (const transaction of transactions) this.#touched.add(accountKey(transaction))
    for (const claim of claims) this.#claims.set(printTransactionId(claim), { ...claim, releasedAt: null })
    for (const released of releases) this.#release(released, row.event.position)
    if (carriedOver !== undefined) this.#carry({ ...carriedOver, position: row.event.position })
    for (const [id, request] of changes.requests ?? []) {
      this.#requests.set(id, { request, added: (this.#requests.get(id)?.added ?? 0) + 1 })
    }
    for (const [id, hold] of changes.holds ?? []) {
      this.#holds.set(id, { hold, added: (this.#holds.get(id)?.added ?? 0) + 1 })
    }
  }

  /** Adds the event of a definition. */
  addDefinition(row: EventRow): void {
    const { position, type } = row.event
    this.#next(row, isDefinition(type) ? position : this.#head.definitions)
  }

  /** Everything to append; undefined where there is nothing. */
  addition(): Addition | undefined {
    if (this.#head === this.#before) return undefined
    return {
      events: this.#rows,
      claims: [...this.#claims.values()],
      releases: this.#releases,
      requests: [...this.#requests.values()],
      holds: [...this.#holds.values()],
      carryOvers: this.#carryOvers,
      accounts: Array.from(this.#touched, (key) => this.#fold(key)),
      definitions: this.#head.definitions,
    }
  }

  // It says something of lots even where it has no transaction.
  #carry(carriedOver: WrittenCarryOver): void {
    this.#carryOvers.push(carriedOver)
    const key = accountKey(carriedOver)
    const account = this.#state.accounts.get(key)
    if (account === undefined) return
    this.#state.accounts.set(key, afterCarryOver(account, carriedOver.carried))
    this.#touched.add(key)
  }

  #next(row: EventRow, definitions: number): void {
    const { position, hash, recordedAt } = row.event
    this.#rows.push(row)
    this.#head = { position, hash, recordedAt, definitions }
  }

  #fold(key: string): WrittenAccount {
    const { accounts, policies } = this.#state
    const known = accounts.get(key)!
    const account = folded(known.hasLots ? known : { ...known, lots: null }, KEPT_DAYS)
    accounts.set(key, account)
    return { account, ...heldTo(account, floorsOf(policies.get(account.policy)!)) }
  }

  // A claim that this group made is written as already released; an older one is updated.
  #release(at: TransactionAt, releasedAt: number): void {
    const claim = this.#claims.get(printTransactionId(at))
    if (claim === undefined) this.#releases.push({ ...at, releasedAt })
    else claim.releasedAt = releasedAt
  }
}
