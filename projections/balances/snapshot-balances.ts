import { sql } from 'kysely'
import type { Pool } from 'pg'
import { read, written } from '../../src/db/compiled.ts'
import { perBuild, type RowOf, type Statement } from '../../src/db/statement.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import {
  ACCOUNT_FILTERS,
  ACCOUNT_PAGE,
  accountPage,
  type PageAsked,
  pageFrom,
} from '../../src/ledger/read/account-page.ts'
import {
  type BalanceSource,
  type Balances,
  type BalancesAsked,
  listBalancesFrom,
  type PageRow,
} from '../../src/ledger/read/balances.ts'
import { JOINED_EARNED_THROUGH } from '../../src/ledger/read/earned-through.ts'
import {
  ONE_BALANCE,
  type OneBalanceAsked,
  type OneBalanceReader,
  readerOfRows,
} from '../../src/ledger/read/one-balance.ts'
import { saysAll, standingFromRow } from '../../src/ledger/read/standing.ts'
import { ACCOUNT_COLUMNS } from '../../src/ledger/rows/account-row.ts'
import { isActive, NotActive } from '../../src/projecting/active-build.ts'
import type { Build } from '../../src/projecting/projection.ts'
import { monthEnd } from './month.ts'
import { NEAR_SNAPSHOT, type NearSnapshotRow, nearSnapshot, standingNear } from './near-snapshot.ts'

interface AccountsAsOf extends PageAsked {
  /** Of `asOf`. */
  readonly end: CalendarDate | null
}

/** A page of accounts, and the snapshots of those whose row does not say all; none where no day is asked about. */
export const SNAPSHOT_ACCOUNTS = perBuild((build: Build) =>
  written({
    name: `balances-page-${build.number}`,
    optional: ACCOUNT_FILTERS,
    columns: { is_active: 'bool?', ...ACCOUNT_PAGE, ...NEAR_SNAPSHOT },
    query: (asked: AccountsAsOf) => {
      const asOf = sql`${asked.asOf}::date`
      const knownAt = sql`least(${asked.knownAt}, h.position)`
      return accountPage(asked, {
        columns: sql`n.*, ${sql.raw(isActive(build))} as is_active,`,
        join: nearSnapshot({
          build,
          book: sql`${asked.book}`,
          entity: sql`a.entity_id`,
          policy: sql`a.policy_id`,
          asOf,
          monthEnd: sql`${asked.end}::date`,
          knownAt,
          needed: sql`(a.kept_from > ${asOf} or a.last_position > ${knownAt})`,
        }),
      })
    },
  }),
)

/**
 * Balances by accounts' rows and the snapshots of one build, however far those have come.
 * @returns undefined where the book does not exist
 * @throws BadCursor, NotActive
 */
export function listSnapshotBalances(db: Pool, build: Build, asked: BalancesAsked): Promise<Balances | undefined> {
  const snapshots: BalanceSource<PageRow & NearSnapshotRow> = {
    needsDay: true,
    async page(accounts) {
      const end = accounts.asOf && monthEnd(accounts.asOf)
      return pageFrom(active(await read(db, SNAPSHOT_ACCOUNTS(build), { ...accounts, end })))
    },
    standing: standingNear,
  }
  return listBalancesFrom(db, snapshots, asked)
}

interface OnesAsked {
  readonly book: string
  readonly entities: readonly string[]
  readonly policies: readonly string[]
  readonly days: readonly (CalendarDate | null)[]
  readonly ends: readonly (CalendarDate | null)[]
}

const ONE_NEAR = { is_active: 'bool?', ...ONE_BALANCE, ...NEAR_SNAPSHOT } as const

/** Single accounts, and the snapshots around days that their rows do not keep. */
export const SNAPSHOT_ONES = perBuild((build: Build) =>
  written({
    name: `balances-one-${build.number}`,
    columns: ONE_NEAR,
    query: ({ book, entities, policies, days, ends }: OnesAsked) => sql`
      select k.ordinal::integer, h.position as head, h.definitions, b.time_zone, ${sql.raw(isActive(build))} as is_active,
             a.*, e.earned_through, n.*
        from ledger.heads h
        join ledger.books b on b.book_id = ${book}
       cross join unnest(${entities}::text[], ${policies}::text[], ${days}::date[], ${ends}::date[])
               with ordinality as k(entity, policy, as_of, month_end, ordinal)
        left join lateral (
               select ${sql.raw(ACCOUNT_COLUMNS)}
                 from ledger.accounts
                where book_id = ${book}
                  and entity_id = k.entity
                  and policy_id = k.policy
                limit 1) as a on true${sql.raw(JOINED_EARNED_THROUGH)}${nearSnapshot({
                  build,
                  book: sql`${book}`,
                  entity: sql`k.entity`,
                  policy: sql`k.policy`,
                  asOf: sql`k.as_of`,
                  monthEnd: sql`k.month_end`,
                  knownAt: sql`h.position`,
                  needed: sql`a.kept_from > k.as_of`,
                })}
       where h.book_id = ${book}`,
  }),
)

/** Reads one build; a call throws `NotActive` when that is read no more. */
export function openSnapshotReader(db: Pool, build: Build): OneBalanceReader {
  return readerOfRows(db, readOnes, (row, { asOf, policy }) => {
    const at = { asOf, knownAt: row.head, policy }
    return saysAll(row, at) ? standingFromRow(row, at) : standingNear(row, at)
  })

  async function readOnes(
    pool: Pool,
    book: string,
    batch: readonly OneBalanceAsked[],
  ): Promise<RowOf<Statement<typeof ONE_NEAR>>[]> {
    const rows = await read(pool, SNAPSHOT_ONES(build), {
      book,
      entities: batch.map(({ entity }) => entity),
      policies: batch.map(({ policy }) => policy),
      days: batch.map(({ asOf }) => asOf ?? null),
      ends: batch.map(({ asOf }) => (asOf === undefined ? null : monthEnd(asOf))),
    })
    return active(rows)
  }
}

/** @throws NotActive where they are of a build that is read no more */
function active<Row extends { readonly is_active: boolean | null }>(rows: Row[]): Row[] {
  if (rows.some(({ is_active }) => is_active !== true)) throw new NotActive()
  return rows
}
