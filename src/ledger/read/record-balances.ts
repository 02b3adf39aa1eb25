import type { Pool } from 'pg'
import { read, written } from '../../db/compiled.ts'
import { ACCOUNT_FILTERS, ACCOUNT_PAGE, type AccountsAsked, accountPage, pageFrom } from './account-page.ts'
import {
  type BalanceReader,
  type BalanceSource,
  type Balances,
  type BalancesAsked,
  listBalancesFrom,
  type PageRow,
} from './balances.ts'
import { oneAsked, openRowReader, pageOfOne } from './one-balance.ts'

export const RECORD_ACCOUNTS = written({
  name: 'read-account-page',
  optional: ACCOUNT_FILTERS,
  columns: ACCOUNT_PAGE,
  query: (asked: AccountsAsked) => accountPage(asked),
})

/** Accounts' rows, and where those do not say it, sums over the record: whatever read models there are. */
export function listBalances(db: Pool, asked: BalancesAsked): Promise<Balances | undefined> {
  const record: BalanceSource<PageRow> = {
    needsDay: false,
    page: async (accounts) => pageFrom(await read(db, RECORD_ACCOUNTS, accounts)),
    standing: () => undefined,
  }
  return listBalancesFrom(db, record, asked)
}

/** The same; one account at the head in the short way, where that suffices. */
export function openRecordBalances(db: Pool): BalanceReader {
  const one = openRowReader(db)
  return {
    async list(asked) {
      const question = oneAsked(asked)
      const found = question && (await one.read(question))
      return found === undefined ? listBalances(db, asked) : pageOfOne(found)
    },
  }
}
