import type { Pool } from 'pg'
import { query, type RowOf } from '../../db/statement.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { cursorsOf, type Page, pageOf } from '../../ledger/read/cursor.ts'
import { ACCESSES } from './accesses.sql.ts'

/** That somebody else read what is about an entity. */
export interface Access {
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string
  /** The operation id of the call. */
  readonly action: string
  /** What kind of caller, and by which role: not who. */
  readonly by: { readonly kind: string; readonly role: string | null }
  /** `list`: it was not asked for alone, and may have been on another page. */
  readonly of: 'entity' | 'list'
  readonly times: number
}

export interface AccessesAsked {
  readonly book: string
  readonly entity: string
  /** By which managers reach. */
  readonly today: CalendarDate
  readonly cursor: string | undefined
  readonly limit: number
}

/** Who read what is about an entity, by time; of reads that are noted. @throws BadCursor */
export async function listAccesses(db: Pool, asked: AccessesAsked): Promise<Page<Access>> {
  const { book, entity, today, cursor, limit } = asked
  const cursors = cursorsOf('accesses', [book, entity], ['number', 'number'])
  const [at, number] = cursors.parse(cursor) ?? [0, 0]
  const rows = await query(db, ACCESSES, [book, entity, new Date(at), number, today, limit + 1])
  return pageOf(rows, limit, { item: accessOf, cursor: (row) => cursors.after([row.at.getTime(), row.entry_id]) })
}

function accessOf(row: RowOf<typeof ACCESSES>): Access {
  return {
    at: row.at.toISOString(),
    action: row.action,
    by: { kind: row.actor_type, role: row.role },
    of: row.is_named ? 'entity' : 'list',
    times: row.times,
  }
}
