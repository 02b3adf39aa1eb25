import type { Pool } from 'pg'
import { query, statement } from '../../db/statement.ts'

/*
 * Whom an event concerns beyond those that it names: by requests, managers and calendars, as they are defined when this
 * is asked.
 */

export const MANAGERS = statement({
  name: 'read-managers',
  columns: { entity_id: 'text', manager: 'text!' },
  params: ['text', 'text[]'],
  text: `
      select n.*
        from unnest($2::text[]) as k(entity)
       cross join lateral (
               select entity_id, manager
                 from ledger.entities
                where book_id = $1
                  and entity_id = k.entity
                limit 1) as n
       where n.manager is not null`,
})

/** The manager of each of these entities that has one. */
export async function readManagers(
  db: Pool,
  book: string,
  entities: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (entities.length === 0) return new Map()
  const rows = await query(db, MANAGERS, [book, entities])
  return new Map(rows.map(({ entity_id: entity, manager }) => [entity, manager]))
}

export const OWNERS_OF_REQUESTS = statement({
  name: 'read-owners-of-requests',
  columns: { request_id: 'text', entity_id: 'text', resource: 'text' },
  params: ['text', 'text[]'],
  text: `
      select r.*
        from unnest($2::text[]) as k(request)
       cross join lateral (
               select request_id, entity_id, resource
                 from ledger.requests
                where book_id = $1
                  and request_id = k.request
                limit 1) as r`,
})

/** Whose requests these are, and what they draw on. */
export async function readOwnersOfRequests(
  db: Pool,
  book: string,
  requests: readonly string[],
): Promise<ReadonlyMap<string, { readonly entity: string; readonly resource: string }>> {
  if (requests.length === 0) return new Map()
  const rows = await query(db, OWNERS_OF_REQUESTS, [book, requests])
  return new Map(rows.map(({ request_id: request, entity_id: entity, resource }) => [request, { entity, resource }]))
}

export const CALENDAR_FOLLOWED = statement({
  name: 'is-calendar-followed',
  columns: { entity: 'text' },
  params: ['text', 'text', 'text[]', 'text[]'],
  text: `
      with asked as materialized (
             select k.entity
               from unnest($3::text[]) as k(entity)
              union
             select n.entity_id
               from unnest($4::text[]) as k(manager)
              cross join lateral (
                      select entity_id
                        from ledger.entities
                       where book_id = $1
                         and manager = k.manager) as n
           )
      select a.entity
        from asked as a
       cross join lateral (
               (select entity_id
                  from ledger.entities
                 where book_id = $1
                   and entity_id = a.entity
                   and calendar = $2
                 limit 1)
                union all
               (select entity_id
                  from ledger.work_patterns
                 where book_id = $1
                   and entity_id = a.entity
                   and calendar = $2
                 limit 1)) as follows
       limit 1`,
})

/** Whether one of the entities, or of those with one of the managers, works or has worked by a calendar. */
export async function isFollowed(
  db: Pool,
  {
    book,
    calendar,
    entities,
    managers,
  }: {
    readonly book: string
    readonly calendar: string
    readonly entities: readonly string[]
    readonly managers: readonly string[]
  },
): Promise<boolean> {
  const rows = await query(db, CALENDAR_FOLLOWED, [book, calendar, entities, managers])
  return rows.length > 0
}
