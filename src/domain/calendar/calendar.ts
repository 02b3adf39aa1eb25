import type { CalendarDate } from '../calendar-date.ts'
import type { Portion } from '../transaction.ts'

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

export type Weekday = (typeof WEEKDAYS)[number]

/** How much of a weekday is worked. Of `0.5` it is the morning. */
export type Worked = '0' | '0.5' | '1'

export type WorkingDays = Readonly<Record<Weekday, Worked>>

/** Hours of a whole working day, as decimals in their normal spelling: of every weekday, or of each. */
export type HoursPerDay = string | Readonly<Record<Weekday, string>>

export interface Holiday {
  readonly date: CalendarDate
  readonly name: string
  /** What of the day is off. */
  readonly portion: Portion
}

/** The public holidays of a region over whole years, as they were known when they were recorded. */
export interface PublicHolidays {
  readonly from: number
  /** The last year, included. Of a later one nothing is known. */
  readonly to: number
  /** By date, one a day. */
  readonly holidays: readonly Holiday[]
}

/** What a calendar says, apart from when. */
export interface CalendarTerms {
  readonly workingDays: WorkingDays
  readonly hoursPerDay: HoursPerDay
  /** By date, one a day. Where a public holiday falls on the same day, this one holds. */
  readonly holidays: readonly Holiday[]
  /** ISO 3166-2: whose public holidays are days off besides; null: nobody's. */
  readonly region: string | null
  /** null without a region. */
  readonly publicHolidays: PublicHolidays | null
}

export interface CalendarVersion extends CalendarTerms {
  readonly calendar: string
  readonly version: number
  readonly effectiveFrom: CalendarDate
  /** Position of the event that recorded it. */
  readonly position: number
}

/** All versions of one calendar, oldest first, never empty. */
export type CalendarHistory = readonly [CalendarVersion, ...CalendarVersion[]]

/** Hours of a whole working day where nobody says. */
export const DEFAULT_HOURS = '8'
