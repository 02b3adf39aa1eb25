import type { Pool } from 'pg'
import { query, type RowOf, statement } from '../../db/statement.ts'
import { atScale, net, type Sums, sumsUpTo } from '../../domain/account/account.ts'
import { type DayNet, headroomFrom, recordedHeadroom } from '../../domain/account/headroom.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import type { TakenByRules } from '../../domain/lots/taken-by-rules.ts'
import { floorsOf, onlyFloorFrom } from '../../domain/policy/floor.ts'
import { newestVersion, type PolicyHistory } from '../../domain/policy/policy.ts'
import type { Minor } from '../../domain/quantity.ts'
import { accountKey } from '../../domain/recording/book-state.ts'
import { type AccountRow, accountFromRow } from '../rows/account-row.ts'
import { componentSums } from '../rows/component-sums.ts'
import type { LotsStanding } from './lots-standing.ts'
import { minorFromNumeric } from './print-quantity.ts'

/** How an account stands at the end of a day, as its book stood at a position. Minor units at its policy's scale. */
export interface Standing {
  readonly sums: Sums
  /** How far that day, and every later one, is above its own floor; null: none of them has one. */
  readonly spendable: Minor | null
  /** How many transactions the account had, whatever their effective day. */
  readonly version: number
  /** How much rules have taken of it; absent: nothing ever. */
  readonly taken?: TakenByRules
}

/** An account whose lots are looked at, with what those say of it. */
export function standingByLots(standing: Standing, lots: LotsStanding | undefined): Standing {
  if (lots === undefined) return standing
  const { spendable, ...taken } = lots
  return { ...standing, spendable, taken }
}

/** True where the row alone says how the account stands: it holds nothing later than `knownAt`, and still keeps the day. */
export function saysAll(row: AccountRow, { asOf, knownAt }: { asOf: CalendarDate; knownAt: number }): boolean {
  return row.last_position <= knownAt && (row.kept_from === null || row.kept_from <= asOf)
}

/**
 * @param row one that says all
 * @param at with the versions of the policy that are known then
 */
export function standingFromRow(
  row: AccountRow,
  { asOf, policy }: { readonly asOf: CalendarDate; readonly policy: PolicyHistory },
): Standing {
  const account = atScale(accountFromRow(row), newestVersion(policy).scale)
  return {
    sums: sumsUpTo(account, asOf),
    // Where lots are looked at, they say it.
    spendable: recordedHeadroom(account, floorsOf(policy), asOf),
    version: account.version,
  }
}

/** An account, and the versions of its policy that are known. */
export interface AccountOf {
  readonly entity: string
  readonly policy: string
  readonly history: PolicyHistory
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
    accounts: readonly AccountOf[]
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
    accounts.map(({ history }) => onlyFloorFrom(floorsOf(history), asOf) === undefined),
  ])
  const histories = new Map(accounts.map((account) => [accountKey(account), account.history]))
  return new Map(rows.map((row) => [accountKey(row), standingFromSums(row, asOf, histories.get(accountKey(row))!)]))
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
    /** Days after the one asked about, where the floor changes after it. */
    later: 'json?',
  },
  params: ['text', 'text[]', 'text[]', 'date', 'int8', 'bool[]'],
  text: `
      select k.entity, k.policy, s.*
        from unnest($2::text[], $3::text[], $6::boolean[]) as k(entity, policy, is_changing)
       cross join lateral (
               select coalesce(sum(d.transactions), 0)::bigint as version,
                      coalesce(sum(d.accrued) filter (where d.day = $4), 0) as accrued,
                      coalesce(sum(d.consumed) filter (where d.day = $4), 0) as consumed,
                      coalesce(sum(d.pending) filter (where d.day = $4), 0) as pending,
                      coalesce(sum(d.adjusted) filter (where d.day = $4), 0) as adjusted,
                      least(coalesce(sum(d.net) filter (where d.day = $4), 0), min(d.balance)) as lowest,
                      case when k.is_changing then
                        json_agg(json_build_array(d.day, d.net::text) order by d.day) filter (where d.day > $4)
                      end as later
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

function standingFromSums(row: RowOf<typeof SUM_ACCOUNTS>, asOf: CalendarDate, history: PolicyHistory): Standing {
  const minor = (numeric: string): Minor => minorFromNumeric(numeric, newestVersion(history).scale)
  const sums: Sums = [minor(row.accrued), minor(row.consumed), minor(row.pending), minor(row.adjusted)]
  const start = { on: asOf, balance: net(sums), lowest: minor(row.lowest) }
  const later = (): DayNet[] =>
    (JSON.parse(row.later ?? '[]') as [CalendarDate, string][]).map(([on, text]) => ({ on, net: minor(text) }))
  return { sums, spendable: headroomFrom(floorsOf(history), start, later), version: row.version }
}
