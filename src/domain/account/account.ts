import type { CalendarDate } from '../calendar-date.ts'
import { type AccountLots, lotsAtScale, type OfLots, withDrawn, withLotsMovement } from '../lots/account-lots.ts'
import { type Minor, rescale } from '../quantity.ts'
import type { Component } from '../transaction.ts'

/**
 * Signed sums by component, in minor units. Their order is the one of `accounts.opening` and `accounts.days`.
 */
export type Sums = readonly [accrued: Minor, consumed: Minor, pending: Minor, adjusted: Minor]

export const COMPONENTS: readonly Component[] = ['accrued', 'consumed', 'pending', 'adjusted']
export const NO_SUMS: Sums = [0n, 0n, 0n, 0n]

/** Everything effective on one day, summed. */
export interface Day {
  readonly on: CalendarDate
  readonly sums: Sums
  readonly net: Minor
  /** As an account's row keeps it: printed once, when it is asked for, and not again with every change of another day. */
  readonly printed: string
}

/**
 * What a decision needs of one account: a fold of its transactions in which the days before `keptFrom` are one opening.
 * Values are immutable: a command that is refused leaves no trace in the state it was decided on.
 */
export interface Account {
  readonly entity: string
  readonly policy: string
  readonly resource: string
  /** How many transactions it has. */
  readonly version: number
  readonly lastPosition: number
  readonly scale: number
  /** First day that is still kept apart; null while all are. */
  readonly keptFrom: CalendarDate | null
  readonly opening: Sums
  /** Ascending. */
  readonly days: readonly Day[]
  /** Sum of the opening and all days. */
  readonly total: Minor
  readonly totalPending: Minor
  /**
   * How far below its own floor a kept day may be: 0, or less where `allowNegative` or a limit that was tightened has brought
   * one there; null: as it was read, and to be found from its days.
   */
  readonly floor: Minor | null
  /** Whether it has to be looked at lot by lot: something on it has a last day, was taken away by a rule, or paid out. */
  readonly hasLots: boolean
  /** All that its lots are made of; null: they do not matter, or nobody has read them. */
  readonly lots: AccountLots | null
}

/** A decision went further back than what was opened of an account; whoever opened it can load the older days. */
export class NotKept extends Error {
  constructor(account: { readonly entity: string; readonly policy: string }, day: CalendarDate) {
    super(`${day} is before the kept days of ${account.entity}/${account.policy}`)
    this.name = 'NotKept'
  }
}

/** What a day and all later ones look like. */
export interface Outlook {
  /** Balance at the end of the day. */
  readonly available: Minor
  /** What is held by undecided requests up to that day, as a positive sum. */
  readonly pending: Minor
  /** The lowest balance on that day or any later one. */
  readonly lowest: Minor
}

/** An account before its first transaction. */
export function emptyAccount(id: { entity: string; policy: string; resource: string; scale: number }): Account {
  return {
    ...id,
    version: 0,
    lastPosition: 0,
    keptFrom: null,
    opening: NO_SUMS,
    days: [],
    total: 0n,
    totalPending: 0n,
    floor: 0n,
    hasLots: false,
    // Known from the beginning, until it is written for the first time.
    lots: [],
  }
}

/** Whether decisions about `day` can be made from what is kept, or need the older days loaded first. */
export function keeps(account: Account, day: CalendarDate): boolean {
  return account.keptFrom === null || account.keptFrom <= day
}

/** One transaction, as an account is changed by it. */
export interface AmountOn {
  readonly component: Component
  /** Signed, in minor units of the account. */
  readonly amount: Minor
  readonly on: CalendarDate
  readonly position: number
  /** What it is to lots, and whether from then on the account has to be looked at lot by lot; absent: it only draws. */
  readonly ofLots?: OfLots | undefined
}

/**
 * The account after one more transaction.
 * @throws NotKept where `on` lies before the kept days
 */
export function withAmount(account: Account, { component, amount, on, position, ofLots }: AmountOn): Account {
  if (!keeps(account, on)) throw new NotKept(account, on)
  const hasLots = account.hasLots || ofLots?.mark === true
  if (hasLots && account.lots === null) throw unreadLots(account)
  return {
    ...account,
    hasLots,
    lots: account.lots && movedLots(account.lots, { amount, on, ofLots }),
    version: account.version + 1,
    lastPosition: position,
    days: withDay(account.days, on, component, amount),
    total: account.total + amount,
    totalPending: component === 'pending' ? account.totalPending - amount : account.totalPending,
  }
}

/**
 * The account after more transactions that took effect on any days: what lies before the kept days goes into the opening.
 * @param added signed, in minor units of the account
 */
export function withAmounts(account: Account, added: Iterable<Omit<AmountOn, 'position'>>): Account {
  const days = new Map(account.days.map(({ on, sums }) => [on, sums]))
  let { opening, version, hasLots, lots } = account
  for (const { component, amount, on, ofLots } of added) {
    version += 1
    hasLots ||= ofLots?.mark === true
    if (hasLots && lots === null) throw unreadLots(account)
    lots &&= movedLots(lots, { amount, on, ofLots })
    if (keeps(account, on)) days.set(on, plus(days.get(on) ?? NO_SUMS, component, amount))
    else opening = plus(opening, component, amount)
  }
  const ascending = Array.from(days, ([on, sums]) => ({ on, sums })).sort((a, b) => (a.on < b.on ? -1 : 1))
  return accountFrom({ ...account, version, opening, days: ascending, hasLots, lots })
}

/** @throws NotKept where `day` lies before the kept days */
export function outlook(account: Account, day: CalendarDate): Outlook {
  // Most lines take effect on or after everything known: nothing to walk.
  const last = account.days.at(-1)
  if (last === undefined || last.on <= day) {
    return { available: account.total, pending: account.totalPending, lowest: account.total }
  }
  if (!keeps(account, day)) throw new NotKept(account, day)
  let balance = net(account.opening)
  let pending = -account.opening[2]
  let available = balance
  let held = pending
  let lowest: Minor | undefined
  for (const { on, sums, net } of account.days) {
    if (on > day && lowest === undefined) lowest = available
    balance += net
    pending -= sums[2]
    if (on <= day) {
      available = balance
      held = pending
    } else if (lowest === undefined || balance < lowest) {
      lowest = balance
    }
  }
  return { available, pending: held, lowest: lowest ?? available }
}

/** Signed sums by component over everything effective on or before `day`. */
export function sumsUpTo(account: Account, day: CalendarDate): Sums {
  let sums = account.opening
  for (const kept of account.days) {
    if (kept.on > day) break
    sums = addSums(sums, kept.sums)
  }
  return sums
}

/** The lowest balance on any kept day; of an account without days, its opening. */
export function lowestKept(account: Account): Minor {
  let balance = net(account.opening)
  let lowest: Minor | undefined
  for (const { net } of account.days) {
    balance += net
    if (lowest === undefined || balance < lowest) lowest = balance
  }
  return lowest ?? balance
}

/**
 * The account with the oldest days folded into its opening once there are more than `most` of them.
 * Half are folded at a time, so that folding is rare and the row stays short in between.
 */
export function folded(account: Account, most: number): Account {
  if (account.days.length <= most) return account
  const kept = account.days.slice(account.days.length - Math.ceil(most / 2))
  let opening = account.opening
  for (const day of account.days.slice(0, account.days.length - kept.length)) opening = addSums(opening, day.sums)
  return { ...account, opening, days: kept, keptFrom: kept[0]!.on }
}

/** The account at a scale that is not lower than its own. */
export function atScale(account: Account, scale: number): Account {
  if (account.scale === scale) return account
  const up = (minor: Minor): Minor => rescale(minor, account.scale, scale)
  const upSums = ([accrued, consumed, pending, adjusted]: Sums): Sums => [
    up(accrued),
    up(consumed),
    up(pending),
    up(adjusted),
  ]
  return {
    ...account,
    scale,
    opening: upSums(account.opening),
    days: account.days.map(({ on, sums }) => new KeptDay(on, upSums(sums))),
    total: up(account.total),
    totalPending: up(account.totalPending),
    floor: account.floor === null ? null : up(account.floor),
    lots: account.lots && lotsAtScale(account.lots, account.scale, scale),
  }
}

/** An account from its stored parts: derives what is not stored. */
export function accountFrom(
  stored: Omit<Account, 'days' | 'total' | 'totalPending'> & { days: readonly { on: CalendarDate; sums: Sums }[] },
): Account {
  let total = net(stored.opening)
  let totalPending = -stored.opening[2]
  const days = stored.days.map(({ on, sums }) => {
    const day = new KeptDay(on, sums)
    total += day.net
    totalPending -= sums[2]
    return day
  })
  return { ...stored, days, total, totalPending }
}

/** Its lots are asked about, and nobody has read them: a mistake of whoever opened it. */
export function unreadLots({ entity, policy }: Pick<Account, 'entity' | 'policy'>): Error {
  return new Error(`nobody has read the lots of ${entity}/${policy}`)
}

function movedLots(lots: AccountLots, { amount, on, ofLots }: Pick<AmountOn, 'amount' | 'ofLots' | 'on'>): AccountLots {
  return ofLots === undefined ? withDrawn(lots, on, -amount) : withLotsMovement(lots, ofLots.movement)
}

class KeptDay implements Day {
  readonly on: CalendarDate
  readonly sums: Sums
  readonly net: Minor
  #printed: string | undefined

  constructor(on: CalendarDate, sums: Sums) {
    this.on = on
    this.sums = sums
    this.net = net(sums)
  }

  get printed(): string {
    return (this.#printed ??= `["${this.on}","${this.sums.join('","')}"]`)
  }
}

/** What is available: all components together, in minor units. */
export function net(sums: Sums): Minor {
  return sums[0] + sums[1] + sums[2] + sums[3]
}

export function addSums(a: Sums, b: Sums): Sums {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]]
}

function withDay(days: readonly Day[], on: CalendarDate, component: Component, amount: Minor): readonly Day[] {
  let at = days.length
  while (at > 0 && days[at - 1]!.on > on) at--
  const present = at > 0 && days[at - 1]!.on === on ? days[at - 1]! : undefined
  const day = new KeptDay(on, plus(present?.sums ?? NO_SUMS, component, amount))
  const next = days.slice()
  if (present === undefined) next.splice(at, 0, day)
  else next[at - 1] = day
  return next
}

function plus([accrued, consumed, pending, adjusted]: Sums, component: Component, amount: Minor): Sums {
  switch (component) {
    case 'accrued':
      return [accrued + amount, consumed, pending, adjusted]
    case 'consumed':
      return [accrued, consumed + amount, pending, adjusted]
    case 'pending':
      return [accrued, consumed, pending + amount, adjusted]
    case 'adjusted':
      return [accrued, consumed, pending, adjusted + amount]
  }
}
