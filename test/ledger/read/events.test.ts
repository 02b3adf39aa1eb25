import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FIRST_BATCH } from '../../../src/ledger/read/batch-size.ts'
import { readEventByPosition } from '../../../src/ledger/read/event-rows.ts'
import { readEventPage, streamEvents } from '../../../src/ledger/read/events.ts'
import { eventText } from '../../../src/ledger/rows/event-text.ts'
import { accrual, consumption, day, reversalOf } from '../../support/builders.ts'
import { type BookHandle, idIn, ledgerOfFile } from '../../support/ledger.ts'
import { HISTORY_POLICIES, happen, history } from './history.ts'
import { readerOf } from './reading.ts'

const daybook = ledgerOfFile()
const reader = readerOf(daybook)

async function streamed(book: BookHandle, after = 0, upTo?: number): Promise<string[]> {
  const texts: string[] = []
  for await (const batch of streamEvents(reader.db, {
    book: book.id,
    after,
    ...(upTo === undefined ? {} : { upTo }),
  })) {
    texts.push(...batch)
  }
  return texts
}

test('an event is read as it was recorded, with the hash before it', async () => {
  const book = await daybook.book()
  const events = [await book.record(accrual('1.5', { reason: 'r', metadata: { a: [1, 'ü'] } }))]
  events.push(await book.record({ transactions: [accrual('2', { policy: 'wallet' }), consumption('1'), accrual('1')] }))
  events.push(await book.record(reversalOf(idIn(events[0]!), { allowNegative: true, effectiveOn: day('2026-03-01') })))
  for (const { event } of events) {
    expect(await readEventByPosition(reader.db, book.id, event.position)).toEqual(event)
  }
  const client = await reader.db.connect()
  expect(await readEventByPosition(client, book.id, 1)).toMatchObject({ position: 1, previousHash: '0'.repeat(64) })
  client.release()
  expect(await readEventByPosition(reader.db, book.id, events.at(-1)!.event.position + 1)).toBeUndefined()
})

test('law: pages and streams say the same as reading events one by one', async () => {
  await fc.assert(
    fc.asyncProperty(
      history({ maxSteps: 15 }),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(5),
      async (steps, limit, after) => {
        const book = await daybook.book(HISTORY_POLICIES)
        await happen(book, steps)
        const texts: string[] = []
        for (let position = after + 1; ; position++) {
          const event = await readEventByPosition(reader.db, book.id, position)
          if (event === undefined) break
          texts.push(eventText(event))
        }
        const paged: string[] = []
        for (let next: number | null = after; next !== null; ) {
          const page = await readEventPage(reader.db, { book: book.id, after: next, limit })
          paged.push(...page!.items)
          expect(page!.head).toBe(after + texts.length)
          next = page!.nextPosition
        }
        expect(paged).toEqual(texts)
        expect(await streamed(book, after)).toEqual(texts)
        expect(await streamed(book, after, after + 2)).toEqual(texts.slice(0, 2))
      },
    ),
    { numRuns: 15 },
  )
})

describe('pages and streams', () => {
  test('end at the head', async () => {
    const book = await daybook.book({})
    expect(await readEventPage(reader.db, { book: book.id, after: 0, limit: 1 })).toMatchObject({
      head: 1,
      nextPosition: null,
    })
    for (const after of [1, 7]) {
      expect(await readEventPage(reader.db, { book: book.id, after, limit: 5 })).toEqual({
        head: 1,
        items: [],
        nextPosition: null,
      })
      expect(await streamed(book, after)).toEqual([])
    }
  })

  test('of a book that does not exist', async () => {
    expect(await readEventPage(reader.db, { book: 'nobody', after: 0, limit: 5 })).toBeUndefined()
    expect(await streamed({ id: 'nobody' } as BookHandle)).toEqual([])
  })

  test('a stream ends where the head was when it began, whatever is recorded meanwhile', async () => {
    const book = await daybook.book()
    for (let count = 0; count < 100; count++) await book.record(accrual('1'))
    let events = 0
    for await (const batch of streamEvents(reader.db, { book: book.id, after: 0 })) {
      events += batch.length
      await book.record(accrual('1'))
    }
    expect(events).toBe(105)
  })
})

test('the size of a batch follows the size of events, within bounds', () => {
  const sizes = (characters: number): number[] => {
    const events: number[] = []
    let size = FIRST_BATCH
    for (let batches = 0; batches < 6; batches++) {
      events.push(size.events)
      size = size.next({ events: size.events, characters: size.events * characters })
    }
    return events
  }
  expect(sizes(500)).toEqual([64, 256, 1_024, 2_000, 2_000, 2_000])
  expect(sizes(100_000).at(-1)).toBe(40)
  expect(sizes(50_000_000).at(-1)).toBe(1)
  expect(FIRST_BATCH.next({ events: 64, characters: 0 }).events).toBe(256)
})
