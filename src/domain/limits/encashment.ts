import type { Account } from '../account/account.ts'
import { headroom } from '../account/headroom.ts'
import type { CalendarDate, DaySpan } from '../calendar-date.ts'
import { leaveYearOn } from '../earning/leave-year-on.ts'
import type { RecordedLine } from '../earning/movements.ts'
import { exactFrom, unitAt } from '../exact.ts'
import { floorsOf } from '../policy/floor.ts'
import type { PolicyHistory } from '../policy/policy.ts'
import type { Minor } from '../quantity.ts'
import type { BrokenRule, Refused } from '../refusal.ts'
import { dayMeant } from '../transaction.ts'
import { versionInForce } from '../version-in-force.ts'
import { type LimitedAccount, standingLines } from './limited-account.ts'

/** What is to be paid out instead of taken. */
export interface Encashing {
  /** As it is before that. */
  readonly account: Account
  readonly history: PolicyHistory
  /** Positive, in minor units of the account. */
  readonly amount: Minor
  /** The day that it is about. */
  readonly day: CalendarDate
  /** The day from which it counts. */
  readonly on: CalendarDate
}

/**
 * Holds an encashment to what the policy version of its day says: what has to be left, and the most of one leave year. What
 * has to be left is left on the day and on every later one, with everything that is booked by then; where nothing is said,
 * no more is paid out than there is, whatever overdraft leave may use.
 * @param limited undefined: no version of the policy says anything about encashments
 */
export function refuseEncashment(limited: LimitedAccount | undefined, encashing: Encashing): Refused | undefined {
  const { keepBack, most } = versionInForce(encashing.history, encashing.day).encashment ?? {}
  const broken: BrokenRule[] = []
  if (isTooLittleLeft(encashing, keepBack)) broken.push({ rule: 'encashment-keep-back', limit: keepBack ?? '0' })
  if (most !== undefined && isTooMuch(limited, encashing, most)) broken.push({ rule: 'encashment-most', limit: most })
  const [first, ...others] = broken
  if (first === undefined) return undefined
  return { refusal: { code: 'rule-violated', ...first, ...(others.length === 0 ? {} : { others }) } }
}

function isTooLittleLeft(encashing: Encashing, keepBack: string | undefined): boolean {
  const { account, history, amount, on } = encashing
  // An account that is not to go below zero at all is refused as any other is.
  if (keepBack === undefined && isBelow(headroom(account, floorsOf(history), on), amount)) return false
  const left = headroom(account, NO_DEBT, on)! - amount
  return left * unitAt(account.scale) < exactFrom(keepBack ?? '0')
}

const NO_DEBT = { first: 0n, changes: [] }

function isBelow(available: Minor | null, amount: Minor): boolean {
  return available !== null && available < amount
}

function isTooMuch(limited: LimitedAccount | undefined, { account, amount, day }: Encashing, most: string): boolean {
  if (limited === undefined) throw new Error('an encashment is held to a leave year that nobody has looked at')
  const { facts, lines } = limited
  const before = encashedIn(leaveYearOn(facts, day), lines)
  return before + amount * unitAt(account.scale) > exactFrom(most)
}

/** What was paid out in a leave year, and not taken back: positive, at the finest scale. */
export function encashedIn({ from, to }: DaySpan, lines: readonly RecordedLine[]): Minor {
  return standingLines(lines)
    .filter((line) => line.byRule?.rule === 'encashment' && from <= dayMeant(line) && dayMeant(line) <= to)
    .reduce((sum, { amount, scale }) => sum - amount * unitAt(scale), 0n)
}
