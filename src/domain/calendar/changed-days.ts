import type { CalendarDate } from '../calendar-date.ts'
import { versionInForce } from '../version-in-force.ts'
import type { CalendarHistory, CalendarVersion, Holiday } from './calendar.ts'

/** Days that may count otherwise, both ends included. */
export interface DaySpan {
  readonly from: CalendarDate
  readonly to: CalendarDate
}

export const ALL_DAYS: DaySpan = { from: '1900-01-01' as CalendarDate, to: '2999-12-31' as CalendarDate }

/**
 * The days about which a version of a calendar says something else than those before it did. More than a holiday or two
 * is told as everything from its first day on.
 * @param before the versions up to it, oldest first; none: of the calendar nothing was known
 * @returns undefined where it says the same about every day
 */
export function changedDays(before: readonly CalendarVersion[], version: CalendarVersion): DaySpan | undefined {
  const [first, ...others] = before
  if (first === undefined) return ALL_DAYS
  const history: CalendarHistory = [first, ...others]
  const from = version.effectiveFrom
  const replaced = [versionInForce(history, from), ...before.filter(({ effectiveFrom }) => effectiveFrom > from)]
  if (replaced.some((other) => weekOf(other) !== weekOf(version))) return { ...ALL_DAYS, from }
  const dates = replaced.flatMap((other) => differentDays(other, version)).filter((date) => date >= from)
  const [earliest] = dates.toSorted()
  return earliest === undefined ? undefined : { from: earliest, to: dates.toSorted().at(-1)! }
}

/** What is worked but for holidays, and over which years those of the region are known. */
function weekOf({ workingDays, hoursPerDay, publicHolidays }: CalendarVersion): string {
  return JSON.stringify([sorted(workingDays), sorted(hoursPerDay), publicHolidays?.from, publicHolidays?.to])
}

/** Members by name: whoever made them. */
function sorted(value: object | string): unknown {
  return typeof value === 'string' ? value : Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function differentDays(a: CalendarVersion, b: CalendarVersion): CalendarDate[] {
  const before = new Set(daysOff(a))
  const now = new Set(daysOff(b))
  const different = [...daysOff(a).filter((day) => !now.has(day)), ...daysOff(b).filter((day) => !before.has(day))]
  return different.map((day) => day.slice(0, DATE_LENGTH) as CalendarDate)
}

const DATE_LENGTH = 'YYYY-MM-DD'.length

/** `<date> <portion>`, of a day that is listed twice both. */
function daysOff({ holidays, publicHolidays }: CalendarVersion): string[] {
  const print = (whose: string) => (holiday: Holiday) => `${holiday.date} ${holiday.portion} ${whose}`
  return [...holidays.map(print('own')), ...(publicHolidays?.holidays ?? []).map(print('region'))]
}
