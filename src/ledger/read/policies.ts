import { sql } from 'kysely'
import { compiled, type RowRead, read, tables } from '../../db/compiled.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { type ShownEarningTerms, shownEarningTerms } from '../../domain/earning/said.ts'
import type { EarningPolicyTerms } from '../../domain/earning/terms.ts'
import type { Json } from '../rows/canonical.ts'
import { printQuantity } from './print-quantity.ts'
import { versionedReads } from './versioned.ts'
import { besideHead, withEvent } from './with-head.ts'

/** One version of a policy, with the event that defined it. */
export interface PolicyItem extends ShownEarningTerms {
  readonly id: string
  readonly resource: string
  readonly unit: string
  readonly scale: number
  readonly dayExclusive: boolean
  readonly overdraftLimit: string | null
  readonly name: string | null
  readonly requests: Json
  readonly retiredFrom: CalendarDate | null
  readonly kindVisibleTo: string
  readonly version: number
  readonly effectiveFrom: CalendarDate
  readonly position: number
  readonly recordedAt: string
  readonly hash: string
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
    .select(['overdraft_limit', 'name', 'requests', 'retired_from', 'kind_visible_to', 'earning'])
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

/** The policies of a book. */
export const policies = versionedReads({
  names: { all: 'policies', versions: 'policy-versions' },
  key: 'policy_id',
  item: policyItem,
  newest: (db, asked) => read(db, NEWEST_POLICIES, asked),
  one: (db, { book, id }) => read(db, NEWEST_POLICY, { book, policy: id }),
  versions: (db, { id, ...asked }) => read(db, POLICY_VERSIONS, { ...asked, policy: id }),
})

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
    retiredFrom: row.retired_from,
    kindVisibleTo: row.kind_visible_to ?? 'manager',
    ...shownEarningTerms(row.earning === null ? {} : (JSON.parse(row.earning) as EarningPolicyTerms)),
    version: row.version,
    effectiveFrom: row.effective_from,
    position: row.position,
    recordedAt: row.recorded_at.toISOString(),
    hash: row.hash,
  }
}
