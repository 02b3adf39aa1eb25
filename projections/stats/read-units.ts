import type { ClientBase } from 'pg'
import { query, statement } from '../../src/db/statement.ts'
import type { ProjectedTransaction } from '../../src/projecting/projection.ts'

/** The units of the policies that transactions of a book were recorded under, by policy. */
export async function readUnits(
  db: ClientBase,
  book: string,
  transactions: readonly ProjectedTransaction[],
): Promise<ReadonlyMap<string, string>> {
  if (transactions.length === 0) return new Map()
  const policies = [...new Set(transactions.map(({ policy }) => policy))]
  return new Map((await query(db, READ_UNITS, [book, policies])).map(({ policy_id, unit }) => [policy_id, unit]))
}

// No later version of a policy may have another unit than the first.
export const READ_UNITS = statement({
  name: 'stats-units',
  columns: { policy_id: 'text', unit: 'text' },
  params: ['text', 'text[]'],
  text: `
      select policy_id, unit
        from ledger.policy_versions
       where book_id = $1
         and policy_id = any($2::text[])
         and version = 1`,
})
