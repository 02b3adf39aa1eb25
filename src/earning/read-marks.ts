import type { Pool } from 'pg'
import { query } from '../db/statement.ts'
import { accountKey } from '../domain/recording/book-state.ts'
import type { AccountOfRun } from './load-accounts.ts'
import type { Mark } from './marks.ts'
import { READ_MARKS } from './runs.sql.ts'

/** @returns by the key of the account; none of one that was never worked out */
export async function readMarks(
  db: Pool,
  book: string,
  accounts: readonly AccountOfRun[],
): Promise<ReadonlyMap<string, Mark>> {
  const rows = await query(db, READ_MARKS, [book, accounts.map((of) => of.entity), accounts.map((of) => of.policy)])
  return new Map(rows.map(({ through, assignments, seen, ...of }) => [accountKey(of), { through, assignments, seen }]))
}
