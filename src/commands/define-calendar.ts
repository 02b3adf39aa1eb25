import {
  type CalendarTerms,
  type CalendarVersion,
  DEFAULT_HOURS,
  type Holiday,
  type HoursPerDay,
  type PublicHolidays,
  WEEKDAYS,
} from '../domain/calendar/calendar.ts'
import type { PublicHolidaysOf, Years } from '../domain/calendar/public-holidays.ts'
import { type CalendarDate, FIRST_DAY, LAST_DAY, yearOf } from '../domain/calendar-date.ts'
import { normalQuantity } from '../domain/quantity.ts'
import type { DefineCommand } from '../ledger/command.ts'
import { canonicalJson, type Json } from '../ledger/rows/canonical.ts'
import type { CalendarBody, HoursBody } from './bodies.ts'
import type { Caller } from './context.ts'
import { definitionDiffers } from './original.ts'

/** More would be no calendar but a clock; each has to be read when leave is counted. */
export const MOST_VERSIONS = 250

/** Before the present year, and after it: whose public holidays are recorded unless the caller says. */
const YEARS_AROUND = 5

/**
 * Defines a calendar, or gives it a new version from `effectiveFrom` on (default: the first version from always, a later
 * one from today). The public holidays of its region become part of what is recorded: which days are off does not
 * change with the release that asks.
 * @param publicHolidays those of `body.region`; null without one
 */
export function defineCalendar(
  caller: Caller,
  calendar: string,
  body: CalendarBody,
  publicHolidays: PublicHolidaysOf | null,
): DefineCommand {
  const { effectiveFrom, regionYears, ...said } = body
  const hoursPerDay = hoursOf(body.hoursPerDay ?? DEFAULT_HOURS)
  const own = {
    workingDays: body.workingDays,
    hoursPerDay,
    holidays: inOrder(body.holidays ?? []),
    region: body.region ?? null,
  }
  return {
    ...caller,
    kind: 'define',
    canonical: `PUT /v1/books/${caller.book}/calendars/${calendar} ${canonicalJson({ ...body, hoursPerDay })}`,
    reads: { calendar },
    createsBook: false,
    decide: ({ calendar: current, today }, position) => {
      const from = effectiveFrom ?? (current === undefined ? FIRST_DAY : today)
      const terms: CalendarTerms = {
        ...own,
        publicHolidays: publicHolidays && during(regionYears ?? yearsAround(today, from), publicHolidays),
      }
      if (current !== undefined && unchanged(current, terms, effectiveFrom)) {
        return { outcome: 'unchanged', position: current.position }
      }
      if (current?.version === MOST_VERSIONS) {
        return { refusal: { code: 'rule-violated', rule: 'calendar-versions', limit: String(MOST_VERSIONS) } }
      }
      const version: CalendarVersion = {
        ...terms,
        calendar,
        version: (current?.version ?? 0) + 1,
        effectiveFrom: from,
        position,
      }
      const { position: _position, ...data } = version
      return {
        outcome: 'define',
        type: 'calendar-defined',
        stream: `calendar:${calendar}`,
        streamVersion: version.version,
        data: data as unknown as Json,
        definition: { kind: 'calendar', version },
      }
    },
    differs: (original) =>
      definitionDiffers(original, 'calendar-defined', {
        ...(said as { readonly [member: string]: Json }),
        ...(own as unknown as { readonly [member: string]: Json }),
        calendar,
        ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
      }),
  }
}

/** One spelling for the same hours. Of each weekday those that are not said are the default. */
export function hoursOf(said: HoursBody): HoursPerDay {
  if (typeof said === 'string') return normalQuantity(said)
  const hours = WEEKDAYS.map((weekday) => [weekday, normalQuantity(said[weekday] ?? DEFAULT_HOURS)])
  return Object.fromEntries(hours) as HoursPerDay
}

function inOrder(holidays: NonNullable<CalendarBody['holidays']>): Holiday[] {
  return holidays
    .map(({ date, name, portion = 'full' }) => ({ date, name, portion }))
    .toSorted((a, b) => (a.date < b.date ? -1 : 1))
}

function during(years: Years, publicHolidays: PublicHolidaysOf): PublicHolidays {
  return { ...years, holidays: publicHolidays(years) }
}

/** A version that begins later than five years ago is never asked about the days before it. */
function yearsAround(today: CalendarDate, effectiveFrom: CalendarDate): Years {
  const present = yearOf(today)
  const first = yearOf(effectiveFrom)
  return {
    from: Math.max(first, present - YEARS_AROUND),
    to: Math.min(Math.max(first, present) + YEARS_AROUND, yearOf(LAST_DAY)),
  }
}

/** So it is too where the public holidays that are wanted are among those that the version knows. */
function unchanged(current: CalendarVersion, terms: CalendarTerms, effectiveFrom: CalendarDate | undefined): boolean {
  return (
    sameJson(ownTerms(current), ownTerms(terms)) &&
    (effectiveFrom === undefined || effectiveFrom === current.effectiveFrom) &&
    knowsAlready(current.publicHolidays, terms.publicHolidays)
  )
}

function ownTerms({ workingDays, hoursPerDay, holidays, region }: CalendarTerms): object {
  return { workingDays, hoursPerDay, holidays, region }
}

function knowsAlready(known: PublicHolidays | null, wanted: PublicHolidays | null): boolean {
  if (known === null || wanted === null) return known === wanted
  const { from, to } = wanted
  if (from < known.from || known.to < to) return false
  const among = known.holidays.filter(({ date }) => from <= yearOf(date) && yearOf(date) <= to)
  return sameJson(among, wanted.holidays)
}

function sameJson(a: object, b: object): boolean {
  return canonicalJson(a as Json) === canonicalJson(b as Json)
}
