import type { Account } from '../../domain/account/account.ts'
import type { HoldState } from '../../domain/hold/hold.ts'
import type { PolicyHistory } from '../../domain/policy/policy.ts'
import { accountKey, type BookState, type DayHolders, dayKey, type Target } from '../../domain/recording/book-state.ts'
import { targetsNamed } from '../../domain/recording/whole-command.ts'
import type { RequestState } from '../../domain/request/request.ts'
import { printTransactionId, type TransactionAt } from '../../domain/transaction.ts'
import type { KeptPeriods } from '../policies.ts'
import type { Addition } from './addition.ts'
import type { ClockReading } from './clock.ts'
import type { Decided } from './decide-all.ts'
import type { GroupNeeds } from './group-needs.ts'
import type { Opened, RecentKey } from './opened.ts'
import type { LockedHead } from './opening/head.ts'

/** Accounts kept in memory for one book, at most; and for all books together that nobody is writing to. */
export const KEPT_ACCOUNTS = 20_000

/** Days in all of them together: an account may have sixty of its own. */
export const KEPT_ACCOUNT_DAYS = 200_000

/**
 * The end of a book as this process left it with its last group, whether or not that is committed yet. Exact for as long
 * as nobody else writes to the book; when somebody did, the head is not where it says, and the tip is thrown away.
 */
export class Tip {
  readonly head: LockedHead
  readonly clock: ClockReading
  readonly policies: ReadonlyMap<string, PolicyHistory>
  readonly periods: KeptPeriods
  /** What the last group recorded; everything before it is committed and can be read. */
  readonly keys: ReadonlyMap<string, RecentKey>
  /** No hold is over before; null: nothing is held. */
  readonly holdsUntil: string | null
  readonly #kept: KeptAccounts
  readonly #accounts: ReadonlyMap<string, Account>
  readonly #targets: ReadonlyMap<string, Target>
  readonly #days: ReadonlyMap<string, DayHolders>
  readonly #requests: ReadonlyMap<string, RequestState>
  readonly #holds: ReadonlyMap<string, HoldState>

  private constructor(
    { head, clock, periods, holdsUntil }: Pick<Tip, 'clock' | 'head' | 'holdsUntil' | 'periods'>,
    keys: ReadonlyMap<string, RecentKey>,
    { policies, accounts, targets, days, requests, holds }: Omit<BookState, 'closing' | 'limits' | 'now'>,
    kept: KeptAccounts,
  ) {
    this.head = head
    this.clock = clock
    this.policies = policies
    this.periods = periods
    this.holdsUntil = holdsUntil
    this.keys = keys
    this.#kept = kept
    // The group's own state: of what it read, and did not change, nothing is newer than what is read later.
    this.#accounts = accounts
    this.#targets = targets
    this.#days = days
    this.#requests = requests?.requests ?? NO_REQUESTS
    this.#holds = holds
  }

  /** The end of the book after a group that was opened under the lock. */
  static after(opened: Opened, decided: Decided): Tip {
    return Tip.#moved(opened, decided, new KeptAccounts())
  }

  /** The end of the book after one more group. */
  next(opened: Opened, decided: Decided): Tip {
    return Tip.#moved(opened, decided, this.#kept)
  }

  /** The same end once the last group is committed: whatever else it knew can be read. */
  settled(): Tip {
    const known = { accounts: new Map(), targets: new Map(), days: new Map(), times: new Map(), requests: null }
    return new Tip(this, new Map(), { policies: this.policies, ...known, holds: new Map() }, this.#kept)
  }

  static #moved(
    { clock, periods, state, ...opened }: Opened,
    { addition, head, keys }: Decided,
    kept: KeptAccounts,
  ): Tip {
    for (const { account } of addition?.accounts ?? []) kept.set(account)
    const holdsUntil = earliestEnd(opened.holdsUntil, addition)
    return new Tip({ head, clock, periods, holdsUntil }, keys, state, kept)
  }

  get size(): { readonly accounts: number; readonly days: number } {
    return this.#kept.size
  }

  /** @returns undefined where it has to be read; never so for an account that the last group changed */
  account(key: string): Account | undefined {
    return this.#accounts.get(key) ?? this.#kept.get(key)
  }

  /** @returns undefined where it has to be read; never so for a request that the last group moved */
  request(id: string): RequestState | undefined {
    return this.#requests.get(id)
  }

  /** @returns undefined where it has to be read; never so for a hold that the last group moved */
  hold(id: string): HoldState | undefined {
    return this.#holds.get(id)
  }

  /** The requests of entities that the last group knows; of those, what is read may be from before it. */
  requestsOf(entities: ReadonlySet<string>): readonly RequestState[] {
    return Array.from(this.#requests.values()).filter(({ entity }) => entities.has(entity))
  }

  /** Whether the last group knows a reversal of a transaction: what is read may still show its claim. */
  hasReversed(at: TransactionAt): boolean {
    const target = this.#targets.get(printTransactionId(at))
    return target !== undefined && target.reversedBy !== null
  }

  /** Puts what is known here over what was read: the last group may not have been in what was read. */
  overlay(state: BookState, needs: GroupNeeds): void {
    for (const need of needs.accounts) this.#overlayAccount(state, accountKey(need))
    for (const { at } of needs.targets) {
      for (const target of targetsNamed(at, (id) => this.#targets.get(id) ?? state.targets.get(id))) {
        state.targets.set(printTransactionId(target), target)
        this.#overlayAccount(state, accountKey(target.transaction))
      }
    }
    for (const { entity, policy, on } of needs.days) {
      const history = this.policies.get(policy)
      if (history === undefined) continue
      const key = dayKey({ entity, resource: history[0].resource, on })
      const holders = this.#days.get(key)
      if (holders !== undefined) state.days.set(key, holders)
    }
  }

  #overlayAccount(state: BookState, key: string): void {
    const account = this.account(key)
    if (account !== undefined) state.accounts.set(key, account)
  }
}

/** Of what is held after a group, nothing is over before; it may be too early, where what ended next was taken. */
function earliestEnd(before: string | null, addition: Addition | undefined): string | null {
  let earliest = before
  for (const { hold } of addition?.holds ?? []) {
    if (hold.status === 'held' && (earliest === null || hold.expiresAt < earliest)) earliest = hold.expiresAt
  }
  return earliest
}

const NO_REQUESTS: ReadonlyMap<string, RequestState> = new Map()

/** The accounts written last, bounded by their number and by their days. */
class KeptAccounts {
  readonly #accounts = new Map<string, Account>()
  #days = 0

  get size(): { readonly accounts: number; readonly days: number } {
    return { accounts: this.#accounts.size, days: this.#days }
  }

  get(key: string): Account | undefined {
    return this.#accounts.get(key)
  }

  set(account: Account): void {
    const key = accountKey(account)
    this.#drop(key)
    this.#accounts.set(key, account)
    this.#days += account.days.length
    while (this.#accounts.size > KEPT_ACCOUNTS || this.#days > KEPT_ACCOUNT_DAYS) {
      this.#drop(this.#accounts.keys().next().value!)
    }
  }

  #drop(key: string): void {
    const account = this.#accounts.get(key)
    if (account === undefined) return
    this.#accounts.delete(key)
    this.#days -= account.days.length
  }
}
