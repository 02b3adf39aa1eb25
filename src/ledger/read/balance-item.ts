import { net } from '../../domain/account/account.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { newestVersion, type PolicyHistory, type PolicyVersion } from '../../domain/policy/policy.ts'
import { type Minor, printMinor } from '../../domain/quantity.ts'
import { versionInForce } from '../../domain/version-in-force.ts'
import { minorFromNumeric } from './print-quantity.ts'
import type { Standing } from './standing.ts'

/** A balance as it is shown; quantities at the policy's scale. */
export interface BalanceItem {
  readonly entity: string
  readonly policy: string
  readonly resource: string
  readonly unit: string
  readonly asOf: CalendarDate
  readonly knownAt: number
  readonly accrued: string
  /** Positive, as is `pending`. */
  readonly consumed: string
  readonly pending: string
  readonly adjusted: string
  /** accrued − consumed − pending + adjusted */
  readonly available: string
  /** What may be taken on the day; below zero where the account is below its floor; null: without limit. */
  readonly spendable: string | null
  readonly version: number
}

export interface BalanceOf {
  readonly entity: string
  readonly resource: string
  /** Known at `knownAt`. */
  readonly policy: PolicyHistory
  readonly asOf: CalendarDate
  readonly knownAt: number
  /** At the policy's scale. */
  readonly standing: Standing
}

export function balanceItem({ entity, resource, policy, asOf, knownAt, standing }: BalanceOf): BalanceItem {
  const { policy: id, unit, scale } = newestVersion(policy)
  const [accrued, consumed, pending, adjusted] = standing.sums
  const print = (minor: Minor): string => printMinor(minor, scale)
  const limit = overdraftLimit(versionInForce(policy, asOf), scale)
  return {
    entity,
    policy: id,
    resource,
    unit,
    asOf,
    knownAt,
    accrued: print(accrued),
    consumed: print(-consumed),
    pending: print(-pending),
    adjusted: print(adjusted),
    available: print(net(standing.sums)),
    spendable: limit === null ? null : print(standing.lowest + limit),
    version: standing.version,
  }
}

/** The versions that were recorded by `knownAt`; undefined where none was. */
export function historyAt(policy: PolicyHistory, knownAt: number): PolicyHistory | undefined {
  const [first, ...later] = policy.filter(({ position }) => position <= knownAt)
  return first && [first, ...later]
}

function overdraftLimit({ overdraftLimit }: PolicyVersion, scale: number): Minor | null {
  return overdraftLimit === null ? null : minorFromNumeric(overdraftLimit, scale)
}
