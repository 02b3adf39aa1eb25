import { headroomOf, heldDays } from '../account/headroom.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { floorsOf } from '../policy/floor.ts'
import { newestVersion, type PolicyHistory } from '../policy/policy.ts'
import { type Minor, rescale } from '../quantity.ts'
import type { RecordedLine } from './movements.ts'
import type { PostingRule } from './posting.ts'
import type { LateCorrection } from './to-post.ts'
import type { Posting } from './work-out.ts'

/** A balance at the end of a day, once the rules have posted everything by then. In minor units of the account. */
export interface BalanceAhead {
  readonly accrued: Minor
  /** What lapsed, and what carry-over or a cap cut off: above zero. */
  readonly lapsed: Minor
  readonly available: Minor
  /** What could be taken on the day without bringing it, or a later recorded one, below its floor; null: without limit. */
  readonly spendable: Minor | null
}

export interface Projected {
  readonly policy: PolicyHistory
  readonly lines: readonly RecordedLine[]
  /** What is due by the day and not recorded yet. */
  readonly postings: readonly Posting[]
  readonly correction: LateCorrection | null
}

export function projectionOn(day: CalendarDate, { policy, lines, postings, correction }: Projected): BalanceAhead {
  const { scale } = newestVersion(policy)
  const amountOf = (line: RecordedLine) => rescale(line.amount, line.scale, scale)
  const byDay = lines.filter(({ effectiveOn }) => effectiveOn <= day)
  const due = postings.flatMap((posting) => (posting.on <= day ? posting.lines : []))
  const late = (correction?.days ?? []).filter(({ on }) => on <= day)
  const recorded = (isMeant: (line: RecordedLine) => boolean) => sum(byDay.filter(isMeant).map(amountOf))
  const posted = (isMeant: (line: (typeof due)[number]) => boolean) =>
    sum(due.filter(isMeant).map(({ amount }) => amount))
  const available = recorded(() => true) + posted(() => true) + sum(late.map(({ amount }) => amount))
  // Whoever takes something draws what lapses first: so what lapses later is no less to take.
  const later = lines
    .filter(({ effectiveOn, byRule }) => effectiveOn > day && !isLost(byRule?.rule))
    .map((line) => ({ on: line.effectiveOn, net: amountOf(line) }))
    .toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0))
  return {
    accrued: recorded(({ component }) => component === 'accrued') + posted(({ rule }) => rule === 'accrual'),
    lapsed: -(recorded(({ byRule }) => isLost(byRule?.rule)) + posted(({ rule }) => isLost(rule))),
    available,
    spendable: headroomOf(heldDays({ on: day, balance: available }, later, floorsOf(policy))),
  }
}

function isLost(rule: PostingRule | undefined): boolean {
  return rule === 'lapse' || rule === 'carry-over' || rule === 'cap'
}

function sum(amounts: readonly Minor[]): Minor {
  return amounts.reduce((all, one) => all + one, 0n)
}
