import type { Pool } from 'pg'
import { query } from '../../db/statement.ts'
import { readEventByPosition } from '../read/event-rows.ts'
import type { Head } from '../read/head.ts'
import { CLOSED_THROUGH } from '../read/periods.ts'
import { ROWS_OUTSIDE } from './chain.sql.ts'
import type { Finding } from './finding.ts'
import { PeriodWalk, periodsFit } from './periods.ts'
import { proofs } from './proofs.ts'
import type { Proof } from './prove.ts'
import type { Range } from './ranges.ts'
import { type Link, NO_LINK, walk } from './walk.ts'

/** What was found to be whole. */
export interface Chain {
  readonly events: number
  readonly transactions: number
  readonly hash: string
}

/**
 * The record itself: positions are dense, each hash covers its event and the hash before, time does not run backwards,
 * and the head is where the last event is. The server proves it, range by range. A range that it cannot prove is walked
 * through here, which finds the position and says what is wrong with it, or that nothing is.
 * @returns the first position that does not fit, or the whole chain
 */
export async function verifyChain(
  db: Pool,
  book: string,
  head: Head,
  onPosition: (position: number) => void,
): Promise<Chain | Finding> {
  const periods = new PeriodWalk()
  let transactions = 0
  let definitions = 0
  for await (const { range, proof } of proofs(db, book, head.position)) {
    const whole =
      proof !== undefined && (await fitsPeriods(db, book, range, proof, periods))
        ? proof
        : await walk(db, book, range, { link: await linkAt(db, book, range.after), periods })
    if ('problem' in whole) return whole
    transactions += whole.transactions
    definitions = Math.max(definitions, whole.definitions)
    onPosition(range.upTo)
  }
  const problem = missed(head, await linkAt(db, book, head.position), definitions)
  if (problem !== undefined) return at(head.position, problem)
  const [ofHead] = await query(db, CLOSED_THROUGH, [book])
  if (ofHead!.closed_through !== periods.closedThrough) {
    return at(head.position, 'the head does not name the periods that are closed')
  }
  return (await findOutside(db, book)) ?? { events: head.position, transactions, hash: head.hash }
}

/** What no proof of a single range can say: it depends on what was closed before. */
async function fitsPeriods(
  db: Pool,
  book: string,
  range: Range,
  { late }: Proof,
  { closedThrough }: PeriodWalk,
): Promise<boolean> {
  return (closedThrough === null && late === 0) || (await periodsFit(db, book, range, closedThrough))
}

/** @param position of an event that was found to be whole, or 0 */
async function linkAt(db: Pool, book: string, position: number): Promise<Link> {
  const event = position === 0 ? undefined : await readEventByPosition(db, book, position)
  return event ?? NO_LINK
}

/** What the head says and the events do not. */
function missed(head: Head, last: Link, definitions: number): string | undefined {
  if (head.hash !== last.hash) return 'the hash of the head is not that of its event'
  if (head.recordedAt !== last.recordedAt) return 'the head has another instant than its event'
  if (head.definitions === definitions) return undefined
  return `the head names ${head.definitions} as the last definition, which is ${definitions}`
}

/** The first row where no position is: beyond the head, or before the first. */
async function findOutside(db: Pool, book: string): Promise<Finding | undefined> {
  const [row] = await query(db, ROWS_OUTSIDE, [book])
  const { event, line, early_line } = row!
  if (early_line !== null) return at(early_line, 'a transaction is before the first position')
  if (event !== null) return at(event, 'it is beyond the head')
  return line === null ? undefined : at(line, 'a transaction is beyond the head')
}

function at(position: number, problem: string): Finding {
  return { position, problem }
}
