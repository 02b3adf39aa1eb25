import type { Pool } from 'pg'
import { query, statement } from '../../db/statement.ts'
import type { Build } from '../projection.ts'

const BOOKS_PER_PAGE = 1_000

export const READ_BOOKS = statement({
  columns: { book: 'text', head: 'int8' },
  params: ['text'],
  text: `
      select book_id as book, position as head
        from ledger.heads
       where book_id > $1
       order by book_id
       limit ${BOOKS_PER_PAGE}`,
})

/** All books, each with its head as it is when the page is read. */
export async function* allBooks(db: Pool): AsyncGenerator<{ book: string; head: number }, void, undefined> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const rows: readonly { readonly book: string; readonly head: number }[] = await query(db, READ_BOOKS, [after])
    yield* rows
    after = rows.length < BOOKS_PER_PAGE ? undefined : rows.at(-1)!.book
  }
}

export const COUNT_EVENTS = statement({
  columns: { count: 'int8' },
  text: 'select coalesce(sum(position), 0)::bigint as count from ledger.heads',
})

/** Of all books, as their heads are now. */
export async function countEvents(db: Pool): Promise<number> {
  const [row] = await query(db, COUNT_EVENTS, [])
  return row!.count
}

export const COUNT_BEHIND = statement({
  columns: { count: 'int8' },
  params: ['text', 'int4'],
  text: `
      select coalesce(sum(h.position - coalesce(c.position, 0)), 0)::bigint as count
        from ledger.heads h
        left join projections.checkpoints c
               on c.book_id = h.book_id
              and c.projection = $1
              and c.build = $2`,
})

/** Events that a build has not applied, over all books. */
export async function countBehind(db: Pool, { projection, number }: Build): Promise<number> {
  const [row] = await query(db, COUNT_BEHIND, [projection, number])
  return row!.count
}

export const COUNT_PARKED = statement({
  columns: { count: 'int8' },
  params: ['text', 'int4'],
  text: `
      select count(*) as count
        from projections.withheld
       where projection = $1
         and build = $2
         and state = 'parked'`,
})

/** Events that the build could not fold and left aside, over all books. */
export async function countParked(db: Pool, { projection, number }: Build): Promise<number> {
  const [row] = await query(db, COUNT_PARKED, [projection, number])
  return row!.count
}
