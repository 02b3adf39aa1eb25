import { sql } from 'kysely'
import type { Pool } from 'pg'
import { compiled, type RowRead, read, tables } from '../../db/compiled.ts'
import type { SnapshotFacts } from '../../domain/snapshot/snapshot.ts'
import { cursorsOf, type Page, pageOf } from './cursor.ts'
import { snapshotLines } from './snapshot-lines.ts'
import { besideHead, hex, oneBesideHead, pageBesideHead, withEvent } from './with-head.ts'

/** A snapshot, and the event that recorded it. */
export interface SnapshotItem extends SnapshotFacts {
  /** Its position, as text. */
  readonly id: string
  readonly position: number
  readonly recordedAt: string
  readonly hash: string
}

export const SNAPSHOTS = compiled({
  name: 'list-snapshots',
  optional: ['after'],
  computed: { hash: 'text', digest: 'text' },
  query: ({ book, after, limit }: { book: string; after: number | undefined; limit: number }) =>
    page(
      book,
      snapshots(book)
        .$if(after !== undefined, (found) => found.where('position', '>', after!))
        .limit(limit),
    ),
})

export const SNAPSHOT = compiled({
  name: 'read-snapshot',
  computed: { hash: 'text', digest: 'text' },
  query: ({ book, position }: { book: string; position: number }) =>
    page(book, snapshots(book).where('position', '=', position).limit(sql.lit(1))),
})

function snapshots(book: string) {
  return tables
    .selectFrom('ledger.snapshots')
    .select(['position', 'known_at', 'as_of', 'resource', 'policy_id', 'entities', 'name', 'balances'])
    .select(hex('digest').as('digest'))
    .where('book_id', '=', book)
    .orderBy('position')
}

function page(book: string, found: ReturnType<typeof snapshots>) {
  return besideHead(book, withEvent(book, found), ['position'])
}

/**
 * All snapshots of a book, the newest last.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listSnapshots(
  db: Pool,
  { book, cursor, limit }: { readonly book: string; readonly cursor: string | undefined; readonly limit: number },
): Promise<({ head: number } & Page<SnapshotItem>) | undefined> {
  const cursors = cursorsOf('snapshots', [book], ['number'])
  const after = cursors.parse(cursor)?.[0]
  const rows = await read(db, SNAPSHOTS, { book, after, limit: limit + 1 })
  return pageBesideHead(rows, limit, {
    key: 'known_at',
    item: snapshotItem,
    cursor: ({ position }) => cursors.after([position]),
  })
}

/** @returns undefined where the book does not exist, no item where the snapshot does not */
export async function readSnapshot(
  db: Pool,
  { book, id }: { readonly book: string; readonly id: string },
): Promise<{ head: number; item: SnapshotItem | undefined } | undefined> {
  const rows = await read(db, SNAPSHOT, { book, position: Number(id) })
  return oneBesideHead(rows, { key: 'known_at', item: snapshotItem })
}

/**
 * A page of a snapshot's balances, by entity and then policy.
 * @returns items as canonical JSON
 * @throws BadCursor
 */
export async function readSnapshotPage(
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
): Promise<Page<string>> {
  const cursors = cursorsOf('snapshot-balances', [book, snapshot.id], ['id', 'id'])
  const from = cursors.parse(cursor)
  const after = from && { entity: from[0], policy: from[1] }
  const lines: string[] = []
  for await (const { text } of snapshotLines(db, book, snapshot, { after, entities: limit + 1 })) {
    lines.push(...text.split('\n'))
    if (lines.length > limit) break
  }
  return pageOf(lines, limit, {
    item: (line) => line,
    cursor(line) {
      const { entity, policy } = JSON.parse(line) as { readonly entity: string; readonly policy: string }
      return cursors.after([entity, policy])
    },
  })
}

function snapshotItem(row: RowRead<typeof SNAPSHOTS>): SnapshotItem {
  return {
    id: String(row.position),
    name: row.name,
    asOf: row.as_of,
    knownAt: row.known_at,
    resource: row.resource,
    policy: row.policy_id,
    entities: row.entities === null ? null : (JSON.parse(row.entities) as string[]),
    count: row.balances,
    digest: row.digest,
    position: row.position,
    recordedAt: row.recorded_at.toISOString(),
    hash: row.hash,
  }
}
