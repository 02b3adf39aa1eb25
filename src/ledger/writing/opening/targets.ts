import type { PoolClient } from 'pg'
import type { Target } from '../../../domain/recording/book-state.ts'
import { requestOfStream } from '../../../domain/request/request.ts'
import type { Needs } from '../../needs.ts'
import { TRANSACTION_COLUMNS, type TransactionRow, transactionFromRow } from '../../rows/transaction-row.ts'

/** Transactions that are to be reversed, as far as they exist. */
export async function readTargets(tx: PoolClient, book: string, targets: Needs['targets']): Promise<Target[]> {
  if (targets.length === 0) return []
  const { rows } = await tx.query<
    TransactionRow & { stream: string | null; reversal_position: number | null; reversal_line: number | null }
  >({
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
                  and line = k.line
                limit 1) as t
        left join lateral (
               select position, line
                 from ledger.transactions
                where book_id = $1
                  and reverses_position = k.position
                  and reverses_line = k.line
                limit 1) as r on true`,
    values: [book, targets.map(({ at }) => at.position), targets.map(({ at }) => at.line)],
  })
  return rows.map((row) => ({
    position: row.position,
    line: row.line,
    transaction: transactionFromRow(row),
    request: requestOfStream(row.stream),
    reversedBy: row.reversal_position === null ? null : { position: row.reversal_position, line: row.reversal_line! },
  }))
}
