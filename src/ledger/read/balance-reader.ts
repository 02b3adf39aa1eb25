import type { Pool } from 'pg'
import { type Balances, type BalancesAsked, listBalances } from './balances.ts'
import { openOneBalanceReader } from './one-balance.ts'

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
      const { book, entity, policy, resource, asOf, knownAt, cursor, now = new Date() } = asked
      const isOne = entity !== undefined && policy !== undefined
      const isPlain = resource === undefined && knownAt === undefined && cursor === undefined
      if (!isOne || !isPlain) return listBalances(db, asked)
      const found = await one.read({ book, entity, policy, asOf, now })
      if (found === undefined) return listBalances(db, asked)
      const { head, item } = found
      return { head, items: item === null ? [] : [item], nextCursor: null, asOf: found.asOf, knownAt: head }
    },
  }
}
