import type { CalendarDate, DaySpan } from '../calendar-date.ts'
import { leaveYearOn } from '../earning/leave-year-on.ts'
import type { RecordedLine } from '../earning/movements.ts'
import { exactFrom } from '../exact.ts'
import type { Minor } from '../quantity.ts'
import type { Refused } from '../refusal.ts'
import { versionInForce } from '../version-in-force.ts'
import { leaveIn } from './leave-taken.ts'
import type { LimitedAccount } from './limited-account.ts'
import { spendableFrom } from './waiting.ts'

/** Leave of one day that is to be taken or held. */
export interface Spending {
  /** The day that it is about. */
  readonly day: CalendarDate
  /** Positive, at the finest scale. */
  readonly amount: Minor
  /** What the command has recorded on the account before. */
  readonly own: readonly RecordedLine[]
}

/** What was looked at and held. */
export type LookedAt = readonly ('waiting' | 'year-most')[]

/**
 * Holds leave to what the policy version of its day says: it is not taken before the waiting ends, and no more of it than
 * the most of its leave year. What a command only holds or takes again, because it frees it as well, is as it was before.
 */
export function checkSpending(limited: LimitedAccount, spending: Spending): LookedAt | Refused {
  const { day } = spending
  const opensOn = spendableFrom(limited.facts, day)
  if (opensOn !== undefined && day < opensOn && isMore(limited, { from: day, to: day }, spending)) {
    return { refusal: { code: 'rule-violated', rule: 'waiting', limit: opensOn } }
  }
  const waited = opensOn === undefined ? [] : (['waiting'] as const)
  const { yearMost } = versionInForce(limited.facts.policy, day).spending ?? {}
  if (yearMost === undefined) return waited
  const year = leaveYearOn(limited.facts, day)
  const isTooMuch = takenAfter(limited, year, spending) > exactFrom(yearMost)
  if (!isTooMuch || !isMore(limited, year, spending)) return [...waited, 'year-most']
  return { refusal: { code: 'rule-violated', rule: 'year-most', limit: yearMost } }
}

/** Whether there is more leave on some days than before the command. */
function isMore(limited: LimitedAccount, days: DaySpan, spending: Spending): boolean {
  return takenAfter(limited, days, spending) > leaveIn(limited.lines, days)
}

function takenAfter({ lines }: LimitedAccount, days: DaySpan, { amount, own }: Spending): Minor {
  return leaveIn([...lines, ...own], days) + amount
}

/** What a leave year still lets be taken of an account. */
export interface YearRoom {
  readonly year: DaySpan
  /** At the finest scale; zero or less where that is nothing. */
  readonly left: Minor
  /** The most of the year, as the policy says it. */
  readonly most: string
}

/** What may still be taken in the leave year of a day; undefined: as much as there is. */
export function yearRoom({ facts, lines }: LimitedAccount, day: CalendarDate): YearRoom | undefined {
  const { yearMost } = versionInForce(facts.policy, day).spending ?? {}
  if (yearMost === undefined) return undefined
  const year = leaveYearOn(facts, day)
  return { year, left: exactFrom(yearMost) - leaveIn(lines, year), most: yearMost }
}
