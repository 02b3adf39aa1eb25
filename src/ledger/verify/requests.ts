import type { Pool } from 'pg'
import { evolveRequest } from '../../domain/request/evolve-request.ts'
import type { RequestState } from '../../domain/request/request.ts'
import { readRequestEvents } from '../read/requests.ts'
import { REQUEST_COLUMNS, type RequestRow, requestFromRow } from '../rows/request-row.ts'
import { earliest, type Finding } from './finding.ts'

/** Requests that are folded at once. */
const BATCH = 500

/**
 * The first request that is not what the events of its stream make it, or is missing. Each is compared with the events
 * up to its own version, so that one that moves on meanwhile does not matter. The chain must be whole.
 */
export async function verifyRequests(db: Pool, book: string, signal: AbortSignal): Promise<Finding | undefined> {
  const missing = await missingRequest(db, book)
  const findings: (Finding | undefined)[] = [missing]
  let after = ''
  while (!signal.aborted) {
    const { rows } = await db.query<RequestRow & { held: number; taken: number }>({
      name: 'verify-requests',
      text: `
        select ${REQUEST_COLUMNS}, held, taken
          from ledger.requests
         where book_id = $1
           and request_id > $2
         order by request_id
         limit ${BATCH}`,
      values: [book, after],
    })
    if (rows.length === 0) break
    after = rows.at(-1)!.request_id
    findings.push(...(await differing(db, book, rows)))
  }
  return earliest(findings)
}

async function missingRequest(db: Pool, book: string): Promise<Finding | undefined> {
  const { rows } = await db.query<{ position: number }>(
    `select e.position
       from ledger.events e
      where e.book_id = $1
        and starts_with(e.stream, 'request:')
        and e.stream_version = 1
        and (select r.version from ledger.requests r where r.book_id = $1 and r.request_id = substr(e.stream, 9)) is null
      order by 1
      limit 1`,
    [book],
  )
  const [row] = rows
  return row && { position: row.position, problem: 'the request that it submits is not kept' }
}

async function differing(
  db: Pool,
  book: string,
  rows: readonly (RequestRow & { readonly held: number; readonly taken: number })[],
): Promise<(Finding | undefined)[]> {
  const streams = await readRequestEvents(
    db,
    book,
    rows.map((row) => ({ request: row.request_id, upTo: row.version })),
  )
  return rows.map((row) => {
    const position = row.position
    const problem = `the request ${row.request_id} is not what the events of its stream make it`
    let state: RequestState | undefined
    try {
      for (const event of streams.get(row.request_id) ?? []) state = evolveRequest(state, event.fact, event)
    } catch (error) {
      return { position, problem: `${problem}: ${(error as Error).message}` }
    }
    const kept = requestFromRow(row)
    const count = kept.lines.length
    const isPending = kept.status === 'pending'
    const fits = row.held === (isPending ? count : 0) && row.taken === (isPending ? 0 : count)
    return fits && state !== undefined && textOf(state) === textOf(kept) ? undefined : { position, problem }
  })
}

/** Members by name, amounts as text. */
function textOf(state: RequestState): string {
  const members = Object.entries(state).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(members, (_name, value: unknown) => {
    if (typeof value === 'bigint') return String(value)
    const isMembers = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isMembers ? Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)) : value
  })
}
