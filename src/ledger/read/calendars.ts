import type { Pool } from 'pg'
import type { CalendarVersion } from '../../domain/calendar/calendar.ts'
import { type CalendarRow, calendarVersionFromRow } from '../calendars.ts'
import { type Conditions, conditions, when } from './conditions.ts'
import { cursorsOf, type Page, pageOf } from './cursor.ts'
import { type Found, foundIn } from './with-head.ts'

/** One version of a calendar, with the event that defined it. */
export interface CalendarItem extends Omit<CalendarVersion, 'calendar'> {
  readonly id: string
  readonly recordedAt: string
  readonly hash: string
}

interface Row extends CalendarRow {
  readonly recorded_at: Date
  readonly hash: string
}

interface Listed {
  readonly book: string
  readonly cursor: string | undefined
  readonly limit: number
}

/**
 * The newest version of every calendar, by id.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listCalendars(
  db: Pool,
  { book, cursor, limit }: Listed,
): Promise<({ head: number } & Page<CalendarItem>) | undefined> {
  const cursors = cursorsOf('calendars', [book], ['id'])
  const after = cursors.parse(cursor)
  const found = await readVersions(db, {
    name: after === undefined ? 'list-calendars' : 'list-calendars-after',
    where: conditions(book, { newest: [NEWEST], after: when(after?.[0], 'calendar_id > ?') }),
    limit: limit + 1,
  })
  return (
    found && {
      head: found.head,
      ...pageOf(found.rows, limit, { item: calendarItem, cursor: (row) => cursors.after([row.calendar_id]) }),
    }
  )
}

/** @returns undefined where the book does not exist, no item where the calendar does not */
export async function readCalendar(
  db: Pool,
  { book, calendar }: { readonly book: string; readonly calendar: string },
): Promise<{ head: number; item: CalendarItem | undefined } | undefined> {
  const where = conditions(book, { newest: [NEWEST], calendar: ['calendar_id = ?', calendar] })
  const found = await readVersions(db, { name: 'read-calendar', where, limit: 1 })
  return found && { head: found.head, item: found.rows.map(calendarItem)[0] }
}

/**
 * All versions of a calendar, oldest first; none where it does not exist.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listCalendarVersions(
  db: Pool,
  { book, calendar, cursor, limit }: Listed & { readonly calendar: string },
): Promise<({ head: number } & Page<CalendarItem>) | undefined> {
  const cursors = cursorsOf('calendar-versions', [book, calendar], ['number'])
  const after = cursors.parse(cursor)
  const found = await readVersions(db, {
    name: after === undefined ? 'list-calendar-versions' : 'list-calendar-versions-after',
    where: conditions(book, { calendar: ['calendar_id = ?', calendar], after: when(after?.[0], 'version > ?') }),
    limit: limit + 1,
  })
  return (
    found && {
      head: found.head,
      ...pageOf(found.rows, limit, { item: calendarItem, cursor: (row) => cursors.after([row.version]) }),
    }
  )
}

const NEWEST = `version = (
                        select max(newer.version)
                          from ledger.calendar_versions newer
                         where newer.book_id = $1
                           and newer.calendar_id = versions.calendar_id)`

async function readVersions(
  db: Pool,
  { name, where, limit }: { name: string; where: Conditions; limit: number },
): Promise<Found<Row> | undefined> {
  const { rows } = await db.query<{ head: number } & Row>({
    name,
    text: `
      select h.position as head, c.*
        from ledger.heads h
        left join lateral (
               select v.*, e.recorded_at, encode(e.hash, 'hex') as hash
                 from (
                        select calendar_id, version, position, effective_from, working_days, hours_per_day, holidays,
                               region, public_holidays
                          from ledger.calendar_versions versions
                         where ${where.sql}
                         order by calendar_id, version
                         limit $${where.values.length + 1}
                      ) as v
                cross join lateral (
                        select recorded_at, hash
                          from ledger.events
                         where book_id = $1
                           and position = v.position
                         limit 1) as e
             ) as c on true
       where h.book_id = $1
       order by c.calendar_id, c.version`,
    values: [...where.values, limit],
  })
  return foundIn(rows, 'calendar_id')
}

function calendarItem(row: Row): CalendarItem {
  const { calendar, ...version } = calendarVersionFromRow(row)
  return { id: calendar, ...version, recordedAt: row.recorded_at.toISOString(), hash: row.hash }
}
