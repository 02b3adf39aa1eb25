import type { Pool } from 'pg'
import { query } from '../../db/statement.ts'
import { evolveHold } from '../../domain/hold/evolve-hold.ts'
import { type HoldState, holdFact, isHoldEvent } from '../../domain/hold/hold.ts'
import { type HoldRow, holdFromRow } from '../rows/hold-row.ts'
import { transactionFromRow } from '../rows/transaction-row.ts'
import { earliest, type Finding } from './finding.ts'
import { ENDED_TOO_LATE, HOLD_EVENTS, HOLD_LINES, HOLDS, MISSING_HOLD } from './holds.sql.ts'
import { stateText } from './state-text.ts'

/**
 * The first hold that is not what the events of its stream make it, or is missing; or that something was decided on after its
 * end while it still held its lines. Each is compared with the events up to its own version, so that one that ends meanwhile does
 * not matter. The chain must be whole.
 */
export async function verifyHolds(db: Pool, book: string, signal: AbortSignal): Promise<Finding | undefined> {
  const [[missing], [late]] = await Promise.all([query(db, MISSING_HOLD, [book]), query(db, ENDED_TOO_LATE, [book])])
  const findings: (Finding | undefined)[] = [
    missing && { position: missing.position, problem: 'the hold that it places is not kept' },
    late && { position: late.position, problem: `the hold ${late.hold_id} was over before, and held its lines on` },
  ]
  let after = ''
  while (!signal.aborted) {
    const rows = await query(db, HOLDS, [book, after])
    if (rows.length === 0) break
    after = rows.at(-1)!.hold_id
    findings.push(...(await differing(db, book, rows)))
  }
  return earliest(findings)
}

async function differing(db: Pool, book: string, rows: readonly HoldRow[]): Promise<(Finding | undefined)[]> {
  const kept = rows.map(holdFromRow)
  const events = await query(db, HOLD_EVENTS, [book, kept.map(({ hold }) => hold), kept.map(({ version }) => version)])
  const lines = await query(db, HOLD_LINES, [book, events.map(({ position }) => position)])
  const linesAt = Map.groupBy(lines, ({ position }) => position)
  const streams = Map.groupBy(events, ({ hold }) => hold)
  return kept.map((hold) => {
    const { position } = hold
    const problem = `the hold ${hold.hold} is not what the events of its stream make it`
    let state: HoldState | undefined
    try {
      for (const event of streams.get(hold.hold) ?? []) {
        if (!isHoldEvent(event.type)) throw new Error(`${event.type} is in its stream`)
        state = evolveHold(state, holdFact(event.type, JSON.parse(event.data)), {
          position: event.position,
          recordedAt: event.recorded_at.toISOString(),
          transactions: (linesAt.get(event.position) ?? []).map(transactionFromRow),
        })
      }
    } catch (error) {
      return { position, problem: `${problem}: ${(error as Error).message}` }
    }
    return state !== undefined && stateText(state) === stateText(hold) ? undefined : { position, problem }
  })
}
