import type { PoolClient } from 'pg'
import { query } from '../../../db/statement.ts'
import { type Account, accountFrom, type Sums } from '../../../domain/account/account.ts'
import { toMinor } from '../../../domain/quantity.ts'
import type { Needs } from '../../needs.ts'
import { accountFromRow } from '../../rows/account-row.ts'
import { ACCOUNTS, OLDER_DAYS, TARGET_ACCOUNTS } from './accounts.sql.ts'

export async function readAccounts(tx: PoolClient, book: string, accounts: Needs['accounts']): Promise<Account[]> {
  if (accounts.length === 0) return []
  const values = [book, accounts.map(({ entity }) => entity), accounts.map(({ policy }) => policy)] as const
  const rows = await query(tx, ACCOUNTS, values)
  return rows.map(accountFromRow)
}

/** The accounts of what is to be reversed. */
export async function readTargetAccounts(tx: PoolClient, book: string, targets: Needs['targets']): Promise<Account[]> {
  if (targets.length === 0) return []
  const values = [book, targets.map(({ at }) => at.position), targets.map(({ at }) => at.line)] as const
  const rows = await query(tx, TARGET_ACCOUNTS, values)
  return rows.map(accountFromRow)
}

/** The rare case that reads history: a line is dated before the days that the account's row keeps. */
export async function withAllDays(tx: PoolClient, book: string, account: Account): Promise<Account> {
  const rows = await query(tx, OLDER_DAYS, [book, account.entity, account.policy])
  const minor = (text: string): bigint => {
    const value = toMinor(text, account.scale)
    if (value === 'scale-exceeded') throw new Error('a transaction is finer than its account')
    return value
  }
  const days = rows.map(({ on, accrued, consumed, pending, adjusted }) => ({
    on,
    sums: [minor(accrued), minor(consumed), minor(pending), minor(adjusted)] satisfies Sums,
  }))
  return accountFrom({ ...account, keptFrom: null, opening: [0n, 0n, 0n, 0n], days })
}
