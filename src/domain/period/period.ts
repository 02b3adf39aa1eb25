import type { CalendarDate } from '../calendar-date.ts'

/** A month of the calendar, `YYYY-MM`, in 1900–2999: what is closed and reopened as a whole. */
export type Period = string & { readonly __brand: 'Period' }

export const PERIOD_PATTERN = '^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])$'

export type PeriodStatus = 'open' | 'closed'

/** @returns undefined where the text is not a month in 1900–2999 */
export function parsePeriod(text: string): Period | undefined {
  return new RegExp(PERIOD_PATTERN).test(text) ? (text as Period) : undefined
}

/** The month of a day, `YYYY-MM`. */
export function periodOf(day: CalendarDate): Period {
  return day.slice(0, 7) as Period
}

/** A book in which at least one period is closed, while commands are decided. */
export interface Closing {
  /** Closed, and with it every month before it. */
  readonly closedThrough: Period
  /** In the book's time zone: what is meant for a closed period may be recorded on this day instead. */
  readonly today: CalendarDate
}

/** Where a line is recorded: its effective day, and the day it is meant for where that is another one. */
export interface Placed {
  readonly on: CalendarDate
  readonly meantFor: CalendarDate | null
}

/**
 * Where a line goes that is to be effective on `day`. Only what is late can be recorded today instead: a day that is
 * still to come has to wait until its period is open again.
 * @returns the closed period that is in the way, where one is
 */
export function place(
  { closedThrough, today }: Closing,
  { day, postToday }: { readonly day: CalendarDate; readonly postToday: boolean },
): Placed | Period {
  const period = periodOf(day)
  if (period > closedThrough) return { on: day, meantFor: null }
  if (!postToday || today <= day) return period
  const present = periodOf(today)
  return present <= closedThrough ? present : { on: today, meantFor: day }
}

/**
 * Up to which month a book is closed after one of its months is closed, with every earlier one, or reopened, with every
 * later one.
 */
export function closedThroughAfter(
  closedThrough: Period | null,
  { period, to }: { readonly period: Period; readonly to: PeriodStatus },
): Period | null {
  if (to === 'open') return monthBefore(period)
  return closedThrough === null || closedThrough < period ? period : closedThrough
}

/** null before the first month that there is. */
function monthBefore(period: Period): Period | null {
  const year = Number(period.slice(0, 4))
  const month = Number(period.slice(5))
  const before = month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, '0')}`
  return parsePeriod(before) ?? null
}

/** A request that is not decided yet when its days are closed. */
export interface PendingRequest {
  readonly request: string
  readonly entity: string
  readonly resource: string
  readonly from: CalendarDate
  readonly to: CalendarDate
}

/** The last day of a month. */
export function lastDayOf(period: Period): CalendarDate {
  const year = Number(period.slice(0, 4))
  const month = Number(period.slice(5))
  // Day 0 of the next month; whichever year it is, the calendar is the same as in UTC.
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
  return `${period}-${String(last).padStart(2, '0')}` as CalendarDate
}

/** A period's own history: how often it was closed or reopened by itself, and which of both last. */
export interface PeriodFacts {
  readonly version: number
  readonly status: PeriodStatus
}
