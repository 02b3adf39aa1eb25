import type { Account } from '../account/account.ts'
import type { CalendarDate } from '../calendar-date.ts'
import type { ByRule } from '../earning/posting.ts'
import { unitAt } from '../exact.ts'
import type { PolicyHistory, PolicyVersion } from '../policy/policy.ts'
import type { Minor } from '../quantity.ts'
import type { Component, Portion, Transaction, TransactionAt } from '../transaction.ts'
import type { AskedLine } from './asked-line.ts'

/** What one line comes to, once its policy or its target is known. */
export interface Effect {
  readonly type: Transaction['type']
  readonly component: Component
  readonly account: Account
  readonly history: PolicyHistory
  readonly version: PolicyVersion
  readonly amount: Minor
  /** The day from which it counts. */
  readonly on: CalendarDate
  /** The day that it was asked for, where that is in a closed period. */
  readonly meantFor: CalendarDate | null
  readonly portion: Portion | null
  readonly reverses: TransactionAt | null
  readonly allowNegative: boolean
  readonly validUntil: CalendarDate | null
  readonly carriedIn: boolean
  readonly byRule: ByRule | null
  /** As earlier rules recorded it. */
  readonly isKept?: true
}

/** What the amount of a line counts towards, and which way. */
export const COUNTED = {
  accrual: { component: 'accrued', sign: 1n },
  consumption: { component: 'consumed', sign: -1n },
  pending: { component: 'pending', sign: -1n },
  adjustment: { component: 'adjusted', sign: 1n },
} as const

/** Whether a line may have claimed a day: as it says, or because its policy said so later. */
export function mayClaim({ portion, type }: Transaction, history: PolicyHistory): boolean {
  if (portion !== null) return true
  return (type === 'consumption' || type === 'pending') && history.some(({ dayExclusive }) => dayExclusive)
}

/** The hours that a line takes of its day, at the finest scale; null: it does not count hours. */
export function hoursIn({ version, amount, account }: Effect): Minor | null {
  return version.unit === 'hour' ? -amount * unitAt(account.scale) : null
}

/** What a line claims of its day, under a policy that has days claimed. */
export function portionTaken(line: AskedLine): Portion | null {
  if (line.type !== 'consumption' && line.type !== 'pending') return null
  return line.portion === 'unclaimed' ? null : (line.portion ?? 'full')
}
