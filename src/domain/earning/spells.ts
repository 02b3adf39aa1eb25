import { type CalendarDate, dayBefore, LAST_DAY } from '../calendar-date.ts'
import type { Employment } from '../definition/facts.ts'
import { retiredSpansOf } from '../policy/retirement.ts'
import type { AssignmentHistory } from './assignment.ts'
import type { EarningFacts } from './facts.ts'
import type { DaySpan } from './part.ts'

/** Days without a gap on which an assignment earns: joining before the first of them, leaving after the last. */
export interface Spell extends DaySpan {
  /** undefined: of an entity that is always employed. */
  readonly employment: Employment | undefined
  /** The last day of employment under a policy that is not retired: to earn on may end before it. */
  readonly lastDay: CalendarDate
}

/**
 * When an assignment earns: within its own days, those of employment, and before its policy is retired.
 * @returns by day; `LAST_DAY` for an end that nobody said
 */
export function spellsOf(facts: EarningFacts, history: AssignmentHistory): readonly Spell[] {
  const { from, to } = history.at(-1)!
  const employments = facts.employments.length === 0 ? [undefined] : facts.employments
  return employments.flatMap((employment) => {
    const employed = { from: employment?.from ?? from, to: employment?.to ?? LAST_DAY }
    return unretired(facts, employed).flatMap((days) => {
      const spell = { from: later(from, days.from), to: earlier(to ?? LAST_DAY, days.to) }
      return spell.from <= spell.to ? [{ ...spell, employment, lastDay: days.to }] : []
    })
  })
}

/** What is left of some days without those on which the policy is retired. */
function unretired({ policy }: EarningFacts, days: DaySpan): readonly DaySpan[] {
  let left: readonly DaySpan[] = [days]
  for (const { from, until } of retiredSpansOf(policy)) {
    left = left.flatMap((span) => [
      ...(span.from < from ? [{ from: span.from, to: earlier(span.to, dayBefore(from)) }] : []),
      ...(until !== null && until <= span.to ? [{ from: later(span.from, until), to: span.to }] : []),
    ])
  }
  return left
}

export function earlier(a: CalendarDate, b: CalendarDate): CalendarDate {
  return a < b ? a : b
}

export function later(a: CalendarDate, b: CalendarDate): CalendarDate {
  return a > b ? a : b
}
