import type { CalendarDate, DaySpan } from '../calendar-date.ts'
import { dayAt, dayNumber } from '../day-number.ts'
import { versionInForce } from '../version-in-force.ts'
import type { CalendarHistory, CalendarVersion, PublicHolidays } from './calendar.ts'

export const ALL_DAYS: DaySpan = { from: '1900-01-01' as CalendarDate, to: '2999-12-31' as CalendarDate }

/**
 * The days about which a version of a calendar says something else than those before it did: of weeks and hours the days
 * on which it is in force, of lists the dates themselves. What differs in several places is told as one span.
 * @param before the versions up to it, oldest first; none: of the calendar nothing was known
 * @returns undefined where it says the same about every day
 */
export function changedDays(before: readonly CalendarVersion[], version: CalendarVersion): DaySpan | undefined {
  const [first, ...others] = before
  if (first === undefined) return ALL_DAYS
  const spans = [otherWeeks([first, ...others], version), otherDates([first, ...others], version)]
  return spans.reduce((all, span) => (all && span ? spanOf(all, span) : (all ?? span)))
}

function spanOf(a: DaySpan, b: DaySpan): DaySpan {
  return { from: a.from < b.from ? a.from : b.from, to: a.to > b.to ? a.to : b.to }
}

/** The days on which the version is in force, where another week or other hours were before. */
function otherWeeks(before: CalendarHistory, version: CalendarVersion): DaySpan | undefined {
  const days = inForce(before, version)
  const replaced = [
    versionInForce(before, days.from),
    ...before.filter(({ effectiveFrom }) => days.from < effectiveFrom && effectiveFrom <= days.to),
  ]
  return replaced.some((other) => weeksOf(other) !== weeksOf(version)) ? days : undefined
}

/** Until the next version's first day; before all others, from the beginning of time. */
function inForce(before: CalendarHistory, { effectiveFrom }: CalendarVersion): DaySpan {
  const later = before.map((other) => other.effectiveFrom).filter((from) => from > effectiveFrom)
  const [next] = later.toSorted()
  return {
    from: later.length === before.length ? ALL_DAYS.from : effectiveFrom,
    to: next === undefined ? ALL_DAYS.to : dayAt(dayNumber(next) - 1),
  }
}

/** What is worked but for the lists. */
function weeksOf({ workingDays, rota, hoursPerDay }: CalendarVersion): string {
  return JSON.stringify([workingDays, rota, hoursPerDay].map(sorted))
}

/** Members by name: whoever made them. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => [name, sorted(member)])
}

function otherDates(before: CalendarHistory, version: CalendarVersion): DaySpan | undefined {
  const was = new Set(listed(before))
  const is = new Set(listed([...before, version]))
  const different = [...[...was].filter((day) => !is.has(day)), ...[...is].filter((day) => !was.has(day))]
  const dates = different.map((day) => day.slice(0, DATE_LENGTH) as CalendarDate).toSorted()
  const [earliest] = dates
  return earliest === undefined ? undefined : { from: earliest, to: dates.at(-1)! }
}

const DATE_LENGTH = 'YYYY-MM-DD'.length

/** `<date> <what is said of it> <by whom>`, of everything that is listed. */
function listed(history: CalendarHistory | readonly [...CalendarHistory, CalendarVersion]): string[] {
  const { holidays, workedDays } = history.at(-1)!
  return [
    ...holidays.map(({ date, portion }) => `${date} ${portion} own`),
    ...workedDays.map(({ date, like }) => `${date} ${like} own`),
    ...knownYears(history).flatMap(({ holidays: days, workedDays: worked = [] }) => [
      ...days.map(({ date, portion }) => `${date} ${portion} region`),
      ...worked.map(({ date, like }) => `${date} ${like} region`),
    ]),
  ]
}

/** Of every year the newest list that knows it; none where the newest version has no region. */
function knownYears(history: readonly CalendarVersion[]): PublicHolidays[] {
  if (history.at(-1)!.publicHolidays === null) return []
  const known = new Map<number, PublicHolidays>()
  for (const { publicHolidays } of history) {
    if (publicHolidays === null) continue
    for (let year = publicHolidays.from; year <= publicHolidays.to; year++) {
      const ofYear = ({ date }: { readonly date: CalendarDate }): boolean => date.startsWith(String(year))
      known.set(year, {
        ...publicHolidays,
        holidays: publicHolidays.holidays.filter(ofYear),
        workedDays: (publicHolidays.workedDays ?? []).filter(ofYear),
      })
    }
  }
  return [...known.values()]
}
