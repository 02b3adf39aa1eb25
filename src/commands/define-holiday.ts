import type { CalendarHistory, OwnHoliday } from '../domain/calendar/calendar.ts'
import type { CalendarDate } from '../domain/calendar-date.ts'
import type { RecordedEvent } from '../domain/event.ts'
import { versionInForce } from '../domain/version-in-force.ts'
import type { DefineCommand } from '../ledger/command.ts'
import { canonicalJson } from '../ledger/rows/canonical.ts'
import type { HolidayBody } from './bodies.ts'
import type { Caller } from './context.ts'
import { byDate, newVersion } from './define-calendar.ts'

/** Which holiday of which calendar. */
export interface HolidayAt {
  readonly calendar: string
  readonly date: CalendarDate
}

/**
 * Lists one date among a calendar's holidays, in place of what is listed for it. Everything else of the calendar stays as
 * it is: the new version has the week that is in force today, from the same day on.
 */
export function defineHoliday(caller: Caller, at: HolidayAt, { name, portion = 'full' }: HolidayBody): DefineCommand {
  return changeHolidays(caller, at, { date: at.date, name, portion })
}

/** Takes one date off a calendar's list of holidays; unchanged where it is not on it. */
export function removeHoliday(caller: Caller, at: HolidayAt): DefineCommand {
  return changeHolidays(caller, at, undefined)
}

function changeHolidays(caller: Caller, { calendar, date }: HolidayAt, holiday: OwnHoliday | undefined): DefineCommand {
  const path = `/v1/books/${caller.book}/calendars/${calendar}/holidays/${date}`
  const said = holiday && { name: holiday.name, portion: holiday.portion }
  return {
    ...caller,
    kind: 'define',
    canonical: said === undefined ? `DELETE ${path}` : `PUT ${path} ${canonicalJson(said)}`,
    reads: { calendar },
    createsBook: false,
    decide: ({ calendar: history, today }, position) => {
      if (history === undefined) return { refusal: { code: 'unknown-calendar', calendar } }
      const newest = history.at(-1)!
      const holidays = [...newest.holidays.filter((one) => one.date !== date), ...(holiday ? [holiday] : [])]
      const workedDays = holiday ? newest.workedDays.filter((one) => one.date !== date) : newest.workedDays
      if (saysAlready(history, date, holiday)) return { outcome: 'unchanged', position: newest.position }
      const { version: _version, ...inForce } = versionInForce(history, today)
      const { region, publicHolidays } = newest
      const lists = { holidays: holidays.toSorted(byDate), workedDays, region, publicHolidays }
      return newVersion(history, { ...inForce, ...lists, position }, [])
    },
    differs: (original) => differingMembers(original, date, holiday),
  }
}

function saysAlready(history: CalendarHistory, date: CalendarDate, holiday: OwnHoliday | undefined): boolean {
  const listed = history.at(-1)!.holidays.find((one) => one.date === date)
  return listed?.name === holiday?.name && listed?.portion === holiday?.portion
}

/** Where what an event lists for the date is not what is asked for. */
function differingMembers(original: RecordedEvent, date: CalendarDate, holiday: OwnHoliday | undefined): string[] {
  if (original.type !== 'calendar-defined') return ['']
  const { holidays } = JSON.parse(original.dataText) as { readonly holidays: readonly OwnHoliday[] }
  const listed = holidays.find((one) => one.date === date)
  if (listed === undefined || holiday === undefined) return listed === holiday ? [] : ['']
  return (['name', 'portion'] as const).filter((member) => listed[member] !== holiday[member]).map((name) => `/${name}`)
}
