import { WEEKDAYS, type Weekday } from '../../../domain/calendar/calendar.ts'
import type { CalendarDate } from '../../../domain/calendar-date.ts'
import { type Minor, toMinor } from '../../../domain/quantity.ts'
import type { Portion } from '../../../domain/transaction.ts'
import { daysFrom } from '../days.ts'
import { Failure } from '../failure.ts'
import type { Person } from './people.ts'

/*
 * The demo's own count of working days. It shares nothing with the service's but the names of weekdays: each half of each
 * day is looked at for itself.
 */

/** A calendar as the service tells it, as far as it is counted by. */
export interface ToldCalendar {
  readonly id: string
  readonly workingDays: Readonly<Record<Weekday, string>>
  readonly hoursPerDay: string
  readonly holidays: readonly DayOff[]
  readonly publicHolidays: { readonly holidays: readonly DayOff[] }
}

interface DayOff {
  readonly date: CalendarDate
  readonly portion: Portion
}

export interface Span {
  readonly from: CalendarDate
  readonly to: CalendarDate
  /** `pm`: without the morning of the first day. */
  readonly fromPortion: 'full' | 'pm'
  /** `am`: without the afternoon of the last day. */
  readonly toPortion: 'am' | 'full'
  /** What a whole day counts, of leave in hours; null: as the calendar says. */
  readonly hoursPerDay: string | null
}

export interface CountedDay {
  readonly date: CalendarDate
  /** In hundredths of a day. */
  readonly days: Minor
  /** In hundredths of an hour. */
  readonly hours: Minor
}

const HALVES = ['am', 'pm'] as const

/** What somebody would work in a span. */
export function countedDays(calendar: ToldCalendar, person: Person, span: Span): readonly CountedDay[] {
  const hoursPerDay = hundredths(span.hoursPerDay ?? calendar.hoursPerDay)
  return daysFrom(span.from, span.to).flatMap((date) => {
    const halves = HALVES.filter(
      (half) => isAsked(span, date, half) && isWorked(calendar, person, date, half) && !isOff(calendar, date, half),
    )
    const count = BigInt(halves.length)
    return count === 0n ? [] : [{ date, days: count * 50n, hours: (count * hoursPerDay) / 2n }]
  })
}

/** @param text a quantity of at most two decimals */
export function hundredths(text: string): Minor {
  const minor = toMinor(text, 2)
  if (minor === 'scale-exceeded') throw new Failure(`${text} has more decimals than the demo counts with.`)
  return minor
}

type Half = (typeof HALVES)[number]

function isAsked({ from, to, fromPortion, toPortion }: Span, date: CalendarDate, half: Half): boolean {
  if (half === 'am') return date !== from || fromPortion === 'full'
  return date !== to || toPortion === 'full'
}

function isWorked({ workingDays }: ToldCalendar, { partTime }: Person, date: CalendarDate, half: Half): boolean {
  const weekday = WEEKDAYS[(new Date(date).getUTCDay() + 6) % 7]!
  if (partTime !== null && partTime.from <= date) return partTime.weekdays.includes(weekday)
  return workingDays[weekday] === '1' || (workingDays[weekday] === '0.5' && half === 'am')
}

function isOff({ holidays, publicHolidays }: ToldCalendar, date: CalendarDate, half: Half): boolean {
  // What the company says of a day goes before what the law says.
  const own = holidays.find((off) => off.date === date)
  const off = own ?? publicHolidays.holidays.find((off) => off.date === date)
  return off !== undefined && (off.portion === 'full' || off.portion === half)
}
