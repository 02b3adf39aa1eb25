import { type Account, lowestKept, outlook } from '../account/account.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { floorOf } from '../policy/floor.ts'
import type { PolicyHistory } from '../policy/policy.ts'
import { type Minor, printMinor } from '../quantity.ts'
import { versionInForce } from '../version-in-force.ts'
import { accountKey } from './book-state.ts'
import type { BalanceBefore, Check, Decision } from './decision.ts'
import type { Effect } from './effect.ts'

/** An account that lines of a command touch: as it was before, and what they ask of its floor. */
export interface Touched {
  readonly before: Account
  readonly history: PolicyHistory
  /** The latest effective day of the lines. */
  asOf: CalendarDate
  /** The lowest one of the days that they take effect on; null: one of these has no limit. */
  floor: Minor | null
  allowedNegative: boolean
}

/** Accounts by their key, in the order in which lines first touch them. Moves on with each line. */
export type TouchedAccounts = Map<string, Touched>

/** Notes that a line touches its account. */
export function touch(
  touchedAccounts: TouchedAccounts,
  { account, history, version, on, allowNegative }: Effect,
): void {
  const key = accountKey(account)
  const floor = floorOf(version, account.scale)
  const touched = touchedAccounts.get(key)
  if (touched === undefined) {
    touchedAccounts.set(key, { before: account, history, asOf: on, floor, allowedNegative: allowNegative })
    return
  }
  if (on > touched.asOf) touched.asOf = on
  touched.floor = touched.floor === null || floor === null ? null : min(touched.floor, floor)
  touched.allowedNegative ||= allowNegative
}

/**
 * The account with the floor that the database is to hold it to: minus the overdraft limit. Two things lower it: what
 * `allowNegative` recorded, and what was below the limit before.
 */
export function withFloor(account: Account, { before, floor, allowedNegative }: Touched): Account {
  if (floor === null) return { ...account, floor }
  if (before.version > 0 && before.floor === floor && !allowedNegative) return account
  const lowest = allowedNegative ? min(lowestKept(before), lowestKept(account)) : lowestKept(before)
  return { ...account, floor: min(floor, lowest) }
}

/** The grounds of a command: its accounts as they were before it, and the policies' versions that decided. */
export function decisionOn(touchedAccounts: TouchedAccounts, checks: readonly Check[]): Decision {
  const policyVersions = new Map<string, number>()
  const balancesBefore: BalanceBefore[] = []
  for (const { before, history, asOf } of touchedAccounts.values()) {
    const version = versionInForce(history, asOf)
    const { available, pending, lowest } = outlook(before, asOf)
    const floor = floorOf(version, before.scale)
    policyVersions.set(version.policy, Math.max(version.version, policyVersions.get(version.policy) ?? 0))
    balancesBefore.push({
      available: printMinor(available, before.scale),
      pending: printMinor(pending, before.scale),
      spendable: floor === null ? null : printMinor(lowest - floor, before.scale),
      version: before.version,
    })
  }
  return { balancesBefore, checks: checks.toSorted(), policyVersions: [...policyVersions.values()] }
}

function min(a: Minor, b: Minor): Minor {
  return a < b ? a : b
}
