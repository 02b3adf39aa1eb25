import { type CalendarDate, dayBefore, LAST_DAY } from '../calendar-date.ts'
import type { Refused } from '../refusal.ts'
import { employedAs, employmentOn, employmentsOf, withEmployment } from './employment.ts'
import type { Employment, EmploymentFacts } from './facts.ts'

/** The period of employment that somebody leaves. */
export interface PeriodLeft {
  /** With the day of leaving as its last one. */
  readonly period: Employment
  /** The last day before another period begins; else the last day that there is. */
  readonly until: CalendarDate
  /** All that is known of the employment then. */
  readonly facts: EmploymentFacts
  /** Whether that was known before. */
  readonly isKnown: boolean
}

/**
 * The period of employment that ends with a day: the one that the day is in. An entity of which nobody said when it is
 * employed has been employed always.
 * @returns `already-left` where another last day is known, `outside-employment` on a day of no period
 */
export function leavePeriod(
  current: EmploymentFacts | undefined,
  { entity, on }: { readonly entity: string; readonly on: CalendarDate },
): PeriodLeft | Refused {
  const known = current === undefined ? [] : employmentsOf(current)
  const last = known.at(-1)
  const period = last === undefined ? { from: null, to: null } : employmentOn(known, on)
  if (period === undefined) {
    const { from: hiredOn, to: leftOn } = last!
    if (leftOn !== null && leftOn < on) return { refusal: { code: 'already-left', entity, on, leftOn } }
    const several = known.length > 1 ? { employments: known } : {}
    return { refusal: { code: 'outside-employment', entity, date: on, hiredOn, leftOn, ...several } }
  }
  if (period.to !== null && period.to !== on) {
    return { refusal: { code: 'already-left', entity, on, leftOn: period.to } }
  }
  const left: Employment = { from: period.from, to: on }
  const facts = left.from === null ? employedAs(current, { hiredOn: null, leftOn: on }) : withEmployment(current, left)
  if ('refusal' in facts) return facts
  const next = known.find(({ from }) => from !== null && from > on)
  return {
    period: left,
    until: next === undefined ? LAST_DAY : dayBefore(next.from!),
    facts,
    isKnown: period.to === on,
  }
}
