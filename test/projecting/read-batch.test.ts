import { expect, test } from 'vitest'
import { type ReadBatch, readBatch } from '../../src/projecting/read-batch.ts'
import { accrual, dayAfter } from '../support/builders.ts'
import { type BookHandle, ledgerOfFile } from '../support/ledger.ts'
import { projectedOfFile } from './projected.ts'

const daybook = ledgerOfFile()
const projected = projectedOfFile(daybook, [])

const LINES = 1_000

async function singles(book: BookHandle, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, number) => book.record(accrual('1', { entity: `e${number % 50}` }))),
  )
}

async function batches(book: BookHandle, count: number): Promise<void> {
  for (let batch = 0; batch < count; batch++) {
    const effectiveOn = dayAfter('2026-01-01', batch)
    await book.record({
      transactions: Array.from({ length: LINES }, (_, line) => accrual('1', { entity: `e${line % 50}`, effectiveOn })),
    })
  }
}

/** Reads a book to its end, as projecting does. */
async function readAll(book: string, most: number): Promise<ReadBatch[]> {
  const { rows } = await daybook.admin.query<{ head: number }>(
    'select position as head from ledger.heads where book_id = $1',
    [book],
  )
  const { head } = rows[0]!
  const tx = await projected.pool.connect()
  const read: ReadBatch[] = []
  try {
    for (let after = 0; after < head; after = read.at(-1)!.upTo) {
      read.push(await readBatch(tx, 'events and transactions', { book, after, head, most }))
    }
  } finally {
    tx.release()
  }
  return read
}

async function recorded(book: string): Promise<{ events: number[]; transactions: string[] }> {
  const { rows: events } = await daybook.admin.query<{ position: number }>(
    'select position from ledger.events where book_id = $1 order by position',
    [book],
  )
  const { rows: transactions } = await daybook.admin.query<{ id: string }>(
    `select position || '.' || line as id from ledger.transactions where book_id = $1 order by position, line`,
    [book],
  )
  return { events: events.map(({ position }) => position), transactions: transactions.map(({ id }) => id) }
}

test('whatever the sizes of events and batches, each event and transaction is read once, in order, and whole', async () => {
  const book = await daybook.book()
  // More lines than a slice has, then more positions than a slice has, then both.
  await batches(book, 12)
  await singles(book, 6_000)
  await batches(book, 3)
  await singles(book, 40)
  const { events, transactions } = await recorded(book.id)
  for (const most of [700, 9_000, 50_000]) {
    const read = await readAll(book.id, most)
    expect(read.flatMap((batch) => batch.events.map(({ position }) => position))).toEqual(events)
    expect(read.flatMap((batch) => batch.transactions.map(({ position, line }) => `${position}.${line}`))).toEqual(
      transactions,
    )
    for (const batch of read) expect(batch.upTo).toBeGreaterThan(batch.after)
  }
})

test('a batch far from the end is large, and bounded', async () => {
  const book = await daybook.book()
  await singles(book, 11_000)
  const [first, second] = await readAll(book.id, 50_000)
  expect([first!.upTo > 11_000, second]).toEqual([true, undefined])
  const [bounded] = await readAll(book.id, 5_000)
  expect(bounded!.transactions.length).toBeLessThanOrEqual(5_000)
})
