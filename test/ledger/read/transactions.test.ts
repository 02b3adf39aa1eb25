import { describe, expect, test } from 'vitest'
import { BadCursor } from '../../../src/ledger/read/cursor.ts'
import { listTransactions, readTransaction, type TransactionsAsked } from '../../../src/ledger/read/transactions.ts'
import { accrual, adjustment, consumption, day, policy, reversalOf } from '../../support/builders.ts'
import { type BookHandle, idIn, ledgerOfFile } from '../../support/ledger.ts'
import { readerOf } from './reading.ts'

const daybook = ledgerOfFile()
const reader = readerOf(daybook)

async function list(book: BookHandle, asked: Partial<Omit<TransactionsAsked, 'book'>> = {}) {
  const page = await listTransactions(reader.db, { reach: 'everybody', book: book.id, limit: 50, ...asked })
  if (page === undefined) throw new Error('no such book')
  return page
}

async function ids(book: BookHandle, asked: Partial<Omit<TransactionsAsked, 'book'>> = {}): Promise<string[]> {
  return (await list(book, asked)).items.map(({ id }) => id)
}

test('a transaction says what it did, when it was recorded, what undid it and why it was', async () => {
  const book = await daybook.book()
  await book.record(accrual('5'))
  const taken = await book.record(
    consumption('0.5', { effectiveOn: day('2026-02-02'), portion: 'am', reference: 'leave-7', reason: 'dentist' }),
  )
  const undone = await book.record(reversalOf(idIn(taken), { effectiveOn: day('2026-02-03') }))
  const { items, head, nextCursor } = await list(book, { afterPosition: taken.event.position - 1 })
  expect({ head, nextCursor }).toEqual({ head: undone.event.position, nextCursor: null })
  const same = { entity: 'e1', policy: 'annual', resource: 'leave', portion: 'am' }
  expect(items).toEqual([
    {
      ...same,
      id: idIn(taken),
      type: 'consumption',
      amount: '-0.50',
      effectiveOn: '2026-02-02',
      reverses: null,
      reversedBy: idIn(undone),
      reference: 'leave-7',
      reason: 'dentist',
      position: taken.event.position,
      recordedAt: taken.event.recordedAt,
    },
    {
      ...same,
      id: idIn(undone),
      type: 'reversal',
      amount: '0.50',
      effectiveOn: '2026-02-03',
      reverses: idIn(taken),
      reversedBy: null,
      reference: null,
      reason: null,
      position: undone.event.position,
      recordedAt: undone.event.recordedAt,
    },
  ])
  expect(
    await readTransaction(reader.db, {
      reach: 'everybody',
      book: book.id,
      at: { position: taken.event.position, line: 1 },
    }),
  ).toEqual({
    head,
    item: items[0],
  })
})

test('amounts are printed at the scale the policy has now', async () => {
  const book = await daybook.book()
  await book.record(accrual('5'))
  await book.definePolicy('annual', policy({ scale: 4, effectiveFrom: day('2026-01-01') }))
  await book.record(accrual('0.0001'))
  expect((await list(book)).items.map(({ amount }) => amount)).toEqual(['5.0000', '0.0001'])
})

describe('a reason', () => {
  test('is the line’s own, else that of its command', async () => {
    const book = await daybook.book()
    await book.record({ transactions: [accrual('1', { reason: 'own' }), accrual('2'), accrual('3')], reason: 'shared' })
    await book.record({ transactions: [accrual('1'), accrual('2', { reason: 'own' })] })
    expect((await list(book)).items.map(({ reason }) => reason)).toEqual(['own', 'shared', 'shared', null, 'own'])
    expect((await list(book, { limit: 1, afterPosition: 5 })).items).toMatchObject([{ reason: 'own' }])
    const { event } = await book.record({ transactions: [accrual('1'), accrual('2')], reason: 'again' })
    const second = await readTransaction(reader.db, {
      reach: 'everybody',
      book: book.id,
      at: { position: event.position, line: 2 },
    })
    expect(second?.item).toMatchObject({ id: `${event.position}.2`, reason: 'again' })
  })

  test('is gone once it was erased, and everything else stays', async () => {
    const book = await daybook.book()
    const { event } = await book.record(accrual('1', { reason: 'illness', reference: 'r' }))
    const [before] = (await list(book)).items
    await daybook.admin.query(
      `begin; set local role daybook_eraser;
       update ledger.events set erasable = null where book_id = '${book.id}' and position = ${event.position}; commit`,
    )
    expect((await list(book)).items).toEqual([{ ...before, reason: null }])
  })
})

test('filters narrow the list, together', async () => {
  const book = await daybook.book()
  const first = await book.record({
    transactions: [
      accrual('9', { reference: 'march' }),
      accrual('9', { entity: 'e2', effectiveOn: day('2026-02-28') }),
      accrual('9', { policy: 'sick', effectiveOn: day('2026-03-31'), reference: 'march' }),
    ],
  })
  const second = await book.record({
    transactions: [
      consumption('1', { effectiveOn: day('2026-03-02') }),
      adjustment('-1', { entity: 'e2', policy: 'carried', allowNegative: true, reference: 'march' }),
    ],
  })
  const [a, b, c] = [1, 2, 3].map((line) => idIn(first, line))
  const [d, e] = [1, 2].map((line) => idIn(second, line))
  expect(await ids(book)).toEqual([a, b, c, d, e])
  expect(await ids(book, { entity: 'e1' })).toEqual([a, c, d])
  expect(await ids(book, { policy: 'annual' })).toEqual([a, b, d])
  expect(await ids(book, { resource: 'leave' })).toEqual([a, b, d, e])
  expect(await ids(book, { type: 'accrual' })).toEqual([a, b, c])
  expect(await ids(book, { from: day('2026-02-28') })).toEqual([b, c, d])
  expect(await ids(book, { to: day('2026-02-28') })).toEqual([a, b, e])
  expect(await ids(book, { from: day('2026-03-02'), to: day('2026-03-30') })).toEqual([d])
  expect(await ids(book, { reference: 'march' })).toEqual([a, c, e])
  expect(await ids(book, { afterPosition: first.event.position })).toEqual([d, e])
  expect(await ids(book, { entity: 'e2', type: 'adjustment', reference: 'march', resource: 'leave' })).toEqual([e])
  expect(await ids(book, { reference: 'none' })).toEqual([])
})

describe('walked by cursor', () => {
  test('a list misses nothing and repeats nothing, in the middle of an event too', async () => {
    const book = await daybook.book()
    for (const lines of [1, 5, 2, 4, 1]) {
      await book.record({ transactions: Array.from({ length: lines }, () => accrual('1')) })
    }
    const all = await ids(book)
    for (const limit of [1, 2, 3, 7, 13]) expect(await walk(book, { limit })).toEqual(all)
  })

  test('while writers run, every transaction that was there at the start comes once, and in order', async () => {
    const book = await daybook.book()
    for (let count = 0; count < 20; count++) await book.record(accrual('1', { entity: `e${count % 3}` }))
    const atStart = await ids(book, { entity: 'e1' })
    let walking = true
    const writing = (async () => {
      while (walking)
        await book.record({ transactions: [accrual('1', { entity: 'e1' }), accrual('1', { entity: 'e0' })] })
    })()
    const walked = await walk(book, { limit: 2, entity: 'e1' }, 30)
    walking = false
    await writing
    expect(walked.slice(0, atStart.length)).toEqual(atStart)
    expect(new Set(walked).size).toBe(walked.length)
  })

  test('a cursor made under other filters is refused', async () => {
    const book = await daybook.book()
    for (let count = 0; count < 3; count++) await book.record(accrual('1'))
    const { nextCursor } = await list(book, { limit: 1 })
    await expect(list(book, { cursor: nextCursor!, entity: 'e1' })).rejects.toThrow(BadCursor)
  })

  async function walk(book: BookHandle, asked: Parameters<typeof list>[1], mostPages = 100): Promise<string[]> {
    const walked: string[] = []
    let cursor: string | undefined
    for (let pages = 0; pages < mostPages; pages++) {
      const { items, nextCursor } = await list(book, { ...asked, cursor })
      walked.push(...items.map(({ id }) => id))
      if (nextCursor === null) break
      cursor = nextCursor
    }
    return walked
  }
})

test('what does not exist is told apart: the book, and the transaction', async () => {
  const book = await daybook.book()
  const at = { position: 3, line: 1 }
  expect(await readTransaction(reader.db, { reach: 'everybody', book: book.id, at })).toEqual({
    head: 5,
    item: undefined,
  })
  expect(await readTransaction(reader.db, { reach: 'everybody', book: 'nobody', at })).toBeUndefined()
  expect(await listTransactions(reader.db, { reach: 'everybody', book: 'nobody', limit: 5 })).toBeUndefined()
  expect(await list(book)).toEqual({ head: 5, items: [], nextCursor: null })
})
