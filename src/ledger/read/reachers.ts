import type { Pool } from 'pg'
import { query, statement } from '../../db/statement.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'

export const REACHERS = statement({
  name: 'reachers',
  columns: { entity_id: 'text', reacher: 'text' },
  params: ['text', 'text[]', 'date'],
  text: `
      with recursive above as (
             select e.entity_id, e.manager
               from unnest($2::text[]) as k(entity)
              cross join lateral (
                      select entity_id, manager
                        from ledger.entities
                       where book_id = $1
                         and entity_id = k.entity
                       limit 1) as e
              where e.manager is not null
              union
             select a.entity_id, e.manager
               from above a
              cross join lateral (
                      select manager
                        from ledger.entities
                       where book_id = $1
                         and entity_id = a.manager
                       limit 1) as e
              where e.manager is not null)
      select entity_id, manager as reacher
        from above
       union
      select a.entity_id, d.delegate_id
        from above a
        join ledger.delegations d on d.book_id = $1
                                 and d.entity_id = a.manager
                                 and $3 between d.from_day and d.to_day`,
})

/**
 * Who reaches some entities on a day: whoever is above them by the chain of managers, and whoever stands in for one of
 * those. The same as `readReached`, asked from the other end.
 */
export async function readReachers(
  db: Pool,
  { book, entities, on }: { readonly book: string; readonly entities: readonly string[]; readonly on: CalendarDate },
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  if (entities.length === 0) return new Map()
  const rows = await query(db, REACHERS, [book, entities, on])
  const byEntity = Map.groupBy(rows, ({ entity_id }) => entity_id)
  return new Map(Array.from(byEntity, ([entity, found]) => [entity, new Set(found.map(({ reacher }) => reacher))]))
}
