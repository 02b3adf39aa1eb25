import type { ClientBase, Pool } from 'pg'
import { query } from '../../db/statement.ts'
import type { AccountHistory } from '../../domain/lots/lots-of.ts'
import { newestVersion, type PolicyHistory } from '../../domain/policy/policy.ts'
import { transactionFromRow } from '../rows/transaction-row.ts'
import { ACCOUNT_LINES, CARRIED } from './account-lines.sql.ts'

/** An account, and the known versions of its policy. */
export interface AccountKnown {
  readonly entity: string
  readonly policy: string
  readonly history: PolicyHistory
}

/** Everything that was recorded on accounts up to a position, in the order of the accounts. */
export async function accountHistories(
  db: Pool | ClientBase,
  { book, knownAt }: { readonly book: string; readonly knownAt: number },
  accounts: readonly AccountKnown[],
): Promise<readonly AccountHistory[]> {
  const values = [book, accounts.map(({ entity }) => entity), accounts.map(({ policy }) => policy), knownAt] as const
  const [lineRows, carriedRows] = await Promise.all([
    query(db, ACCOUNT_LINES, [...values]),
    query(db, CARRIED, [...values]),
  ])
  const lines = Map.groupBy(lineRows, ({ at }) => at)
  const carried = Map.groupBy(carriedRows, ({ at }) => at)
  return accounts.map(({ history }, at) => ({
    lines: (lines.get(at) ?? []).map((row) => ({ ...transactionFromRow(row), position: row.position })),
    carryOvers: (carried.get(at) ?? []).map(({ at: _at, position, ...one }) => ({ position, carried: one })),
    scale: newestVersion(history).scale,
  }))
}
