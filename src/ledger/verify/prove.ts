import type { Pool } from 'pg'
import { query, type RowOf } from '../../db/statement.ts'
import { DEFINITIONS } from '../rows/event-types.ts'
import { CLOSINGS } from './periods.ts'
import { PROOF, STREAMS } from './prove.sql.ts'
import type { Range } from './ranges.ts'
import { streamOf, TYPES_WITH_STREAM } from './streams.ts'
import type { Whole } from './walk.ts'

// The class of SQLSTATE.
const DATA_EXCEPTION = '22'

/** What the server found a range of events to come to. */
export interface Proof extends Whole {
  /** Lines that are meant for a day of a closed period: whether it was closed is for the caller to know. */
  readonly late: number
}

/**
 * Has the server put the events of a range together again, hash them, and check their rules. It never says yes where `walk`
 * would say no; it is faster, because nothing is sent. Whether a late line was meant for a closed period is not checked here.
 * @param range its first event follows one that is known to be whole
 * @returns undefined where something does not fit. `undefined` also for rare but valid data, and for ranges that close or
 *   reopen a period; `walk` decides those.
 */
export async function prove(db: Pool, book: string, range: Range): Promise<Proof | undefined> {
  const sums = await summed(db, book, range)
  if (sums?.fit !== true || sums.events !== range.upTo - range.after || sums.last_position !== range.upTo)
    return undefined
  if (sums.streamed > 0 && !(await streamsFit(db, book, range))) return undefined
  if (sums.closings > 0) return undefined
  const { transactions, definitions, late } = sums
  return { transactions: Number(transactions ?? 0), definitions: definitions ?? 0, late: Number(late ?? 0) }
}

async function summed(db: Pool, book: string, { after, upTo }: Range): Promise<RowOf<typeof PROOF> | undefined> {
  try {
    const [sums] = await query(db, PROOF, [book, after, upTo, TYPES_WITH_STREAM, DEFINITIONS, CLOSINGS])
    return sums
  } catch (error) {
    // Values that cannot be computed with, such as an instant beyond all others: no writer wrote them.
    if ((error as { code?: string }).code?.startsWith(DATA_EXCEPTION)) return undefined
    throw error
  }
}

async function streamsFit(db: Pool, book: string, range: Range): Promise<boolean> {
  const rows = await query(db, STREAMS, [book, range.after, range.upTo, TYPES_WITH_STREAM])
  try {
    return rows.every(({ position, type, data, stream }) => stream === streamOf({ position, type, dataText: data }))
  } catch {
    // Data that names no stream.
    return false
  }
}
