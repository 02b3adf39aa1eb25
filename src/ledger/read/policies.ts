import { sql } from 'kysely'
import type { Pool } from 'pg'
import { compiled, type RowRead, read, tables } from '../../db/compiled.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import type { Json } from '../rows/canonical.ts'
import { cursorsOf, type Page } from './cursor.ts'
import { printQuantity } from './print-quantity.ts'
import { besideHead, oneBesideHead, pageBesideHead, withEvent } from './with-head.ts'

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

interface Listed {
  readonly book: string
  readonly cursor: string | undefined
  readonly limit: number
}

interface VersionsAsked {
  readonly book: string
  readonly limit: number
}

export const NEWEST_POLICIES = compiled({
  name: 'list-policies',
  optional: ['after'],
  computed: { hash: 'text' },
  query: ({ book, after, limit }: VersionsAsked & { after: string | undefined }) =>
    page(
      book,
      newest(book)
        .$if(after !== undefined, (found) => found.where('policy_id', '>', after!))
        .limit(limit),
    ),
})

export const NEWEST_POLICY = compiled({
  name: 'read-policy',
  computed: { hash: 'text' },
  query: ({ book, policy }: { book: string; policy: string }) =>
    page(book, newest(book).where('policy_id', '=', policy).limit(sql.lit(1))),
})

export const POLICY_VERSIONS = compiled({
  name: 'list-policy-versions',
  optional: ['after'],
  computed: { hash: 'text' },
  query: ({ book, policy, after, limit }: VersionsAsked & { policy: string; after: number | undefined }) =>
    page(
      book,
      versions(book)
        .where('policy_id', '=', policy)
        .$if(after !== undefined, (found) => found.where('version', '>', after!))
        .limit(limit),
    ),
})

function versions(book: string) {
  return tables
    .selectFrom('ledger.policy_versions as versions')
    .select(['policy_id', 'version', 'position', 'effective_from', 'resource', 'unit', 'scale', 'day_exclusive'])
    .select(['overdraft_limit', 'name', 'requests'])
    .where('book_id', '=', book)
    .orderBy('policy_id')
    .orderBy('version')
}

function newest(book: string) {
  return versions(book).where('version', '=', (newer) =>
    newer
      .selectFrom('ledger.policy_versions as newer')
      .select(({ fn }) => fn.max('newer.version').as('version'))
      .where('newer.book_id', '=', book)
      .whereRef('newer.policy_id', '=', 'versions.policy_id'),
  )
}

function page(book: string, found: ReturnType<typeof versions>) {
  return besideHead(book, withEvent(book, found), ['policy_id', 'version'])
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
  const after = cursors.parse(cursor)?.[0]
  const rows = await read(db, NEWEST_POLICIES, { book, after, limit: limit + 1 })
  return pageBesideHead(rows, limit, {
    key: 'policy_id',
    item: policyItem,
    cursor: (row) => cursors.after([row.policy_id]),
  })
}

/** @returns undefined where the book does not exist, no item where the policy does not */
export async function readPolicy(
  db: Pool,
  { book, policy }: { readonly book: string; readonly policy: string },
): Promise<{ head: number; item: PolicyItem | undefined } | undefined> {
  return oneBesideHead(await read(db, NEWEST_POLICY, { book, policy }), { key: 'policy_id', item: policyItem })
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
  const after = cursors.parse(cursor)?.[0]
  const rows = await read(db, POLICY_VERSIONS, { book, policy, after, limit: limit + 1 })
  return pageBesideHead(rows, limit, {
    key: 'policy_id',
    item: policyItem,
    cursor: (row) => cursors.after([row.version]),
  })
}

function policyItem(row: RowRead<typeof NEWEST_POLICIES>): PolicyItem {
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
