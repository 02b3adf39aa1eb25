import { sql } from 'kysely'
import type { Pool } from 'pg'
import { compiled, type RowRead, read, tables } from '../../db/compiled.ts'
import type { CalendarVersion, Rota } from '../../domain/calendar/calendar.ts'
import { calendarVersionFromRow } from '../calendars.ts'
import { cursorsOf, type Page } from './cursor.ts'
import { besideHead, oneBesideHead, pageBesideHead, withEvent } from './with-head.ts'

/** One version of a calendar, with the event that defined it. */
export interface CalendarItem extends Omit<CalendarVersion, 'calendar' | 'rota'> {
  readonly weeks: Rota['weeks'] | null
  readonly weeksFrom: Rota['weeksFrom'] | null
  readonly id: string
  readonly recordedAt: string
  readonly hash: string
}

interface Listed {
  readonly book: string
  readonly cursor: string | undefined
  readonly limit: number
}

interface VersionsAsked {
  readonly book: string
  readonly limit: number
}

export const NEWEST_CALENDARS = compiled({
  name: 'list-calendars',
  optional: ['after'],
  computed: { hash: 'text' },
  query: ({ book, after, limit }: VersionsAsked & { after: string | undefined }) =>
    page(
      book,
      newest(book)
        .$if(after !== undefined, (found) => found.where('calendar_id', '>', after!))
        .limit(limit),
    ),
})

export const NEWEST_CALENDAR = compiled({
  name: 'read-calendar',
  computed: { hash: 'text' },
  query: ({ book, calendar }: { book: string; calendar: string }) =>
    page(book, newest(book).where('calendar_id', '=', calendar).limit(sql.lit(1))),
})

export const CALENDAR_VERSIONS = compiled({
  name: 'list-calendar-versions',
  optional: ['after'],
  computed: { hash: 'text' },
  query: ({ book, calendar, after, limit }: VersionsAsked & { calendar: string; after: number | undefined }) =>
    page(
      book,
      versions(book)
        .where('calendar_id', '=', calendar)
        .$if(after !== undefined, (found) => found.where('version', '>', after!))
        .limit(limit),
    ),
})

function versions(book: string) {
  return tables
    .selectFrom('ledger.calendar_versions as versions')
    .select(['calendar_id', 'version', 'position', 'effective_from', 'working_days', 'hours_per_day', 'holidays'])
    .select(['region', 'public_holidays', 'worked_days', 'weeks', 'weeks_from'])
    .where('book_id', '=', book)
    .orderBy('calendar_id')
    .orderBy('version')
}

function newest(book: string) {
  return versions(book).where('version', '=', (newer) =>
    newer
      .selectFrom('ledger.calendar_versions as newer')
      .select(({ fn }) => fn.max('newer.version').as('version'))
      .where('newer.book_id', '=', book)
      .whereRef('newer.calendar_id', '=', 'versions.calendar_id'),
  )
}

function page(book: string, found: ReturnType<typeof versions>) {
  return besideHead(book, withEvent(book, found), ['calendar_id', 'version'])
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
  const after = cursors.parse(cursor)?.[0]
  const rows = await read(db, NEWEST_CALENDARS, { book, after, limit: limit + 1 })
  return pageBesideHead(rows, limit, {
    key: 'calendar_id',
    item: calendarItem,
    cursor: (row) => cursors.after([row.calendar_id]),
  })
}

/** @returns undefined where the book does not exist, no item where the calendar does not */
export async function readCalendar(
  db: Pool,
  { book, calendar }: { readonly book: string; readonly calendar: string },
): Promise<{ head: number; item: CalendarItem | undefined } | undefined> {
  return oneBesideHead(await read(db, NEWEST_CALENDAR, { book, calendar }), { key: 'calendar_id', item: calendarItem })
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
  const after = cursors.parse(cursor)?.[0]
  const rows = await read(db, CALENDAR_VERSIONS, { book, calendar, after, limit: limit + 1 })
  return pageBesideHead(rows, limit, {
    key: 'calendar_id',
    item: calendarItem,
    cursor: (row) => cursors.after([row.version]),
  })
}

function calendarItem(row: RowRead<typeof NEWEST_CALENDARS>): CalendarItem {
  const { calendar, rota, ...version } = calendarVersionFromRow(row)
  const shownRota = { weeks: rota?.weeks ?? null, weeksFrom: rota?.weeksFrom ?? null }
  return { id: calendar, ...version, ...shownRota, recordedAt: row.recorded_at.toISOString(), hash: row.hash }
}
