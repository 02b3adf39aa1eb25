import type Holidays from 'date-holidays'
import { invalidRequest, ProblemError } from '../../contract/problem.ts'
import type { Holiday } from '../../domain/calendar/calendar.ts'
import type { PublicHolidaysOf } from '../../domain/calendar/public-holidays.ts'
import { parseCalendarDate } from '../../domain/calendar-date.ts'
import type { Portion } from '../../domain/transaction.ts'

/*
 * The one place that knows where public holidays come from: the tables of `date-holidays`, without a network. What is
 * found is recorded with the calendar, so another release of the tables changes only what is recorded after it.
 */

/**
 * The public holidays of a country or a part of one.
 * @param region such as `DE-BY`: country, state, region of the tables
 * @throws ProblemError where nobody knows them
 */
export async function publicHolidaysOf(region: string): Promise<PublicHolidaysOf> {
  // Loading the tables takes a moment that only those pay who ask for a region.
  const { default: Tables } = await import('date-holidays')
  const tables = new Tables()
  if (!isKnown(tables, region)) {
    const message = 'must be a country or a part of one whose public holidays are known, such as DE-BY'
    throw new ProblemError(invalidRequest([{ in: 'body', pointer: '/region', message }]))
  }
  const [country = '', state = '', part = ''] = region.split('-')
  tables.init(country, state, part)
  return ({ from, to }) => {
    const days = new Map<string, Holiday>()
    for (let year = from; year <= to; year++) {
      for (const found of tables.getHolidays(year)) for (const day of daysOf(found)) add(days, day, { from, to })
    }
    return [...days.values()].toSorted((a, b) => (a.date < b.date ? -1 : 1))
  }
}

function isKnown(tables: Holidays, region: string): boolean {
  const [country = '', state, part, ...more] = region.split('-')
  if (more.length > 0 || !Object.hasOwn(tables.getCountries(), country)) return false
  if (state === undefined) return true
  if (!Object.hasOwn(tables.getStates(country) ?? {}, state)) return false
  return part === undefined || Object.hasOwn(tables.getRegions(country, state) ?? {}, part)
}

/** One a day: of two on the same day the first gives the name, and a whole day goes before a half. */
function add(days: Map<string, Holiday>, day: Holiday, { from, to }: { from: number; to: number }): void {
  const year = Number(day.date.slice(0, 4))
  // What begins at the end of a year may go on in the next.
  if (year < from || to < year) return
  const known = days.get(day.date)
  if (known === undefined || (known.portion !== 'full' && day.portion === 'full')) days.set(day.date, day)
}

type Found = ReturnType<Holidays['getHolidays']>[number]

const HOUR_MS = 3_600_000

/**
 * The days of a holiday, of which some last several and some begin at noon or at sunset. A half is off where the middle
 * of it is: from ten to noon, from two to four.
 */
function daysOf({ type, date, start, end, name }: Found): Holiday[] {
  if (type !== 'public') return []
  const days: Holiday[] = []
  const [first = '', clock = ''] = date.split(' ')
  const begins = Number(clock.slice(0, 2)) + Number(clock.slice(3, 5)) / 60
  // Where clocks change on the day, it has an hour more or less, which is never the middle of a half.
  const ends = begins + (end.getTime() - start.getTime()) / HOUR_MS
  for (let day = 0; day * 24 + 1 < ends; day++) {
    const am = begins <= day * 24 + 10 && day * 24 + 12 <= ends
    const pm = begins <= day * 24 + 14 && day * 24 + 16 <= ends
    const on = parseCalendarDate(daysLater(first, day))
    const portion: Portion | undefined = am && pm ? 'full' : am ? 'am' : pm ? 'pm' : undefined
    if (on !== undefined && portion !== undefined) days.push({ date: on, name: name.slice(0, 128), portion })
  }
  return days
}

function daysLater(date: string, days: number): string {
  const instant = new Date(`${date}T00:00:00Z`)
  instant.setUTCDate(instant.getUTCDate() + days)
  return instant.toISOString().slice(0, 10)
}
