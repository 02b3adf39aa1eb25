import { expect, test } from 'vitest'
import { shownEarningTerms } from '../../../src/domain/earning/said.ts'
import { listBooks, readBook } from '../../../src/ledger/read/books.ts'
import { policies } from '../../../src/ledger/read/policies.ts'
import { accrual, day, policy } from '../../support/builders.ts'
import { ledgerOfFile, recorded } from '../../support/ledger.ts'
import { readerOf } from './reading.ts'

const daybook = ledgerOfFile()
const reader = readerOf(daybook)

test('a book is where its history ends', async () => {
  const book = await daybook.book()
  const { event } = await book.record(accrual('1'))
  const item = {
    id: book.id,
    name: 'A book',
    timeZone: 'UTC',
    position: event.position,
    hash: event.hash,
    recordedAt: event.recordedAt,
  }
  expect(await readBook(reader.db, book.id)).toEqual(item)
  expect(await readBook(reader.db, 'nobody')).toBeUndefined()
  expect((await listBooks(reader.db, { cursor: undefined, limit: 1000 })).items).toContainEqual(item)
})

test('all books are listed once, by id', async () => {
  for (let count = 0; count < 3; count++) await daybook.book()
  const walked: string[] = []
  let cursor: string | undefined
  do {
    const page = await listBooks(reader.db, { cursor, limit: 1 })
    walked.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  const { rows } = await daybook.admin.query<{ id: string }>('select book_id as id from ledger.books order by book_id')
  expect(walked).toEqual(rows.map(({ id }) => id))
})

test('a policy is its newest version; all versions are listed, oldest first', async () => {
  const book = await daybook.book({ a: policy(), b: policy({ overdraftLimit: '2.5', name: 'B' }) })
  const changed = policy({ scale: 4, overdraftLimit: '3', effectiveFrom: day('2026-07-01') })
  const { event } = recorded(await book.definePolicy('a', changed))
  const newest = {
    id: 'a',
    resource: 'leave',
    unit: 'day',
    scale: 4,
    dayExclusive: true,
    kindVisibleTo: 'manager',
    overdraftLimit: '3.0000',
    name: null,
    requests: null,
    retiredFrom: null,
    ...shownEarningTerms({}),
    version: 2,
    effectiveFrom: '2026-07-01',
    position: event.position,
    recordedAt: event.recordedAt,
    hash: event.hash,
  }
  const head = event.position
  expect(await policies.read(reader.db, { book: book.id, id: 'a' })).toEqual({ head, item: newest })
  expect(await policies.list(reader.db, { book: book.id, cursor: undefined, limit: 50 })).toMatchObject({
    head,
    items: [
      newest,
      { id: 'b', version: 1, overdraftLimit: '2.50', name: 'B', effectiveFrom: '1900-01-01', position: 3 },
    ],
    nextCursor: null,
  })
  const versions = await policies.listVersions(reader.db, { book: book.id, id: 'a', cursor: undefined, limit: 50 })
  expect(versions).toMatchObject({ head, items: [{ version: 1, overdraftLimit: '0.00', position: 2 }, newest] })
})

test('policies and versions are walked by cursor', async () => {
  const book = await daybook.book({ a: policy(), b: policy(), c: policy() })
  await book.definePolicy('b', policy({ name: 'again' }))
  const listed = { book: book.id, limit: 2 }
  const first = await policies.list(reader.db, { ...listed, cursor: undefined })
  const second = await policies.list(reader.db, { ...listed, cursor: first!.nextCursor! })
  expect([...first!.items, ...second!.items].map(({ id, version }) => [id, version])).toEqual([
    ['a', 1],
    ['b', 2],
    ['c', 1],
  ])
  expect(second!.nextCursor).toBeNull()
  const older = await policies.listVersions(reader.db, { book: book.id, id: 'b', cursor: undefined, limit: 1 })
  const newer = await policies.listVersions(reader.db, {
    book: book.id,
    id: 'b',
    cursor: older!.nextCursor!,
    limit: 1,
  })
  expect([...older!.items, ...newer!.items].map(({ version }) => version)).toEqual([1, 2])
  expect(newer!.nextCursor).toBeNull()
})

test('without limit the overdraft limit is null', async () => {
  const book = await daybook.book({ a: policy({ overdraftLimit: null }) })
  expect((await policies.read(reader.db, { book: book.id, id: 'a' }))?.item).toMatchObject({ overdraftLimit: null })
})

test('what does not exist is told apart: the book, and the policy', async () => {
  const book = await daybook.book({})
  const page = { cursor: undefined, limit: 5 }
  expect(await policies.read(reader.db, { book: book.id, id: 'a' })).toEqual({ head: 1, item: undefined })
  expect(await policies.read(reader.db, { book: 'nobody', id: 'a' })).toBeUndefined()
  expect(await policies.list(reader.db, { book: book.id, ...page })).toEqual({ head: 1, items: [], nextCursor: null })
  expect(await policies.list(reader.db, { book: 'nobody', ...page })).toBeUndefined()
  expect(await policies.listVersions(reader.db, { book: 'nobody', id: 'a', ...page })).toBeUndefined()
})
