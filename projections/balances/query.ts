import type { Pool } from 'pg'
import type { BalanceReader, Balances, BalancesAsked } from '../../src/ledger/read/balances.ts'
import {
  type OneBalanceAsked,
  type OneBalanceReader,
  oneAsked,
  openRowReader,
  pageOfOne,
} from '../../src/ledger/read/one-balance.ts'
import { openRecordBalances } from '../../src/ledger/read/record-balances.ts'
import { openActiveBuild } from '../../src/projecting/active-build.ts'
import type { Build } from '../../src/projecting/projection.ts'
import { listSnapshotBalances, openSnapshotReader } from './snapshot-balances.ts'
import { BALANCES } from './version.ts'

/**
 * Reads balances by accounts' rows and snapshots, and by the record alone where there are no snapshots (yet). Either way
 * to the byte the sums of the record, and never stale.
 */
export function openBalanceReader(db: Pool): BalanceReader {
  const active = openActiveBuild(db, BALANCES)
  const fromRecord = openRecordBalances(db)
  const fromRow = openRowReader(db)
  const readers = new Map<number, OneBalanceReader>()
  const oneOf = (build: Build): OneBalanceReader => {
    let reader = readers.get(build.number)
    if (reader === undefined) {
      // Those of earlier builds answer whoever waits for them, and are not asked again.
      readers.clear()
      readers.set(build.number, (reader = openSnapshotReader(db, build)))
    }
    return reader
  }
  const fromSnapshots = (asked: BalancesAsked, question: OneBalanceAsked | undefined): Promise<Balances | undefined> =>
    active.read(async (build) => {
      if (build === undefined) return fromRecord.list(asked)
      const one = question && (await oneOf(build).read(question))
      return one === undefined ? listSnapshotBalances(db, build, asked) : pageOfOne(one)
    })
  return {
    async list(asked) {
      const question = oneAsked(asked)
      // Of today the account's row says all, but for those on which very many later days are recorded.
      const isOfToday = question !== undefined && question.asOf === undefined
      const one = isOfToday ? await fromRow.read(question) : undefined
      return one === undefined ? fromSnapshots(asked, question) : pageOfOne(one)
    },
  }
}
