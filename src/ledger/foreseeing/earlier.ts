import { type Account, atScale, emptyAccount, folded, keeps, withAmounts } from '../../domain/account/account.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import type { RecordedLine } from '../../domain/earning/movements.ts'
import { withRecorded } from '../../domain/limits/limited-account.ts'
import { isOfLots, ofLots } from '../../domain/lots/account-lots.ts'
import { newestVersion } from '../../domain/policy/policy.ts'
import { rescale } from '../../domain/quantity.ts'
import {
  accountKey,
  type BookState,
  type DayHolders,
  dayKey,
  releasedFrom,
  type Target,
} from '../../domain/recording/book-state.ts'
import { dayMeant, printTransactionId, type Transaction, type TransactionAt } from '../../domain/transaction.ts'
import type { AcceptedCommand } from '../command.ts'
import type { Needs } from '../needs.ts'
import { KEPT_DAYS } from '../writing/gathering.ts'
import type { GroupNeeds } from '../writing/group-needs.ts'
import { earliestDays } from '../writing/older-days.ts'

/**
 * What the commands of a dry run before the next group would have recorded, as far as a decision can depend on it. It grows
 * with their lines, and with nothing else.
 */
export class Earlier {
  /** By account. */
  readonly #transactions = new Map<string, { readonly transaction: Transaction; readonly original?: Transaction }[]>()
  /** Accounts that are looked at lot by lot from one of them on. */
  readonly #withLots = new Set<string>()
  /** The same with the places that they would have had. */
  readonly #lines = new Map<string, RecordedLine[]>()
  /** By day: who holds it, where a command claimed or freed some of it. */
  readonly #days = new Map<string, DayHolders>()
  /** By day: what claims nothing of it any more. */
  readonly #releases = new Map<string, TransactionAt[]>()
  /** By the id of what was reversed. */
  readonly #reversedBy = new Map<string, TransactionAt>()

  /** Adds what a command would have recorded. */
  add({ transactions, releases, changes }: AcceptedCommand): void {
    for (const transaction of transactions) {
      const key = accountKey(transaction)
      const { reverses } = transaction
      const original = reverses && changes.targets.get(printTransactionId(reverses))?.transaction
      listed(this.#transactions, key).push(original ? { transaction, original } : { transaction })
      if (isOfLots(transaction)) this.#withLots.add(key)
    }
    for (const [key, holders] of changes.days) this.#days.set(key, holders)
    for (const at of releases) {
      const { transaction } = changes.targets.get(printTransactionId(at))!
      listed(this.#releases, dayKey({ ...transaction, on: dayMeant(transaction) })).push(at)
    }
    for (const [id, { position, transaction, reversedBy }] of changes.targets) {
      if (reversedBy !== null) this.#reversedBy.set(id, reversedBy)
      else listed(this.#lines, accountKey(transaction)).push({ ...transaction, position })
    }
  }

  /** What a group needs, besides what its own commands need. */
  needs({ accounts, ...needs }: GroupNeeds): GroupNeeds {
    const withLots = accounts.map((need) => (this.#withLots.has(accountKey(need)) ? { ...need, lots: true } : need))
    return { ...needs, accounts: withLots }
  }

  /** Puts it over what was read for the next group. */
  overlay(state: BookState, needs: Needs): void {
    for (const [id, target] of state.targets) state.targets.set(id, this.#targetNow(id, target))
    for (const [key, from] of earliestDays(state, needs)) {
      const account = this.#accountNow(state, key, from)
      if (account !== undefined) state.accounts.set(key, account)
    }
    for (const [key, limited] of state.limits) {
      const lines = this.#lines.get(key)
      if (lines !== undefined) state.limits.set(key, lines.reduce(withRecorded, limited))
    }
    for (const { entity, policy, on } of needs.days) {
      const history = state.policies.get(policy)
      if (history === undefined) continue
      const key = dayKey({ entity, resource: history[0].resource, on })
      const holders = this.#days.get(key) ?? this.#released(key, state.days.get(key))
      if (holders !== undefined) state.days.set(key, holders)
    }
  }

  #targetNow(id: string, target: Target): Target {
    const by = this.#reversedBy.get(id)
    return by === undefined ? target : { ...target, reversedBy: by }
  }

  /** @param from the earliest day that is decided about: what is before it need not be kept apart */
  #accountNow(state: BookState, key: string, from: CalendarDate): Account | undefined {
    const added = this.#transactions.get(key)
    if (added === undefined) return undefined
    const { entity, policy } = added[0]!.transaction
    // Policies are never taken away, and count no more coarsely than before.
    const { resource, scale } = newestVersion(state.policies.get(policy)!)
    const read = state.accounts.get(key) ?? emptyAccount({ entity, policy, resource, scale })
    const lines = added.map(({ transaction, original }) => {
      const { component, amount: exact, scale: finer, effectiveOn: on } = transaction
      const amount = rescale(exact, finer, scale)
      return { component, amount, on, ofLots: ofLots(transaction, original, amount) }
    })
    const account = withAmounts(atScale(read, scale), lines)
    const shorter = folded(account, KEPT_DAYS)
    return keeps(shorter, from) ? shorter : account
  }

  #released(key: string, holders: DayHolders | undefined): DayHolders | undefined {
    const releases = this.#releases.get(key)
    return holders && releases?.reduce(releasedFrom, holders)
  }
}

function listed<T>(lists: Map<string, T[]>, key: string): T[] {
  let list = lists.get(key)
  if (list === undefined) lists.set(key, (list = []))
  return list
}
