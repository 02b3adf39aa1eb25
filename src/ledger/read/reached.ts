import type { Pool } from 'pg'
import { query, statement } from '../../db/statement.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'

export const REACHED = statement({
  name: 'reached',
  columns: { entity_id: 'text' },
  params: ['text', 'text[]', 'date'],
  text: `
      with recursive managers as (
             select unnest($2::text[]) as entity_id
              union
             select d.entity_id
               from ledger.delegations d
              where d.book_id = $1 and d.delegate_id = any($2) and $3 between d.from_day and d.to_day),
           reached as (
             select e.entity_id
               from managers m
               join ledger.entities e on e.book_id = $1 and e.manager = m.entity_id
              union
             select e.entity_id
               from reached r
               join ledger.entities e on e.book_id = $1 and e.manager = r.entity_id)
      select entity_id from reached order by entity_id`,
})

/**
 * Whoever is below some entities by the chain of managers, and below those for whom they stand in on a day; not they
 * themselves, unless somebody below them is their manager.
 */
export async function readReached(
  db: Pool,
  { book, entities, on }: { readonly book: string; readonly entities: readonly string[]; readonly on: CalendarDate },
): Promise<readonly string[]> {
  const rows = await query(db, REACHED, [book, [...entities], on])
  return rows.map(({ entity_id }) => entity_id)
}
