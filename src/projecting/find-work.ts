import type { Pool } from 'pg'
import { query, statement } from '../db/statement.ts'
import type { BookPage } from '../following/follow.ts'

/** A book that a build has not applied to its end. */
export interface Behind {
  readonly book: string
  readonly projection: string
  readonly build: number
  readonly head: number
  /** undefined where the book has no checkpoint yet. */
  readonly position: number | undefined
}

export interface WorkFound {
  readonly behind: readonly Behind[]
  /** The last book that was looked at; undefined where it was the last of all. */
  readonly upToBook: string | undefined
}

/** A page of books and what active builds are behind on; one row without a book where they are behind on nothing. */
export const FIND_WORK = statement({
  name: 'projecting-find-work',
  columns: {
    last_book: 'text?',
    looked_at: 'int8',
    book_id: 'text?',
    projection: 'text!',
    build: 'int4!',
    head: 'int8!',
    position: 'int8?',
  },
  params: ['text', 'int8'],
  text: `
      with page as (
        select book_id, position as head
          from ledger.heads
         where book_id > $1
         order by book_id
         limit $2
      )
      select (select max(book_id) from page) as last_book,
             (select count(*) from page) as looked_at,
             behind.*
        from (values (1)) as always
        left join (
               select p.book_id, b.projection, b.build, p.head, c.position
                 from page p
                cross join projections.builds b
                 left join lateral (
                        select position
                          from projections.checkpoints
                         where book_id = p.book_id
                           and projection = b.projection
                           and build = b.build
                         limit 1) as c on true
                where b.state = 'active'
                  and p.head > coalesce(c.position, 0)
             ) as behind on true`,
})

/**
 * Looks at the next books in the order of their ids, and says which of them active builds are behind on. One statement
 * over a bounded number of books: with more of them than that, it takes several calls to come around.
 */
export async function findWork(db: Pool, { afterBook, books }: BookPage): Promise<WorkFound> {
  const rows = await query(db, FIND_WORK, [afterBook, books])
  const { last_book: lastBook, looked_at: lookedAt } = rows[0]!
  return {
    behind: rows.flatMap(({ book_id: book, projection, build, head, position }) =>
      book === null ? [] : [{ book, projection, build, head, position: position ?? undefined }],
    ),
    upToBook: lookedAt < books ? undefined : lastBook!,
  }
}
