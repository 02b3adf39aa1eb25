import { net } from '../../domain/account/account.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import type { TakenByRules } from '../../domain/lots/taken-by-rules.ts'
import { newestVersion, type PolicyHistory } from '../../domain/policy/policy.ts'
import { type Minor, printMinor } from '../../domain/quantity.ts'
import type { ShownEarnedThrough } from './earned-through.ts'
import type { Standing } from './standing.ts'

/** A balance as it is shown; quantities at the policy's scale. */
export interface BalanceItem extends ShownEarnedThrough {
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
  /** What may be taken on the day; below zero where that or a later day is below its floor; null: without limit. */
  readonly spendable: string | null
  readonly version: number
  /** Positive: what of `adjusted` is lapses, and cuts by carry-overs and caps. Absent where nothing is earned, nor was ever taken by a rule. */
  readonly lapsed?: string
  /** Positive: what of `adjusted` was paid out. */
  readonly encashed?: string
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

const NOTHING_TAKEN: TakenByRules = { lapsed: 0n, encashed: 0n }

/** A balance as the answers show it: quantities printed at the scale of the newest version of the policy. */
export function balanceItem({ entity, resource, policy, asOf, knownAt, standing }: BalanceOf): BalanceItem {
  const { policy: id, unit, scale, earning } = newestVersion(policy)
  const taken = standing.taken ?? (earning === undefined ? undefined : NOTHING_TAKEN)
  const [accrued, consumed, pending, adjusted] = standing.sums
  const print = (minor: Minor): string => printMinor(minor, scale)
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
    spendable: standing.spendable === null ? null : print(standing.spendable),
    version: standing.version,
    ...(taken && { lapsed: print(taken.lapsed), encashed: print(taken.encashed) }),
  }
}

/** The versions that were recorded by `knownAt`; undefined where none was. */
export function historyAt(policy: PolicyHistory, knownAt: number): PolicyHistory | undefined {
  // Mostly all of them: then it is the same history, and what follows from it is known already.
  if (newestVersion(policy).position <= knownAt) return policy
  const [first, ...later] = policy.filter(({ position }) => position <= knownAt)
  return first && [first, ...later]
}
