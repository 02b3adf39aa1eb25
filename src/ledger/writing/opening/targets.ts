import type { PoolClient } from 'pg'
import { query } from '../../../db/statement.ts'
import { holdOfStream } from '../../../domain/hold/hold.ts'
import type { Target } from '../../../domain/recording/book-state.ts'
import { requestOfStream } from '../../../domain/request/request.ts'
import type { Needs } from '../../needs.ts'
import { transactionFromRow } from '../../rows/transaction-row.ts'
import { TARGETS } from './targets.sql.ts'

/** Transactions that are to be reversed, as far as they exist. */
export async function readTargets(tx: PoolClient, book: string, targets: Needs['targets']): Promise<Target[]> {
  if (targets.length === 0) return []
  const values = [book, targets.map(({ at }) => at.position), targets.map(({ at }) => at.line)] as const
  const rows = await query(tx, TARGETS, values)
  return rows.map((row) => ({
    position: row.position,
    line: row.line,
    transaction: transactionFromRow(row),
    // An event about one request may have lines of others, whose days it takes.
    request: requestOfStream(row.stream) === null ? null : row.reference,
    // What was taken with it, or of it, is a line as any other.
    hold: row.type === 'pending' ? holdOfStream(row.stream) : null,
    reversedBy: row.reversal_position === null ? null : { position: row.reversal_position, line: row.reversal_line! },
  }))
}
