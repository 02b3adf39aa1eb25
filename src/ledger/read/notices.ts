import { sql } from 'kysely'
import type { Pool } from 'pg'
import { compiled, isOneOf, present, type RowRead, read, tables } from '../../db/compiled.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { amongThese, type LeftOut, leftOut, type ReadFor } from '../../domain/reach.ts'
import { cursorsOf, type Page } from './cursor.ts'
import { isKnown } from './kinds.ts'
import { besideHead, pageBesideHead } from './with-head.ts'

/** That somebody was told that leave of a year will lapse, with the event that recorded it. */
export interface NoticeItem {
  readonly entity: string
  readonly policy: string
  /** What the policy counts. */
  readonly resource: string
  /** Of which leave year: the year in which it begins. */
  readonly year: number
  readonly givenOn: CalendarDate
  readonly position: number
  readonly recordedAt: string
  readonly hash: string
}

interface NoticeRow {
  readonly entity_id: string
  readonly position: number
  readonly policy_id: string
  readonly resource: string
  readonly year: number
  readonly given_on: CalendarDate
  readonly recorded_at: Date
  readonly hash: string
}

interface NoticeFilters extends LeftOut {
  readonly book: string
  readonly entity: string | undefined
  readonly policy: string | undefined
  readonly year: number | undefined
  /** The last one before the page: of whom, and where it was recorded. */
  readonly afterEntity: string | undefined
  readonly after: number | undefined
  readonly reach: readonly string[] | undefined
  readonly limit: number
}

// What it begins with differs by what is asked, so no plan is kept.
export const NOTICES = compiled({
  optional: ['entity', 'policy', 'year', 'afterEntity', 'after', 'reach', 'hidden'],
  computed: {
    entity_id: 'text',
    policy_id: 'text',
    resource: 'text',
    year: 'int4',
    given_on: 'date',
    hash: 'text',
  },
  query: ({ book, entity, policy, year, afterEntity, after, reach, hidden, own, limit }: NoticeFilters) =>
    besideHead(
      book,
      tables
        .selectFrom(givenNotices(book).as('notices'))
        .selectAll()
        .where((eb) => eb.and(present({ entity_id: entity, policy_id: policy, year })))
        .$if(afterEntity !== undefined, (rows) =>
          rows.where((eb) => eb(eb.refTuple('entity_id', 'position'), '>', eb.tuple(afterEntity!, after!))),
        )
        .$if(reach !== undefined, (rows) => rows.where(isOneOf('entity_id', reach!)))
        .$if(hidden !== undefined, (rows) => rows.where(isKnown({ own: own!, hidden: hidden! })))
        .orderBy('entity_id')
        .orderBy('position')
        .limit(limit),
      ['entity_id', 'position'],
    ),
})

/** Of a type that the index `events_about_earning` has. */
function givenNotices(book: string) {
  return sql<NoticeRow>`(
    select data ->> 'entity' as entity_id,
           position,
           data ->> 'policy' as policy_id,
           data ->> 'resource' as resource,
           (data ->> 'year')::integer as year,
           (data ->> 'givenOn')::date as given_on,
           recorded_at,
           encode(hash, 'hex') as hash
      from ledger.events
     where book_id = ${book}
       and type = 'notice-given')`
}

/**
 * Notices by entity, each in recorded order.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listNotices(
  db: Pool,
  asked: ReadFor & {
    readonly book: string
    readonly entity?: string | undefined
    readonly policy?: string | undefined
    readonly year?: number | undefined
    readonly cursor?: string | undefined
    readonly limit: number
  },
): Promise<({ head: number } & Page<NoticeItem>) | undefined> {
  const { book, entity, policy, year, limit } = asked
  const cursors = cursorsOf('notices', [book, entity, policy, year], ['id', 'number'])
  const [afterEntity, after] = cursors.parse(asked.cursor) ?? []
  const page = { afterEntity, after, limit: limit + 1 }
  const reach = amongThese(asked.reach, entity)
  const rows = await read(db, NOTICES, { book, entity, policy, year, ...page, reach, ...leftOut(asked, entity) })
  return pageBesideHead(rows, limit, {
    key: 'entity_id',
    item: noticeItem,
    cursor: (row) => cursors.after([row.entity_id, row.position]),
  })
}

function noticeItem(row: RowRead<typeof NOTICES>): NoticeItem {
  return {
    entity: row.entity_id,
    policy: row.policy_id,
    resource: row.resource,
    year: row.year,
    givenOn: row.given_on,
    position: row.position,
    recordedAt: row.recorded_at.toISOString(),
    hash: row.hash,
  }
}
