import type { Pool } from 'pg'
import { query, type RowOf, statement } from '../../db/statement.ts'
import { atScale, outlook, type Sums, sumsUpTo } from '../../domain/account/account.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import type { Minor } from '../../domain/quantity.ts'
import { accountKey } from '../../domain/recording/book-state.ts'
import { type AccountRow, accountFromRow } from '../rows/account-row.ts'
import { componentSums } from '../rows/component-sums.ts'
import { minorFromNumeric } from './print-quantity.ts'

/** How an account stands at the end of a day, as its book stood at a position. Minor units at the scale asked for. */
export interface Standing {
  readonly sums: Sums
  /** The lowest balance on that day and every later one on which anything is recorded. */
  readonly lowest: Minor
  /** How many transactions the account had, whatever their effective day. */
  readonly version: number
}

/** True where the row alone says how the account stands: it holds nothing later than `knownAt`, and still keeps the day. */
export function saysAll(row: AccountRow, { asOf, knownAt }: { asOf: CalendarDate; knownAt: number }): boolean {
  return row.last_position <= knownAt && (row.kept_from === null || row.kept_from <= asOf)
}

/** @param row one that says all */
export function standingFromRow(row: AccountRow, { asOf, scale }: { asOf: CalendarDate; scale: number }): Standing {
  const account = atScale(accountFromRow(row), scale)
  return { sums: sumsUpTo(account, asOf), lowest: outlook(account, asOf).lowest, version: account.version }
}

/**
 * How accounts stand by the record itself: the sums of their transactions up to `knownAt`.
 * @returns by account key; accounts without a transaction by then have version 0
 */
export async function standingsFromRecord(
  db: Pool,
  {
    book,
    accounts,
    asOf,
    knownAt,
  }: {
    book: string
    accounts: readonly { entity: string; policy: string; scale: number }[]
    asOf: CalendarDate
    knownAt: number
  },
): Promise<Map<string, Standing>> {
  if (accounts.length === 0) return new Map()
  const rows = await query(db, SUM_ACCOUNTS, [
    book,
    accounts.map(({ entity }) => entity),
    accounts.map(({ policy }) => policy),
    asOf,
    knownAt,
  ])
  const scales = new Map(accounts.map((account) => [accountKey(account), account.scale]))
  return new Map(rows.map((row) => [accountKey(row), standingFromSums(row, scales.get(accountKey(row))!)]))
}

// Days up to `asOf` are folded into one row, so the smallest running sum is the lowest balance from `asOf` on.
export const SUM_ACCOUNTS = statement({
  columns: {
    entity: 'text',
    policy: 'text',
    version: 'int8',
    accrued: 'numeric',
    consumed: 'numeric',
    pending: 'numeric',
    adjusted: 'numeric',
    lowest: 'numeric',
  },
  params: ['text', 'text[]', 'text[]', 'date', 'int8'],
  text: `
      select k.entity, k.policy, s.*
        from unnest($2::text[], $3::text[]) as k(entity, policy)
       cross join lateral (
               select coalesce(sum(d.transactions), 0)::bigint as version,
                      coalesce(sum(d.accrued) filter (where d.day = $4), 0) as accrued,
                      coalesce(sum(d.consumed) filter (where d.day = $4), 0) as consumed,
                      coalesce(sum(d.pending) filter (where d.day = $4), 0) as pending,
                      coalesce(sum(d.adjusted) filter (where d.day = $4), 0) as adjusted,
                      least(coalesce(sum(d.net) filter (where d.day = $4), 0), min(d.balance)) as lowest
                 from (
                        select greatest(effective_on, $4::date) as day,
                               count(*) as transactions,
                               ${componentSums((sum) => `coalesce(${sum}, 0)`)},
                               sum(amount) as net,
                               sum(sum(amount)) over (order by greatest(effective_on, $4::date)) as balance
                          from ledger.transactions
                         where book_id = $1
                           and entity_id = k.entity
                           and policy_id = k.policy
                           and position <= $5
                         group by greatest(effective_on, $4::date)
                      ) as d
             ) as s`,
})

function standingFromSums(row: RowOf<typeof SUM_ACCOUNTS>, scale: number): Standing {
  return {
    sums: [
      minorFromNumeric(row.accrued, scale),
      minorFromNumeric(row.consumed, scale),
      minorFromNumeric(row.pending, scale),
      minorFromNumeric(row.adjusted, scale),
    ],
    lowest: minorFromNumeric(row.lowest, scale),
    version: row.version,
  }
}
