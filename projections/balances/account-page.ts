import type { Pool } from 'pg'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import type { PolicyHistory } from '../../src/domain/policy/policy.ts'
import type { Conditions } from '../../src/ledger/read/conditions.ts'
import { ACCOUNT_COLUMNS, type AccountRow } from '../../src/ledger/rows/account-row.ts'
import { isActive, NotActive } from '../../src/projecting/active-build.ts'
import type { Build } from '../../src/projecting/projection.ts'
import { monthEnd } from './month.ts'
import { type NearSnapshotRow, nearSnapshot } from './near-snapshot.ts'

/** An account's row at the head with all versions of its policy, and the snapshots where the row does not say all. */
export interface ShownAccount {
  readonly row: AccountRow & NearSnapshotRow
  readonly policy: PolicyHistory
}

export interface AccountPage {
  readonly head: number
  readonly timeZone: string
  /** By entity, then policy. */
  readonly accounts: ShownAccount[]
}

/**
 * One statement, so one moment: what the snapshots know, and what was recorded after that, fit together.
 * @param asOf undefined: the snapshots are not read
 * @param knownAt undefined: the head
 * @returns undefined where the book does not exist
 * @throws NotActive
 */
export async function readAccountPage(
  db: Pool,
  build: Build,
  {
    where,
    limit,
    asOf,
    knownAt,
  }: { where: Conditions; limit: number; asOf: CalendarDate | undefined; knownAt: number | undefined },
): Promise<AccountPage | undefined> {
  const values = [...where.values]
  const parameter = (value: unknown): string => `$${values.push(value)}`
  const limited = parameter(limit)
  const day = `${parameter(asOf)}::date`
  const end = `${parameter(asOf && monthEnd(asOf))}::date`
  const known = `least(${parameter(knownAt)}, h.position)`
  const { rows } = await db.query<Row>({
    name: `balances-page-${build.number}-${where.set}`,
    // A policy comes with the first of its accounts only.
    text: `
      select h.position as head,
             b.time_zone,
             ${isActive(build)} as is_active,
             a.*,
             n.*,
             case when row_number() over (partition by a.policy_id order by a.entity_id) = 1 then (
               select json_agg(json_build_object(
                        'policy', policy_id, 'version', version, 'effectiveFrom', effective_from,
                        'position', position, 'resource', resource, 'unit', unit, 'scale', scale,
                        'dayExclusive', day_exclusive, 'name', name,
                        'overdraftLimit', trim_scale(overdraft_limit)::text) order by version)
                 from ledger.policy_versions
                where book_id = $1
                  and policy_id = a.policy_id
             ) end as policy
        from ledger.heads h
        join ledger.books b on b.book_id = h.book_id
        left join lateral (
               select ${ACCOUNT_COLUMNS}
                 from ledger.accounts
                where ${where.sql}
                order by entity_id, policy_id
                limit ${limited}
             ) as a on true${nearSnapshot({
               build,
               book: '$1',
               entity: 'a.entity_id',
               policy: 'a.policy_id',
               asOf: day,
               monthEnd: end,
               knownAt: known,
               needed: `(a.kept_from > ${day} or a.last_position > ${known})`,
             })}
       where h.book_id = $1
       order by a.entity_id, a.policy_id`,
    values,
  })
  const [first] = rows
  if (first === undefined) return undefined
  if (first.is_active !== true) throw new NotActive()
  return {
    head: first.head,
    timeZone: first.time_zone,
    accounts: first.entity_id === null ? [] : shownAccounts(rows),
  }
}

type Row = { head: number; time_zone: string; is_active: boolean | null; policy: string | null } & AccountRow &
  NearSnapshotRow

function shownAccounts(rows: readonly Row[]): ShownAccount[] {
  const policies = new Map<string, PolicyHistory>()
  return rows.map((row) => {
    const policy = policies.get(row.policy_id) ?? (JSON.parse(row.policy!) as PolicyHistory)
    policies.set(row.policy_id, policy)
    return { row, policy }
  })
}
