import type { CalendarDate } from '../calendar-date.ts'
import type { Movement } from '../earning/movement.ts'
import { movementsOf, postedByDay } from '../earning/movements.ts'
import { workedOut } from '../earning/work-out.ts'
import { type Floors, floorOn, floorsOf } from '../policy/floor.ts'
import { newestVersion, type PolicyHistory } from '../policy/policy.ts'
import type { Minor } from '../quantity.ts'
import type { LimitedAccount } from './limited-account.ts'
import { upToDate } from './outdated.ts'

/** Leave of one day, which is recorded after the rules have posted what comes later. */
export interface LateLeave {
  /** The day that it is about. */
  readonly day: CalendarDate
  /** That from which it counts: later, where the month of the other is closed. */
  readonly on: CalendarDate
  /** Positive, in minor units of the account. */
  readonly amount: Minor
}

/** Whether leave that is recorded late may change what was posted: what is cut by a carry-over or a cap, or has lapsed. */
export function recounts(history: PolicyHistory): boolean {
  if (history.some(({ lateLeave }) => lateLeave === 'as-posted')) return false
  return history.some(
    ({ carryOver, earning, hasOwnTerms }) =>
      hasOwnTerms === true ||
      carryOver !== undefined ||
      (earning?.levels ?? []).some((level) => level.carryOver !== undefined || level.balanceCap !== undefined),
  )
}

/**
 * The floors from the day of late leave on, lower by what the next run will give back because of it: what a carry-over or a
 * cap has cut, and what has lapsed, that the leave had used before. So it is decided as if it had been recorded in time.
 * @returns undefined: nothing was posted after it that it could change
 * @throws Outdated
 */
export function floorsRecounted(limited: LimitedAccount, { day, on, amount }: LateLeave): Floors | undefined {
  const { facts, lines } = upToDate(limited)
  if (!recounts(facts.policy)) return undefined
  const { scale } = newestVersion(facts.policy)
  const posted = postedByDay(lines, scale)
  const last = [...posted.keys()].reduce((latest, one) => (one > latest ? one : latest), day)
  if (last === day) return undefined
  const leave: Movement = {
    on: day,
    amount,
    way: 'takes',
    by: 'leave',
    validUntil: null,
    isCarriedIn: false,
    position: Number.MAX_SAFE_INTEGER,
  }
  const movements = [...movementsOf(lines, scale), leave].toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0))
  const corrected = new Map<CalendarDate, Minor>()
  const add = (of: CalendarDate, more: Minor) => corrected.set(of, (corrected.get(of) ?? 0n) + more)
  // A lot is there only up to its last day, its lapse posted or not.
  const end = lines.reduce((latest, { effectiveOn }) => (effectiveOn > latest ? effectiveOn : latest), last)
  for (const posting of workedOut({ facts, movements, postedAt: () => undefined }, end)) {
    if (posting.on > last && posting.kind !== 'lapse') continue
    add(
      posting.on,
      posting.lines.reduce((sum, line) => sum + line.amount, 0n),
    )
  }
  for (const [of, was] of posted) add(of, -was)
  return loweredBy(floorsOf(facts.policy), on, corrected)
}

/** Floors from a day on, each lower by what days up to it are corrected by. */
function loweredBy(base: Floors, from: CalendarDate, corrected: ReadonlyMap<CalendarDate, Minor>): Floors {
  const floorFrom = (day: CalendarDate): Minor | null => {
    const floor = floorOn(base, day)
    if (floor === null) return null
    let back = 0n
    for (const [of, amount] of corrected) if (of <= day) back += amount
    return floor - back
  }
  const days = [...corrected.keys(), ...base.changes.map((change) => change.from)].filter((day) => day > from)
  return {
    first: floorFrom(from),
    changes: [...new Set(days)].toSorted().map((day) => ({ from: day, floor: floorFrom(day) })),
  }
}
