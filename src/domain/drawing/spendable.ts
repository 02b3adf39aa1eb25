import { type Account, outlook } from '../account/account.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { unitAt } from '../exact.ts'
import { floorOf } from '../policy/floor.ts'
import type { PolicyVersion } from '../policy/policy.ts'
import type { Minor } from '../quantity.ts'

/** More than any quantity. */
const UNLIMITED = 10n ** 30n

/**
 * What may be taken from an account on a day so that neither that day nor a later one falls below the floor.
 * @returns at the finest scale, in whole units of the policy, never negative
 */
export function spendable(account: Account, version: PolicyVersion, on: CalendarDate): Minor {
  const floor = floorOf(version, account.scale)
  if (floor === null) return UNLIMITED
  return wholeAt((outlook(account, on).lowest - floor) * unitAt(account.scale), version.scale)
}

/** As much of a quantity as whole units of a scale make; of a debt nothing. */
export function wholeAt(exact: Minor, scale: number): Minor {
  return exact < 0n ? 0n : exact - (exact % unitAt(scale))
}
