import { type RawBuilder, sql } from 'kysely'
import { andOneOf, written } from '../db/compiled.ts'

export interface EntitledAsked {
  readonly book: string
  readonly policy: string
  /** Only this one. */
  readonly entity?: string | undefined
  /** The last one of the page before. */
  readonly after?: string | undefined
  readonly reach?: readonly string[] | undefined
  readonly limit: number
}

/** Whoever is assigned to a policy, or has an account under it; by id. */
export const ENTITLED = written({
  optional: ['entity', 'after', 'reach'],
  columns: { entity: 'text' },
  query: ({ book, policy, entity, after, reach, limit }: EntitledAsked) => sql`
      (select entity_id as entity
         from ledger.accounts
        where book_id = ${book}
          and policy_id = ${policy}${conditions({ entity, after, reach })}
        order by entity_id
        limit ${limit})
       union
      (select distinct entity_id as entity
         from ledger.assignments
        where book_id = ${book}
          and policy_id = ${policy}${conditions({ entity, after, reach })}
        order by entity_id
        limit ${limit})
       order by entity
       limit ${limit}`,
})

function conditions({ entity, after, reach }: Pick<EntitledAsked, 'after' | 'entity' | 'reach'>): RawBuilder<unknown> {
  const only = entity === undefined ? sql`` : sql` and entity_id = ${entity}`
  const later = after === undefined ? sql`` : sql` and entity_id > ${after}`
  return sql`${only}${later}${andOneOf('entity_id', reach)}`
}
