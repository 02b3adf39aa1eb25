import type { Pool } from 'pg'
import type { PolicyHistory } from '../../domain/policy/policy.ts'
import { ACCOUNT_COLUMNS, type AccountRow } from '../rows/account-row.ts'
import type { Conditions } from './conditions.ts'

/** An account's row at the head, with all versions of its policy. */
export interface ShownAccount {
  readonly row: AccountRow
  readonly policy: PolicyHistory
}

export interface AccountPage {
  readonly head: number
  readonly timeZone: string
  /** By entity, then policy. */
  readonly accounts: ShownAccount[]
}

/** @returns undefined where the book does not exist */
export async function readAccountPage(
  db: Pool,
  { where, limit }: { where: Conditions; limit: number },
): Promise<AccountPage | undefined> {
  const { rows } = await db.query<{ head: number; time_zone: string; policy: string | null } & AccountRow>({
    // Its only index is the primary key, so a plan may be kept; and reading one balance is what most readers do.
    name: `read-account-page-${where.set}`,
    // A policy comes with the first of its accounts only.
    text: `
      select h.position as head,
             b.time_zone,
             a.*,
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
                limit $${where.values.length + 1}
             ) as a on true
       where h.book_id = $1
       order by a.entity_id, a.policy_id`,
    values: [...where.values, limit],
  })
  const [first] = rows
  if (first === undefined) return undefined
  return {
    head: first.head,
    timeZone: first.time_zone,
    accounts: first.entity_id === null ? [] : shownAccounts(rows),
  }
}

function shownAccounts(rows: readonly (AccountRow & { readonly policy: string | null })[]): ShownAccount[] {
  const policies = new Map<string, PolicyHistory>()
  return rows.map((row) => {
    const policy = policies.get(row.policy_id) ?? (JSON.parse(row.policy!) as PolicyHistory)
    policies.set(row.policy_id, policy)
    return { row, policy }
  })
}
