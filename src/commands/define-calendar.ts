import {
  type CalendarHistory,
  type CalendarTerms,
  type CalendarVersion,
  DEFAULT_HOURS,
  type HoursPerDay,
  type OwnHoliday,
  type PublicHolidays,
  type Rota,
  WEEKDAYS,
  type WorkedDay,
} from '../domain/calendar/calendar.ts'
import { publicHolidaysFor } from '../domain/calendar/day-terms.ts'
import type { RegionFacts, Years } from '../domain/calendar/public-holidays.ts'
import { type CalendarDate, FIRST_DAY, LAST_DAY, yearOf } from '../domain/calendar-date.ts'
import { normalQuantity } from '../domain/quantity.ts'
import { versionInForce } from '../domain/version-in-force.ts'
import type { DefineCommand } from '../ledger/command.ts'
import type { Defining } from '../ledger/definition.ts'
import { asJson, canonicalJson, type Json } from '../ledger/rows/canonical.ts'
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
 * change with the release that asks. What is in force on that day already is unchanged, whatever is scheduled for later.
 * @param region what is known of `body.region`; null without one
 */
export function defineCalendar(
  caller: Caller,
  calendar: string,
  body: CalendarBody,
  region: RegionFacts | null,
): DefineCommand {
  const { effectiveFrom, regionYears, weeks: _weeks, weeksFrom: _weeksFrom, ...said } = body
  const hoursPerDay = hoursOf(body.hoursPerDay ?? DEFAULT_HOURS)
  const own = {
    workingDays: body.workingDays,
    hoursPerDay,
    holidays: inOrder(body.holidays ?? []),
    workedDays: workedDaysOf(body.workedDays ?? []),
    region: body.region ?? null,
  }
  const path = `PUT /v1/books/${caller.book}/calendars/${calendar} `
  return {
    ...caller,
    kind: 'define',
    canonical: path + canonicalJson(asJson({ ...body, ...own, ...(effectiveFrom && rotaOf(body, effectiveFrom)) })),
    formerCanonical: path + canonicalJson(asJson({ ...body, hoursPerDay })),
    reads: { calendar },
    createsBook: false,
    decide: ({ calendar: history, today }, position) => {
      const from = effectiveFrom ?? (history === undefined ? FIRST_DAY : today)
      const terms: CalendarTerms = {
        ...own,
        rota: rotaOf(body, from),
        publicHolidays: region && during(regionYears ?? yearsAround(today, from), region),
      }
      const inForce = history && versionInForce(history, from)
      if (inForce && sameWeeks(inForce, terms) && sameLists(history, terms)) {
        return { outcome: 'unchanged', position: inForce.position }
      }
      return newVersion(history, { ...terms, calendar, effectiveFrom: from, position }, region?.parts ?? [])
    },
    differs: (original) =>
      definitionDiffers(
        original,
        'calendar-defined',
        {
          ...asJson(said),
          ...asJson(calendarData({ ...own, rota: rotaOf(body, effectiveFrom ?? FIRST_DAY) })),
          calendar,
          ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
        },
        { unrecorded: ['effectiveFrom', ...(own.region === null ? [] : ['regionYears'])] },
      ),
  }
}

/** The next version of a calendar, as an event; refused where there are too many. */
export function newVersion(
  history: CalendarHistory | undefined,
  terms: Omit<CalendarVersion, 'version'>,
  parts: readonly string[],
): Defining {
  const last = history?.at(-1)?.version ?? 0
  if (last === MOST_VERSIONS) {
    return { refusal: { code: 'rule-violated', rule: 'calendar-versions', limit: String(MOST_VERSIONS) } }
  }
  const version: CalendarVersion = { ...terms, version: last + 1 }
  const { position: _position, ...data } = version
  return {
    outcome: 'define',
    type: 'calendar-defined',
    stream: `calendar:${version.calendar}`,
    streamVersion: version.version,
    data: asJson({ ...calendarData(data), ...warningsOf(parts) }),
    definition: { kind: 'calendar', version, parts },
  }
}

/** What whoever defines a calendar by a region should know of it. */
export function warningsOf(parts: readonly string[]): object {
  return parts.length === 0 ? {} : { warnings: [{ code: 'region-has-parts', parts }] }
}

/** As an event has it: what a calendar does not make use of is left out, so that what was recorded before reads as it did. */
function calendarData<Terms extends Pick<CalendarTerms, 'rota' | 'workedDays'>>({
  rota,
  workedDays,
  ...terms
}: Terms): object {
  return { ...terms, ...rota, ...(workedDays.length === 0 ? {} : { workedDays }) }
}

/** One spelling for the same hours. Of each weekday those that are not said are the default. */
export function hoursOf(said: HoursBody): HoursPerDay {
  if (typeof said === 'string') return normalQuantity(said)
  const hours = WEEKDAYS.map((weekday) => [weekday, normalQuantity(said[weekday] ?? DEFAULT_HOURS)])
  return Object.fromEntries(hours) as HoursPerDay
}

/** The first week of a rota is the one of its first day, unless the caller says. */
export function rotaOf(
  { weeks, weeksFrom }: Pick<CalendarBody, 'weeks' | 'weeksFrom'>,
  effectiveFrom: CalendarDate,
): Rota | null {
  return weeks ? { weeks, weeksFrom: weeksFrom ?? effectiveFrom } : null
}

function inOrder(holidays: NonNullable<CalendarBody['holidays']>): OwnHoliday[] {
  return holidays.map(({ date, name, portion = 'full' }) => ({ date, name, portion })).toSorted(byDate)
}

function workedDaysOf(days: NonNullable<CalendarBody['workedDays']>): WorkedDay[] {
  return days.map(({ date, name, like }) => ({ date, name: name ?? null, like })).toSorted(byDate)
}

/** Compares by date, for sorting in ascending order. */
export function byDate(a: { readonly date: CalendarDate }, b: { readonly date: CalendarDate }): number {
  return a.date < b.date ? -1 : 1
}

function during(years: Years, region: RegionFacts): PublicHolidays {
  const { from, to } = years
  const { holidays, workedDays = [] } = region.during({ from, to })
  return { from, to, holidays, ...(workedDays.length === 0 ? {} : { workedDays }) }
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

type Weeks = Pick<CalendarTerms, 'workingDays' | 'rota' | 'hoursPerDay'>

function sameWeeks(a: Weeks, b: Weeks): boolean {
  return sameJson(weeksOf(a), weeksOf(b))
}

function weeksOf({ workingDays, rota, hoursPerDay }: Weeks): object {
  return { workingDays, rota, hoursPerDay }
}

/** Also where the public holidays that are wanted are among those that the calendar knows. */
function sameLists(history: CalendarHistory, terms: CalendarTerms): boolean {
  return sameJson(listsOf(history.at(-1)!), listsOf(terms)) && knowsAlready(history, terms.publicHolidays)
}

function listsOf({ holidays, workedDays, region }: CalendarTerms): object {
  return { holidays, workedDays, region }
}

function knowsAlready(history: CalendarHistory, wanted: PublicHolidays | null): boolean {
  if (wanted === null) return true
  for (let year = wanted.from; year <= wanted.to; year++) {
    const known = publicHolidaysFor(history, `${year}-01-01` as CalendarDate)
    if (known === null || known === 'unknown' || !sameJson(ofYear(known, year), ofYear(wanted, year))) return false
  }
  return true
}

function ofYear({ holidays, workedDays = [] }: PublicHolidays, year: number): object {
  const inYear = ({ date }: { readonly date: CalendarDate }): boolean => yearOf(date) === year
  return { holidays: holidays.filter(inYear), workedDays: workedDays.filter(inYear) }
}

function sameJson(a: object, b: object): boolean {
  return canonicalJson(a as Json) === canonicalJson(b as Json)
}
