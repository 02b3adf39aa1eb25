import type { PoolClient } from 'pg'
import type { RowOf, Statement } from '../db/statement.ts'
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
import type { KnownPatterns } from './definition.ts'
import { canonicalJson, type Json } from './rows/canonical.ts'

/*
 * The tables of calendars and work patterns, as definitions are decided on them and write them. What leave is counted by
 * is read in `work-times.ts`.
 */

/** A version of a calendar, in statements: columns of its table. */
export const CALENDAR = {
  calendar_id: 'text',
  version: 'int8',
  position: 'int8',
  effective_from: 'date',
  working_days: 'json',
  hours_per_day: 'json',
  holidays: 'json',
  region: 'text?',
  public_holidays: 'json?',
  worked_days: 'json?',
  weeks: 'json?',
  weeks_from: 'date?',
} as const

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
export interface PatternRow {
  readonly effective_from: CalendarDate
  readonly calendar: string | null
  readonly working_days: string | null
  readonly hours_per_day: string | null
  readonly weeks: string | null
  readonly weeks_from: CalendarDate | null
}

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
  const { rows } = await tx.query<CalendarRow>(
    `select calendar_id, version, position, effective_from, working_days, hours_per_day, holidays, region,
            public_holidays, worked_days, weeks, weeks_from
       from ledger.calendar_versions
      where book_id = $1
        and calendar_id = $2
      order by version`,
    [book, calendar],
  )
  const [first, ...others] = rows.map(calendarVersionFromRow)
  return first && [first, ...others]
}

export async function readPatterns(
  tx: PoolClient,
  book: string,
  { entity, effectiveFrom }: { readonly entity: string; readonly effectiveFrom: CalendarDate },
): Promise<KnownPatterns> {
  type Recorded = PatternRow & { readonly version: number; readonly position: number }
  const { rows } = await tx.query<{ count: number; last: number } & (Recorded | { readonly version: null })>(
    `select p.*, counted.count, counted.last
       from (
              select count(*) as count, coalesce(max(version), 0) as last
                from ledger.work_patterns
               where book_id = $1
                 and entity_id = $2
            ) as counted
       left join (
              select effective_from, version, position, calendar, working_days, hours_per_day, weeks, weeks_from
                from ledger.work_patterns
               where book_id = $1
                 and entity_id = $2
                 and effective_from <= $3
               order by effective_from desc
               limit 1
            ) as p on true`,
    [book, entity, effectiveFrom],
  )
  const { count, last, ...row } = rows[0]!
  // Without a pattern from that day there is nothing beside the counts.
  if (row.version === null) return { current: undefined, count, version: last }
  const current = { ...patternFromRow(row), version: row.version, position: row.position }
  return { current, count, version: last }
}

export async function writeCalendarVersion(tx: PoolClient, book: string, version: CalendarVersion): Promise<void> {
  await tx.query(
    `insert into ledger.calendar_versions (
              book_id, calendar_id, version, position, effective_from, working_days, hours_per_day, holidays, region,
              public_holidays, worked_days, weeks, weeks_from)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
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
    ],
  )
}

export async function writePattern(
  tx: PoolClient,
  book: string,
  entity: string,
  pattern: RecordedPattern,
): Promise<void> {
  const { effectiveFrom, version, position, calendar, workingDays, rota, hoursPerDay } = pattern
  await tx.query(
    `insert into ledger.work_patterns (
              book_id, entity_id, effective_from, version, position, calendar, working_days, hours_per_day, weeks,
              weeks_from)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (book_id, entity_id, effective_from) do update
        set version = excluded.version,
            position = excluded.position,
            calendar = excluded.calendar,
            working_days = excluded.working_days,
            hours_per_day = excluded.hours_per_day,
            weeks = excluded.weeks,
            weeks_from = excluded.weeks_from`,
    [
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
    ],
  )
}

/** As it stands in the event. */
function json(value: object | string): string {
  return canonicalJson(value as Json)
}
