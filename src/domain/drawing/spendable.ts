import { type Account, outlook } from '../account/account.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { unitAt } from '../exact.ts'
import { floorOf } from '../policy/floor.ts'
import type { PolicyVersion } from '../policy/policy.ts'
import type { Minor } from '../quantity.ts'

/** More than any quantity. */
const UNLIMITED = 10n ** 30n

/**
 * How far a day and all later ones are above the floor.
 * @returns at the finest scale; negative where one of them is below
 */
export function aboveFloor(account: Account, version: PolicyVersion, on: CalendarDate): Minor {
  const floor = floorOf(version, account.scale)
  return floor === null ? UNLIMITED : (outlook(account, on).lowest - floor) * unitAt(account.scale)
}

/** What may be taken from an account on a day, in whole units of its policy; zero or less where that is nothing. */
export function spendable(account: Account, version: PolicyVersion, on: CalendarDate): Minor {
  return wholeAt(aboveFloor(account, version, on), version.scale)
}

/** As much of a quantity as whole units of a scale make. */
export function wholeAt(exact: Minor, scale: number): Minor {
  return exact - (exact % unitAt(scale))
}
