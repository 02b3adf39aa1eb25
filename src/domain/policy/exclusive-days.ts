import { type CalendarDate, FIRST_DAY } from '../calendar-date.ts'
import { versionInForce } from '../version-in-force.ts'
import type { PolicyHistory } from './policy.ts'

/** Days from one on. */
export interface DaysFrom {
  readonly from: CalendarDate
  /** The first day that is not among them any more; null: all later ones are. */
  readonly until: CalendarDate | null
}

/**
 * The days on which lines of a policy begin to claim days: those on which a version with `dayExclusive` comes into force
 * instead of one without. The earliest version decides about the days before it as well.
 * @param from the day from which the version is to hold
 * @returns undefined where lines claim these days already, or there is no line
 */
export function newlyExclusive(history: PolicyHistory | undefined, from: CalendarDate): DaysFrom | undefined {
  if (history === undefined || versionInForce(history, from).dayExclusive) return undefined
  const beginnings = history.map(({ effectiveFrom }) => effectiveFrom).toSorted()
  const isEarliest = from <= beginnings[0]!
  return { from: isEarliest ? FIRST_DAY : from, until: beginnings.find((day) => day > from) ?? null }
}
