import { statement } from '../../db/statement.ts'

/** The first rows where no position is: events and lines beyond the head, lines before the first position. */
export const ROWS_OUTSIDE = statement({
  text: `
    select (select min(position) from ledger.events where book_id = $1 and position > h.position) as event,
           (select min(position) from ledger.transactions where book_id = $1 and position > h.position) as line,
           (select min(position) from ledger.transactions where book_id = $1 and position < 1) as early_line
      from ledger.heads h
     where h.book_id = $1`,
  columns: { event: 'int8?', line: 'int8?', early_line: 'int8?' },
  params: ['text'],
})
