import type { Pool } from 'pg'
import { query, statement } from '../../db/statement.ts'
import { worldNow } from '../../world-clock.ts'

// An entity is any id that the book knows: that of a definition or of an account, or that of whoever decides by one.
export const ACTING_ENTITIES = statement({
  name: 'acting-entities',
  columns: { entity_id: 'text', known: 'bool', stands_in_for: 'text[]' },
  params: ['text', 'text[]', 'timestamptz'],
  text: `
      select k.id as entity_id,
             coalesce(
               (select true from ledger.entities where book_id = $1 and entity_id = k.id limit 1),
               (select true from ledger.accounts where book_id = $1 and entity_id = k.id limit 1),
               (select true from ledger.entities where book_id = $1 and manager = k.id limit 1),
               (select true from ledger.delegations where book_id = $1 and delegate_id = k.id limit 1),
               (select true
                  from ledger.policy_versions
                 cross join lateral json_each(requests -> 'roles') as role(name, holders)
                 cross join lateral json_array_elements_text(role.holders) as holder
                 where book_id = $1
                   and holder = k.id
                 limit 1),
               false) as known,
             array(
               select d.entity_id
                 from ledger.books b
                 join ledger.delegations d
                   on d.book_id = b.book_id
                  and d.delegate_id = k.id
                  and ($3 at time zone b.time_zone)::date between d.from_day and d.to_day
                where b.book_id = $1
                order by d.entity_id) as stands_in_for
        from unnest($2::text[]) as k(id)`,
})

/** Somebody who acts in a book. */
export interface ActingEntity {
  readonly entity: string
  /** Whether the book knows anybody of this id. */
  readonly isKnown: boolean
  /** For whom they decide today, in the book's time zone. */
  readonly standsInFor: readonly string[]
}

/** What a book knows of those who act in it. */
export async function readActingEntities(
  db: Pool,
  book: string,
  entities: readonly string[],
): Promise<readonly ActingEntity[]> {
  const rows = await query(db, ACTING_ENTITIES, [book, [...entities], worldNow()])
  return rows.map(({ entity_id, known, stands_in_for }) => {
    return { entity: entity_id, isKnown: known, standsInFor: stands_in_for }
  })
}
