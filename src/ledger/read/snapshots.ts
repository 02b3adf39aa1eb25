import type { Pool } from 'pg'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import type { SnapshotFacts } from '../../domain/snapshot/snapshot.ts'
import { type Conditions, conditions, when } from './conditions.ts'
import { cursorsOf, type Page, pageOf } from './cursor.ts'
import { snapshotLines } from './snapshot-lines.ts'
import { type Found, foundIn } from './with-head.ts'

/** A snapshot, and the event that recorded it. */
export interface SnapshotItem extends SnapshotFacts {
  /** Its position, as text. */
  readonly id: string
  readonly position: number
  readonly recordedAt: string
  readonly hash: string
}

interface SnapshotRow {
  readonly position: number
  readonly known_at: number
  readonly as_of: CalendarDate
  readonly resource: string | null
  readonly policy_id: string | null
  /** JSON. */
  readonly entities: string | null
  readonly name: string | null
  readonly balances: number
  readonly digest: string
  readonly recorded_at: Date
  readonly hash: string
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
  const after = cursors.parse(cursor)
  const where = conditions(book, { after: when(after?.[0], 'position > ?') })
  const found = await readRows(db, { name: `list-snapshots-${where.set}`, where, limit: limit + 1 })
  return (
    found && {
      head: found.head,
      ...pageOf(found.rows, limit, { item: snapshotItem, cursor: ({ position }) => cursors.after([position]) }),
    }
  )
}

/** @returns undefined where the book does not exist, no item where the snapshot does not */
export async function readSnapshot(
  db: Pool,
  { book, id }: { readonly book: string; readonly id: string },
): Promise<{ head: number; item: SnapshotItem | undefined } | undefined> {
  const where = conditions(book, { position: ['position = ?', Number(id)] })
  const found = await readRows(db, { name: 'read-snapshot', where, limit: 1 })
  return found && { head: found.head, item: found.rows.map(snapshotItem)[0] }
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

async function readRows(
  db: Pool,
  { name, where, limit }: { readonly name: string; readonly where: Conditions; readonly limit: number },
): Promise<Found<SnapshotRow> | undefined> {
  const { rows } = await db.query<{ head: number } & SnapshotRow>({
    name,
    text: `
      select h.position as head, s.*
        from ledger.heads h
        left join lateral (
               select o.*, e.*
                 from (
                        select position, known_at, as_of, resource, policy_id, entities, name, balances,
                               encode(digest, 'hex') as digest
                          from ledger.snapshots
                         where ${where.sql}
                         order by position
                         limit $${where.values.length + 1}
                      ) as o
                cross join lateral (
                        select recorded_at, encode(hash, 'hex') as hash
                          from ledger.events
                         where book_id = $1
                           and position = o.position
                         limit 1) as e
             ) as s on true
       where h.book_id = $1
       order by s.position`,
    values: [...where.values, limit],
  })
  return foundIn(rows, 'known_at')
}

function snapshotItem(row: SnapshotRow): SnapshotItem {
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
