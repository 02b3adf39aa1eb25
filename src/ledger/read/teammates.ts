import type { Pool } from 'pg'
import { query, statement } from '../../db/statement.ts'

export const TEAMMATES = statement({
  name: 'teammates',
  columns: { entity_id: 'text', is_manager: 'bool' },
  params: ['text', 'text[]'],
  text: `
      with managers as (
             select distinct manager
               from ledger.entities
              where book_id = $1
                and entity_id = any ($2)
                and manager is not null)
      select manager as entity_id, true as is_manager
        from managers
       union all
      select n.entity_id, false
        from managers as m
       cross join lateral (
               select entity_id
                 from ledger.entities
                where book_id = $1
                  and manager = m.manager) as n
       order by entity_id`,
})

/** The team of somebody: their direct managers, and all who have one of these, they themselves too. */
export interface Team {
  readonly managers: readonly string[]
  readonly members: readonly string[]
}

export async function readTeam(
  db: Pool,
  { book, entities }: { readonly book: string; readonly entities: readonly string[] },
): Promise<Team> {
  const rows = await query(db, TEAMMATES, [book, entities])
  const those = (areManagers: boolean) =>
    rows.flatMap(({ entity_id, is_manager }) => (is_manager === areManagers ? [entity_id] : []))
  return { managers: those(true), members: those(false) }
}
