import type { Weekday } from '../calendar/calendar.ts'
import type { CalendarDate } from '../calendar-date.ts'

/*
 * What a policy says of how it earns, as its definition says it: members that are left out mean what is usual. Amounts are
 * quantities in their normal spelling, of at most 8 decimals whatever the policy's scale.
 */

/** `MM-DD`; `02-29` is 28 February in common years. */
export type MonthDay = string & { readonly __brand: 'MonthDay' }

/** A length of time: exactly one of its members. */
export type Length = { readonly days: number } | { readonly months: number } | { readonly years: number }

/** When leave years begin: on a day of the calendar, with each year of service, or with a two-week pay period. */
export type LeaveYear =
  | { readonly starts: MonthDay | 'service' }
  /** Two-week pay periods from this day on; the leave year begins with the first that lies wholly in a calendar year. */
  | { readonly payPeriodsFrom: CalendarDate }

export type Every = 'day' | 'week' | 'two-weeks' | 'twice-a-month' | 'month' | 'quarter' | 'half-year' | 'year'

/** Where the periods of an `Every` begin. */
export type PeriodsOn =
  | { readonly weekday: Weekday }
  | { readonly from: CalendarDate }
  | { readonly daysOfMonth: readonly [number, number] }
  /** 31: the last day of every month. */
  | { readonly dayOfMonth: number }
  | { readonly dates: readonly MonthDay[] }
  | { readonly anniversary: true }

export type PostOn = 'first-day' | 'last-day' | 'day-after'

/** `amount` for each `hours` hours. */
export interface PerHours {
  readonly amount: string
  readonly hours: string
  readonly of: 'worked' | 'scheduled'
}

/** What is earned from a length of service on. Exactly one of `amount`, `yearAmount` and `perHours`. */
export interface Level {
  readonly after?: Length
  /** For each whole period. */
  readonly amount?: string
  /** For each whole leave year. */
  readonly yearAmount?: string
  readonly perHours?: PerHours
  /** Instead of `amount`, in the last period that lies wholly in the calendar year. */
  readonly inLastFullPeriodOfCalendarYear?: string
  readonly every?: Every
  readonly on?: PeriodsOn
  readonly balanceCap?: string
  readonly yearMax?: string
  readonly carryOver?: CarryOverTerms
}

export type WholeOrPart = 'full' | 'half' | 'none'

/** What a part of a period earns. */
export type PartOfPeriod =
  | 'calendar-days'
  | 'working-time'
  | 'full-months'
  | 'started-months'
  | 'calendar-months'
  | WholeOrPart
  | { readonly joinedBy: number; readonly then: WholeOrPart; readonly else: WholeOrPart }

export type RoundingMode = 'up' | 'down' | 'nearest' | 'half-even' | 'up-from-half'

export interface Rounding {
  readonly step: string
  readonly mode: RoundingMode
  readonly of: 'posting' | 'running-total' | 'year'
}

/** Nothing is posted before: then all that was earned since the start, or the whole year's amount. */
export type WaitingTerms = Exclude<Length, { readonly years: number }> & { readonly then: 'all' | 'full-year' }

export interface EarningTerms {
  readonly every: Every
  readonly on?: PeriodsOn
  readonly postOn?: PostOn
  /** Ascending by `after`, never empty. */
  readonly levels: readonly Level[]
  readonly levelChange?: 'split' | 'next-period' | 'next-year'
  readonly firstPeriod?: PartOfPeriod
  readonly lastPeriod?: PartOfPeriod | 'full-months-in-first-half'
  readonly basis?: 'calendar' | 'working-time'
  readonly scaledByShare?: boolean
  /** The amounts are those of a week of so many days or hours. */
  readonly week?: { readonly days: string } | { readonly hours: string }
  readonly rounding?: Rounding
  readonly waiting?: WaitingTerms
}

/** What becomes of a balance when a year ends. */
export interface CarryOverTerms {
  readonly on?: 'year' | 'anniversary' | MonthDay
  readonly keep?: 'all' | 'none' | { readonly upTo: string }
  readonly rounding?: Pick<Rounding, 'mode' | 'step'> & Partial<Pick<Rounding, 'of'>>
  readonly validFor?: Exclude<Length, { readonly years: number }>
  readonly validUntil?: MonthDay
  readonly neverLapses?: string
  readonly needsNotice?: boolean
}

export interface SpendingTerms {
  readonly of?: 'earned' | 'year'
  /** How long after the day of hiring. */
  readonly from?: Exclude<Length, { readonly years: number }> | { readonly workingDays: number }
  readonly yearMost?: string
}

export interface EncashmentTerms {
  readonly keepBack?: string
  readonly most?: string
}

/** All that a policy may say about earning; a policy without `earning` and `carryOver` posts lapses alone. */
export interface EarningPolicyTerms {
  readonly leaveYear?: LeaveYear
  readonly earning?: EarningTerms
  readonly carryOver?: CarryOverTerms
  readonly spending?: SpendingTerms
  readonly encashment?: EncashmentTerms
  /** Under a basis of working time: how much of a day taken under this policy counts as attended. */
  readonly countsAsWorked?: boolean | string
  readonly lateLeave?: 'recount' | 'as-posted'
}
