import { headroom, recordedHeadroom } from '../account/headroom.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { unitAt } from '../exact.ts'
import { type Floors, floorsOf } from '../policy/floor.ts'
import type { Minor } from '../quantity.ts'
import { versionInForce } from '../version-in-force.ts'
import type { Source } from './sources.ts'

/** More than any quantity. */
const UNLIMITED = 10n ** 30n

/**
 * How far a day and all later ones are above their floors.
 * @returns at the finest scale; negative where one of them is below
 */
export function aboveFloor(source: Source, on: CalendarDate): Minor {
  const above = headroomOn(source, on)
  return above === null ? UNLIMITED : above * unitAt(source.account.scale)
}

/** The same in units of the account; null: there is no limit. Of a day that is over, the more of what there is and of what was there then. */
export function headroomOn(source: Source, on: CalendarDate): Minor | null {
  const { account, limits } = source
  const above = headroom(account, floorsFrom(source, on), on)
  const recounted = above === null ? undefined : limits?.recounted(on)
  // What has lapsed is among what is counted again: it is not to be counted twice.
  const then = recounted === undefined ? null : recordedHeadroom(account, recounted, on)
  return above !== null && then !== null && then > above ? then : above
}

/** How low leave of a day may bring an account on that day and later. */
export function floorsFrom({ history, limits }: Pick<Source, 'history' | 'limits'>, on: CalendarDate): Floors {
  return limits?.floors(on) ?? floorsOf(history)
}

/** What may be taken from an account on a day, in whole units of its policy; zero or less where that is nothing. */
export function spendable(source: Source, on: CalendarDate): Minor {
  return wholeAt(aboveFloor(source, on), versionInForce(source.history, on).scale)
}

/** As much of a quantity as whole units of a scale make. */
export function wholeAt(exact: Minor, scale: number): Minor {
  return exact - (exact % unitAt(scale))
}

/** What may still be taken from an account in the leave year of a day, at the finest scale. */
export function roomOf(
  { account, limits }: Source,
  date: CalendarDate,
  drawn: readonly { readonly policy: string; readonly date: CalendarDate; readonly amount: string }[],
): Minor {
  const own = drawn.filter(({ policy }) => policy === account.policy)
  return limits?.room(date, own)?.left ?? UNLIMITED
}
