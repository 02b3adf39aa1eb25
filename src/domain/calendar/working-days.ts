import type { CalendarDate } from '../calendar-date.ts'
import { exactFrom, printExact } from '../exact.ts'
import type { Refusal } from '../refusal.ts'
import type { Portion } from '../transaction.ts'

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

/** By what an entity works, and since when. */
export interface WorkTime {
  readonly calendar: null
}

/** An entity without any calendar: Monday to Friday, eight hours each, no holidays. */
export const EVERY_DAY: WorkTime = { calendar: null }

export function whyNotCounted(_time: WorkTime, _span: Pick<Span, 'from' | 'to'>): Refusal | undefined {
  return undefined
}

/** What is worked in a span, by date. */
export function workingDaysIn(_time: WorkTime, { from, to, fromPortion, toPortion }: Span): readonly WorkingDay[] {
  const days: WorkingDay[] = []
  for (let date = from; date <= to; date = after(date)) {
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay()
    if (weekday === 0 || weekday === 6) continue
    const am = !(date === from && fromPortion === 'pm') && !(date === to && toPortion === 'pm')
    const pm = !(date === from && fromPortion === 'am') && !(date === to && toPortion === 'am')
    if (am && pm) days.push({ date, portion: 'full', days: '1', hours: '8' })
    else if (am || pm)
      days.push({ date, portion: am ? 'am' : 'pm', days: '0.5', hours: printExact(exactFrom('8') / 2n) })
  }
  return days
}

function after(date: CalendarDate): CalendarDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10) as CalendarDate
}
