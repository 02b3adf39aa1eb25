import type { Pool } from 'pg'
import { type BalanceReader, openBalanceReader as openRecordReader } from '../../src/ledger/read/balance-reader.ts'
import type { OneBalanceReader } from '../../src/ledger/read/one-balance.ts'
import { openActiveBuild } from '../../src/projecting/active-build.ts'
import type { Build } from '../../src/projecting/projection.ts'
import { listBalances } from './list-balances.ts'
import { openOneBalanceReader } from './one-balance.ts'
import { BALANCES } from './version.ts'

/**
 * Reads balances by accounts' rows and snapshots, and by the record alone where there are no snapshots (yet). Either way
 * to the byte the sums of the record, and never stale.
 */
export function openBalanceReader(db: Pool): BalanceReader {
  const active = openActiveBuild(db, BALANCES)
  const fromRecord = openRecordReader(db)
  const readers = new Map<number, OneBalanceReader>()
  const oneOf = (build: Build): OneBalanceReader => {
    let reader = readers.get(build.number)
    if (reader === undefined) {
      // Those of earlier builds answer whoever waits for them, and are not asked again.
      readers.clear()
      readers.set(build.number, (reader = openOneBalanceReader(db, build)))
    }
    return reader
  }
  return {
    list: (asked) =>
      active.read(async (build) => {
        if (build === undefined) return fromRecord.list(asked)
        const { book, entity, policy, resource, asOf, knownAt, cursor, now = new Date() } = asked
        const isOne = entity !== undefined && policy !== undefined
        const isPlain = resource === undefined && knownAt === undefined && cursor === undefined
        const one = isOne && isPlain ? await oneOf(build).read({ book, entity, policy, asOf, now }) : undefined
        if (one === undefined) return listBalances(db, build, asked)
        const { head, item } = one
        return { head, items: item === null ? [] : [item], nextCursor: null, asOf: one.asOf, knownAt: head }
      }),
  }
}
