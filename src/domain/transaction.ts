import type { CalendarDate } from './calendar-date.ts'
import type { ByRule } from './earning/posting.ts'
import type { Minor } from './quantity.ts'

export type TransactionType = 'accrual' | 'consumption' | 'pending' | 'reversal' | 'adjustment'

/** What an amount counts towards. A reversal counts towards its target's component, so each component is one sum. */
export type Component = 'accrued' | 'consumed' | 'pending' | 'adjusted'

export type Portion = 'full' | 'am' | 'pm'

/** Where a transaction stands in its book's record: the `line`-th of the event at `position`. */
export interface TransactionAt {
  readonly position: number
  readonly line: number
}

/** In place of a line: all lines of the event. */
export const WHOLE_COMMAND = 0

/** One signed quantity on one account for one effective day, part of an event. */
export interface Transaction {
  readonly line: number
  readonly type: TransactionType
  readonly component: Component
  readonly entity: string
  readonly policy: string
  readonly resource: string
  /** Signed effect on what is available, in minor units at `scale`. */
  readonly amount: Minor
  readonly scale: number
  readonly effectiveOn: CalendarDate
  /** The day in a closed period that it is about, where it was recorded on a later day instead. */
  readonly meantFor: CalendarDate | null
  readonly portion: Portion | null
  readonly reverses: TransactionAt | null
  readonly reference: string | null
  /** Of an accrual: the last day on which what is left of it may be taken; null: it does not lapse by itself. */
  readonly validUntil: CalendarDate | null
  /** Of an accrual: it was earned earlier, and counts as carried into its leave year. */
  readonly carriedIn: boolean
  /** By which rule of its policy it was posted; null: somebody recorded it. */
  readonly byRule: ByRule | null
}

/** The day that it is about, and that it claims: the effective one, unless it was meant for another. */
export function dayMeant({ effectiveOn, meantFor }: Pick<Transaction, 'effectiveOn' | 'meantFor'>): CalendarDate {
  return meantFor ?? effectiveOn
}

export function printTransactionId(at: TransactionAt): string {
  return `${at.position}.${at.line}`
}

/** @returns undefined where the text is not `<position>.<line>` */
export function parseTransactionId(text: string): TransactionAt | undefined {
  const match = /^([1-9][0-9]{0,14})\.([1-9][0-9]{0,8})$/.exec(text)
  return match === null ? undefined : { position: Number(match[1]), line: Number(match[2]) }
}
