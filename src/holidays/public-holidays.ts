import type { Weekday } from '../domain/calendar/calendar.ts'
import { type CalendarDate, parseCalendarDate } from '../domain/calendar-date.ts'
import type { Portion } from '../domain/transaction.ts'
import {
  type AddedDays,
  type Correction,
  correctionsOf,
  type Observed,
  type Substitutes,
  type Which,
} from './corrections.ts'
import { laterDay } from './days.ts'
import { openTables, type Regions, type RegionTables } from './library.ts'

/** One public holiday, or the half of a day, and who says so. */
export interface SourcedHoliday {
  readonly date: CalendarDate
  readonly name: string
  readonly portion: Portion
  /** The law of a correction, with where it can be read; null: the library's own day. */
  readonly law: string | null
  readonly source: string
}

/** A weekend day that is worked instead of another day. */
export interface SourcedWorkedDay {
  readonly date: CalendarDate
  readonly like: Weekday
  readonly law: string
  readonly source: string
}

export interface PublicHolidaysOfYear {
  /** By date, one a day. */
  readonly holidays: readonly SourcedHoliday[]
  /** By date. */
  readonly workedDays: readonly SourcedWorkedDay[]
}

export interface RegionHolidays {
  readonly region: string
  ofYear(year: number): PublicHolidaysOfYear
  /**
   * The parts of the region that have other days in that year than the region alone: people there live by those, and
   * nobody may live by what is the same everywhere.
   */
  partsThatDiffer(year: number): Promise<readonly string[]>
}

/** What the library's own days are said to come from. */
export const TABLES = 'date-holidays'

let tables: Promise<Regions> | undefined

function regions(): Promise<Regions> {
  tables ??= openTables()
  return tables
}

/**
 * The public holidays of a country or a part of one: the library's, as corrected.
 * @param region such as `DE-BY`: country, state, region of the tables
 * @returns undefined where nobody knows them
 */
export async function publicHolidaysIn(region: string): Promise<RegionHolidays | undefined> {
  const known = await regions()
  if (!known.isKnown(region)) return undefined
  const found = await opened(region, known)
  return {
    region,
    ofYear: (year) => found.ofYear(year),
    async partsThatDiffer(year) {
      const own = datesOfYear(found, year)
      const parts = known.partsOf(region)
      const differ = await Promise.all(parts.map(async (part) => datesOfYear(await opened(part, known), year) !== own))
      return parts.filter((_, index) => differ[index])
    },
  }
}

interface Opened {
  ofYear(year: number): PublicHolidaysOfYear
}

/** As many regions as one process keeps at hand; all of them are 628. */
const MOST_KEPT = 700
const kept = new Map<string, Promise<Opened>>()

function opened(region: string, known: Regions): Promise<Opened> {
  const at = kept.get(region)
  if (at !== undefined) return at
  if (kept.size === MOST_KEPT) kept.clear()
  const opening = open(region, known)
  kept.set(region, opening)
  return opening
}

async function open(region: string, known: Regions): Promise<Opened> {
  const corrections = await correctionsOf(region)
  const tables = known.open(region)
  const years = new Map<number, PublicHolidaysOfYear>()
  return {
    ofYear(year) {
      const found = years.get(year) ?? holidaysOfYear(tables, corrections, year)
      years.set(year, found)
      return found
    },
  }
}

function datesOfYear(of: Opened, year: number): string {
  return of
    .ofYear(year)
    .holidays.map(({ date, portion }) => `${date} ${portion}`)
    .join()
}

/** Every region whose public holidays are known. */
export async function knownRegions(): Promise<readonly string[]> {
  return (await regions()).all()
}

interface Day extends SourcedHoliday {
  /** Where it is kept instead, if it falls on a weekend. */
  readonly observed?: Observed
}

type Days = Map<string, SourcedHoliday>

function holidaysOfYear(tables: RegionTables, corrections: readonly Correction[], year: number): PublicHolidaysOfYear {
  const holds = corrections.filter(({ from = year, until = year }) => from <= year && year <= until)
  const days: Days = new Map()
  // What begins at the end of the year before may go on in this one.
  const found = [...tables.daysOf(year - 1), ...tables.daysOf(year)].map((day) => ({
    ...day,
    law: null,
    source: TABLES,
  }))
  for (const day of found) if (!day.substitute) put(days, day)
  for (const { remove = [] } of holds) {
    for (const which of remove) for (const date of datesOf(tables, which, year)) days.delete(date)
  }
  const added = holds.flatMap((correction) => addedDays(tables, correction, year))
  for (const day of added) put(days, day)
  for (const day of added.toSorted(byDate)) observe(days, day)
  const moveOn = holds.find(({ substitutesMoveOn }) => substitutesMoveOn)
  for (const day of holds.some(takesSubstitutesAway) ? [] : found.filter(({ substitute }) => substitute)) {
    put(days, moveOn === undefined ? day : { ...day, ...said(moveOn), date: nextFree(days, day.date, 1) })
  }
  return { holidays: holidaysOf(days, year), workedDays: workedDaysOf(holds, year) }
}

function addedDays(tables: RegionTables, correction: Correction, year: number): Day[] {
  return (correction.add ?? []).flatMap((added: AddedDays) => {
    const { name, portion = 'full', observed } = added
    const dates = datesOf(tables, added, year).map(calendarDate)
    return dates.map((date) => ({ date, name, portion, ...said(correction), ...(observed && { observed }) }))
  })
}

/** Also those of the years before and after: they may reach into this one. */
function datesOf(tables: RegionTables, which: Which | Substitutes, year: number): string[] {
  if ('substitutes' in which) return []
  if ('dates' in which) return which.dates.filter((date) => date.startsWith(String(year)))
  const { rule, offset = 0, length = 1 } = which
  return [year - 1, year, year + 1]
    .flatMap((of) => tables.datesOf(rule, of))
    .flatMap((date) => Array.from({ length }, (_, day) => laterDay(date, offset + day)))
}

function takesSubstitutesAway({ remove = [] }: Correction): boolean {
  return remove.some((which) => 'substitutes' in which)
}

/** Of two on the same day the first gives the name, and a whole day goes before a half. */
function put(days: Days, day: SourcedHoliday): void {
  const known = days.get(day.date)
  if (known === undefined || (known.portion !== 'full' && day.portion === 'full')) days.set(day.date, day)
}

function observe(days: Days, { observed, ...day }: Day): void {
  const weekend = weekendDay(day.date)
  const side = weekend && observed?.[weekend]
  if (side === undefined) return
  put(days, { ...day, date: nextFree(days, laterDay(day.date, side === 'after' ? 1 : -1), side === 'after' ? 1 : -1) })
}

/** The day itself, or the nearest one on that side that is neither of the weekend nor off already. */
function nextFree(days: Days, from: string, step: 1 | -1): CalendarDate {
  let date = from
  while (weekendDay(date) !== undefined || days.has(date)) date = laterDay(date, step)
  return calendarDate(date)
}

function weekendDay(date: string): 'sat' | 'sun' | undefined {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay()
  return weekday === 6 ? 'sat' : weekday === 0 ? 'sun' : undefined
}

function holidaysOf(days: Days, year: number): SourcedHoliday[] {
  return [...days.values()]
    .filter(({ date }) => date.startsWith(String(year)))
    .map(({ date, name, portion, law, source }) => ({ date, name, portion, law, source }))
    .toSorted(byDate)
}

function workedDaysOf(holds: readonly Correction[], year: number): SourcedWorkedDay[] {
  const worked = holds.flatMap((correction) =>
    (correction.worked ?? []).map(({ date, like }) => ({ date: calendarDate(date), like, ...said(correction) })),
  )
  return worked.filter(({ date }) => date.startsWith(String(year))).toSorted(byDate)
}

function said({ law, source }: Correction): { law: string; source: string } {
  return { law, source }
}

function byDate(a: { readonly date: string }, b: { readonly date: string }): number {
  return a.date < b.date ? -1 : a.date > b.date ? 1 : 0
}

function calendarDate(text: string): CalendarDate {
  const date = parseCalendarDate(text)
  if (date === undefined) throw new Error(`no date: ${text}`)
  return date
}
