import { EVERY_DAY, type WorkTime } from '../calendar/work-time.ts'
import { whyNotCounted, workingDaysIn } from '../calendar/working-days.ts'
import { type CalendarDate, dayAfter, LAST_DAY } from '../calendar-date.ts'
import { assignmentSpan } from '../earning/assignment.ts'
import type { EarningFacts } from '../earning/facts.ts'
import { dayAfterLength } from '../earning/length-of-time.ts'
import type { SpendingTerms } from '../earning/terms.ts'
import { versionInForce } from '../version-in-force.ts'

/**
 * The first day on which leave may be taken, as the policy version of a day says, and since the hiring before it: "after n"
 * days or months from day D is D + n, and after n working days the day after the n-th of them.
 * @returns undefined: it is not said, or nobody knows since when the entity is there
 */
export function spendableFrom(facts: EarningFacts, day: CalendarDate): CalendarDate | undefined {
  const { from } = versionInForce(facts.policy, day).spending ?? {}
  const hired = from && hiredBefore(facts, day)
  return from && hired && dayAfterWaiting(facts.time, hired, from)
}

/** Of several employments the last that has begun by then; where none is known, the first day of an assignment alike. */
function hiredBefore({ employments, assignments }: EarningFacts, day: CalendarDate): CalendarDate | undefined {
  const begun = employments.length > 0 ? employments : assignments.map(assignmentSpan)
  const days = begun.flatMap(({ from }) => from ?? []).toSorted()
  return days.findLast((from) => from <= day) ?? days[0]
}

function dayAfterWaiting(
  time: WorkTime,
  hired: CalendarDate,
  length: NonNullable<SpendingTerms['from']>,
): CalendarDate {
  if (!('workingDays' in length)) return dayAfterLength(hired, length)
  let left = length.workingDays
  let day = hired
  for (; left > 0 && day < LAST_DAY; day = dayAfter(day)) if (isWorked(time, day)) left -= 1
  return day
}

/** Where nobody can say whether it is, because its calendar is not known, it counts as worked. */
function isWorked(time: WorkTime, day: CalendarDate): boolean {
  const span = { from: day, to: day, fromPortion: 'full', toPortion: 'full' } as const
  return workingDaysIn(whyNotCounted(time, span) === undefined ? time : EVERY_DAY, span).length > 0
}
