import { statement } from '../db/statement.ts'

/** The next books after $1, at most $2 of them, and in which of them something is held whose time is over at $3; null: now. */
export const HOLDS_OVER = statement({
  name: 'books-with-holds-over',
  text: `
      select b.book_id, o.book_id is not null as has_over
        from (
               select book_id
                 from ledger.books
                where book_id > $1
                order by book_id
                limit $2
             ) as b
        left join lateral (
               select book_id
                 from ledger.holds
                where book_id = b.book_id
                  and status = 'held'
                  and expires_at <= coalesce($3, clock_timestamp())
                order by book_id, expires_at
                limit 1) as o on true
       order by b.book_id`,
  columns: { book_id: 'text', has_over: 'bool' },
  params: ['text', 'int8', 'timestamptz?'],
})
