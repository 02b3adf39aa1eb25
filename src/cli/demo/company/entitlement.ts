import type { CalendarDate } from '../../../domain/calendar-date.ts'
import type { Minor } from '../../../domain/quantity.ts'
import { day, plusDays } from '../days.ts'
import type { Entry } from './entry.ts'
import { type Person, people } from './people.ts'

/*
 * What the rules of annual and study leave give in 2024 and 2025, reckoned by the demo itself: by hand, month by month,
 * with nothing of the service's.
 */

export const NEW_YEAR = day('2025-01-01')
/** The first day on which anybody earns here. */
const FIRST_DAY = day('2024-01-01')
const STUDENTS = ['hanna', 'moritz', 'arjun', 'sophie', 'paul', 'zoe', 'ruben', 'leo']
const HALF_DAY = 50n
/** Of what is left of a year in London, in hundredths of a day. */
const KEPT_IN_LONDON = 500n

/** Who earns by which policy, and from when on. */
export const assignments = [
  ...people.map((person) => ({ entity: person.id, policy: annualOf(person), from: firstDay(person) })),
  ...STUDENTS.map((entity) => ({ entity, policy: 'study', from: NEW_YEAR })),
]

/** The policy of somebody's annual leave. */
export function annualOf({ site }: Person): 'annual' | 'annual-london' {
  return site === 'munich' ? 'annual' : 'annual-london'
}

/** What both years give, apart from what becomes of it. */
export function entitled(person: Person): readonly Entry[] {
  const studies = STUDENTS.includes(person.id) ? [accrual(person, 'study', 500n, NEW_YEAR)] : []
  return [...(person.site === 'munich' ? inMunich(person) : inLondon(person)), ...studies]
}

/** London keeps five days; what is above them is cut on the first day of the year. @param left of 2024 */
export function cutInLondon(person: Person, left: Minor): readonly Entry[] {
  if (person.site === 'munich' || left <= KEPT_IN_LONDON) return []
  const amount = KEPT_IN_LONDON - left
  return [{ type: 'adjustment', entity: person.id, policy: 'annual-london', amount, effectiveOn: NEW_YEAR }]
}

/** Thirty days of a five-day week for each year, at its beginning; twelfths of them, rounded up to half a day. */
function inMunich(person: Person): Entry[] {
  return ([2024, 2025] as const).flatMap((year) => {
    const first = later(firstDay(person), day(`${year}-01-01`))
    const last = earlier(person.leftOn ?? day(`${year}-12-31`), day(`${year}-12-31`))
    if (first > last) return []
    // 30 × months / 12 × days worked a week / 5: in halves of a day, rounded up.
    const days = daysInYear(year)
    const sum = weekdaysSummed(person, year)
    const above = 2n * 30n * BigInt(fullMonths(first, last)) * sum
    const below = 12n * 5n * days
    return [accrual(person, 'annual', ((above + below - 1n) / below) * HALF_DAY, first)]
  })
}

/** Weekdays worked a week, over every day of the year that somebody is there for: 5 of 365 days are 1825. */
function weekdaysSummed(person: Person, year: 2024 | 2025): bigint {
  let sum = 0n
  for (let on = day(`${year}-01-01`); on.startsWith(String(year)); on = plusDays(on, 1)) sum += weekdaysOn(person, on)
  return sum
}

function daysInYear(year: 2024 | 2025): bigint {
  return year === 2024 ? 366n : 365n
}

/** Months from day to day: 17 March to 16 April is one. */
function fullMonths(first: CalendarDate, last: CalendarDate): number {
  const after = plusDays(last, 1)
  const months = 12 * (yearIn(after) - yearIn(first)) + monthIn(after) - monthIn(first)
  return after.slice(8) < first.slice(8) ? months - 1 : months
}

/** A twelfth of 25 days each month, of 27 from July 2025 on, to the hundredth of all that there is so far. */
function inLondon(person: Person): Entry[] {
  const entries: Entry[] = []
  // In days × 120, of which a fifth of a half of a twelfth is a whole number; and in hundredths of a day.
  let exact = 0n
  let posted = 0n
  for (const month of monthsOfBoth()) {
    const start = day(`${month}-01`)
    const on = later(firstDay(person), start)
    if (!on.startsWith(month)) continue
    const ofYear = month >= '2025-07' ? 27n : 25n
    const twelfth = ofYear * 2n * weekdaysOn(person, on)
    exact += on.slice(8) > '15' ? twelfth / 2n : twelfth
    // × 100 / 120, to the nearest.
    const total = (exact * 10n + 6n) / 12n
    entries.push(accrual(person, 'annual-london', total - posted, on))
    posted = total
  }
  return entries
}

function monthsOfBoth(): string[] {
  const months = Array.from({ length: 12 }, (_, month) => String(month + 1).padStart(2, '0'))
  return ['2024', '2025'].flatMap((year) => months.map((month) => `${year}-${month}`))
}

function weekdaysOn({ partTime }: Person, on: CalendarDate): bigint {
  return BigInt(partTime !== null && partTime.from <= on ? partTime.weekdays.length : 5)
}

function accrual({ id: entity }: Person, policy: string, amount: Minor, effectiveOn: CalendarDate): Entry {
  return { type: 'accrual', entity, policy, amount, effectiveOn }
}

function firstDay({ hiredOn }: Person): CalendarDate {
  return later(hiredOn, FIRST_DAY)
}

function later(a: CalendarDate, b: CalendarDate): CalendarDate {
  return a > b ? a : b
}

function earlier(a: CalendarDate, b: CalendarDate): CalendarDate {
  return a < b ? a : b
}

function yearIn(date: CalendarDate): number {
  return Number(date.slice(0, 4))
}

function monthIn(date: CalendarDate): number {
  return Number(date.slice(5, 7))
}
