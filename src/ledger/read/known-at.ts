import type { Pool } from 'pg'
import { query, statement } from '../../db/statement.ts'

/** What a reader wants to know of the past: the book as it stood at a position, or at an instant (RFC 3339). */
export type KnownAt = { readonly position: number } | { readonly instant: string }

export const POSITION_AT = statement({
  columns: { low: 'int8' },
  params: ['text', 'timestamptz'],
  text: `
      with recursive search(low, high) as (
        select 0::bigint, position
          from ledger.heads
         where book_id = $1
         union all
        select case when e.recorded_at <= $2 then e.position else low end,
               case when e.recorded_at <= $2 then high else e.position - 1 end
          from search
         cross join lateral (
                select position, recorded_at
                  from ledger.events
                 where book_id = $1
                   and position = (low + high + 1) / 2
                 limit 1) as e
         where low < high
      )
      select low
        from search
       where low >= high`,
})

/**
 * The last position recorded at or before an instant; 0 where everything is later, or the book does not exist.
 * `recorded_at` never falls within a book, so it is found by halving, without an index on it.
 */
export async function positionAt(db: Pool, book: string, instant: string): Promise<number> {
  return (await query(db, POSITION_AT, [book, instant]))[0]?.low ?? 0
}
