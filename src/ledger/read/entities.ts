import type { Pool } from 'pg'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import type { Json } from '../rows/canonical.ts'
import { type Conditions, conditions, when } from './conditions.ts'
import { cursorsOf, type Page, pageOf } from './cursor.ts'
import { type Found, foundIn } from './with-head.ts'

/** What decides things about an entity, its profile, and the event that recorded the former. */
export interface EntityItem {
  readonly id: string
  readonly kind: string | null
  readonly department: string | null
  readonly manager: string | null
  readonly hiredOn: CalendarDate | null
  readonly leftOn: CalendarDate | null
  readonly calendar: string | null
  readonly name: string | null
  readonly email: string | null
  readonly metadata: Json
  readonly version: number
  readonly position: number
  readonly recordedAt: string
  readonly hash: string
}

interface EntityRow {
  readonly entity_id: string
  readonly kind: string | null
  readonly department: string | null
  readonly manager: string | null
  readonly hired_on: CalendarDate | null
  readonly left_on: CalendarDate | null
  readonly calendar: string | null
  readonly name: string | null
  readonly email: string | null
  readonly metadata: string | null
  readonly version: number
  readonly position: number
  readonly recorded_at: Date
  readonly hash: string
}

export interface EntitiesAsked {
  readonly book: string
  readonly kind?: string | undefined
  readonly department?: string | undefined
  readonly manager?: string | undefined
  /** Part of the id, the name or the mail address, in either case. */
  readonly q?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/**
 * Entities that were defined, by id.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listEntities(
  db: Pool,
  { book, kind, department, manager, q, cursor, limit }: EntitiesAsked,
): Promise<({ head: number } & Page<EntityItem>) | undefined> {
  const cursors = cursorsOf('entities', [book, kind, department, manager, q], ['id'])
  const after = cursors.parse(cursor)
  const where = conditions(book, {
    kind: when(kind, 'kind = ?'),
    department: when(department, 'department = ?'),
    manager: when(manager, 'manager = ?'),
    q: q === undefined ? undefined : [NAMED_LIKE, q, q, q],
    after: when(after?.[0], 'entity_id > ?'),
  })
  const found = await readRows(db, { where, limit: limit + 1 })
  return (
    found && {
      head: found.head,
      ...pageOf(found.rows, limit, { item: entityItem, cursor: (row) => cursors.after([row.entity_id]) }),
    }
  )
}

/** @returns undefined where the book does not exist, no item where the entity was never defined */
export async function readEntity(
  db: Pool,
  { book, entity }: { readonly book: string; readonly entity: string },
): Promise<{ head: number; item: EntityItem | undefined } | undefined> {
  const where = conditions(book, { entity: ['entity_id = ?', entity] })
  const found = await readRows(db, { name: 'read-entity', where, limit: 1 })
  return found && { head: found.head, item: found.rows.map(entityItem)[0] }
}

// `strpos` and not `like`: whatever is asked for is looked for as it stands.
const NAMED_LIKE = `(strpos(lower(entity_id), lower(?)) > 0
                              or strpos(lower(name), lower(?)) > 0
                              or strpos(lower(email), lower(?)) > 0)`

async function readRows(
  db: Pool,
  { name, where, limit }: { name?: string; where: Conditions; limit: number },
): Promise<Found<EntityRow> | undefined> {
  const { rows } = await db.query<{ head: number } & EntityRow>({
    ...(name === undefined ? {} : { name }),
    text: `
      select h.position as head, i.*
        from ledger.heads h
        left join lateral (
               select n.*, e.recorded_at, encode(e.hash, 'hex') as hash
                 from (
                        select entity_id, kind, department, manager, hired_on, left_on, calendar, name, email, metadata,
                               version, position
                          from ledger.entities
                          left join ledger.profiles using (book_id, entity_id)
                         where ${where.sql}
                         order by entity_id
                         limit $${where.values.length + 1}
                      ) as n
                cross join lateral (
                        select recorded_at, hash
                          from ledger.events
                         where book_id = $1
                           and position = n.position
                         limit 1) as e
             ) as i on true
       where h.book_id = $1
       order by i.entity_id`,
    values: [...where.values, limit],
  })
  return foundIn(rows, 'entity_id')
}

function entityItem(row: EntityRow): EntityItem {
  return {
    id: row.entity_id,
    kind: row.kind,
    department: row.department,
    manager: row.manager,
    hiredOn: row.hired_on,
    leftOn: row.left_on,
    calendar: row.calendar,
    name: row.name,
    email: row.email,
    metadata: row.metadata === null ? null : (JSON.parse(row.metadata) as Json),
    version: row.version,
    position: row.position,
    recordedAt: row.recorded_at.toISOString(),
    hash: row.hash,
  }
}
