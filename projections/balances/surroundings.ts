import { addSums, NO_SUMS, net, type Sums } from '../../src/domain/account/account.ts'
import { headroomOf, heldDays } from '../../src/domain/account/headroom.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { plusAmount } from '../../src/domain/exact.ts'
import { type Floors, floorOn } from '../../src/domain/policy/floor.ts'
import type { Minor } from '../../src/domain/quantity.ts'
import type { Component } from '../../src/domain/transaction.ts'
import type { DaySums } from './days.ts'

/** What the snapshots say of one account around a day, and what they do not say yet. Quantities as in `src/domain/exact.ts`. */
export interface Surroundings {
  readonly asOf: CalendarDate
  /** The month that `asOf` is in, or the last one before it with a snapshot. */
  readonly base: { readonly sums: Sums; readonly daysAfter: readonly DaySums[]; readonly count: number } | undefined
  /** Transactions between what the snapshots know and what is asked about. */
  readonly tail: readonly { readonly component: Component; readonly amount: Minor; readonly on: CalendarDate }[]
  /** `missing`: the snapshots do not know the tail yet. `too much`: they know it already, and it is taken off again. */
  readonly tailIs: 'missing' | 'too much'
  /** Later months that end before the tail's first day, and before the floor may change: what is stored of them still holds. */
  readonly whole: { readonly lowest: Minor; readonly closing: Minor } | undefined
  /** The days of all months after these, ascending. */
  readonly days: readonly DaySums[]
  /** Of the account's last month. */
  readonly count: number | undefined
}

/** Equal to `Standing` of the ledger, but for the scale. */
export interface ExactStanding {
  readonly sums: Sums
  readonly spendable: Minor | null
  readonly version: number
}

/**
 * How an account stands at the end of a day: the nearest snapshot and the tail. The balance of later days is found in
 * steps: each day of the snapshots adds one, and each day of the tail adds one.
 * @param floors at the finest scale
 */
export function standingFrom(surroundings: Surroundings, floors: Floors): ExactStanding {
  const { asOf, base, tail, tailIs, whole, days, count } = surroundings
  const sign = tailIs === 'missing' ? 1n : -1n
  let byThen: Sums = NO_SUMS
  const later = new Map<CalendarDate, Minor>()
  const add = (on: CalendarDate, amount: Minor): void => {
    later.set(on, (later.get(on) ?? 0n) + amount)
  }
  for (const { component, amount, on } of tail) {
    if (on <= asOf) byThen = plusAmount(byThen, component, sign * amount)
    else add(on, sign * amount)
  }
  const sums = addSums(base?.sums ?? NO_SUMS, byThen)

  let balance = net(sums)
  let lowest = balance
  const rest = base?.daysAfter ?? []
  if (whole === undefined) {
    for (const day of rest) add(day.on, net(day.sums))
  } else {
    // In this order: the rest of the month of `asOf`, the whole months, the tail.
    for (const day of rest) {
      balance += net(day.sums)
      if (balance < lowest) lowest = balance
    }
    const lowestOfWhole = whole.lowest + net(byThen)
    if (lowestOfWhole < lowest) lowest = lowestOfWhole
    balance = whole.closing + net(byThen)
  }
  for (const day of days) add(day.on, net(day.sums))
  const steps = Array.from(later, ([on, net]) => ({ on, net })).toSorted((a, b) => (a.on < b.on ? -1 : 1))
  const spendable = least(
    // So far, the floor was that of the day.
    headroomOf([{ on: asOf, balance: lowest, floor: floorOn(floors, asOf) }]),
    headroomOf(heldDays({ on: asOf, balance }, steps, floors)),
  )
  return { sums, spendable, version: (count ?? base?.count ?? 0) + Number(sign) * tail.length }
}

function least(a: Minor | null, b: Minor | null): Minor | null {
  if (a === null || b === null) return a ?? b
  return a < b ? a : b
}
