import { describe, expect, test, vi } from 'vitest'
import type { BalancesAsked } from '../../../src/ledger/read/balances.ts'
import { BadCursor } from '../../../src/ledger/read/cursor.ts'
import { listBalances } from '../../../src/ledger/read/record-balances.ts'
import { accrual, adjustment, consumption, day, policy, reversalOf } from '../../support/builders.ts'
import { type BookHandle, idIn, ledgerOfFile } from '../../support/ledger.ts'
import { readerOf } from './reading.ts'

const daybook = ledgerOfFile()
const reader = readerOf(daybook)

type Asked = Partial<Omit<BalancesAsked, 'book'>>

async function list(book: BookHandle, asked: Asked = {}) {
  const balances = await listBalances(reader.db, {
    reach: 'everybody',
    book: book.id,
    limit: 50,
    asOf: day('2026-12-31'),
    ...asked,
  })
  if (balances === undefined) throw new Error('no such book')
  return balances
}

async function one(book: BookHandle, asked: Asked = {}) {
  const { items } = await list(book, { entity: 'e1', policy: 'annual', ...asked })
  expect(items).toHaveLength(1)
  return items[0]!
}

test('a balance names its components, each net of its own reversals, and what is available of them', async () => {
  const book = await daybook.book({ annual: policy({ dayExclusive: false }) })
  await book.record(accrual('10'))
  const taken = await book.record(consumption('2', { effectiveOn: day('2026-02-02') }))
  await book.record(consumption('1.5', { effectiveOn: day('2026-02-03') }))
  await book.record(adjustment('-0.25'))
  const { event } = await book.record(reversalOf(idIn(taken)))
  expect(await list(book, { entity: 'e1' })).toEqual({
    head: event.position,
    asOf: '2026-12-31',
    knownAt: event.position,
    nextCursor: null,
    items: [
      {
        entity: 'e1',
        policy: 'annual',
        resource: 'leave',
        unit: 'day',
        asOf: '2026-12-31',
        knownAt: event.position,
        accrued: '10.00',
        consumed: '1.50',
        pending: '0.00',
        adjusted: '-0.25',
        available: '8.25',
        spendable: '8.25',
        version: 5,
      },
    ],
  })
})

test('only what is effective by the end of `asOf` counts, and the version counts all the same', async () => {
  const book = await daybook.book()
  await book.record(accrual('1', { effectiveOn: day('2026-01-31') }))
  await book.record(accrual('1', { effectiveOn: day('2026-02-28') }))
  expect(await one(book, { asOf: day('2026-01-30') })).toMatchObject({ available: '0.00', version: 2 })
  expect(await one(book, { asOf: day('2026-01-31') })).toMatchObject({ available: '1.00', version: 2 })
  expect(await one(book, { asOf: day('2026-02-28') })).toMatchObject({ available: '2.00', version: 2 })
})

describe('spendable', () => {
  test('leave already booked for December is not spendable in June', async () => {
    const book = await daybook.book({ annual: policy({ dayExclusive: false }) })
    await book.record(accrual('10'))
    await book.record(consumption('7', { effectiveOn: day('2026-12-21') }))
    expect(await one(book, { asOf: day('2026-06-30') })).toMatchObject({ available: '10.00', spendable: '3.00' })
  })

  test('what is earned later is not spendable before', async () => {
    const book = await daybook.book()
    await book.record(accrual('1'))
    await book.record(accrual('5', { effectiveOn: day('2026-07-31') }))
    expect(await one(book, { asOf: day('2026-06-30') })).toMatchObject({ available: '1.00', spendable: '1.00' })
  })

  test('before the first recorded day, nothing is', async () => {
    const book = await daybook.book()
    await book.record(accrual('1'))
    expect(await one(book, { asOf: day('1999-01-01') })).toMatchObject({ available: '0.00', spendable: '0.00' })
  })

  test('the overdraft limit in force on `asOf` is spendable too', async () => {
    const book = await daybook.book({ wallet: policy({ dayExclusive: false, overdraftLimit: '5' }) })
    await book.record(accrual('1', { policy: 'wallet' }))
    await book.definePolicy(
      'wallet',
      policy({ dayExclusive: false, overdraftLimit: '20.5', effectiveFrom: day('2026-07-01') }),
    )
    const inWallet = { policy: 'wallet' }
    expect(await one(book, { ...inWallet, asOf: day('2026-06-30') })).toMatchObject({ spendable: '6.00' })
    expect(await one(book, { ...inWallet, asOf: day('2026-07-01') })).toMatchObject({ spendable: '21.50' })
  })

  test('without limit it is null', async () => {
    const book = await daybook.book()
    await book.record(consumption('3', { policy: 'sick' }))
    expect(await one(book, { policy: 'sick' })).toMatchObject({ available: '-3.00', spendable: null })
  })

  test('an account below its floor says by how much', async () => {
    const book = await daybook.book()
    await book.record(adjustment('-4', { allowNegative: true }))
    expect(await one(book)).toMatchObject({ available: '-4.00', spendable: '-4.00' })
  })
})

describe('known at', () => {
  test('a position: only what was recorded up to it, by the rules known then', async () => {
    const book = await daybook.book()
    const { event: first } = await book.record(accrual('1'))
    await book.record(consumption('1', { effectiveOn: day('2026-06-01') }))
    await book.definePolicy('annual', policy({ scale: 4, overdraftLimit: '3', effectiveFrom: day('2020-01-01') }))
    const knownAt = { position: first.position }
    expect(await one(book, { knownAt })).toMatchObject({
      available: '1.00',
      spendable: '1.00',
      version: 1,
      knownAt: first.position,
    })
    expect(await one(book)).toMatchObject({ available: '0.0000', spendable: '3.0000', version: 2 })
  })

  test('an account that had no transaction yet is absent, and the page is filled with those that had', async () => {
    const book = await daybook.book()
    for (const entity of ['b', 'd', 'f']) await book.record(accrual('1', { entity }))
    const { event } = await book.record(accrual('1', { entity: 'h' }))
    for (const entity of ['a', 'c', 'e', 'g', 'i']) await book.record(accrual('1', { entity }))
    const knownAt = { position: event.position }
    const first = await list(book, { knownAt, limit: 3 })
    expect(first.items.map(({ entity }) => entity)).toEqual(['b', 'd', 'f'])
    const second = await list(book, { knownAt, limit: 3, cursor: first.nextCursor! })
    expect(second.items.map(({ entity }) => entity)).toEqual(['h'])
    expect(second.nextCursor).toBeNull()
  })

  test('a position beyond the head is the head, and position 0 knows nothing', async () => {
    const book = await daybook.book()
    const { event } = await book.record(accrual('1'))
    expect(await list(book, { knownAt: { position: 1_000_000 } })).toMatchObject({ knownAt: event.position })
    expect(await list(book, { knownAt: { position: 0 } })).toMatchObject({
      knownAt: 0,
      items: [],
      head: event.position,
    })
  })

  test('an instant: the last position recorded at or before it', async () => {
    const book = await daybook.book()
    const recordedAt: string[] = []
    for (let count = 0; count < 9; count++) {
      const { event } = await book.record(accrual('1'))
      recordedAt[event.position] = event.recordedAt
      await new Promise((resolve) => setTimeout(resolve, 3))
    }
    for (const [position, instant] of recordedAt.entries()) {
      if (instant === undefined || recordedAt[position + 1] === instant) continue
      expect(await list(book, { knownAt: { instant } })).toMatchObject({ knownAt: position })
    }
    expect(await list(book, { knownAt: { instant: '1999-01-01T00:00:00.000Z' } })).toMatchObject({
      knownAt: 0,
      items: [],
    })
    expect(await list(book, { knownAt: { instant: '2999-01-01T00:00:00.000Z' } })).toMatchObject({
      knownAt: recordedAt.length - 1,
    })
  })
})

test('"today" is that of the book, wherever the process is', async () => {
  const book = await daybook.book()
  await book.record(accrual('1', { effectiveOn: day('2026-03-01') }))
  const asked = { asOf: undefined, now: new Date('2026-02-28T23:30:00Z') }
  expect(await list(book, asked)).toMatchObject({ asOf: '2026-02-28' })
  await daybook.admin.query(`update ledger.books set time_zone = 'Europe/Vienna' where book_id = $1`, [book.id])
  expect(await list(book, asked)).toMatchObject({ asOf: '2026-03-01', items: [{ available: '1.00' }] })
})

describe('a list', () => {
  test('is ordered by entity, then policy, and filtered by entity, policy and resource', async () => {
    const book = await daybook.book()
    for (const entity of ['e2', 'e10', 'e1']) {
      for (const name of ['sick', 'annual', 'carried']) await book.record(accrual('1', { entity, policy: name }))
    }
    const ids = async (asked: Asked) =>
      (await list(book, asked)).items.map(({ entity, policy: id }) => `${entity} ${id}`)
    expect(await ids({})).toEqual(
      ['e1', 'e10', 'e2'].flatMap((entity) => ['annual', 'carried', 'sick'].map((id) => `${entity} ${id}`)),
    )
    expect(await ids({ entity: 'e10' })).toEqual(['e10 annual', 'e10 carried', 'e10 sick'])
    expect(await ids({ policy: 'sick' })).toEqual(['e1 sick', 'e10 sick', 'e2 sick'])
    expect(await ids({ resource: 'leave', entity: 'e2' })).toEqual(['e2 annual', 'e2 carried'])
    expect(await ids({ resource: 'none' })).toEqual([])
  })

  test('all pages are as of the same day and known at the same position, whatever is recorded meanwhile', async () => {
    const book = await daybook.book()
    for (const entity of ['e1', 'e2', 'e3', 'e5']) await book.record(accrual('1', { entity }))
    const asked = { asOf: undefined, limit: 2 }
    const first = await list(book, { ...asked, now: new Date('2026-05-01T12:00:00Z') })
    await book.record(accrual('9', { entity: 'e3' }))
    await book.record(accrual('9', { entity: 'e4' }))
    const second = await list(book, { ...asked, now: new Date('2026-05-02T12:00:00Z'), cursor: first.nextCursor! })
    expect([...first.items, ...second.items]).toMatchObject(
      ['e1', 'e2', 'e3', 'e5'].map((entity) => ({
        entity,
        available: '1.00',
        asOf: '2026-05-01',
        knownAt: first.head,
      })),
    )
    expect(second).toMatchObject({ nextCursor: null, head: first.head + 2, knownAt: first.head, asOf: '2026-05-01' })
  })

  test('a cursor made for another list or other filters is refused', async () => {
    const book = await daybook.book()
    for (const entity of ['e1', 'e2']) await book.record(accrual('1', { entity }))
    const { nextCursor } = await list(book, { limit: 1 })
    const cursor = nextCursor!
    for (const asked of [{ policy: 'annual' }, { asOf: day('2026-01-01') }, { knownAt: { position: 5 } }]) {
      await expect(list(book, { limit: 1, cursor, ...asked })).rejects.toThrow(BadCursor)
    }
    await expect(list(await daybook.book(), { cursor })).rejects.toThrow(BadCursor)
    for (const forged of ['', 'x', '!', 'bnVsbA', Buffer.from('["a","b","c","d"]').toString('base64url')]) {
      await expect(list(book, { cursor: forged })).rejects.toThrow(BadCursor)
    }
  })
})

test('a book that does not exist has none', async () => {
  expect(await listBalances(reader.db, { reach: 'everybody', book: 'nobody', limit: 5 })).toBeUndefined()
})

test('one account, known at the head, takes one statement', async () => {
  const book = await daybook.book()
  await book.record(accrual('1'))
  const query = vi.spyOn(reader.db, 'query')
  await listBalances(reader.db, { reach: 'everybody', book: book.id, entity: 'e1', policy: 'annual', limit: 50 })
  expect(query).toHaveBeenCalledTimes(1)
  query.mockRestore()
})
