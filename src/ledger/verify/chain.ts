import type { Pool } from 'pg'
import { NO_HASH } from '../../domain/event.ts'
import { hashedText } from '../event-text.ts'
import { isDefinition } from '../event-types.ts'
import { sha256 } from '../hash.ts'
import type { Head } from '../read/head.ts'
import { type Batch, batches } from './batches.ts'
import type { Finding } from './finding.ts'
import { brokenRule } from './line-rules.ts'
import { PeriodWalk } from './periods.ts'
import { type Rebuilt, rebuild, rebuildTransaction } from './rebuild.ts'
import { streamOf } from './streams.ts'

/** What was found to be whole. */
export interface Chain {
  readonly events: number
  readonly transactions: number
  readonly hash: string
}

/**
 * Puts every event together again from its rows and hashes it: positions are dense, each hash covers its event and the
 * hash before, time does not run backwards, and the head is where the last event is.
 * @returns the first position that does not fit, or the whole chain
 */
export async function verifyChain(
  db: Pool,
  book: string,
  head: Head,
  onPosition: (position: number) => void,
): Promise<Chain | Finding> {
  const walk = new Walk(book)
  for await (const batch of batches(db, book, head.position)) {
    const finding = walk.take(batch)
    if (finding !== undefined) return finding
    onPosition(batch.upTo)
  }
  return walk.missed(head) ?? (await findOutside(db, book)) ?? walk.chain()
}

class Walk {
  readonly #book: string
  #position = 0
  #hash = NO_HASH
  #recordedAt = ''
  #definitions = 0
  #transactions = 0
  readonly #periods = new PeriodWalk()

  constructor(book: string) {
    this.#book = book
  }

  take({ events, transactions, upTo, readable }: Batch): Finding | undefined {
    if (!readable) return at(upTo, 'its rows hold a character that no value may hold, or lack a value')
    let line = 0
    for (const row of events) {
      const position = positionOf(row)
      if (position > this.#position + 1) break
      if (position <= this.#position) return at(position, 'it is there twice')
      const first = line
      while (line < transactions.length && positionOf(transactions[line]!) === position) line++
      const problem = this.#problem(row, transactions.slice(first, line))
      if (problem !== undefined) return at(position, problem)
    }
    return this.#position < upTo ? at(this.#position + 1, 'it is missing') : undefined
  }

  /** What the head says and the events do not. */
  missed(head: Head): Finding | undefined {
    const problem =
      head.hash !== this.#hash
        ? 'the hash of the head is not that of its event'
        : head.recordedAt !== this.#recordedAt
          ? 'the head has another instant than its event'
          : head.definitions !== this.#definitions
            ? `the head names ${head.definitions} as the last definition, which is ${this.#definitions}`
            : undefined
    return problem === undefined ? undefined : at(head.position, problem)
  }

  chain(): Chain {
    return { events: this.#position, transactions: this.#transactions, hash: this.#hash }
  }

  #problem(row: string, lines: readonly string[]): string | undefined {
    const rebuilt = this.#rebuild(row, lines)
    if (typeof rebuilt === 'string') return rebuilt
    const { event, erasableFits, stream } = rebuilt
    if (sha256(hashedText(event)) !== event.hash) return 'its content or the hash before it does not give its hash'
    if (!erasableFits) return 'what may be erased of it does not have the digest it was recorded with'
    if (event.recordedAt < this.#recordedAt) return `it was recorded at ${event.recordedAt}, before the one before it`
    if (stream !== streamOf(event)) return `it is stored in the stream ${stream}, and belongs to ${streamOf(event)}`
    this.#position = event.position
    this.#hash = event.hash
    this.#recordedAt = event.recordedAt
    this.#transactions += event.transactions.length
    if (isDefinition(event.type)) this.#definitions = event.position
    return brokenRule(event.transactions) ?? this.#periods.take(event)
  }

  #rebuild(row: string, lines: readonly string[]): Rebuilt | string {
    try {
      return rebuild(row, lines.map(rebuildTransaction), { book: this.#book, previousHash: this.#hash })
    } catch (error) {
      // Whatever a row holds that no writer wrote: JSON that does not parse, an amount that is none.
      return `its rows do not make an event: ${(error as Error).message}`
    }
  }
}

/** The first row where no position is: beyond the head, or before the first. */
async function findOutside(db: Pool, book: string): Promise<Finding | undefined> {
  const { rows } = await db.query<Record<'event' | 'line' | 'early_line', number | null>>({
    text: `
      select (select min(position) from ledger.events where book_id = $1 and position > h.position) as event,
             (select min(position) from ledger.transactions where book_id = $1 and position > h.position) as line,
             (select min(position) from ledger.transactions where book_id = $1 and position < 1) as early_line
        from ledger.heads h
       where h.book_id = $1`,
    values: [book],
  })
  const { event, line, early_line } = rows[0]!
  if (early_line !== null) return at(early_line, 'a transaction is before the first position')
  if (event !== null) return at(event, 'it is beyond the head')
  return line === null ? undefined : at(line, 'a transaction is beyond the head')
}

function positionOf(row: string): number {
  return Number.parseInt(row, 10)
}

function at(position: number, problem: string): Finding {
  return { position, problem }
}
