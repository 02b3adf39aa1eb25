import type { Pool } from 'pg'
import { sqlState } from '../../src/ledger/failure.ts'
import type { BalanceReader } from '../../src/ledger/read/balance-reader.ts'
import type { Balances, BalancesAsked } from '../../src/ledger/read/balances.ts'
import { listBalances as listFromRecord } from '../../src/ledger/read/balances.ts'
import { listBalances as listFromSnapshots } from './list-balances.ts'
import { openOneBalanceReader } from './one-balance.ts'

/**
 * Reads balances by accounts' rows and snapshots; by the record alone where the snapshots have no tables (yet). Either
 * way to the byte the sums of the record.
 */
export function openBalanceReader(db: Pool): BalanceReader {
  const one = openOneBalanceReader(db)
  const viaSnapshots = async (asked: BalancesAsked): Promise<Balances | undefined> => {
    const { book, entity, policy, resource, asOf, knownAt, cursor, now = new Date() } = asked
    const isOne = entity !== undefined && policy !== undefined
    const isPlain = resource === undefined && knownAt === undefined && cursor === undefined
    const found = isOne && isPlain ? await one.read({ book, entity, policy, asOf, now }) : undefined
    if (found === undefined) return listFromSnapshots(db, asked)
    const { head, item } = found
    return { head, items: item === null ? [] : [item], nextCursor: null, asOf: found.asOf, knownAt: head }
  }
  return {
    async list(asked) {
      try {
        return await viaSnapshots(asked)
      } catch (error) {
        if (sqlState(error) !== UNDEFINED_TABLE) throw error
        return listFromRecord(db, asked)
      }
    },
  }
}

const UNDEFINED_TABLE = '42P01'
