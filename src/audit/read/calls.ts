import { sql } from 'kysely'
import type { Pool } from 'pg'
import { compiled, read, tables } from '../../db/compiled.ts'
import { cursorsOf, type Page, pageOf } from '../../ledger/read/cursor.ts'
import type { Entry } from '../entry.ts'
import { ENTRY_COLUMNS, entryOf } from './beside.ts'

// By its index of persons; no plan is kept.
export const CALLS = compiled({
  computed: { hash: 'text' },
  query: (asked: { book: string; entity: string; at: string; number: number; limit: number }) =>
    tables
      .selectFrom('audit.entries')
      .select([...ENTRY_COLUMNS])
      .select(sql<string>`encode(hash, 'hex')`.as('hash'))
      .where('book_id', '=', asked.book)
      .where('actor_id', '=', asked.entity)
      .where('actor_type', 'in', ['employee', 'manager'])
      .where(sql<boolean>`(at, entry_id) > (${asked.at}::timestamptz, ${asked.number}::bigint)`)
      .orderBy('at')
      .orderBy('entry_id')
      .limit(asked.limit),
})

/** What an entity did that is beside the record, by time. @throws BadCursor */
export async function listCalls(
  db: Pool,
  asked: {
    readonly book: string
    readonly entity: string
    readonly cursor: string | undefined
    readonly limit: number
  },
): Promise<Page<Entry>> {
  const { book, entity, cursor, limit } = asked
  const cursors = cursorsOf('audit-calls', [book, entity], ['number', 'number'])
  const [at, number] = cursors.parse(cursor) ?? [0, 0]
  const rows = await read(db, CALLS, { book, entity, at: new Date(at).toISOString(), number, limit: limit + 1 })
  return pageOf(rows, limit, { item: entryOf, cursor: (row) => cursors.after([row.at.getTime(), row.entry_id]) })
}
