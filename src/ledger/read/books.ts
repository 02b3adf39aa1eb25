import type { Pool } from 'pg'
import { query, type RowOf, statement } from '../../db/statement.ts'
import { cursorsOf, type Page, pageOf } from './cursor.ts'
import { readHead } from './head.ts'

/** A book and the end of its history. */
export interface BookItem {
  readonly id: string
  readonly name: string | null
  readonly timeZone: string
  readonly position: number
  readonly hash: string
  readonly recordedAt: string
}

/** @returns undefined where the book does not exist */
export async function readBook(db: Pool, book: string): Promise<BookItem | undefined> {
  const head = await readHead(db, book)
  if (head === undefined) return undefined
  const { name, timeZone, position, hash, recordedAt } = head
  return { id: book, name, timeZone, position, hash, recordedAt }
}

export const BOOKS = statement({
  name: 'list-books',
  columns: {
    book_id: 'text',
    name: 'text?',
    time_zone: 'text',
    position: 'int8',
    hash: 'text',
    recorded_at: 'timestamptz',
  },
  // Of every book, where there are none given.
  params: ['text', 'text[]?', 'int8'],
  text: `
      select b.book_id, b.name, b.time_zone, h.position, encode(h.hash, 'hex') as hash, h.recorded_at
        from ledger.books b
        join ledger.heads h on h.book_id = b.book_id
       where b.book_id > $1
         and ($2::text[] is null or b.book_id = any($2))
       order by b.book_id
       limit $3`,
})

/**
 * Books, by id.
 * @param books those that may be shown; undefined: all of them
 * @throws BadCursor
 */
export async function listBooks(
  db: Pool,
  asked: {
    readonly books?: readonly string[] | undefined
    readonly cursor: string | undefined
    readonly limit: number
  },
): Promise<Page<BookItem>> {
  const { books, cursor, limit } = asked
  const cursors = cursorsOf('books', [], ['id'])
  const [after = ''] = cursors.parse(cursor) ?? []
  const rows = await query(db, BOOKS, [after, books ?? null, limit + 1])
  return pageOf(rows, limit, { item: bookItem, cursor: (row) => cursors.after([row.book_id]) })
}

function bookItem(row: RowOf<typeof BOOKS>): BookItem {
  return {
    id: row.book_id,
    name: row.name,
    timeZone: row.time_zone,
    position: row.position,
    hash: row.hash,
    recordedAt: row.recorded_at.toISOString(),
  }
}
