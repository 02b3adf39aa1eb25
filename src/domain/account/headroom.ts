import type { CalendarDate } from '../calendar-date.ts'
import { type AccountLots, balancesByLots, withDrawn } from '../lots/account-lots.ts'
import { type Floors, onlyFloorFrom } from '../policy/floor.ts'
import type { Minor } from '../quantity.ts'
import { type Account, lowestKept, net, type Outlook, outlook, unreadLots } from './account.ts'

/*
 * How far balances are above the floor of their own day. A balance stays what it is until the next recorded day, and a
 * floor until another one holds; so it is enough to look at the days on which one of the two changes.
 */

/** What takes effect on a day. */
export interface DayNet {
  readonly on: CalendarDate
  readonly net: Minor
}

/** A day from which balance and floor are these. */
export interface LimitedDay {
  readonly on: CalendarDate
  readonly balance: Minor
  /** null: there is no limit. */
  readonly floor: Minor | null
}

/**
 * A day, and all later ones on which the balance or the floor may be another.
 * @param later ascending, all after the first day
 */
export function* heldDays(
  start: { readonly on: CalendarDate; readonly balance: Minor },
  later: readonly DayNet[],
  { first, changes }: Floors,
): Generator<LimitedDay, void, undefined> {
  let { balance } = start
  let next = 0
  const floorBy = (on: CalendarDate): Minor | null => {
    while (next < changes.length && changes[next]!.from <= on) next++
    return next === 0 ? first : changes[next - 1]!.floor
  }
  yield { on: start.on, balance, floor: floorBy(start.on) }
  for (const { on, net } of later) {
    while (next < changes.length && changes[next]!.from < on) yield { ...changedAt(changes[next++]!), balance }
    balance += net
    yield { on, balance, floor: floorBy(on) }
  }
  while (next < changes.length) yield { ...changedAt(changes[next++]!), balance }
}

/** How far the tightest of some days is above its floor, negative where it is below; null: none of them has a floor. */
export function headroomOf(days: Iterable<LimitedDay>): Minor | null {
  const { balance, floor } = tightestOf(days)
  return floor === null ? null : balance - floor
}

/**
 * The most that may be taken on a day: how far that day, and every later one, is above its own floor.
 * @param seen what the day and all later ones look like
 * @returns negative where one of them is below its floor; null where none has one
 * @throws NotKept where `day` lies before the kept days
 */
export function headroom(account: Account, floors: Floors, day: CalendarDate, seen?: Outlook): Minor | null {
  if (account.hasLots) return headroomByLots(lotsOfAccount(account), floors, day)
  return recordedHeadroom(account, floors, day, seen)
}

/** The same of what is recorded, whatever has lapsed of it by then. */
export function recordedHeadroom(
  account: Account,
  floors: Floors,
  day: CalendarDate,
  seen: Outlook = outlook(account, day),
): Minor | null {
  const start = { on: day, balance: seen.available, lowest: seen.lowest }
  return headroomFrom(floors, start, () => account.days.filter(({ on }) => on > day))
}

/**
 * The same from what is known of a day and all later ones, whoever knows it.
 * @param start the balance on the day, and the lowest one on that day or any later one
 * @param later asked for only where the floor changes after the day
 */
export function headroomFrom(
  floors: Floors,
  start: { readonly on: CalendarDate; readonly balance: Minor; readonly lowest: Minor },
  later: () => readonly DayNet[],
): Minor | null {
  const only = onlyFloorFrom(floors, start.on)
  if (only !== undefined) return only === null ? null : start.lowest - only
  return headroomOf(heldDays(start, later(), floors))
}

/** More than any account holds, and still far from what takes long to add. */
const MORE_THAN_ANY = 10n ** 30n

/**
 * The most that may be taken on a day, where lots count only up to their last day: what is taken is taken of the lots that
 * lapse first, and what lapses anyway is no loss to later days.
 *
 * If much more were taken than there is, all lots would be used as far as they can be. From what later days are short of then
 * follows what may be taken.
 * @returns as `headroom`
 */
export function headroomByLots(lots: AccountLots, floors: Floors, day: CalendarDate): Minor | null {
  const left = (taken: Minor): Minor | null => headroomOf(heldByLots(withDrawn(lots, day, taken), floors, day))
  const untouched = left(0n)
  if (untouched === null || untouched < 0n) return untouched
  const guess = MORE_THAN_ANY + left(MORE_THAN_ANY)!
  const fits = (taken: Minor): boolean => left(taken)! >= 0n
  return fits(guess) ? mostAbove(guess, fits) : mostBetween(0n, guess, fits)
}

/** The most that fits, from an amount that does: mostly that itself. What is given back or taken back later may leave room for more. */
function mostAbove(least: Minor, fits: (taken: Minor) => boolean): Minor {
  let known = least
  let step = 1n
  for (; fits(known + step); step *= 2n) known += step
  return mostBetween(known, known + step, fits)
}

/** @param known fits; @param tooMuch does not */
function mostBetween(known: Minor, tooMuch: Minor, fits: (taken: Minor) => boolean): Minor {
  let [low, high] = [known, tooMuch]
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (fits(middle)) low = middle
    else high = middle
  }
  return low
}

/** A day, and all later ones on which the balance by lots or the floor may be another. */
function heldByLots(lots: AccountLots, floors: Floors, day: CalendarDate): Generator<LimitedDay, void, undefined> {
  const [start, ...days] = balancesByLots(lots, day)
  let { balance: before } = start
  const later = days.map(({ on, balance }) => {
    const net = balance - before
    before = balance
    return { on, net }
  })
  return heldDays(start, later, floors)
}

/** @throws Error where nobody has read them */
function lotsOfAccount(account: Account): AccountLots {
  if (account.lots === null) throw unreadLots(account)
  return account.lots
}

/** The first day, from `day` on, that would be below its floor if `amount` took effect on `day`; undefined: none. */
export function firstDayBelow(
  account: Account,
  floors: Floors,
  { day, amount }: { readonly day: CalendarDate; readonly amount: Minor },
): CalendarDate | undefined {
  for (const { on, balance, floor } of daysWith(account, floors, { day, amount })) {
    if (floor !== null && balance < floor) return on
  }
  return undefined
}

/** A day and all later ones, were an amount to take effect on it. */
function daysWith(
  account: Account,
  floors: Floors,
  { day, amount }: { readonly day: CalendarDate; readonly amount: Minor },
): Generator<LimitedDay, void, undefined> {
  if (account.hasLots) return heldByLots(withDrawn(lotsOfAccount(account), day, -amount), floors, day)
  const { available } = outlook(account, day)
  const later = account.days.filter(({ on }) => on > day)
  return heldDays({ on: day, balance: available + amount }, later, floors)
}

/**
 * How far below its floor the tightest kept day is.
 * @returns 0 or less, as `Account.floor`
 */
export function shortfall(account: Account, floors: Floors): Minor {
  const { balance, floor } = tightestKept(account, floors)
  return floor === null || balance >= floor ? 0n : balance - floor
}

/**
 * What the database holds an account to. Of the kept days, and the days after the first of them from which another floor
 * holds, it is the tightest that counts: its balance, and how low that may be.
 */
export function heldTo(account: Account, floors: Floors): { readonly lowest: Minor; readonly floor: Minor | null } {
  const { balance, floor } = tightestKept(account, floors)
  if (floor === null) return { lowest: balance, floor }
  if (account.floor === null) throw new Error(`nobody has decided how low ${account.entity}/${account.policy} may be`)
  return { lowest: balance, floor: floor + account.floor }
}

type Tightest = Pick<LimitedDay, 'balance' | 'floor'>

/** Of several equally tight days the first; where none has a floor, the one with the lowest balance. */
function tightestOf(days: Iterable<LimitedDay>): Tightest {
  let tightest: Tightest | undefined
  for (const day of days) if (tightest === undefined || isTighter(day, tightest)) tightest = day
  if (tightest === undefined) throw new Error('of no days, none is the tightest')
  return tightest
}

function isTighter(one: Tightest, other: Tightest): boolean {
  if (one.floor === null) return other.floor === null && one.balance < other.balance
  return other.floor === null || one.balance - one.floor < other.balance - other.floor
}

function tightestKept(account: Account, floors: Floors): Tightest {
  const [first, ...later] = account.days
  const only = first === undefined ? floors.first : onlyFloorFrom(floors, first.on)
  if (only !== undefined || first === undefined) return { balance: lowestKept(account), floor: only ?? null }
  return tightestOf(heldDays({ on: first.on, balance: net(account.opening) + first.net }, later, floors))
}

function changedAt({ from, floor }: Floors['changes'][number]): Pick<LimitedDay, 'floor' | 'on'> {
  return { on: from, floor }
}
