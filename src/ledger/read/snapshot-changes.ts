import { sql } from 'kysely'
import type { Pool } from 'pg'
import { compiled, present, type RowRead, read, tables } from '../../db/compiled.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { cursorsOf, type Page, pageOf } from './cursor.ts'
import { printQuantity } from './print-quantity.ts'
import type { SnapshotItem } from './snapshots.ts'
import { besideHead, foundIn } from './with-head.ts'

/** What was recorded of an account after a snapshot, and would be in it. */
export interface SnapshotChange {
  readonly entity: string
  readonly policy: string
  /** What was available at the snapshot; all three at the policy's present scale. */
  readonly then: string
  readonly now: string
  readonly difference: string
  /** Ids in recorded order, the first thousand of them. */
  readonly transactions: readonly string[]
  /** How many there are. */
  readonly transactionCount: number
}

export interface SnapshotChanges extends Page<SnapshotChange> {
  readonly head: number
  readonly asOf: string
  /** The position that `now` is known at; the same for all pages of one walk. */
  readonly knownAt: number
}

/** Ids that one change shows, at most: an account has a few, or else nobody reads them one by one. */
const SHOWN_TRANSACTIONS = 1_000

interface ChangesAsked {
  readonly book: string
  readonly since: number
  /** The position that all pages are known at; null: the head. */
  readonly upTo: number | null
  readonly asOf: CalendarDate
  readonly resource: string | undefined
  readonly policy: string | undefined
  readonly entities: readonly string[] | undefined
  readonly afterEntity: string | undefined
  readonly afterPolicy: string | undefined
  readonly limit: number
}

// In the order of the characters, as snapshots are.
const ENTITY = sql`entity_id collate "C"`
const POLICY = sql`policy_id collate "C"`

export const SNAPSHOT_CHANGES = compiled({
  optional: ['resource', 'policy', 'entities', 'afterEntity', 'afterPolicy'],
  computed: {
    difference: 'numeric',
    count: 'int4',
    transactions: 'text[]',
    before: 'numeric',
    after: 'numeric',
  },
  query: (asked: ChangesAsked) => {
    const { book, since, upTo, asOf, resource, policy, entities, afterEntity, afterPolicy, limit } = asked
    const ids = sql<
      string[]
    >`(array_agg(position || '.' || line order by position, line))[1:${sql.lit(SHOWN_TRANSACTIONS)}]`
    const changed = tables
      .selectFrom('ledger.transactions')
      .select(['entity_id', 'policy_id'])
      .select([sql<string>`sum(amount)`.as('difference'), sql<number>`count(*)::integer`.as('count')])
      .select(ids.as('transactions'))
      .where((eb) => eb.and({ book_id: book, ...present({ resource, policy_id: policy }) }))
      .where('position', '>', since)
      .where('position', '<=', sql<number>`coalesce(${upTo}, h.position)`)
      .where('effective_on', '<=', asOf)
      .$if(entities !== undefined, (rows) => rows.where(sql<boolean>`entity_id = any(${entities}::text[])`))
      .$if(afterEntity !== undefined, (rows) =>
        rows.where(sql<boolean>`(${ENTITY}, ${POLICY}) > (${afterEntity}, ${afterPolicy})`),
      )
      .groupBy(['entity_id', 'policy_id'])
      .orderBy(ENTITY)
      .orderBy(POLICY)
      .limit(limit)
    const newestPolicy = tables
      .selectFrom('ledger.policy_versions')
      .select('scale')
      .where('book_id', '=', book)
      .where('policy_id', '=', sql.ref<string>('s.policy_id'))
      .orderBy('version', 'desc')
      .limit(sql.lit(1))
    const before = tables
      .selectFrom('ledger.transactions')
      .select(sql<string>`coalesce(sum(amount), 0)`.as('before'))
      .where('book_id', '=', book)
      .where('entity_id', '=', sql.ref<string>('s.entity_id'))
      .where('policy_id', '=', sql.ref<string>('s.policy_id'))
      .where('effective_on', '<=', asOf)
      .where('position', '<=', since)
    const changes = tables
      .selectFrom(changed.as('s'))
      .crossJoinLateral(newestPolicy.as('p'))
      .crossJoinLateral(before.as('b'))
      .selectAll('s')
      .select(['p.scale', 'b.before', sql<string>`b.before + s.difference`.as('after')])
    return besideHead(book, changes, ['entity_id', 'policy_id'], 'C')
  },
})

/**
 * The accounts of a snapshot about which something was recorded since that is effective up to its day, by entity and
 * then policy.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listSnapshotChanges(
  db: Pool,
  {
    book,
    snapshot,
    cursor,
    limit,
  }: {
    readonly book: string
    readonly snapshot: SnapshotItem
    readonly cursor: string | undefined
    readonly limit: number
  },
): Promise<SnapshotChanges | undefined> {
  const { asOf, knownAt: since, resource, policy, entities } = snapshot
  const cursors = cursorsOf('snapshot-changes', [book, snapshot.id], ['id', 'id', 'number'])
  const from = cursors.parse(cursor)
  const [afterEntity, afterPolicy, pinned] = from ?? []
  const rows = await read(db, SNAPSHOT_CHANGES, {
    book,
    since,
    upTo: pinned ?? null,
    asOf,
    resource: resource ?? undefined,
    policy: policy ?? undefined,
    entities: entities ?? undefined,
    afterEntity,
    afterPolicy,
    limit: limit + 1,
  })
  const found = foundIn(rows, 'entity_id')
  if (found === undefined) return undefined
  const knownAt = pinned ?? found.head
  const page = pageOf(found.rows, limit, {
    item: changeItem,
    cursor: ({ entity_id, policy_id }) => cursors.after([entity_id, policy_id, knownAt]),
  })
  return { head: found.head, ...page, asOf, knownAt }
}

function changeItem(row: RowRead<typeof SNAPSHOT_CHANGES>): SnapshotChange {
  const { entity_id, policy_id, scale, before, after, difference, transactions, count } = row
  return {
    entity: entity_id,
    policy: policy_id,
    then: printQuantity(before, scale),
    now: printQuantity(after, scale),
    difference: printQuantity(difference, scale),
    transactions,
    transactionCount: count,
  }
}
