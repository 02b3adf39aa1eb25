import type { CalendarDate } from '../calendar-date.ts'
import type { Portion } from '../transaction.ts'

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

export type Weekday = (typeof WEEKDAYS)[number]

/** How much of a weekday is worked: `am` and `pm` are that half, and `0.5` is the morning. */
export type Worked = '0' | '0.5' | '1' | 'am' | 'pm'

export type WorkingDays = Readonly<Record<Weekday, Worked>>

/** Hours of a whole working day, as decimals in their normal spelling: of every weekday, or of each. */
export type HoursPerDay = string | Readonly<Record<Weekday, string>>

export interface Holiday {
  readonly date: CalendarDate
  readonly name: string
  /** What of the day is off. */
  readonly portion: Portion
}

/** A holiday that a calendar lists itself. */
export interface OwnHoliday extends Omit<Holiday, 'portion'> {
  /** `none`: the date is no holiday here, whatever the region says. */
  readonly portion: Portion | 'none'
}

/** A date on which people work as on another weekday. */
export interface WorkedDay {
  readonly date: CalendarDate
  readonly name: string | null
  readonly like: Weekday
}

/** Weeks that follow one another and then begin anew. */
export interface Rota {
  /** 1 to 8, each beginning on a Monday. */
  readonly weeks: readonly WorkingDays[]
  /** A day of the first of them. */
  readonly weeksFrom: CalendarDate
}

/** The public holidays of a region over whole years, as they were known when they were recorded. */
export interface PublicHolidays {
  readonly from: number
  /** The last year, included. Of a later one nothing is known. */
  readonly to: number
  /** By date, one a day. */
  readonly holidays: readonly Holiday[]
  /** By date, one a day; left out where there are none. */
  readonly workedDays?: readonly WorkedDay[]
}

/** What a calendar says, apart from when. */
export interface CalendarTerms {
  readonly workingDays: WorkingDays
  /** Instead of `workingDays`; null: every week is the same. */
  readonly rota: Rota | null
  readonly hoursPerDay: HoursPerDay
  /** By date, one a day. Where the region says something of the same day, this holds. */
  readonly holidays: readonly OwnHoliday[]
  /** By date, one a day, none of which is a holiday of the list above. */
  readonly workedDays: readonly WorkedDay[]
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
