import type Holidays from 'date-holidays'
import type { Holiday } from '../domain/calendar/calendar.ts'
import { parseCalendarDate } from '../domain/calendar-date.ts'
import { laterDay } from './days.ts'

/*
 * The tables of `date-holidays`: the one file that knows the package. It is loaded when somebody first asks for a region:
 * its tables are 12 MB.
 */

/** A day off as the tables have it, before anything is corrected. */
export interface TableDay extends Holiday {
  /** Whether it stands for a holiday that fell on a day off. */
  readonly substitute: boolean
}

/** What the tables know of one region. */
export interface RegionTables {
  /** Days off of the year and, where a holiday goes on over its end, of the first days of the next. */
  daysOf(year: number): readonly TableDay[]
  /**
   * Dates of a year by a rule in the tables' own words, such as `easter 1`, `orthodox 50`, `2nd monday in October` or
   * `1 Shawwal`; more than one where a year of another calendar is shorter.
   */
  datesOf(rule: string, year: number): readonly string[]
}

/** Which regions there are. */
export interface Regions {
  isKnown(region: string): boolean
  /** Codes of the parts of a country, or of a part, that have days of their own; by code. */
  partsOf(region: string): readonly string[]
  /** All countries and all their parts. */
  all(): readonly string[]
  open(region: string): RegionTables
}

type Found = ReturnType<Holidays['getHolidays']>[number]

/** Loads the tables of the library, some megabytes: only when a region is asked for. */
export async function openTables(): Promise<Regions> {
  const { default: Tables } = await import('date-holidays')
  const tables = new Tables()
  const under = (region: string): string[] => {
    const [country = '', state, part] = region.split('-')
    if (part !== undefined) return []
    const names = state === undefined ? tables.getStates(country) : tables.getRegions(country, state)
    return Object.keys(names ?? {})
      .map((code) => `${region}-${code}`)
      .toSorted()
  }
  const below = (region: string): string[] => [region, ...under(region).flatMap(below)]
  return {
    isKnown: (region) => isKnown(tables, region),
    partsOf: under,
    all: () => Object.keys(tables.getCountries()).toSorted().flatMap(below),
    open: (region) => openRegion(Tables, region),
  }
}

function openRegion(Tables: typeof Holidays, region: string): RegionTables {
  const [country = '', state = '', part = ''] = region.split('-')
  const own = new Tables(country, state, part)
  const zone = own.getTimezones()[0] ?? 'UTC'
  // To read a country's tables costs more than to ask them: each rule and each year is asked for once.
  const byRule = new Map<string, Holidays>()
  const daysByYear = new Map<number, readonly TableDay[]>()
  const datesByYear = new Map<string, readonly string[]>()
  return {
    daysOf(year) {
      const days = daysByYear.get(year) ?? own.getHolidays(year).flatMap((found) => daysOf(found, zone))
      daysByYear.set(year, days)
      return days
    },
    datesOf(rule, year) {
      const known = datesByYear.get(`${rule} ${year}`)
      if (known !== undefined) return known
      const asked = byRule.get(rule) ?? askedFor(new Tables(country), rule)
      byRule.set(rule, asked)
      const found = asked.getHolidays(year).filter(({ name }) => name === ASKED)
      const dates = found.map(({ date }) => date.slice(0, 10)).toSorted()
      datesByYear.set(`${rule} ${year}`, dates)
      return dates
    },
  }
}

/** Marks the days of a rule that was asked about. */
const ASKED = 'asked'

function askedFor(tables: Holidays, rule: string): Holidays {
  if (!tables.setHoliday(rule, { name: ASKED, type: 'public' })) throw new Error(`no rule of the tables: ${rule}`)
  return tables
}

function isKnown(tables: Holidays, region: string): boolean {
  const [country = '', state, part, ...more] = region.split('-')
  if (more.length > 0 || !Object.hasOwn(tables.getCountries(), country)) return false
  if (state === undefined) return true
  if (!Object.hasOwn(tables.getStates(country) ?? {}, state)) return false
  return part === undefined || Object.hasOwn(tables.getRegions(country, state) ?? {}, part)
}

/**
 * The days of a holiday, of which some last several and some begin at noon or at sunset: from its start to its end, by
 * the clocks of the region. Its `date` says neither when it begins (a feast that begins the evening before) nor how long
 * it lasts. A half of a day is off where the middle of that half is: from ten to noon, from two to four.
 */
function daysOf({ type, start, end, name, substitute }: Found, zone: string): TableDay[] {
  if (type !== 'public') return []
  const from = localTime(start, zone)
  const to = localTime(end, zone)
  const days: TableDay[] = []
  for (let date = from.date; date <= to.date; date = laterDay(date, 1)) {
    const begins = date === from.date ? from.hour : 0
    const ends = date === to.date ? to.hour : 24
    const am = begins <= 10 && 12 <= ends
    const pm = begins <= 14 && 16 <= ends
    const on = parseCalendarDate(date)
    if (on === undefined || !(am || pm)) continue
    const portion = am && pm ? 'full' : am ? 'am' : 'pm'
    days.push({ date: on, name: name.slice(0, 128), portion, substitute: substitute === true })
  }
  return days
}

function localTime(instant: Date, zone: string): { date: string; hour: number } {
  const [date = '', clock = ''] = formatIn(zone).format(instant).split(' ')
  const [hours = '0', minutes = '0'] = clock.split(':')
  return { date, hour: Number(hours) + Number(minutes) / 60 }
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatIn(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  // Swedish writes dates and times as ISO 8601 does.
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  formats.set(zone, format)
  return format
}
