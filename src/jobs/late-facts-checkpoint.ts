import type { Pool } from 'pg'
import type { RecountCause } from '../domain/request/request.ts'

/** A request whose days could not be counted again, since a period is closed that has to be open. */
export interface WaitingRequest {
  readonly request: string
  readonly cause: RecountCause
}

/** How far the definitions of a book are dealt with. */
export interface LateFactsCheckpoint {
  readonly position: number
  readonly waiting: readonly WaitingRequest[]
}

type StoredWaiting = [request: string, position: number, type: RecountCause['type'], about: string]

/**
 * Where to go on, and up to where there are definitions: whatever is read from here on knows all of them.
 * @returns undefined where the book does not exist
 */
export async function readCheckpoint(
  db: Pool,
  book: string,
): Promise<(LateFactsCheckpoint & { readonly definitions: number }) | undefined> {
  const { rows } = await db.query<{ definitions: number; position: number | null; waiting: string | null }>({
    name: 'read-late-facts',
    text: `
      select h.definitions, l.position, l.waiting
        from ledger.heads h
        left join ledger.late_facts l on l.book_id = $1
       where h.book_id = $1`,
    values: [book],
  })
  const [row] = rows
  if (row === undefined) return undefined
  const { definitions, position, waiting } = row
  const stored = waiting === null ? [] : (JSON.parse(waiting) as StoredWaiting[])
  return {
    definitions,
    position: position ?? 0,
    waiting: stored.map(([request, at, type, about]) => ({ request, cause: { position: at, type, about } })),
  }
}

/** Where another process has come further meanwhile, its word stands: it looked at everything that this one did. */
export async function writeCheckpoint(
  db: Pool,
  book: string,
  { position, waiting }: LateFactsCheckpoint,
): Promise<void> {
  const stored = waiting.map(({ request, cause: { position: at, type, about } }): StoredWaiting => {
    return [request, at, type, about]
  })
  await db.query({
    name: 'write-late-facts',
    text: `
      insert into ledger.late_facts (book_id, position, waiting)
      select h.book_id, $2, $3
        from ledger.heads h
       where h.book_id = $1
          on conflict (book_id) do update
         set position = excluded.position, waiting = excluded.waiting
       where late_facts.position <= excluded.position`,
    values: [book, position, stored.length === 0 ? null : JSON.stringify(stored)],
  })
}

/** Books looked at in one go. */
const BOOKS = 1_000

/** Books with definitions that nobody has dealt with; or, where asked for, with requests that wait for a period. */
export async function* dueBooks(db: Pool, { waiting }: { readonly waiting: boolean }): AsyncGenerator<string> {
  let after = ''
  for (;;) {
    const { rows } = await db.query<{ book_id: string; due: boolean }>({
      name: 'due-books',
      text: `
        select h.book_id,
               h.definitions > coalesce(l.position, 0) or ($2 and l.waiting is not null) as due
          from ledger.heads h
          left join ledger.late_facts l on l.book_id = h.book_id
         where h.book_id > $1
         order by h.book_id
         limit ${BOOKS}`,
      values: [after, waiting],
    })
    for (const { book_id: book, due } of rows) if (due) yield book
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.book_id
  }
}
