import type { PoolClient } from 'pg'
import { query, type RowOf, run, type Statement } from '../db/statement.ts'
import type {
  CalendarHistory,
  CalendarVersion,
  HoursPerDay,
  OwnHoliday,
  PublicHolidays,
  Rota,
  WorkedDay,
  WorkingDays,
} from '../domain/calendar/calendar.ts'
import type { RecordedPattern, WorkPattern } from '../domain/calendar/work-pattern.ts'
import type { CalendarDate } from '../domain/calendar-date.ts'
import {
  type CALENDAR,
  CALENDAR_HISTORY,
  type PATTERN,
  PATTERN_ON,
  WRITE_CALENDAR,
  WRITE_PATTERN,
} from './calendars.sql.ts'
import type { KnownPatterns } from './definition.ts'
import { canonicalJson, type Json } from './rows/canonical.ts'

/*
 * The tables of calendars and work patterns, as definitions are decided on them and write them. What leave is counted by
 * is read in `work-times.ts`.
 */

/** A version of a calendar as its table has it, JSON as text. */
export type CalendarRow = RowOf<Statement<typeof CALENDAR>>

export function calendarVersionFromRow(row: CalendarRow): CalendarVersion {
  return {
    calendar: row.calendar_id,
    version: row.version,
    position: row.position,
    effectiveFrom: row.effective_from,
    workingDays: JSON.parse(row.working_days) as WorkingDays,
    hoursPerDay: JSON.parse(row.hours_per_day) as HoursPerDay,
    holidays: JSON.parse(row.holidays) as OwnHoliday[],
    workedDays: row.worked_days === null ? [] : (JSON.parse(row.worked_days) as WorkedDay[]),
    rota: rotaFromRow(row),
    region: row.region,
    publicHolidays: row.public_holidays === null ? null : (JSON.parse(row.public_holidays) as PublicHolidays),
  }
}

function rotaFromRow({ weeks, weeks_from }: Pick<CalendarRow, 'weeks' | 'weeks_from'>): Rota | null {
  if (weeks === null || weeks_from === null) return null
  return { weeks: JSON.parse(weeks) as WorkingDays[], weeksFrom: weeks_from }
}

/** A pattern as it is shown. */
export interface ShownPattern extends Omit<WorkPattern, 'rota'> {
  readonly weeks: Rota['weeks'] | null
  readonly weeksFrom: Rota['weeksFrom'] | null
}

export function shownPattern({ rota, ...pattern }: WorkPattern): ShownPattern {
  return { ...pattern, weeks: rota?.weeks ?? null, weeksFrom: rota?.weeksFrom ?? null }
}

/** A pattern as its table has it, JSON as text. */
export type PatternRow = RowOf<Statement<typeof PATTERN>>

export function patternFromRow(row: PatternRow): WorkPattern {
  return {
    effectiveFrom: row.effective_from,
    calendar: row.calendar,
    workingDays: row.working_days === null ? null : (JSON.parse(row.working_days) as WorkingDays),
    rota: rotaFromRow(row),
    hoursPerDay: row.hours_per_day === null ? null : (JSON.parse(row.hours_per_day) as HoursPerDay),
  }
}

/** All versions of a calendar, oldest first; undefined where it was never defined. */
export async function readCalendarHistory(
  tx: PoolClient,
  book: string,
  calendar: string,
): Promise<CalendarHistory | undefined> {
  const rows = await query(tx, CALENDAR_HISTORY, [book, calendar])
  const [first, ...others] = rows.map(calendarVersionFromRow)
  return first && [first, ...others]
}

/** The work pattern in force on `effectiveFrom`, if any, with how many the entity has and its last version. */
export async function readPatterns(
  tx: PoolClient,
  book: string,
  { entity, effectiveFrom }: { readonly entity: string; readonly effectiveFrom: CalendarDate },
): Promise<KnownPatterns> {
  const [row] = await query(tx, PATTERN_ON, [book, entity, effectiveFrom])
  const { count, last, effective_from, version, position, ...columns } = row!
  if (effective_from === null) return { current: undefined, count, version: last }
  const current = { ...patternFromRow({ ...columns, effective_from }), version: version!, position: position! }
  return { current, count, version: last }
}

export async function writeCalendarVersion(tx: PoolClient, book: string, version: CalendarVersion): Promise<void> {
  await run(tx, WRITE_CALENDAR, [
    book,
    version.calendar,
    version.version,
    version.position,
    version.effectiveFrom,
    json(version.workingDays),
    json(version.hoursPerDay),
    json(version.holidays),
    version.region,
    version.publicHolidays && json(version.publicHolidays),
    version.workedDays.length === 0 ? null : json(version.workedDays),
    version.rota && json(version.rota.weeks),
    version.rota && version.rota.weeksFrom,
  ])
}

export async function writePattern(
  tx: PoolClient,
  book: string,
  entity: string,
  pattern: RecordedPattern,
): Promise<void> {
  const { effectiveFrom, version, position, calendar, workingDays, rota, hoursPerDay } = pattern
  await run(tx, WRITE_PATTERN, [
    book,
    entity,
    effectiveFrom,
    version,
    position,
    calendar,
    workingDays && json(workingDays),
    hoursPerDay === null ? null : json(hoursPerDay),
    rota && json(rota.weeks),
    rota && rota.weeksFrom,
  ])
}

/** As it stands in the event. */
function json(value: object | string): string {
  return canonicalJson(value as Json)
}
