import { statement } from '../../db/statement.ts'

/** Books, each with its time zone, in which something may be earned, be carried or lapse. */
export const EARNING_BOOKS = statement({
  columns: { book: 'text', timeZone: 'text' },
  text: `
      select b.book_id as book, b.time_zone as "timeZone"
        from ledger.books b
       where exists (
               select
                 from ledger.policy_versions p
                where p.book_id = b.book_id
                  and p.earning is not null)
          or exists (
               select
                 from ledger.assignments a
                where a.book_id = b.book_id
                  and a.terms is not null)
          or exists (
               select
                 from ledger.transactions t
                where t.book_id = b.book_id
                  and t.valid_until is not null)
       order by b.book_id`,
})
