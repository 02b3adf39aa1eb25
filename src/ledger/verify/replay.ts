import { addSums, NO_SUMS, net, type Sums } from '../../domain/account/account.ts'
import { headroomOf, heldDays } from '../../domain/account/headroom.ts'
import { type CalendarDate, dayIn } from '../../domain/calendar-date.ts'
import type { RecordedLine } from '../../domain/earning/movements.ts'
import type { CarriedOver } from '../../domain/earning/posting.ts'
import type { RecordedEvent } from '../../domain/event.ts'
import { atPolicyScale, plusAmount } from '../../domain/exact.ts'
import type { RecordedCarryOver } from '../../domain/lots/lots-of.ts'
import { type Floors, floorsAt } from '../../domain/policy/floor.ts'
import { newestVersion, type PolicyHistory, type PolicyVersion } from '../../domain/policy/policy.ts'
import { MAX_SCALE, type Minor, rescale } from '../../domain/quantity.ts'
import { accountKey } from '../../domain/recording/book-state.ts'
import type { Transaction } from '../../domain/transaction.ts'
import { type BalanceItem, balanceItem } from '../read/balance-item.ts'
import { lotsStanding } from '../read/lots-standing.ts'
import { type Standing, standingByLots } from '../read/standing.ts'

/*
 * Balances added up from events, one after the other, and from nothing else: no table, no sum that somebody kept. What the
 * service serves can be compared with it.
 */

export interface ReplayAsked {
  readonly entity?: string | undefined
  readonly policy?: string | undefined
  /** The last event that is known; all of them, unless given. */
  readonly knownAt?: { readonly position: number } | { readonly instant: string } | undefined
}

interface Folded {
  readonly entity: string
  readonly policy: string
  readonly resource: string
  version: number
  /** Signed sums by day, at the finest scale. */
  readonly days: Map<CalendarDate, Sums>
  /** What its lots are made of. */
  readonly lines: RecordedLine[]
  readonly carryOvers: RecordedCarryOver[]
}

/** Folds the events of one book in their order. Memory grows with the transactions of the accounts that are asked about. */
export class Replay {
  readonly #asked: ReplayAsked
  readonly #accounts = new Map<string, Folded>()
  readonly #policies = new Map<string, [PolicyVersion, ...PolicyVersion[]]>()
  #timeZone = 'UTC'
  #knownAt = 0

  constructor(asked: ReplayAsked) {
    this.#asked = asked
  }

  /** The last position that was known. */
  get knownAt(): number {
    return this.#knownAt
  }

  take(event: RecordedEvent): void {
    // What "today" means is asked now, whatever was known then.
    if (event.type === 'book-defined') this.#timeZone = (JSON.parse(event.dataText) as { timeZone: string }).timeZone
    if (!this.#isKnown(event)) return
    this.#knownAt = event.position
    if (event.type === 'policy-defined') this.#define(event)
    for (const transaction of event.transactions) this.#add({ ...transaction, position: event.position })
    if (event.type === 'earned') this.#carry(event)
  }

  /** By entity, then policy, both by code unit; accounts that had a transaction by then. */
  balances(asOf: CalendarDate): BalanceItem[] {
    return Array.from(this.#accounts.values(), (account) => this.#balance(account, asOf)).toSorted(byAccount)
  }

  today(now: Date): CalendarDate {
    return dayIn(this.#timeZone, now)
  }

  #isKnown({ position, recordedAt }: RecordedEvent): boolean {
    const { knownAt } = this.#asked
    if (knownAt === undefined) return true
    return 'position' in knownAt ? position <= knownAt.position : recordedAt <= knownAt.instant
  }

  #define({ dataText, position }: RecordedEvent): void {
    const version: PolicyVersion = { ...(JSON.parse(dataText) as Omit<PolicyVersion, 'position'>), position }
    const history = this.#policies.get(version.policy)
    if (history === undefined) this.#policies.set(version.policy, [version])
    else history.push(version)
  }

  #add(line: RecordedLine): void {
    const { entity, policy, resource, effectiveOn, component, amount, scale } = line
    if (!this.#isAsked(line)) return
    const key = accountKey({ entity, policy })
    let account = this.#accounts.get(key)
    if (account === undefined) {
      account = { entity, policy, resource, version: 0, days: new Map(), lines: [], carryOvers: [] }
      this.#accounts.set(key, account)
    }
    account.version += 1
    account.lines.push(line)
    const soFar = account.days.get(effectiveOn) ?? NO_SUMS
    account.days.set(effectiveOn, plusAmount(soFar, component, rescale(amount, scale, MAX_SCALE)))
  }

  #carry({ dataText, position }: RecordedEvent): void {
    const { carried, ...account } = JSON.parse(dataText) as Omit<CarriedOver, 'carried'> & Partial<CarriedOver>
    if (carried !== undefined) this.#accounts.get(accountKey(account))?.carryOvers.push({ position, carried })
  }

  #isAsked({ entity, policy }: Pick<Transaction, 'entity' | 'policy'>): boolean {
    const { entity: onlyEntity = entity, policy: onlyPolicy = policy } = this.#asked
    return entity === onlyEntity && policy === onlyPolicy
  }

  #balance(account: Folded, asOf: CalendarDate): BalanceItem {
    const { entity, policy: id, resource, version, days } = account
    const policy: PolicyHistory | undefined = this.#policies.get(id)
    if (policy === undefined) throw new Error(`${entity} has a balance under the policy ${id}, which nothing defines`)
    const { scale } = newestVersion(policy)
    const standing = standingOf(days, asOf, floorsAt(policy, MAX_SCALE))
    const [accrued, consumed, pending, adjusted] = standing.sums
    const at = (exact: Minor): Minor => atPolicyScale(exact, scale)
    const recorded: Standing = {
      sums: [at(accrued), at(consumed), at(pending), at(adjusted)],
      spendable: standing.spendable === null ? null : at(standing.spendable),
      version,
    }
    return balanceItem({
      entity,
      resource,
      policy,
      asOf,
      knownAt: this.#knownAt,
      standing: standingByLots(recorded, lotsStanding({ ...account, scale }, { history: policy, asOf })),
    })
  }
}

function standingOf(
  days: ReadonlyMap<CalendarDate, Sums>,
  asOf: CalendarDate,
  floors: Floors,
): Pick<Standing, 'sums' | 'spendable'> {
  let sums = NO_SUMS
  const later: CalendarDate[] = []
  for (const [day, ofDay] of days) {
    if (day <= asOf) sums = addSums(sums, ofDay)
    else later.push(day)
  }
  const steps = later.toSorted().map((on) => ({ on, net: net(days.get(on)!) }))
  return { sums, spendable: headroomOf(heldDays({ on: asOf, balance: net(sums) }, steps, floors)) }
}

function byAccount(a: BalanceItem, b: BalanceItem): number {
  if (a.entity !== b.entity) return a.entity < b.entity ? -1 : 1
  return a.policy < b.policy ? -1 : a.policy > b.policy ? 1 : 0
}
