import { halfOfHours } from '../calendar/half-of-hours.ts'
import { everyDayIn, type WorkingDay, whyNotCounted, workingDaysIn } from '../calendar/working-days.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { daysBetween } from '../day-number.ts'
import { employmentOn, isEmployedOn } from '../definition/employment.ts'
import type { Sources } from '../drawing/sources.ts'
import { exactFrom } from '../exact.ts'
import { newestVersion } from '../policy/policy.ts'
import type { Check } from '../recording/decision.ts'
import type { Refused } from '../refusal.ts'
import type { Together } from './adjoining.ts'
import type { CountedSpan, Person, RequestSpan } from './request.ts'
import type { RequestTerms } from './terms.ts'
import { betweenTimes } from './times.ts'
import { violated } from './violated.ts'

/** A request as it is asked for, on the day on which it is. */
export interface Asked {
  readonly entity: string
  readonly span: CountedSpan
  readonly person: Person
  readonly today: CalendarDate
  /** Whether it was decided elsewhere: then the rules about when one asks, and for which days, do not apply. */
  readonly isDecided: boolean
}

/** Leave is counted in days or hours: accounts in another unit are none that a request can draw on. */
export function refuseUnit([{ history }]: Sources, { fromTime }: RequestSpan): Refused | undefined {
  const { unit } = newestVersion(history)
  if (unit !== 'day' && unit !== 'hour') return violated('counted-in-days-or-hours', 'day, hour')
  return unit === 'day' && fromTime !== undefined ? violated('times-of-hours', 'hour') : undefined
}

/** The working days of a span, on all of which somebody is employed. */
export function countDays({ entity, span, person }: Asked): readonly WorkingDay[] | Refused {
  const days = daysOf(span, person)
  if ('refusal' in days) return days
  const { employments } = person
  const outside = days.find(({ date }) => !isEmployedOn(employments, date))
  if (outside !== undefined) {
    const { from: hiredOn, to: leftOn } = employments.at(-1)!
    const all = employments.length > 1 ? { employments } : {}
    return { refusal: { code: 'outside-employment', entity, date: outside.date, hiredOn, leftOn, ...all } }
  }
  return days
}

/**
 * The working days of a span, whether employed on them or not; all of its days, where every one counts. Of hours between two
 * times no more than the day has.
 */
export function daysOf(span: CountedSpan, { time }: Person): readonly WorkingDay[] | Refused {
  const { hoursPerDay } = span
  if (span.countCalendarDays === true) return everyDayIn(span)
  const uncounted = whyNotCounted(time, span)
  if (uncounted !== undefined) return { refusal: uncounted }
  const days = workingDaysIn(time, span)
  const asSaid =
    hoursPerDay === null
      ? days
      : days.map((day) => ({ ...day, hours: day.days === '1' ? hoursPerDay : halfOfHours(hoursPerDay) }))
  return betweenTimes(asSaid, span)
}

/** Whether a span says of one of its days that it has fewer hours than its calendar, or the entity's own work, says. */
export function isShortened(span: RequestSpan, person: Person): boolean {
  if (span.hoursPerDay === null) return false
  const [said, known] = [daysOf(span, person), daysOf({ ...span, hoursPerDay: null }, person)]
  // What cannot be counted is refused as such.
  if ('refusal' in said || 'refusal' in known) return false
  return said.some(({ hours }, at) => exactFrom(hours) < exactFrom(known[at]!.hours))
}

/** One rule of a policy: what it allows, and whether that is kept. */
interface Rule {
  readonly rule: Check
  readonly limit: string
  readonly kept: boolean
}

/**
 * Looks at all rules that a policy sets.
 * @param whole the days of the request together with those that adjoin it, which are how long it is
 * @returns the names of the rules, in the order in which they are told; or, where some are broken, the first of these with
 * the others beside it
 */
export function checkRules(
  terms: RequestTerms,
  asked: Asked,
  days: readonly WorkingDay[],
  whole: Pick<Together, 'from' | 'to'> = asked.span,
): readonly Check[] | Refused {
  const rules = rulesOf(terms, asked, { days, whole }).map((one) => (asked.isDecided ? waived(one) : one))
  const [broken, ...others] = rules.filter(({ kept }) => !kept).map(({ rule, limit }) => ({ rule, limit }))
  if (broken === undefined) return rules.map(({ rule }) => rule)
  return { refusal: { code: 'rule-violated', ...broken, ...(others.length === 0 ? {} : { others }) } }
}

const WAIVED: Partial<Record<Check, Check>> = {
  blackouts: 'blackouts-waived',
  'max-days-ahead': 'max-days-ahead-waived',
  'min-notice-days': 'min-notice-days-waived',
}

/** What a rule comes to where it was decided elsewhere: one that is waived is named as such, kept or not. */
function waived(one: Rule): Rule {
  const name = WAIVED[one.rule]
  return name === undefined ? one : { ...one, rule: name, kept: true }
}

function rulesOf(
  terms: RequestTerms,
  { span, person, today }: Asked,
  { days, whole }: { readonly days: readonly WorkingDay[]; readonly whole: Pick<Together, 'from' | 'to'> },
): readonly Rule[] {
  const { maxDaysAhead, maxConsecutiveDays, minNoticeDays, waitingDays, blackouts } = terms
  const { from } = span
  const ahead = daysBetween(today, from)
  const rules: Rule[] = []
  if (maxDaysAhead !== null) {
    rules.push({ rule: 'max-days-ahead', limit: String(maxDaysAhead), kept: ahead <= maxDaysAhead })
  }
  if (maxConsecutiveDays !== null) {
    const kept = daysBetween(whole.from, whole.to) < maxConsecutiveDays
    rules.push({ rule: 'max-consecutive-days', limit: String(maxConsecutiveDays), kept })
  }
  if (minNoticeDays !== null) {
    rules.push({ rule: 'min-notice-days', limit: String(minNoticeDays), kept: ahead >= minNoticeDays })
  }
  if (waitingDays !== null && person.employments.some((period) => period.from !== null)) {
    const kept = days.every(({ date }, at) => {
      const begun = employmentOn(person.employments, date)?.from ?? null
      return begun === null || daysBetween(begun, at === 0 ? from : date) >= waitingDays
    })
    rules.push({ rule: 'waiting-days', limit: String(waitingDays), kept })
  }
  if (blackouts.length > 0) {
    const closed = blackouts.find((blackout) => days.some(({ date }) => blackout.from <= date && date <= blackout.to))
    const limit = closed === undefined ? '' : `${closed.from}/${closed.to} ${closed.name}`
    rules.push({ rule: 'blackouts', limit, kept: closed === undefined })
  }
  return rules
}
