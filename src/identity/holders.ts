import type { Pool } from 'pg'
import type { Granted } from '../access/principal.ts'
import { query, type RowOf } from '../db/statement.ts'
import type { CalendarDate } from '../domain/calendar-date.ts'
import { cursorsOf, type Page, pageOf } from '../ledger/read/cursor.ts'
import { LIST_HOLDERS_ON } from './holders.sql.ts'

/** Whoever is given rights one by one: an API key, or a user. */
export interface Holder {
  readonly kind: 'client' | 'user'
  readonly id: string
  readonly name: string
  readonly grants: readonly Granted[]
  /** Ranges from which it may be used; null: from anywhere. */
  readonly allowedAddresses: readonly string[] | null
  readonly expiresAt: string | null
  /** Of a key, to within a minute; of a user, when they last signed in; null: never. */
  readonly lastUsedAt: string | null
}

/** Keys and users who may do something on a book on a day, by id. @throws BadCursor */
export async function listHoldersOn(
  db: Pool,
  asked: {
    readonly book: string
    readonly today: CalendarDate
    readonly cursor: string | undefined
    readonly limit: number
  },
): Promise<Page<Holder>> {
  const { book, today, cursor, limit } = asked
  const cursors = cursorsOf('access-review', [book], ['id', 'id'])
  const [id, kind] = cursors.parse(cursor) ?? ['', '']
  const rows = await query(db, LIST_HOLDERS_ON, [id, kind, book, today, limit + 1])
  return pageOf(rows, limit, { item: holderOf, cursor: (row) => cursors.after([row.id, row.kind]) })
}

function holderOf(row: RowOf<typeof LIST_HOLDERS_ON>): Holder {
  return {
    kind: row.kind as Holder['kind'],
    id: row.id,
    name: row.name,
    grants: JSON.parse(row.grants) as Granted[],
    allowedAddresses: row.allowed_addresses,
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  }
}
