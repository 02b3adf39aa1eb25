import type { Pool } from 'pg'
import { query, type RowOf } from '../../db/statement.ts'
import { evolvedBy } from '../../domain/request/evolve-request.ts'
import type { RequestState } from '../../domain/request/request.ts'
import { readRequestEvents } from '../read/requests.ts'
import { requestFromRow } from '../rows/request-row.ts'
import { earliest, type Finding } from './finding.ts'
import { MISSING_REQUEST, REQUESTS } from './requests.sql.ts'
import { stateText } from './state-text.ts'

/**
 * The first request that is not what the events of its stream make it, or is missing. Each is compared with the events
 * up to its own version, so that one that moves on meanwhile does not matter. The chain must be whole.
 */
export async function verifyRequests(db: Pool, book: string, signal: AbortSignal): Promise<Finding | undefined> {
  const missing = await missingRequest(db, book)
  const findings: (Finding | undefined)[] = [missing]
  let after = ''
  while (!signal.aborted) {
    const rows = await query(db, REQUESTS, [book, after])
    if (rows.length === 0) break
    after = rows.at(-1)!.request_id
    findings.push(...(await differing(db, book, rows)))
  }
  return earliest(findings)
}

async function missingRequest(db: Pool, book: string): Promise<Finding | undefined> {
  const [row] = await query(db, MISSING_REQUEST, [book])
  return row && { position: row.position, problem: 'the request that it submits is not kept' }
}

async function differing(
  db: Pool,
  book: string,
  rows: readonly RowOf<typeof REQUESTS>[],
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
      for (const event of streams.get(row.request_id) ?? []) state = evolvedBy(state, row.request_id, event)
    } catch (error) {
      return { position, problem: `${problem}: ${(error as Error).message}` }
    }
    const kept = requestFromRow(row)
    const count = kept.lines.length
    const isPending = kept.status === 'pending'
    const fits = row.held === (isPending ? count : 0) && row.taken === (isPending ? 0 : count)
    return fits && state !== undefined && stateText(state) === stateText(kept) ? undefined : { position, problem }
  })
}
