import type { Pool } from 'pg'
import type { Build } from '../projection.ts'

const BOOKS_PER_PAGE = 1_000

/** All books, each with its head as it is when the page is read. */
export async function* allBooks(db: Pool): AsyncGenerator<{ book: string; head: number }, void, undefined> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const { rows }: { rows: { book: string; head: number }[] } = await db.query<{ book: string; head: number }>(
      `select book_id as book, position as head
         from ledger.heads
        where book_id > $1
        order by book_id
        limit ${BOOKS_PER_PAGE}`,
      [after],
    )
    yield* rows
    after = rows.length < BOOKS_PER_PAGE ? undefined : rows.at(-1)!.book
  }
}

/** Of all books, as their heads are now. */
export async function countEvents(db: Pool): Promise<number> {
  return countOf(db, 'select coalesce(sum(position), 0)::bigint as count from ledger.heads', [])
}

/** Events that a build has not applied, over all books. */
export async function countBehind(db: Pool, { projection, number }: Build): Promise<number> {
  return countOf(
    db,
    `select coalesce(sum(h.position - coalesce(c.position, 0)), 0)::bigint as count
       from ledger.heads h
       left join projections.checkpoints c
              on c.book_id = h.book_id
             and c.projection = $1
             and c.build = $2`,
    [projection, number],
  )
}

export async function countParked(db: Pool, { projection, number }: Build): Promise<number> {
  return countOf(
    db,
    `select count(*) as count
       from projections.withheld
      where projection = $1
        and build = $2
        and state = 'parked'`,
    [projection, number],
  )
}

async function countOf(db: Pool, text: string, values: unknown[]): Promise<number> {
  const { rows } = await db.query<{ count: number }>(text, values)
  return rows[0]!.count
}
