import type { Pool } from 'pg'
import { NO_HASH } from '../../domain/event.ts'
import { hashedText } from '../rows/event-text.ts'
import { isDefinition } from '../rows/event-types.ts'
import { sha256 } from '../rows/hash.ts'
import { batches, type WalkedBatch } from './batches.ts'
import type { Finding } from './finding.ts'
import { brokenRule } from './line-rules.ts'
import type { PeriodWalk } from './periods.ts'
import type { Range } from './ranges.ts'
import { type RebuiltEvent, rebuildEvent, rebuildTransaction } from './rebuild.ts'
import { streamOf } from './streams.ts'

/** What a chain has come to at a position. */
export interface Link {
  readonly position: number
  readonly hash: string
  readonly recordedAt: string
}

/** Before the first event. */
export const NO_LINK: Link = { position: 0, hash: NO_HASH, recordedAt: '' }

/** What is known where a range begins. */
export interface Before {
  readonly link: Link
  /** Goes along. */
  readonly periods: PeriodWalk
}

/** What a range of events comes to, found to be whole. */
export interface Whole {
  readonly transactions: number
  /** Position of its last definition; 0 where it has none. */
  readonly definitions: number
}

/**
 * Puts the events of a range together again, one by one: positions are dense, each hash covers its event and the hash
 * before, time does not run backwards, streams and lines are what they must be, and no period was closed to them.
 * @param before which is known to be whole
 * @returns the first position that does not fit, or what the range comes to
 */
export async function walk(db: Pool, book: string, range: Range, before: Before): Promise<Whole | Finding> {
  const steps = new Walk(book, before)
  for await (const batch of batches(db, book, range)) {
    const finding = steps.take(batch)
    if (finding !== undefined) return finding
  }
  return steps.whole()
}

class Walk {
  readonly #book: string
  readonly #periods: PeriodWalk
  #position: number
  #hash: string
  #recordedAt: string
  #definitions = 0
  #transactions = 0

  constructor(book: string, { link: { position, hash, recordedAt }, periods }: Before) {
    this.#book = book
    this.#position = position
    this.#hash = hash
    this.#recordedAt = recordedAt
    this.#periods = periods
  }

  take({ events, transactions, upTo, readable }: WalkedBatch): Finding | undefined {
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

  whole(): Whole {
    return { transactions: this.#transactions, definitions: this.#definitions }
  }

  #problem(row: string, lines: readonly string[]): string | undefined {
    const rebuilt = this.#rebuildEvent(row, lines)
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

  #rebuildEvent(row: string, lines: readonly string[]): RebuiltEvent | string {
    try {
      return rebuildEvent(row, lines.map(rebuildTransaction), { book: this.#book, previousHash: this.#hash })
    } catch (error) {
      // Whatever a row holds that no writer wrote: JSON that does not parse, an amount that is none.
      return `its rows do not make an event: ${(error as Error).message}`
    }
  }
}

function positionOf(row: string): number {
  return Number.parseInt(row, 10)
}

function at(position: number, problem: string): Finding {
  return { position, problem }
}
