import type { CalendarDate } from '../calendar-date.ts'
import { type Minor, toMinor } from '../quantity.ts'
import { newestVersion, type PolicyHistory, type PolicyVersion } from './policy.ts'

/** The lowest balance that a policy allows on each day: minus the overdraft limit in force then; null: no limit. */
export interface Floors {
  /** Before the first change. */
  readonly first: Minor | null
  /** The days from which another floor holds. Ascending; each is another than the one before it. */
  readonly changes: readonly { readonly from: CalendarDate; readonly floor: Minor | null }[]
}

const known = new WeakMap<PolicyHistory, Floors>()

/** The floors of a policy by all its versions, at the scale of the newest: that in which its accounts are counted. */
export function floorsOf(history: PolicyHistory): Floors {
  let floors = known.get(history)
  if (floors === undefined) known.set(history, (floors = floorsAt(history, newestVersion(history).scale)))
  return floors
}

/** The same at another scale, which is not lower. */
export function floorsAt(history: PolicyHistory, scale: number): Floors {
  const [only, ...later] = history
  if (later.length === 0) return { first: floorOf(only, scale), changes: [] }
  // The newest of those that begin on one day, and so what `versionInForce` finds from that day to the next.
  const byDay = new Map(history.map((version) => [version.effectiveFrom, version]))
  const [first, ...others] = [...byDay.values()].toSorted((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1))
  const changes: { from: CalendarDate; floor: Minor | null }[] = []
  const earliest = floorOf(first!, scale)
  let before = earliest
  for (const version of others) {
    const floor = floorOf(version, scale)
    if (floor !== before) changes.push({ from: version.effectiveFrom, floor })
    before = floor
  }
  return { first: earliest, changes }
}

/** The floor of one day. */
export function floorOn({ first, changes }: Floors, day: CalendarDate): Minor | null {
  const inForce = changes.findLast(({ from }) => from <= day)
  return inForce === undefined ? first : inForce.floor
}

/** @returns the floor of a day and of all later ones, where that is one and the same; undefined: it changes after the day */
export function onlyFloorFrom({ first, changes }: Floors, day: CalendarDate): Minor | null | undefined {
  const last = changes.at(-1)
  if (last === undefined) return first
  return last.from <= day ? last.floor : undefined
}

function floorOf({ overdraftLimit }: PolicyVersion, scale: number): Minor | null {
  if (overdraftLimit === null) return null
  const limit = toMinor(overdraftLimit, scale)
  if (limit === 'scale-exceeded') throw new Error('a policy keeps an overdraft limit finer than its scale')
  return -limit
}
