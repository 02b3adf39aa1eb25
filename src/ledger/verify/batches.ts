import type { Pool } from 'pg'
import { FIRST_BATCH } from '../read/batch-size.ts'
import { readPacked, Unreadable } from '../rows/packed-rows.ts'
import { EVENTS, TRANSACTIONS } from './batches.sql.ts'
import type { Range } from './ranges.ts'

/** Events and transactions of a range of positions, packed; in order. */
export interface WalkedBatch {
  readonly after: number
  readonly upTo: number
  readonly events: string[]
  readonly transactions: string[]
  /** false: the rows of the range, a single position, cannot be told apart. */
  readonly readable: boolean
}

// Batches that are read while one is looked at: the server has other cores.
const BATCHES_AHEAD = 3

/** The record of a book in a range of positions, in batches of bounded size. */
export async function* batches(db: Pool, book: string, whole: Range): AsyncGenerator<WalkedBatch, void, undefined> {
  const coming: { range: Range; reading: Promise<WalkedBatch | 'unreadable'> }[] = []
  let size = FIRST_BATCH
  let asked = whole.after
  for (;;) {
    while (asked < whole.upTo && coming.length <= BATCHES_AHEAD) {
      const range = { after: asked, upTo: Math.min(asked + size.events, whole.upTo) }
      const reading = read(db, book, range)
      // Whoever stops early leaves it to itself.
      reading.catch(() => {})
      coming.push({ range, reading })
      asked = range.upTo
    }
    const next = coming.shift()
    if (next === undefined) return
    const batch = await next.reading
    if (batch === 'unreadable') {
      yield* oneByOne(db, book, next.range)
      return
    }
    size = size.next({ events: batch.upTo - batch.after, characters: charactersIn(batch) })
    yield batch
  }
}

/** Finds the position that made a range unreadable. */
async function* oneByOne(db: Pool, book: string, { after, upTo }: Range): AsyncGenerator<WalkedBatch, void, undefined> {
  for (let position = after + 1; position <= upTo; position++) {
    const range = { after: position - 1, upTo: position }
    const batch = await read(db, book, range)
    yield batch === 'unreadable' ? { ...range, events: [], transactions: [], readable: false } : batch
  }
}

async function read(db: Pool, book: string, { after, upTo }: Range): Promise<WalkedBatch | 'unreadable'> {
  const values = [book, after, upTo] as const
  try {
    const [events, transactions] = await Promise.all([
      readPacked(db, EVENTS, values),
      readPacked(db, TRANSACTIONS, values),
    ])
    return { after, upTo, events, transactions, readable: true }
  } catch (error) {
    if (error instanceof Unreadable) return 'unreadable'
    throw error
  }
}

function charactersIn({ events, transactions }: WalkedBatch): number {
  let characters = 0
  for (const row of events) characters += row.length
  for (const row of transactions) characters += row.length
  return characters
}
