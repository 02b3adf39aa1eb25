import { type RawBuilder, sql } from 'kysely'
import { isOneOf, present, tables } from '../../db/compiled.ts'
import { namesOf } from '../../db/statement.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import type { EarningPolicyTerms } from '../../domain/earning/terms.ts'
import type { PolicyHistory, PolicyVersion } from '../../domain/policy/policy.ts'
import type { LeftOut } from '../../domain/reach.ts'
import { ACCOUNT, type AccountRow } from '../rows/account-row.ts'
import { EARNED_THROUGH, JOINED_EARNED_THROUGH } from './earned-through.ts'
import { isKnown } from './kinds.ts'

/** An account's row at the head, with all versions of its policy. */
interface ShownAccount<Row extends AccountRow> {
  readonly row: Row
  readonly policy: PolicyHistory
}

export interface AccountPage<Row extends AccountRow> {
  readonly head: number
  readonly timeZone: string
  /** By entity, then policy. */
  readonly accounts: readonly ShownAccount<Row>[]
}

export interface AccountsAsked extends LeftOut {
  readonly book: string
  readonly entity?: string | undefined
  readonly policy?: string | undefined
  readonly resource?: string | undefined
  readonly afterEntity?: string | undefined
  readonly afterPolicy?: string | undefined
  readonly reach?: readonly string[] | undefined
  readonly limit: number
}

/** What the page is asked about besides accounts. */
export interface PageAsked extends AccountsAsked {
  /** null: not known yet. */
  readonly asOf: CalendarDate | null
  /** null: the head. */
  readonly knownAt: number | null
}

/** The only index that serves a page is the primary key, so its plan may be kept. */
export const ACCOUNT_FILTERS = [
  'entity',
  'policy',
  'resource',
  'afterEntity',
  'afterPolicy',
  'reach',
  'hidden',
] as const

export const ACCOUNT_PAGE = { head: 'int8', time_zone: 'text', ...ACCOUNT, ...EARNED_THROUGH, policy: 'json?' } as const

/**
 * Accounts beside the head, by entity, then policy. A policy comes with the first of its accounts only.
 * @param more further columns, and where they come from: per account `a`, at the head `h`
 */
export function accountPage(
  asked: AccountsAsked,
  more: { readonly columns: RawBuilder<unknown>; readonly join: RawBuilder<unknown> } = { columns: sql``, join: sql`` },
): RawBuilder<unknown> {
  const { book } = asked
  return sql`
      select h.position as head,
             b.time_zone,
             a.*,
             e.earned_through,
             ${more.columns}
             case when row_number() over (partition by a.policy_id order by a.entity_id) = 1 then (
               select json_agg(json_build_object(
                        'policy', policy_id, 'version', version, 'effectiveFrom', effective_from,
                        'position', position, 'resource', resource, 'unit', unit, 'scale', scale,
                        'dayExclusive', day_exclusive, 'name', name,
                        'overdraftLimit', trim_scale(overdraft_limit)::text, 'terms', earning) order by version)
                 from ledger.policy_versions
                where book_id = ${book}
                  and policy_id = a.policy_id
             ) end as policy
        from ledger.heads h
        join ledger.books b on b.book_id = h.book_id
        left join lateral ${accounts(asked)} as a on true${sql.raw(JOINED_EARNED_THROUGH)}${more.join}
       where h.book_id = ${book}
       order by a.entity_id, a.policy_id`
}

function accounts(asked: AccountsAsked) {
  const { book, entity, policy, resource, afterEntity, afterPolicy, reach, hidden, own, limit } = asked
  return tables
    .selectFrom('ledger.accounts')
    .select(namesOf(ACCOUNT))
    .where((eb) => eb.and({ book_id: book, ...present({ entity_id: entity, policy_id: policy, resource }) }))
    .$if(afterEntity !== undefined, (rows) =>
      rows.where((eb) => eb(eb.refTuple('entity_id', 'policy_id'), '>', eb.tuple(afterEntity!, afterPolicy!))),
    )
    .$if(reach !== undefined, (rows) => rows.where(isOneOf('entity_id', reach!)))
    .$if(hidden !== undefined, (rows) => rows.where(isKnown({ own: own!, hidden: hidden! })))
    .orderBy('entity_id')
    .orderBy('policy_id')
    .limit(limit)
}

/** @returns undefined where the book does not exist */
export function pageFrom<
  Row extends AccountRow & { readonly head: number; readonly time_zone: string; readonly policy: string | null },
>(rows: readonly Row[]): AccountPage<Row> | undefined {
  const [first] = rows
  if (first === undefined) return undefined
  // A book without a match is one row of nulls.
  const none = (first.entity_id as string | null) === null
  return { head: first.head, timeZone: first.time_zone, accounts: none ? [] : shownAccounts(rows) }
}

function shownAccounts<Row extends AccountRow & { readonly policy: string | null }>(rows: readonly Row[]) {
  const policies = new Map<string, PolicyHistory>()
  return rows.map((row) => {
    const policy = policies.get(row.policy_id) ?? policyFromJson(row.policy!)
    policies.set(row.policy_id, policy)
    return { row, policy }
  })
}

function policyFromJson(json: string): PolicyHistory {
  const versions = JSON.parse(json) as (PolicyVersion & { readonly terms: EarningPolicyTerms | null })[]
  // A cast: no policy is without a version.
  return versions.map(({ terms, ...version }) => ({ ...version, ...terms })) as unknown as PolicyHistory
}
