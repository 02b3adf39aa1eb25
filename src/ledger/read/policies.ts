import type { Pool } from 'pg'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import type { Json } from '../rows/canonical.ts'
import { type Conditions, conditions, when } from './conditions.ts'
import { cursorsOf, type Page, pageOf } from './cursor.ts'
import { printQuantity } from './print-quantity.ts'
import { type Found, foundIn } from './with-head.ts'

/** One version of a policy, with the event that defined it. */
export interface PolicyItem {
  readonly id: string
  readonly resource: string
  readonly unit: string
  readonly scale: number
  readonly dayExclusive: boolean
  readonly overdraftLimit: string | null
  readonly name: string | null
  readonly requests: Json
  readonly version: number
  readonly effectiveFrom: CalendarDate
  readonly position: number
  readonly recordedAt: string
  readonly hash: string
}

interface PolicyRow {
  readonly policy_id: string
  readonly resource: string
  readonly unit: string
  readonly scale: number
  readonly day_exclusive: boolean
  readonly overdraft_limit: string | null
  readonly name: string | null
  readonly requests: string | null
  readonly version: number
  readonly effective_from: CalendarDate
  readonly position: number
  readonly recorded_at: Date
  readonly hash: string
}

interface Listed {
  readonly book: string
  readonly cursor: string | undefined
  readonly limit: number
}

/**
 * The newest version of every policy, by policy id.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listPolicies(
  db: Pool,
  { book, cursor, limit }: Listed,
): Promise<({ head: number } & Page<PolicyItem>) | undefined> {
  const cursors = cursorsOf('policies', [book], ['id'])
  const after = cursors.parse(cursor)
  const found = await readVersions(db, {
    name: after === undefined ? 'list-policies' : 'list-policies-after',
    where: conditions(book, { newest: [NEWEST], after: when(after?.[0], 'policy_id > ?') }),
    limit: limit + 1,
  })
  return (
    found && {
      head: found.head,
      ...pageOf(found.rows, limit, { item: policyItem, cursor: (row) => cursors.after([row.policy_id]) }),
    }
  )
}

/** @returns undefined where the book does not exist, no item where the policy does not */
export async function readPolicy(
  db: Pool,
  { book, policy }: { readonly book: string; readonly policy: string },
): Promise<{ head: number; item: PolicyItem | undefined } | undefined> {
  const where = conditions(book, { newest: [NEWEST], policy: ['policy_id = ?', policy] })
  const found = await readVersions(db, { name: 'read-policy', where, limit: 1 })
  return found && { head: found.head, item: found.rows.map(policyItem)[0] }
}

/**
 * All versions of a policy, oldest first; none where it does not exist.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listPolicyVersions(
  db: Pool,
  { book, policy, cursor, limit }: Listed & { readonly policy: string },
): Promise<({ head: number } & Page<PolicyItem>) | undefined> {
  const cursors = cursorsOf('policy-versions', [book, policy], ['number'])
  const after = cursors.parse(cursor)
  const found = await readVersions(db, {
    name: after === undefined ? 'list-policy-versions' : 'list-policy-versions-after',
    where: conditions(book, { policy: ['policy_id = ?', policy], after: when(after?.[0], 'version > ?') }),
    limit: limit + 1,
  })
  return (
    found && {
      head: found.head,
      ...pageOf(found.rows, limit, { item: policyItem, cursor: (row) => cursors.after([row.version]) }),
    }
  )
}

const NEWEST = `version = (
                        select max(newer.version)
                          from ledger.policy_versions newer
                         where newer.book_id = $1
                           and newer.policy_id = versions.policy_id)`

async function readVersions(
  db: Pool,
  { name, where, limit }: { name: string; where: Conditions; limit: number },
): Promise<Found<PolicyRow> | undefined> {
  const { rows } = await db.query<{ head: number } & PolicyRow>({
    name,
    text: `
      select h.position as head, p.*
        from ledger.heads h
        left join lateral (
               select v.*, e.recorded_at, encode(e.hash, 'hex') as hash
                 from (
                        select policy_id, version, position, effective_from, resource, unit, scale, day_exclusive,
                               overdraft_limit, name, requests
                          from ledger.policy_versions versions
                         where ${where.sql}
                         order by policy_id, version
                         limit $${where.values.length + 1}
                      ) as v
                cross join lateral (
                        select recorded_at, hash
                          from ledger.events
                         where book_id = $1
                           and position = v.position
                         limit 1) as e
             ) as p on true
       where h.book_id = $1
       order by p.policy_id, p.version`,
    values: [...where.values, limit],
  })
  return foundIn(rows, 'policy_id')
}

function policyItem(row: PolicyRow): PolicyItem {
  return {
    id: row.policy_id,
    resource: row.resource,
    unit: row.unit,
    scale: row.scale,
    dayExclusive: row.day_exclusive,
    overdraftLimit: row.overdraft_limit === null ? null : printQuantity(row.overdraft_limit, row.scale),
    name: row.name,
    requests: row.requests === null ? null : (JSON.parse(row.requests) as Json),
    version: row.version,
    effectiveFrom: row.effective_from,
    position: row.position,
    recordedAt: row.recorded_at.toISOString(),
    hash: row.hash,
  }
}
