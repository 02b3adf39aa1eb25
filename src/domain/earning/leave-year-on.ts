import { type CalendarDate, dayBefore } from '../calendar-date.ts'
import type { Employment } from '../definition/facts.ts'
import { versionInForce } from '../version-in-force.ts'
import type { AssignmentHistory } from './assignment.ts'
import { type Periods, remembered } from './days-of-year.ts'
import type { EarningFacts } from './facts.ts'
import { leaveYearsOf } from './leave-year.ts'
import type { DaySpan } from './part.ts'
import { serviceSince } from './service.ts'

/** What leave years are made of. */
export type LeaveYearFacts = Pick<EarningFacts, 'policy' | 'assignments' | 'employments'>

/**
 * The leave year that a day is in. One begins on every day on which the policy version of that very day says so, and ends the
 * day before the next one begins: where a version moves the beginning, the year under way gets shorter or longer.
 */
export function leaveYearOn(facts: LeaveYearFacts, day: CalendarDate): DaySpan {
  return leaveYearsIn(facts)(day)
}

/** As `leaveYearOn`, for whoever asks about many days. */
export function leaveYearsIn(facts: LeaveYearFacts): Periods {
  const stretches = stretchesOf(facts)
  return stretches.length === 1 ? stretches[0]!.years : remembered(across(stretches))
}

/** Days from one on, with the leave years that would be if nothing changed. */
interface Stretch {
  readonly from: CalendarDate
  readonly years: Periods
}

/** @param stretches by day; the first one is in force before its first day, too */
function across(stretches: readonly Stretch[]): Periods {
  return (day) => {
    const here = Math.max(
      stretches.findLastIndex(({ from }) => from <= day),
      0,
    )
    return { from: beginningBy(stretches, here, day), to: endAfter(stretches, here, day) }
  }
}

/** The last beginning up to `day`: what a stretch says of days before itself does not count. */
function beginningBy(stretches: readonly Stretch[], at: number, day: CalendarDate): CalendarDate {
  const { from, years } = stretches[at]!
  const beginning = years(day).from
  return at === 0 || from <= beginning ? beginning : beginningBy(stretches, at - 1, dayBefore(from))
}

/** The day before the next beginning. */
function endAfter(stretches: readonly Stretch[], at: number, day: CalendarDate): CalendarDate {
  const { to } = stretches[at]!.years(day)
  const next = stretches[at + 1]
  if (next === undefined || to < dayBefore(next.from)) return to
  const begins = next.years(next.from).from === next.from
  return begins ? dayBefore(next.from) : endAfter(stretches, at + 1, next.from)
}

function stretchesOf(facts: LeaveYearFacts): readonly Stretch[] {
  const days = [...facts.policy.map(({ effectiveFrom }) => effectiveFrom), ...changesOfService(facts)]
  return [...new Set(days)].toSorted().map((from) => ({
    from,
    years: leaveYearsOf(versionInForce(facts.policy, from).leaveYear, serviceOn(facts, from)),
  }))
}

function changesOfService({ policy, assignments, employments }: LeaveYearFacts): readonly CalendarDate[] {
  const counts = policy.some(
    ({ leaveYear }) => leaveYear !== undefined && 'starts' in leaveYear && leaveYear.starts === 'service',
  )
  if (!counts) return []
  return [
    ...assignments.flatMap((history) => [history.at(-1)!.from, ...history.map(({ effectiveFrom }) => effectiveFrom)]),
    ...employments.flatMap(({ from }) => from ?? []),
  ]
}

/**
 * Since when somebody serves who is asked about on a day: by the assignment of that day, else by the last one before it,
 * else by the first; and by employment alike.
 * @returns null: nobody said
 */
export function serviceOn({ assignments, employments }: LeaveYearFacts, day: CalendarDate): CalendarDate | null {
  const assigned = lastBegun(assignments, (history: AssignmentHistory) => history.at(-1)!.from, day)
  const employment = lastBegun(employments, ({ from }: Employment) => from ?? day, day)
  if (assigned === undefined) return employment?.from ?? null
  return serviceSince({ ...versionInForce(assigned, day), from: assigned.at(-1)!.from }, employment)
}

function lastBegun<Item>(
  items: readonly Item[],
  from: (item: Item) => CalendarDate,
  day: CalendarDate,
): Item | undefined {
  const inOrder = items.toSorted((a, b) => (from(a) < from(b) ? -1 : 1))
  return inOrder.findLast((item) => from(item) <= day) ?? inOrder[0]
}
