import { sql } from 'kysely'
import { compiled, type RowRead, read, tables } from '../../db/compiled.ts'
import type { CalendarVersion, Rota } from '../../domain/calendar/calendar.ts'
import { calendarVersionFromRow } from '../calendars.ts'
import { versionedReads } from './versioned.ts'
import { besideHead, withEvent } from './with-head.ts'

/** One version of a calendar, with the event that defined it. */
export interface CalendarItem extends Omit<CalendarVersion, 'calendar' | 'rota'> {
  readonly weeks: Rota['weeks'] | null
  readonly weeksFrom: Rota['weeksFrom'] | null
  readonly id: string
  readonly recordedAt: string
  readonly hash: string
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

/** The calendars of a book. */
export const calendars = versionedReads({
  names: { all: 'calendars', versions: 'calendar-versions' },
  key: 'calendar_id',
  item: calendarItem,
  newest: (db, asked) => read(db, NEWEST_CALENDARS, asked),
  one: (db, { book, id }) => read(db, NEWEST_CALENDAR, { book, calendar: id }),
  versions: (db, { id, ...asked }) => read(db, CALENDAR_VERSIONS, { ...asked, calendar: id }),
})

function calendarItem(row: RowRead<typeof NEWEST_CALENDARS>): CalendarItem {
  const { calendar, rota, ...version } = calendarVersionFromRow(row)
  const shownRota = { weeks: rota?.weeks ?? null, weeksFrom: rota?.weeksFrom ?? null }
  return { id: calendar, ...version, ...shownRota, recordedAt: row.recorded_at.toISOString(), hash: row.hash }
}
