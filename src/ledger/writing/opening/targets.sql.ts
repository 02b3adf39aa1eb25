import { statement } from '../../../db/statement.ts'
import { WHOLE_COMMAND } from '../../../domain/transaction.ts'
import { TRANSACTION, TRANSACTION_COLUMNS } from '../../rows/transaction-row.ts'

/** Transactions, or all lines of an event; each range is read in the order of the table's key. */
export const TARGETS = statement({
  name: 'read-targets',
  text: `
      select t.*, r.position as reversal_position, r.line as reversal_line,
             (select stream
                from ledger.events
               where book_id = $1
                 and position = k.position) as stream
        from unnest($2::bigint[], $3::integer[]) as k(position, line)
       cross join lateral (
               select ${TRANSACTION_COLUMNS}
                 from ledger.transactions
                where book_id = $1
                  and position = k.position
                  and line >= greatest(k.line, 1)
                  and line <= case k.line when ${WHOLE_COMMAND} then 2147483647 else k.line end
                order by line) as t
        left join lateral (
               select position, line
                 from ledger.transactions
                where book_id = $1
                  and reverses_position = t.position
                  and reverses_line = t.line
                limit 1) as r on true`,
  columns: { ...TRANSACTION, reversal_position: 'int8?', reversal_line: 'int4?', stream: 'text?' },
  params: ['text', 'int8[]', 'int4[]'],
})
