import type { Pool } from 'pg'
import {
  type OneBalanceAsked,
  type OneBalanceReader,
  type OneBalanceRow,
  readerOfRows,
} from '../../src/ledger/read/one-balance.ts'
import { saysAll, standingFromRow } from '../../src/ledger/read/standing.ts'
import { ACCOUNT_COLUMNS } from '../../src/ledger/rows/account-row.ts'
import { isActive, NotActive } from '../../src/projecting/active-build.ts'
import type { Build } from '../../src/projecting/projection.ts'
import { monthEnd } from './month.ts'
import { type NearSnapshotRow, nearSnapshot, standingNear } from './near-snapshot.ts'

interface Row extends OneBalanceRow, NearSnapshotRow {
  readonly is_active: boolean | null
}

/**
 * Reads accounts' rows, and the snapshots around a day that a row does not keep. It reads one build; a call throws
 * `NotActive` when that is read no more.
 */
export function openOneBalanceReader(db: Pool, build: Build): OneBalanceReader {
  const read = async (pool: Pool, book: string, batch: readonly OneBalanceAsked[]): Promise<readonly Row[]> => {
    const rows = await readRows(pool, build, book, batch)
    if (rows.some(({ is_active }) => is_active !== true)) throw new NotActive()
    return rows
  }
  return readerOfRows(db, read, (row, { asOf, scale }) => {
    const at = { asOf, knownAt: row.head, scale }
    return saysAll(row, at) ? standingFromRow(row, at) : standingNear(row, at)
  })
}

async function readRows(db: Pool, build: Build, book: string, batch: readonly OneBalanceAsked[]): Promise<Row[]> {
  const { rows } = await db.query<Row>({
    name: `balances-one-${build.number}`,
    text: `
      select k.ordinal::integer, h.position as head, h.definitions, b.time_zone, ${isActive(build)} as is_active,
             a.*, n.*
        from ledger.heads h
        join ledger.books b on b.book_id = $1
       cross join unnest($2::text[], $3::text[], $4::date[], $5::date[])
               with ordinality as k(entity, policy, as_of, month_end, ordinal)
        left join lateral (
               select ${ACCOUNT_COLUMNS}
                 from ledger.accounts
                where book_id = $1
                  and entity_id = k.entity
                  and policy_id = k.policy
                limit 1) as a on true${nearSnapshot({
                  build,
                  book: '$1',
                  entity: 'k.entity',
                  policy: 'k.policy',
                  asOf: 'k.as_of',
                  monthEnd: 'k.month_end',
                  knownAt: 'h.position',
                  needed: 'a.kept_from > k.as_of',
                })}
       where h.book_id = $1`,
    values: [
      book,
      batch.map(({ entity }) => entity),
      batch.map(({ policy }) => policy),
      batch.map(({ asOf }) => asOf ?? null),
      batch.map(({ asOf }) => (asOf === undefined ? null : monthEnd(asOf))),
    ],
  })
  return rows
}
