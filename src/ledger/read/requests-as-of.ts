import type { Pool } from 'pg'
import { query, statement } from '../../db/statement.ts'
import { foldRequest } from '../../domain/request/shown.ts'
import { readRequestEvents } from './requests.ts'
import { type RequestItem, withWaitingFor } from './waiting-for.ts'

export const REQUESTS_UP_TO = statement({
  name: 'requests-up-to',
  text: `
    select request_id as request, version as "upTo", submitted_position as submitted
      from ledger.requests
     where book_id = $1
       and entity_id = $2
       and submitted_position > $3
       and submitted_position <= $4
     order by book_id, entity_id, submitted_position
     limit $5`,
  columns: { request: 'text', upTo: 'int8', submitted: 'int8' },
  params: ['text', 'text', 'int8', 'int8', 'int8'],
})

export interface RequestsAsOf {
  readonly book: string
  readonly entity: string
  readonly position: number
  /** When that was recorded. */
  readonly at: Date
  /** Of one page. */
  readonly limit: number
}

/** An entity's requests in the order in which they were submitted, each as it was at a position, page by page. */
export async function* requestsAsOf(
  db: Pool,
  { book, entity, position, at, limit }: RequestsAsOf,
): AsyncGenerator<readonly RequestItem[], void, undefined> {
  let after = 0
  for (;;) {
    const rows = await query(db, REQUESTS_UP_TO, [book, entity, after, position, limit])
    const last = rows.at(-1)
    if (last === undefined) return
    const streams = await readRequestEvents(db, book, rows)
    const folded = rows.map(({ request }) =>
      foldRequest(streams.get(request)!.filter((event) => event.position <= position)),
    )
    yield await withWaitingFor(db, book, folded, { upTo: position, at })
    after = last.submitted
  }
}
