import type { CalendarDate } from '../calendar-date.ts'

/** A month of the calendar, `YYYY-MM`, in 1900–2999: what is closed and reopened as a whole. */
export type Period = string & { readonly __brand: 'Period' }

export const PERIOD_PATTERN = '^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])$'

export type PeriodStatus = 'open' | 'closed'

/** @returns undefined where the text is not a month in 1900–2999 */
export function parsePeriod(text: string): Period | undefined {
  return new RegExp(PERIOD_PATTERN).test(text) ? (text as Period) : undefined
}

export function periodOf(day: CalendarDate): Period {
  return day.slice(0, 7) as Period
}

/** A book in which at least one period is closed, while commands are decided. */
export interface Closing {
  readonly closed: ReadonlySet<Period>
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
  { closed, today }: Closing,
  { day, postToday }: { readonly day: CalendarDate; readonly postToday: boolean },
): Placed | Period {
  const period = periodOf(day)
  if (!closed.has(period)) return { on: day, meantFor: null }
  if (!postToday || today <= day) return period
  const present = periodOf(today)
  return closed.has(present) ? present : { on: today, meantFor: day }
}

/** A period's own history: how often it was closed or reopened, and what it is since. */
export interface PeriodFacts {
  readonly version: number
  readonly status: PeriodStatus
}
