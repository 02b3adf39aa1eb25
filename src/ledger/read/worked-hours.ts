import { sql } from 'kysely'
import type { Pool } from 'pg'
import { compiled, isOneOf, type RowRead, read, tables } from '../../db/compiled.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { amongThese, type Reach } from '../../domain/reach.ts'
import { cursorsOf, type Page } from './cursor.ts'
import { besideHead, pageBesideHead } from './with-head.ts'

/** Hours that somebody has worked, with the event that recorded them. */
export interface WorkedHoursItem {
  /** The position of the event. */
  readonly id: string
  readonly entity: string
  readonly from: CalendarDate
  readonly to: CalendarDate
  readonly hours: string
  readonly reference: string | null
  /** The position of the event that took them back; null: they count. */
  readonly reversedBy: string | null
  readonly position: number
  readonly recordedAt: string
  readonly hash: string
}

interface HoursRow {
  readonly entity_id: string
  readonly position: number
  readonly from_day: CalendarDate
  readonly to_day: CalendarDate
  readonly hours: string
  readonly reference: string | null
  readonly reversed_by: number | null
  readonly recorded_at: Date
  readonly hash: string
}

interface HoursFilters {
  readonly book: string
  readonly entity: string | undefined
  readonly from: CalendarDate | undefined
  readonly to: CalendarDate | undefined
  /** The last one before the page: of whom, and where it was recorded. */
  readonly afterEntity: string | undefined
  readonly after: number | undefined
  readonly reach: readonly string[] | undefined
  readonly limit: number
}

// What it begins with differs by what is asked, so no plan is kept.
export const WORKED_HOURS = compiled({
  optional: ['entity', 'from', 'to', 'afterEntity', 'after', 'reach'],
  computed: {
    entity_id: 'text',
    from_day: 'date',
    to_day: 'date',
    hours: 'text',
    reference: 'text?',
    reversed_by: 'int8?',
    hash: 'text',
  },
  query: ({ book, entity, from, to, afterEntity, after, reach, limit }: HoursFilters) =>
    besideHead(
      book,
      tables
        .selectFrom(recordedHours(book).as('hours'))
        .selectAll()
        .$if(entity !== undefined, (rows) => rows.where('entity_id', '=', entity!))
        .$if(from !== undefined, (rows) => rows.where('to_day', '>=', from!))
        .$if(to !== undefined, (rows) => rows.where('from_day', '<=', to!))
        .$if(afterEntity !== undefined, (rows) =>
          rows.where((eb) => eb(eb.refTuple('entity_id', 'position'), '>', eb.tuple(afterEntity!, after!))),
        )
        .$if(reach !== undefined, (rows) => rows.where(isOneOf('entity_id', reach!)))
        .orderBy('entity_id')
        .orderBy('position')
        .limit(limit),
      ['entity_id', 'position'],
    ),
})

/** Of a type that the index `events_about_earning` has. */
function recordedHours(book: string) {
  return sql<HoursRow>`(
    select data ->> 'entity' as entity_id,
           position,
           (data ->> 'from')::date as from_day,
           (data ->> 'to')::date as to_day,
           data ->> 'hours' as hours,
           data ->> 'reference' as reference,
           (select r.position
              from ledger.events r
             where r.book_id = ${book}
               and r.stream = 'worked-hours:' || e.position
             limit 1) as reversed_by,
           recorded_at,
           encode(hash, 'hex') as hash
      from ledger.events e
     where book_id = ${book}
       and type = 'worked-hours-recorded')`
}

/**
 * Hours by entity, each in recorded order; those that were taken back included.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listWorkedHours(
  db: Pool,
  asked: {
    readonly book: string
    readonly entity?: string | undefined
    /** Only those that reach into these days. */
    readonly from?: CalendarDate | undefined
    readonly to?: CalendarDate | undefined
    readonly reach: Reach
    readonly cursor?: string | undefined
    readonly limit: number
  },
): Promise<({ head: number } & Page<WorkedHoursItem>) | undefined> {
  const { book, entity, from, to, limit } = asked
  const cursors = cursorsOf('worked-hours', [book, entity, from, to], ['id', 'number'])
  const [afterEntity, after] = cursors.parse(asked.cursor) ?? []
  const reach = amongThese(asked.reach, entity)
  const rows = await read(db, WORKED_HOURS, { book, entity, from, to, afterEntity, after, reach, limit: limit + 1 })
  return pageBesideHead(rows, limit, {
    key: 'entity_id',
    item: hoursItem,
    cursor: (row) => cursors.after([row.entity_id, row.position]),
  })
}

function hoursItem(row: RowRead<typeof WORKED_HOURS>): WorkedHoursItem {
  return {
    id: String(row.position),
    entity: row.entity_id,
    from: row.from_day,
    to: row.to_day,
    hours: row.hours,
    reference: row.reference,
    reversedBy: row.reversed_by === null ? null : String(row.reversed_by),
    position: row.position,
    recordedAt: row.recorded_at.toISOString(),
    hash: row.hash,
  }
}
