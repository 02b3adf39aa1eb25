import { type CalendarDate, dayAfter } from '../calendar-date.ts'
import type { Refusal } from '../refusal.ts'
import type { Portion } from '../transaction.ts'
import type { HoursPerDay, Weekday, Worked } from './calendar.ts'
import type { DayParts } from './day-parts.ts'
import { type DayTerms, dayTermsOn, publicHolidaysFor } from './day-terms.ts'
import { halfOfHours } from './half-of-hours.ts'
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
  /** Of single days, in place of what the ends say of them. */
  readonly portions?: DayParts
}

/**
 * What is worked in a span, by date. Days off are not in it; of a half day off the other half is.
 * @throws Error where `whyNotCounted` has a reason: ask it first
 */
export function workingDaysIn(time: WorkTime, span: Span): readonly WorkingDay[] {
  const days: WorkingDay[] = []
  for (let date = span.from; date <= span.to; date = dayAfter(date)) {
    const day = workingDay(dayTermsOn(time, date), date, askedOf(span, date))
    if (day !== undefined) days.push(day)
  }
  return days
}

/** Every day of a span, worked or not, by date; of a day that is asked for in part, that half. It counts no hours. */
export function everyDayIn(span: Span): readonly WorkingDay[] {
  const days: WorkingDay[] = []
  for (let date = span.from; date <= span.to; date = dayAfter(date)) {
    const { am, pm } = askedOf(span, date)
    if (am && pm) days.push({ date, portion: 'full', days: '1', hours: '0' })
    else if (am || pm) days.push({ date, portion: am ? 'am' : 'pm', days: '0.5', hours: '0' })
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
    if (publicHolidaysFor(history, date) !== 'unknown') continue
    const known = history.at(-1)!.publicHolidays!
    return { code: 'rule-violated', rule: 'public-holidays-known', limit: `${known.from}–${known.to}` }
  }
  return undefined
}

/** A day's two halves. */
export interface Halves {
  readonly am: boolean
  readonly pm: boolean
}

/** Which halves of a weekday are worked. */
export const WORKED: Record<Worked, Halves> = {
  '0': { am: false, pm: false },
  '0.5': { am: true, pm: false },
  am: { am: true, pm: false },
  pm: { am: false, pm: true },
  '1': { am: true, pm: true },
}

const NOT_OFF: Halves = { am: false, pm: false }

function workingDay(
  { workingDays, hoursPerDay, weekday, off }: DayTerms,
  date: CalendarDate,
  asked: Halves,
): WorkingDay | undefined {
  const worked = WORKED[workingDays[weekday]]
  const free = off === null ? NOT_OFF : halvesOf(off)
  const am = asked.am && worked.am && !free.am
  const pm = asked.pm && worked.pm && !free.pm
  const hours = hoursOn(hoursPerDay, weekday)
  if (am && pm) return { date, portion: 'full', days: '1', hours }
  if (!am && !pm) return undefined
  return { date, portion: am ? 'am' : 'pm', days: '0.5', hours: halfOfHours(hours) }
}

/**
 * What a span asks of a day in it: what is said of the day; else of the first from noon on, of the last until noon; of a
 * single day, what both say.
 */
export function askedOf({ from, to, fromPortion, toPortion, portions }: Span, date: CalendarDate): Halves {
  const said = portions?.[date]
  if (said !== undefined) return said === 'none' ? NONE : halvesOf(said)
  const first = date === from ? halvesOf(fromPortion) : WHOLE
  const last = date === to ? halvesOf(toPortion) : WHOLE
  return { am: first.am && last.am, pm: first.pm && last.pm }
}

const WHOLE = WORKED['1']
const NONE = WORKED['0']

/** Which halves of a day a portion covers. */
export function halvesOf(portion: Portion): Halves {
  return { am: portion !== 'pm', pm: portion !== 'am' }
}

/** Of a whole working day. */
export function hoursOn(hoursPerDay: HoursPerDay, weekday: Weekday): string {
  return typeof hoursPerDay === 'string' ? hoursPerDay : hoursPerDay[weekday]
}
