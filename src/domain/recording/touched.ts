import { type Account, outlook } from '../account/account.ts'
import { headroom, shortfall } from '../account/headroom.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { floorsOf } from '../policy/floor.ts'
import { newestVersion, type PolicyHistory } from '../policy/policy.ts'
import { type Minor, printMinor } from '../quantity.ts'
import { versionInForce } from '../version-in-force.ts'
import { accountKey } from './book-state.ts'
import type { BalanceBefore, Check, Decision } from './decision.ts'
import type { Effect } from './effect.ts'

/** An account that lines of a command touch: as it was before, and whether one of them may go below its floor. */
export interface Touched {
  readonly before: Account
  readonly history: PolicyHistory
  /** The latest effective day of the lines. */
  asOf: CalendarDate
  allowedNegative: boolean
}

/** Accounts by their key, in the order in which lines first touch them. Moves on with each line. */
export type TouchedAccounts = Map<string, Touched>

/** Notes that a line touches its account. */
export function touch(touchedAccounts: TouchedAccounts, { account, history, on, allowNegative }: Effect): void {
  const key = accountKey(account)
  const touched = touchedAccounts.get(key)
  if (touched === undefined) {
    touchedAccounts.set(key, { before: account, history, asOf: on, allowedNegative: allowNegative })
    return
  }
  if (on > touched.asOf) touched.asOf = on
  touched.allowedNegative ||= allowNegative
}

/**
 * The account with what the database is to allow it: no day below its own floor. Two things lower that: what
 * `allowNegative` recorded, and what was below its floor before.
 */
export function withFloor(account: Account, { before, history, allowedNegative }: Touched): Account {
  // By these floors none of its days was below before; then no command has brought one there without being allowed to.
  const wasHeld = before.floor === 0n && newestVersion(history).position < before.lastPosition
  if (wasHeld && !allowedNegative) return account
  const floors = floorsOf(history)
  const floor = shortfall(before, floors)
  return { ...account, floor: allowedNegative ? min(floor, shortfall(account, floors)) : floor }
}

/**
 * The grounds of a command: its accounts as they were before it, and the policies' versions that decided.
 * @param after the same accounts after it, by their keys
 */
export function decisionOn(
  touchedAccounts: TouchedAccounts,
  checks: readonly Check[],
  after: ReadonlyMap<string, Account>,
): Decision {
  const policyVersions = new Map<string, number>()
  const balancesBefore: BalanceBefore[] = []
  for (const [key, { before, history, asOf }] of touchedAccounts) {
    const version = versionInForce(history, asOf)
    const seen = outlook(before, asOf)
    const spendable = headroom(before, floorsOf(history), asOf, seen)
    policyVersions.set(version.policy, Math.max(version.version, policyVersions.get(version.policy) ?? 0))
    balancesBefore.push({
      available: printMinor(seen.available, before.scale),
      pending: printMinor(seen.pending, before.scale),
      spendable: spendable === null ? null : printMinor(spendable, before.scale),
      version: before.version,
      ...spendableAfter({ before, after: after.get(key)!, history, asOf }, spendable),
    })
  }
  return { balancesBefore, checks: checks.toSorted(), policyVersions: [...policyVersions.values()] }
}

/**
 * What may be taken after a command, where that does not move as the balance does: what was taken of a lot that lapses is
 * no loss to a later day.
 */
function spendableAfter(
  { before, after, history, asOf }: Pick<Touched, 'asOf' | 'before' | 'history'> & { readonly after: Account },
  spendable: Minor | null,
): Pick<BalanceBefore, 'spendableAfter'> {
  if (spendable === null || !after.hasLots) return {}
  const moved = spendable + outlook(after, asOf).available - outlook(before, asOf).available
  const now = headroom(after, floorsOf(history), asOf)
  return now === null || now === moved ? {} : { spendableAfter: printMinor(now, after.scale) }
}

function min(a: Minor, b: Minor): Minor {
  return a < b ? a : b
}
