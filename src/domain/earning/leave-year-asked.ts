import { type CalendarDate, dayAfter, yearOf } from '../calendar-date.ts'
import { versionInForce } from '../version-in-force.ts'
import type { EarningFacts } from './facts.ts'
import { leaveYearsIn, serviceOn } from './leave-year-on.ts'
import { dayAfterLength } from './length-of-time.ts'
import type { DaySpan } from './part.ts'

/** Which leave year of somebody is meant: the one that begins in a year of the calendar, or the one that a day is in. */
export type LeaveYearAsked = { readonly year: number } | { readonly on: CalendarDate }

/** @returns undefined where none begins in that year: a policy has moved its beginning */
export function leaveYearAsked(facts: EarningFacts, asked: LeaveYearAsked): DaySpan | undefined {
  const leaveYears = leaveYearsIn(facts)
  if ('on' in asked) return leaveYears(asked.on)
  // A cast: the year has four digits.
  const last = leaveYears(`${asked.year}-12-31` as CalendarDate)
  return yearOf(last.from) === asked.year ? last : undefined
}

/** The day by which all that is about a leave year is posted: the day after its end, or the end of a waiting. */
export function lastPostingOf(facts: EarningFacts, { to }: DaySpan): CalendarDate {
  const { earning } = versionInForce(facts.policy, to)
  const own = facts.assignments.map((history) => versionInForce(history, to).terms?.earning)
  const service = serviceOn(facts, to)
  return [earning, ...own].reduce((last, terms) => {
    const waited = service !== null && terms?.waiting !== undefined ? dayAfterLength(service, terms.waiting) : last
    return waited > last ? waited : last
  }, dayAfter(to))
}
