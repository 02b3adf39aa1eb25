import type { Pool } from 'pg'
import type { CalendarAsked, CalendarReader, Seen } from '../../projections/absences/query.ts'
import { query, statement } from '../db/statement.ts'
import { dayIn } from '../domain/calendar-date.ts'
import { dayAt, dayNumber } from '../domain/day-number.ts'
import type { Feed } from './feed.ts'
import { type AwaySpan, spansOf } from './spans.ts'

/** What a feed shows. */
export interface FeedContent {
  readonly spans: readonly AwaySpan[]
  /** Of the entities that have one. */
  readonly names: ReadonlyMap<string, string>
  /** That all of it is known at. */
  readonly position: number
}

/** A quarter of a year that was, and as far ahead as leave is usually asked for. */
const DAYS_BACK = 91
const DAYS_AHEAD = 366

/** Entities that are asked about at once. */
const PAGE = 1_000

export interface FeedContentAsked {
  readonly book: string
  readonly feed: Feed
  /** What whoever made it sees. */
  readonly seen: Seen | 'everybody'
  /** Spans; those of the entities that come last are left out. */
  readonly most: number
  /** What "today" is reckoned from. */
  readonly now: Date
  readonly atLeast: CalendarAsked['atLeast']
}

/**
 * @returns undefined where the book does not exist, `'not-built'` where there is nothing to read it from (yet), `'behind'`
 * where the read model does not come as far in time
 */
export async function readFeedContent(
  { db, calendar }: { readonly db: Pool; readonly calendar: CalendarReader },
  { book, feed, seen, most, now, atLeast }: FeedContentAsked,
): Promise<FeedContent | 'behind' | 'not-built' | undefined> {
  const timeZone = await readTimeZone(db, book)
  if (timeZone === undefined) return undefined
  const today = dayNumber(dayIn(timeZone, now))
  const { entity, manager, department } = feed
  const asked = {
    book,
    entity: entity ?? undefined,
    manager: manager ?? undefined,
    department: department ?? undefined,
    from: dayAt(today - DAYS_BACK),
    to: dayAt(today + DAYS_AHEAD),
    limit: PAGE,
    atLeast,
    seen: seen === 'everybody' ? undefined : seen,
  }
  const spans: AwaySpan[] = []
  let position = Number.POSITIVE_INFINITY
  for (let cursor: string | undefined; spans.length < most; ) {
    const page = await calendar.read({ ...asked, cursor })
    if (page === undefined) return undefined
    if (typeof page === 'string') return page
    position = Math.min(position, page.position)
    spans.push(...page.items.flatMap(spansOf))
    if (page.nextCursor === null) break
    cursor = page.nextCursor
  }
  const shown = spans.slice(0, most)
  return { spans: shown, position, names: await readNames(db, book, [...new Set(shown.map(({ entity }) => entity))]) }
}

export const FEED_TIME_ZONE = statement({
  name: 'feed-time-zone',
  columns: { time_zone: 'text' },
  params: ['text'],
  text: 'select time_zone from ledger.books where book_id = $1',
})

async function readTimeZone(db: Pool, book: string): Promise<string | undefined> {
  return (await query(db, FEED_TIME_ZONE, [book]))[0]?.time_zone
}

export const FEED_NAMES = statement({
  name: 'feed-names',
  columns: { entity_id: 'text', name: 'text!' },
  params: ['text', 'text[]'],
  text: `
      select entity_id, name
        from ledger.profiles
       where book_id = $1
         and entity_id = any ($2)
         and name is not null`,
})

async function readNames(db: Pool, book: string, entities: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await query(db, FEED_NAMES, [book, entities])
  return new Map(rows.map(({ entity_id: entity, name }) => [entity, name]))
}
