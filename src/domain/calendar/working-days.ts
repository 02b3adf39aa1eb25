import { type CalendarDate, dayAfter, weekdayIndex, yearOf } from '../calendar-date.ts'
import { exactFrom, printExact } from '../exact.ts'
import type { Refusal } from '../refusal.ts'
import type { Portion } from '../transaction.ts'
import { versionInForce } from '../version-in-force.ts'
import {
  type CalendarTerms,
  type CalendarVersion,
  DEFAULT_HOURS,
  type Holiday,
  type HoursPerDay,
  WEEKDAYS,
  type Weekday,
  type Worked,
} from './calendar.ts'
import { patternOn } from './work-pattern.ts'
import type { WorkTime } from './work-time.ts'

/** A day on which an entity works, or the half of it. */
export interface WorkingDay {
  readonly date: CalendarDate
  readonly portion: Portion
  /** Of a working day: '1' or '0.5'. */
  readonly days: string
  /** Decimal. */
  readonly hours: string
}

/** What is asked about: from a part of one day to a part of another, both included. */
export interface Span {
  readonly from: CalendarDate
  readonly to: CalendarDate
  /** Of the first day: `pm` leaves its morning out. */
  readonly fromPortion: Portion
  /** Of the last day: `am` leaves its afternoon out. */
  readonly toPortion: Portion
}

/**
 * What is worked in a span, by date. Days off are not in it; of a half day off the other half is.
 * @throws Error where `whyNotCounted` has a reason: ask it first
 */
export function workingDaysIn(time: WorkTime, span: Span): readonly WorkingDay[] {
  const days: WorkingDay[] = []
  for (let date = span.from; date <= span.to; date = dayAfter(date)) {
    const day = workingDay(termsOn(time, date), date, askedOf(span, date))
    if (day !== undefined) days.push(day)
  }
  return days
}

/**
 * Why a span cannot be counted: a calendar that does not exist, or one that does not know the public holidays of its
 * region in one of the years. Leave that is counted without them would be wrong, and nobody would see it.
 */
export function whyNotCounted(time: WorkTime, { from, to }: Pick<Span, 'from' | 'to'>): Refusal | undefined {
  for (let date = from; date <= to; date = dayAfter(date)) {
    const calendar = patternOn(time.patterns, date)?.calendar ?? time.calendar
    if (calendar === null) continue
    const history = time.calendars.get(calendar)
    if (history === undefined) return { code: 'unknown-calendar', calendar }
    const { publicHolidays } = versionInForce(history, date)
    if (publicHolidays === null || knows(publicHolidays, date)) continue
    const limit = `${publicHolidays.from}–${publicHolidays.to}`
    return { code: 'rule-violated', rule: 'public-holidays-known', limit }
  }
  return undefined
}

/** What holds on one day. */
type Terms = Pick<CalendarTerms, 'workingDays' | 'hoursPerDay' | 'holidays' | 'publicHolidays'>

const NO_CALENDAR: Terms = {
  workingDays: { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' },
  hoursPerDay: DEFAULT_HOURS,
  holidays: [],
  publicHolidays: null,
}

function termsOn({ calendar, patterns, calendars }: WorkTime, date: CalendarDate): Terms {
  const pattern = patternOn(patterns, date)
  const named = pattern?.calendar ?? calendar
  const terms = named === null ? NO_CALENDAR : calendarOn(calendars, named, date)
  if (pattern === undefined) return terms
  return {
    ...terms,
    workingDays: pattern.workingDays ?? terms.workingDays,
    hoursPerDay: pattern.hoursPerDay ?? terms.hoursPerDay,
  }
}

function calendarOn(calendars: WorkTime['calendars'], calendar: string, date: CalendarDate): CalendarVersion {
  const history = calendars.get(calendar)
  if (history === undefined) throw new Error(`there is no calendar ${calendar} to count ${date} by`)
  return versionInForce(history, date)
}

/** A day's two halves. */
interface Halves {
  readonly am: boolean
  readonly pm: boolean
}

const WORKED: Record<Worked, Halves> = {
  '0': { am: false, pm: false },
  '0.5': { am: true, pm: false },
  '1': { am: true, pm: true },
}

const NOT_OFF: Halves = { am: false, pm: false }

function workingDay(terms: Terms, date: CalendarDate, asked: Halves): WorkingDay | undefined {
  const weekday = WEEKDAYS[weekdayIndex(date)]!
  const worked = WORKED[terms.workingDays[weekday]]
  const off = offOn(terms, date)
  const am = asked.am && worked.am && !off.am
  const pm = asked.pm && worked.pm && !off.pm
  const hours = hoursOn(terms.hoursPerDay, weekday)
  if (am && pm) return { date, portion: 'full', days: '1', hours }
  return am || pm ? { date, portion: am ? 'am' : 'pm', days: '0.5', hours: half(hours) } : undefined
}

/** A first day from noon on, a last day until noon: of a single day, what both say. */
function askedOf({ from, to, fromPortion, toPortion }: Span, date: CalendarDate): Halves {
  const first = date === from ? halvesOf(fromPortion) : WHOLE
  const last = date === to ? halvesOf(toPortion) : WHOLE
  return { am: first.am && last.am, pm: first.pm && last.pm }
}

const WHOLE = WORKED['1']

function halvesOf(portion: Portion): Halves {
  return { am: portion !== 'pm', pm: portion !== 'am' }
}

function offOn({ holidays, publicHolidays }: Terms, date: CalendarDate): Halves {
  const own = holidayOn(holidays, date)
  if (own !== undefined || publicHolidays === null) return own === undefined ? NOT_OFF : halvesOf(own.portion)
  if (!knows(publicHolidays, date)) throw new Error(`the public holidays of ${date} are not known`)
  const found = holidayOn(publicHolidays.holidays, date)
  return found === undefined ? NOT_OFF : halvesOf(found.portion)
}

function knows({ from, to }: { readonly from: number; readonly to: number }, date: CalendarDate): boolean {
  const year = yearOf(date)
  return from <= year && year <= to
}

/** Halves its way through a list that is ordered by date. */
function holidayOn(holidays: readonly Holiday[], date: CalendarDate): Holiday | undefined {
  let low = 0
  let high = holidays.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holidays[middle]!.date < date) low = middle + 1
    else high = middle
  }
  const found = holidays[low]
  return found?.date === date ? found : undefined
}

function hoursOn(hoursPerDay: HoursPerDay, weekday: Weekday): string {
  return typeof hoursPerDay === 'string' ? hoursPerDay : hoursPerDay[weekday]
}

/** Exact: hours have fewer decimals than any quantity may. */
function half(hours: string): string {
  return printExact(exactFrom(hours) / 2n)
}
