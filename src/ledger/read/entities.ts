import { sql } from 'kysely'
import type { Pool } from 'pg'
import { compiled, isOneOf, present, type RowRead, read, tables } from '../../db/compiled.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { amongThese, type Reach } from '../../domain/reach.ts'
import type { Json } from '../rows/canonical.ts'
import { cursorsOf, type Page } from './cursor.ts'
import { besideHead, oneBesideHead, pageBesideHead, withEvent } from './with-head.ts'

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
  readonly personnelNumber: string | null
  readonly metadata: Json
  readonly version: number
  readonly position: number
  readonly recordedAt: string
  readonly hash: string
}

export interface EntitiesAsked {
  readonly book: string
  readonly kind?: string | undefined
  readonly department?: string | undefined
  readonly manager?: string | undefined
  /** Part of the id, the name, the mail address or the personnel number, in either case. */
  readonly q?: string | undefined
  readonly reach: Reach
  readonly cursor?: string | undefined
  readonly limit: number
}

interface EntityFilters {
  readonly book: string
  readonly kind: string | undefined
  readonly department: string | undefined
  readonly manager: string | undefined
  readonly q: string | undefined
  readonly after: string | undefined
  readonly reach: readonly string[] | undefined
  readonly limit: number
}

// Several indexes may serve it, by what is asked, so no plan is kept.
export const ENTITIES = compiled({
  optional: ['kind', 'department', 'manager', 'q', 'after', 'reach'],
  computed: { hash: 'text' },
  query: ({ book, kind, department, manager, q, after, reach, limit }: EntityFilters) =>
    page(
      book,
      entities(book, present({ kind, department, manager }))
        .$if(q !== undefined, (found) => found.where(namedLike(q!)))
        .$if(after !== undefined, (found) => found.where('n.entity_id', '>', after!))
        .$if(reach !== undefined, (found) => found.where(isOneOf('n.entity_id', reach!)))
        .limit(limit),
    ),
})

export const ENTITY = compiled({
  name: 'read-entity',
  optional: ['reach'],
  computed: { hash: 'text' },
  query: ({ book, entity, reach }: { book: string; entity: string; reach: readonly string[] | undefined }) =>
    page(
      book,
      entities(book)
        .where('n.entity_id', '=', entity)
        .$if(reach !== undefined, (found) => found.where(isOneOf('n.entity_id', reach!)))
        .limit(sql.lit(1)),
    ),
})

function entities(book: string, filter: { kind?: string; department?: string; manager?: string } = {}) {
  return tables
    .selectFrom('ledger.entities as n')
    .leftJoin('ledger.profiles as p', (join) =>
      join.onRef('p.book_id', '=', 'n.book_id').onRef('p.entity_id', '=', 'n.entity_id'),
    )
    .select(['n.entity_id', 'kind', 'department', 'manager', 'hired_on', 'left_on', 'calendar'])
    .select(['name', 'email', 'personnel_number', 'metadata', 'version', 'position'])
    .where((eb) => eb.and({ 'n.book_id': book, ...filter }))
    .orderBy('n.entity_id')
}

// `strpos` and not `like`: whatever is asked for is looked for as it stands.
function namedLike(part: string) {
  return sql<boolean>`(strpos(lower(n.entity_id), lower(${part})) > 0
                       or strpos(lower(name), lower(${part})) > 0
                       or strpos(lower(email), lower(${part})) > 0
                       or strpos(lower(personnel_number), lower(${part})) > 0)`
}

function page(book: string, found: ReturnType<typeof entities>) {
  return besideHead(book, withEvent(book, found), ['entity_id'])
}

/**
 * Entities that were defined, by id.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listEntities(
  db: Pool,
  { book, kind, department, manager, q, reach, cursor, limit }: EntitiesAsked,
): Promise<({ head: number } & Page<EntityItem>) | undefined> {
  const cursors = cursorsOf('entities', [book, kind, department, manager, q], ['id'])
  const after = cursors.parse(cursor)?.[0]
  const filters = { book, kind, department, manager, q, after, reach: amongThese(reach) }
  const rows = await read(db, ENTITIES, { ...filters, limit: limit + 1 })
  return pageBesideHead(rows, limit, {
    key: 'entity_id',
    item: entityItem,
    cursor: (row) => cursors.after([row.entity_id]),
  })
}

/** @returns undefined where the book does not exist, no item where the entity was never defined or is out of reach */
export async function readEntity(
  db: Pool,
  { book, entity, reach }: { readonly book: string; readonly entity: string; readonly reach: Reach },
): Promise<{ head: number; item: EntityItem | undefined } | undefined> {
  const rows = await read(db, ENTITY, { book, entity, reach: amongThese(reach, entity) })
  return oneBesideHead(rows, { key: 'entity_id', item: entityItem })
}

function entityItem(row: RowRead<typeof ENTITIES>): EntityItem {
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
    personnelNumber: row.personnel_number,
    metadata: row.metadata === null ? null : (JSON.parse(row.metadata) as Json),
    version: row.version,
    position: row.position,
    recordedAt: row.recorded_at.toISOString(),
    hash: row.hash,
  }
}
