import type { Pool } from 'pg'
import { type Balances, type BalancesAsked, listBalances } from './balances.ts'
import { oneAsked, openOneBalanceReader, pageOfOne } from './one-balance.ts'

/** The only way to balances: the short one where it suffices. */
export interface BalanceReader {
  /**
   * @returns undefined where the book does not exist
   * @throws BadCursor
   */
  list(asked: BalancesAsked): Promise<Balances | undefined>
}

export function openBalanceReader(db: Pool): BalanceReader {
  const one = openOneBalanceReader(db)
  return {
    async list(asked) {
      const question = oneAsked(asked)
      const found = question && (await one.read(question))
      return found === undefined ? listBalances(db, asked) : pageOfOne(found)
    },
  }
}
