import type { Pool } from 'pg'
import { conditions, when } from './conditions.ts'
import { cursorsOf, type Page, pageOf } from './cursor.ts'
import { printQuantity } from './print-quantity.ts'
import type { SnapshotItem } from './snapshots.ts'
import { foundIn } from './with-head.ts'

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

interface ChangeRow {
  readonly entity_id: string
  readonly policy_id: string
  readonly scale: number
  readonly before: string
  readonly after: string
  readonly difference: string
  readonly transactions: string[]
  readonly count: number
}

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
  const where = conditions(book, {
    since: ['position > ?', since],
    upTo: ['position <= coalesce(?, h.position)', from?.[2] ?? null],
    asOf: ['effective_on <= ?', asOf],
    resource: when(resource ?? undefined, 'resource = ?'),
    policy: when(policy ?? undefined, 'policy_id = ?'),
    entities: entities === null ? undefined : ['entity_id = any(?::text[])', entities],
    after: from && ['(entity_id collate "C", policy_id collate "C") > (?, ?)', from[0], from[1]],
  })
  const [limitAt, asOfAt, sinceAt] = [1, 2, 3].map((next) => `$${where.values.length + next}`)
  const { rows } = await db.query<{ head: number } & ChangeRow>({
    text: `
      select h.position as head, c.*
        from ledger.heads h
        left join lateral (
               select s.*, p.scale, b.before, b.before + s.difference as after
                 from (
                        select entity_id,
                               policy_id,
                               sum(amount) as difference,
                               count(*)::integer as count,
                               (array_agg(position || '.' || line order by position, line))[1:${SHOWN_TRANSACTIONS}]
                                 as transactions
                          from ledger.transactions
                         where ${where.sql}
                         group by entity_id, policy_id
                         order by entity_id collate "C", policy_id collate "C"
                         limit ${limitAt}
                      ) as s
                cross join lateral (
                        select scale
                          from ledger.policy_versions
                         where book_id = $1
                           and policy_id = s.policy_id
                         order by version desc
                         limit 1) as p
                cross join lateral (
                        select coalesce(sum(amount), 0) as before
                          from ledger.transactions
                         where book_id = $1
                           and entity_id = s.entity_id
                           and policy_id = s.policy_id
                           and effective_on <= ${asOfAt}
                           and position <= ${sinceAt}) as b
             ) as c on true
       where h.book_id = $1
       order by c.entity_id collate "C", c.policy_id collate "C"`,
    values: [...where.values, limit + 1, asOf, since],
  })
  const found = foundIn(rows, 'entity_id')
  if (found === undefined) return undefined
  const knownAt = from?.[2] ?? found.head
  const page = pageOf(found.rows, limit, {
    item: changeItem,
    cursor: ({ entity_id, policy_id }) => cursors.after([entity_id, policy_id, knownAt]),
  })
  return { head: found.head, ...page, asOf, knownAt }
}

function changeItem(row: ChangeRow): SnapshotChange {
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
