import { type CalendarDate, weekdayIndex, yearOf } from '../calendar-date.ts'
import { dayNumber } from '../day-number.ts'
import type { Portion } from '../transaction.ts'
import { versionInForce } from '../version-in-force.ts'
import {
  type CalendarHistory,
  DEFAULT_HOURS,
  type HoursPerDay,
  type PublicHolidays,
  type Rota,
  WEEKDAYS,
  type Weekday,
  type WorkedDay,
  type WorkingDays,
} from './calendar.ts'
import { patternOn } from './work-pattern.ts'
import type { WorkTime } from './work-time.ts'

/** What holds on one day. */
export interface DayTerms {
  readonly workingDays: WorkingDays
  readonly hoursPerDay: HoursPerDay
  /** As which weekday the day is worked: its own, or the one that it is made up for. */
  readonly weekday: Weekday
  /** What of the day is off; null: nothing. */
  readonly off: Portion | null
}

/**
 * What an entity works by on a day. Weeks and hours are those of the version in force on the day. Holidays and worked days
 * are dated by themselves: the newest list that there is decides about each date.
 * @throws Error where the calendar does not exist, or nobody knows the public holidays of that year
 */
export function dayTermsOn(time: WorkTime, date: CalendarDate): DayTerms {
  const { week, hoursPerDay, history } = inForceOn(time, date)
  return { workingDays: weekOf(week, date), hoursPerDay, ...datedIn(history, date) }
}

/** What an entity works in a week, or in each week of its rota. */
export interface Weeks {
  readonly weeks: readonly WorkingDays[]
  readonly hoursPerDay: HoursPerDay
}

/**
 * The weeks by which an entity works on a day, whatever is off in them.
 * @throws Error where the calendar does not exist
 */
export function weeksOn(time: WorkTime, date: CalendarDate): Weeks {
  const { week, hoursPerDay } = inForceOn(time, date)
  return { weeks: week.rota?.weeks ?? [weekOf(week, date)], hoursPerDay }
}

interface InForce {
  readonly week: Week
  readonly hoursPerDay: HoursPerDay
  /** Of the calendar; undefined: there is none. */
  readonly history: CalendarHistory | undefined
}

function inForceOn({ calendar, patterns, calendars }: WorkTime, date: CalendarDate): InForce {
  const pattern = patternOn(patterns, date)
  const named = pattern?.calendar ?? calendar
  const history = named === null ? undefined : calendars.get(named)
  if (named !== null && history === undefined) throw new Error(`there is no calendar ${named} to count ${date} by`)
  const version = history && versionInForce(history, date)
  const ownWeek = pattern && (pattern.rota ?? pattern.workingDays) !== null
  return {
    week: ownWeek ? pattern : (version ?? MONDAY_TO_FRIDAY),
    hoursPerDay: pattern?.hoursPerDay ?? version?.hoursPerDay ?? DEFAULT_HOURS,
    history,
  }
}

/** Of an entity that has no calendar. */
const MONDAY_TO_FRIDAY: Week = {
  workingDays: { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' },
  rota: null,
}

interface Week {
  readonly workingDays: WorkingDays | null
  readonly rota: Rota | null
}

/** The week that a day is in: always the same one, or the turn of a rota. */
function weekOf({ workingDays, rota }: Week, date: CalendarDate): WorkingDays {
  if (rota === null) return workingDays ?? MONDAY_TO_FRIDAY.workingDays!
  const { weeks, weeksFrom } = rota
  const passed = (mondayOf(date) - mondayOf(weeksFrom)) / 7
  return weeks[((passed % weeks.length) + weeks.length) % weeks.length]!
}

function mondayOf(date: CalendarDate): number {
  return dayNumber(date) - weekdayIndex(date)
}

/** What a calendar's lists say about a date. */
export interface Dated {
  readonly weekday: Weekday
  readonly off: Portion | null
}

/**
 * What the lists of a calendar say about a date. The calendar's own holiday goes first, then a worked day of its own, then
 * what its region has.
 * @throws Error where nobody knows the public holidays of that year
 */
export function datedIn(history: CalendarHistory | undefined, date: CalendarDate): Dated {
  const weekday = WEEKDAYS[weekdayIndex(date)]!
  if (history === undefined) return { weekday, off: null }
  const { holidays, workedDays } = history.at(-1)!
  const own = onDate(holidays, date)
  if (own !== undefined) return { weekday, off: own.portion === 'none' ? null : own.portion }
  const made = onDate(workedDays, date)
  if (made !== undefined) return { weekday: made.like, off: null }
  const region = publicHolidaysFor(history, date)
  if (region === 'unknown') throw new Error(`the public holidays of ${date} are not known`)
  const madeUp: WorkedDay | undefined = onDate(region?.workedDays ?? [], date)
  if (madeUp !== undefined) return { weekday: madeUp.like, off: null }
  return { weekday, off: onDate(region?.holidays ?? [], date)?.portion ?? null }
}

/**
 * The newest list of public holidays that knows the year of a date.
 * @returns null where the calendar has no region; 'unknown' where none of its versions knows the year
 */
export function publicHolidaysFor(history: CalendarHistory, date: CalendarDate): PublicHolidays | null | 'unknown' {
  if (history.at(-1)!.publicHolidays === null) return null
  const year = yearOf(date)
  const knowing = history.findLast(
    ({ publicHolidays: known }) => known !== null && known.from <= year && year <= known.to,
  )
  return knowing?.publicHolidays ?? 'unknown'
}

/** Halves its way through a list that is ordered by date. */
function onDate<Item extends { readonly date: CalendarDate }>(
  items: readonly Item[],
  date: CalendarDate,
): Item | undefined {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (items[middle]!.date < date) low = middle + 1
    else high = middle
  }
  const found = items[low]
  return found?.date === date ? found : undefined
}
