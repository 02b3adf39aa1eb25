import type { CalendarDate } from '../calendar-date.ts'
import type { Minor } from '../quantity.ts'
import { dayMeant, type Transaction } from '../transaction.ts'

/**
 * What a transaction is to the lots of its account.
 * - `earned`: a lot, with its last day or without one.
 * - `drawn`: takes from lots: leave, holds, encashments, negative adjustments.
 * - `lapse`: says that what was left of lots is over. That follows from their last days; this only writes it down.
 * - `cut`: what a carry-over does not keep, or rounds up. About lots without a last day.
 * - `cap`: what was too much under a cap.
 * - `corrected`: the difference between what rules posted and what they should have; or what they posted too late.
 */
export type Kind = 'earned' | 'drawn' | 'lapse' | 'cut' | 'cap' | 'corrected'

/** One transaction, as far as lots depend on it. */
export interface LotsMovement {
  readonly on: CalendarDate
  readonly kind: Kind
  /** The last day of what is earned; null: it has none. */
  readonly until: CalendarDate | null
  /** Signed effect on the balance. */
  readonly amount: Minor
  /** The day that it is about: later it counts, where that day was closed. */
  readonly meant: CalendarDate
  /** Of a reversal: the day of what it undoes, where that is an earlier one; null: nothing is undone, or that of the same day. */
  readonly undoes: CalendarDate | null
}

/** What lots depend on of a transaction. */
export type SaidOfLots = Pick<
  Transaction,
  'amount' | 'byRule' | 'component' | 'effectiveOn' | 'meantFor' | 'validUntil'
>

/** @param reversed what it reverses; @param amount its own in units of the account */
export function lotsMovementOf(said: SaidOfLots, reversed: SaidOfLots | undefined, amount: Minor): LotsMovement {
  const { effectiveOn: on } = said
  // Whoever undoes what the rules took gives it anew: that its lot is over, or was not carried over, stays as it is.
  const original = reversed !== undefined && amount > 0n && isTakenByRules(reversed) ? undefined : reversed
  const about = original ?? said
  const kind = kindOf(about)
  const movement = { on, kind, until: about.validUntil, meant: dayMeant(about), amount, undoes: null }
  if (original === undefined || original.effectiveOn === on) return movement
  // What these come to is a sum, on whichever day.
  return kind === 'lapse' || kind === 'corrected' ? movement : { ...movement, undoes: original.effectiveOn }
}

function isTakenByRules({ byRule }: SaidOfLots): boolean {
  return byRule !== null && ['lapse', 'carry-over', 'cap'].includes(byRule.rule)
}

function kindOf({ amount, byRule, component, meantFor }: SaidOfLots): Kind {
  // What rules post on a later day than the one that it is about was not there when that was carried over.
  if (component === 'accrued') return byRule !== null && meantFor !== null ? 'corrected' : 'earned'
  if (component !== 'adjusted') return 'drawn'
  switch (byRule?.rule) {
    case 'lapse':
      return 'lapse'
    case 'carry-over':
      return meantFor === null ? 'cut' : 'corrected'
    case 'cap':
      return amount < 0n ? 'cap' : 'earned'
    case 'correction':
      return 'corrected'
    default:
      return amount < 0n ? 'drawn' : 'earned'
  }
}
