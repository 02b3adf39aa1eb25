import type { CalendarDate } from '../calendar-date.ts'
import type { Refused } from '../refusal.ts'
import type { Employment, EmploymentFacts } from './facts.ts'

/** Of one entity: nobody is hired so often, and an event has to hold them all. */
export const MOST_EMPLOYMENTS = 100

/** @returns by day; none where nobody said anything, which is to be employed always */
export function employmentsOf({ hiredOn, leftOn, employments }: EmploymentFacts): readonly Employment[] {
  if (employments !== null) return employments
  return hiredOn === null && leftOn === null ? [] : [{ from: hiredOn, to: leftOn }]
}

/** The period that a day is in; undefined outside of all of them, and where none is known. */
export function employmentOn(employments: readonly Employment[], day: CalendarDate): Employment | undefined {
  return employments.find(({ from, to }) => (from === null || from <= day) && (to === null || day <= to))
}

/** The first and the last day count. An entity without employments is always employed: it need not be a person. */
export function isEmployedOn(employments: readonly Employment[], day: CalendarDate): boolean {
  return employments.length === 0 || employmentOn(employments, day) !== undefined
}

/**
 * The employment of an entity once it is defined with `hiredOn` and `leftOn`. They say what the last period is. A `hiredOn`
 * after the `leftOn` before it begins another period. Where periods were put by themselves, or there were several, a
 * definition that says neither leaves them as they are, and one that says no `hiredOn` leaves the beginning as it is; one
 * that repeats an earlier period makes that the last one again.
 */
export function employedAs(
  current: EmploymentFacts | undefined,
  said: Omit<EmploymentFacts, 'employments'>,
): EmploymentFacts | Refused {
  const known = current === undefined ? [] : employmentsOf(current)
  const last = known.at(-1)
  const { hiredOn, leftOn } = said
  if (current === undefined || last === undefined) return { ...said, employments: null }
  const isAnother = hiredOn !== null && last.to !== null && hiredOn > last.to
  if (isAnother) return factsOf([...known, { from: hiredOn, to: leftOn }])
  if (current.employments === null) return { ...said, employments: null }
  if (hiredOn === null && leftOn === null) return factsOf(known)
  const repeated = known.findIndex(({ from, to }) => from === hiredOn && to === leftOn)
  if (repeated !== -1) return factsOf(known.slice(0, repeated + 1))
  return factsOf([...known.slice(0, -1), { from: hiredOn ?? last.from, to: leftOn }])
}

/** The employment of an entity once one period of it is defined: the one that begins on that day, or another one. */
export function withEmployment(current: EmploymentFacts | undefined, period: Employment): EmploymentFacts | Refused {
  const known = current === undefined ? [] : employmentsOf(current)
  const others = known.filter(({ from }) => from !== period.from)
  return factsOf([...others, period].toSorted(byBeginning))
}

function byBeginning(a: Employment, b: Employment): number {
  if (a.from === b.from) return 0
  return a.from === null || (b.from !== null && a.from < b.from) ? -1 : 1
}

/** @param employments by their beginning */
function factsOf(employments: readonly Employment[]): EmploymentFacts | Refused {
  if (employments.length > MOST_EMPLOYMENTS) return violated('employments-at-most', String(MOST_EMPLOYMENTS))
  const reversed = employments.find(({ from, to }) => from !== null && to !== null && to < from)
  if (reversed !== undefined) return violated('from-not-after-to', reversed.from!)
  const before = employments.find(({ to }, at) => {
    const next = employments[at + 1]
    return next !== undefined && (to === null || next.from === null || next.from <= to)
  })
  if (before !== undefined) return violated('employments-apart', printEmployment(before))
  const { from: hiredOn, to: leftOn } = employments.at(-1)!
  return { hiredOn, leftOn, employments }
}

/** As an ISO 8601 interval; `..` for an end that is open. */
function printEmployment({ from, to }: Employment): string {
  return `${from ?? '..'}/${to ?? '..'}`
}

function violated(rule: string, limit: string): Refused {
  return { refusal: { code: 'rule-violated', rule, limit } }
}
