import { type CalendarDate, dayAfter } from '../calendar-date.ts'
import { type Minor, rescale } from '../quantity.ts'
import type { Transaction } from '../transaction.ts'
import { EMPTY_DAY, type LotsDay, withCarried, withMovement } from './lots-day.ts'
import { type LotsMovement, lotsMovementOf, type SaidOfLots } from './lots-movement.ts'
import { NO_LOTS, OpenLots } from './open-lots.ts'
import { TAKING_RULES } from './taking-rules.ts'

/*
 * The lots of an account while commands are decided: what counts of them on each day, whether or not what has lapsed was
 * posted.
 */

/** All that takes effect on each day, ascending, in minor units of the account. */
export type AccountLots = readonly LotsOfDay[]

interface LotsOfDay {
  readonly on: CalendarDate
  readonly day: LotsDay
}

/** What there is of lots on a day, until the next one. */
export interface LotsBalance {
  readonly on: CalendarDate
  readonly balance: Minor
}

/** Whether an account has to be looked at lot by lot from this transaction on. */
export function isOfLots({ validUntil, byRule }: Pick<Transaction, 'byRule' | 'validUntil'>): boolean {
  return validUntil !== null || (byRule !== null && TAKING_RULES.includes(byRule.rule))
}

/** What a transaction is to the lots of its account, and whether from then on these matter. */
export interface OfLots {
  readonly movement: LotsMovement
  readonly mark: boolean
}

/** @param original what it reverses; @param amount its own in units of the account */
export function ofLots(said: SaidOfLots, original: SaidOfLots | undefined, amount: Minor): OfLots {
  return { movement: lotsMovementOf(said, original, amount), mark: isOfLots(said) }
}

/** The lots with one more movement. */
export function withLotsMovement(lots: AccountLots, movement: LotsMovement): AccountLots {
  return changed(lots, movement.on, (day) => withMovement(day, movement))
}

/** The lots after a carry-over. */
export function withCarryOver(lots: AccountLots, on: CalendarDate, carried: LotsDay['carried'] & {}): AccountLots {
  return changed(lots, on, (day) => withCarried(day, carried))
}

/** The lots with an amount that is drawn on a day. @param amount positive */
export function withDrawn(lots: AccountLots, on: CalendarDate, amount: Minor): AccountLots {
  return changed(lots, on, (day) => ({ ...day, drawn: day.drawn - amount }))
}

/** The same lots counted more finely. */
export function lotsAtScale(lots: AccountLots, from: number, to: number): AccountLots {
  const up = (minor: Minor): Minor => rescale(minor, from, to)
  const raised = <T extends { readonly amount: Minor }>(one: T): T => ({ ...one, amount: up(one.amount) })
  return lots.map(({ on, day }) => ({
    on,
    day: {
      earned: day.earned.map(raised),
      drawn: up(day.drawn),
      lapse: up(day.lapse),
      cut: up(day.cut),
      cap: up(day.cap),
      corrected: day.corrected.map(raised),
      carried: day.carried && { ...day.carried, kept: up(day.carried.kept), neverLapses: up(day.carried.neverLapses) },
      undone: day.undone.map(raised),
    },
  }))
}

/**
 * What there is at the end of a day, and of each later day on which that may change: because something takes effect, or
 * because the last day of a lot was the day before.
 */
export function balancesByLots(lots: AccountLots, from: CalendarDate): readonly [LotsBalance, ...LotsBalance[]] {
  const open = new OpenLots(NO_LOTS, { remembers: lots.some(({ day }) => day.undone.length > 0) })
  const later: LotsBalance[] = []
  let next = 0
  const takeUntil = (day: CalendarDate): void => {
    for (; next < lots.length && lots[next]!.on <= day; next++) open.take(lots[next]!.on, lots[next]!.day)
    open.lapse(day)
  }
  takeUntil(from)
  const first = { on: from, balance: open.balance }
  for (const on of daysAfter(lots, from)) {
    takeUntil(on)
    later.push({ on, balance: open.balance })
  }
  return [first, ...later]
}

/** What corrections have given back by the end of a day of what was posted as lapsed or cut. */
export function returnedBy(lots: AccountLots, asOf: CalendarDate): Minor {
  const open = new OpenLots(NO_LOTS, { remembers: true })
  for (const { on, day } of lots) if (on <= asOf) open.take(on, day)
  return open.returned
}

function daysAfter(lots: AccountLots, from: CalendarDate): readonly CalendarDate[] {
  const days = new Set<CalendarDate>()
  const add = (day: CalendarDate): void => {
    if (day > from) days.add(day)
  }
  for (const { on, day } of lots) {
    add(on)
    for (const { until } of day.earned) if (until !== null) add(dayAfter(until))
    if (day.carried !== null && day.carried.until !== null) add(dayAfter(day.carried.until))
  }
  return [...days].toSorted()
}

function changed(lots: AccountLots, on: CalendarDate, change: (day: LotsDay) => LotsDay): AccountLots {
  let at = lots.length
  while (at > 0 && lots[at - 1]!.on > on) at--
  const isThere = at > 0 && lots[at - 1]!.on === on
  const day = change(isThere ? lots[at - 1]!.day : EMPTY_DAY)
  return isThere ? lots.with(at - 1, { on, day }) : lots.toSpliced(at, 0, { on, day })
}
