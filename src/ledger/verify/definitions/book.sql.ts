import { statement } from '../../../db/statement.ts'
import { OF_DEFINITION } from './of-definition.ts'

/** The last definition of the book, where the book is not what it says. */
export const DIFFERING_BOOK = statement({
  text: `
    select e.position
      from ledger.books b
      left join lateral (
             select position, data
               from ledger.events
              where book_id = $1
                and stream = 'book'
              order by stream_version desc
              limit 1) as e on true
     where b.book_id = $1
       and (b.name is not distinct from e.data ->> 'name'
            and b.time_zone = e.data ->> 'timeZone') is not true`,
  ...OF_DEFINITION,
})
