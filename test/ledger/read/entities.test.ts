import { expect, test } from 'vitest'
import { BadCursor } from '../../../src/ledger/read/cursor.ts'
import { type EntitiesAsked, listEntities, readEntity } from '../../../src/ledger/read/entities.ts'
import { day } from '../../support/builders.ts'
import { type BookHandle, ledgerOfFile, recorded } from '../../support/ledger.ts'
import { readerOf } from './reading.ts'

const daybook = ledgerOfFile()
const reader = readerOf(daybook)

async function ids(book: BookHandle, asked: Partial<Omit<EntitiesAsked, 'book'>> = {}): Promise<string[]> {
  const page = await listEntities(reader.db, { reach: 'everybody', book: book.id, limit: 50, ...asked })
  return page!.items.map(({ id }) => id)
}

test('an entity is what was recorded of it, its profile, and the event that recorded the former', async () => {
  const book = await daybook.book()
  const facts = { kind: 'person', department: 'd1', manager: 'm1', hiredOn: day('2020-01-01'), calendar: 'at' }
  await book.defineEntity('e1', facts)
  const profile = { name: 'Ada', email: 'ada@example.org', personnelNumber: '00017', metadata: { badge: [1, null] } }
  const { event } = recorded(await book.defineEntity('e1', { ...facts, leftOn: day('2026-12-31'), ...profile }))
  const item = {
    id: 'e1',
    ...facts,
    leftOn: '2026-12-31',
    ...profile,
    version: 2,
    position: event.position,
    recordedAt: event.recordedAt,
    hash: event.hash,
  }
  expect(await readEntity(reader.db, { reach: 'everybody', book: book.id, entity: 'e1' })).toEqual({
    head: event.position,
    item,
  })
  expect(await listEntities(reader.db, { reach: 'everybody', book: book.id, limit: 1 })).toEqual({
    head: event.position,
    items: [item],
    nextCursor: null,
  })
})

test('without a profile its members are null', async () => {
  const book = await daybook.book()
  await book.defineEntity('e1', {})
  const found = await readEntity(reader.db, { reach: 'everybody', book: book.id, entity: 'e1' })
  const unsaid = { name: null, email: null, personnelNumber: null, metadata: null }
  expect(found?.item).toMatchObject({ kind: null, hiredOn: null, ...unsaid, version: 1 })
})

test('filters narrow the list, together', async () => {
  const book = await daybook.book()
  await book.defineEntity('e1', { kind: 'person', department: 'd1', manager: 'm1', name: 'Ada 100%' })
  await book.defineEntity('e2', {
    kind: 'person',
    department: 'd2',
    manager: 'm1',
    name: 'Ängström',
    email: 'x_y@example.org',
  })
  await book.defineEntity('wallet-3', { kind: 'wallet', department: 'd1' })
  expect(await ids(book, { kind: 'person' })).toEqual(['e1', 'e2'])
  expect(await ids(book, { department: 'd1' })).toEqual(['e1', 'wallet-3'])
  expect(await ids(book, { manager: 'm1' })).toEqual(['e1', 'e2'])
  expect(await ids(book, { kind: 'person', department: 'd1', manager: 'm1', q: 'ADA' })).toEqual(['e1'])
  expect(await ids(book, { manager: 'm2' })).toEqual([])
})

test('q is a part of the id, the name, the mail address or the personnel number in either case, and nothing in it is a pattern', async () => {
  const book = await daybook.book()
  await book.defineEntity('e1', { name: 'Ada 100%' })
  await book.defineEntity('e2', { name: 'Zoë', email: 'x_y@example.org' })
  await book.defineEntity('Wallet-3', { personnelNumber: 'W/00017' })
  const cases: [q: string, found: string[]][] = [
    ['wallet', ['Wallet-3']],
    ['w/0001', ['Wallet-3']],
    ['ADA', ['e1']],
    ['zoë', ['e2']],
    ['X_Y@', ['e2']],
    ['%', ['e1']],
    ['_', ['e2']],
    ['e_', []],
    ['\\', []],
    ['example', ['e2']],
  ]
  for (const [q, found] of cases) expect(await ids(book, { q }), q).toEqual(found)
})

test('a list is walked by id', async () => {
  const book = await daybook.book()
  for (const entity of ['e5', 'e1', 'e3', 'e2', 'e4']) await book.defineEntity(entity, { kind: 'person' })
  const asked = { reach: 'everybody' as const, book: book.id, kind: 'person', limit: 2 }
  const first = await listEntities(reader.db, asked)
  await book.defineEntity('e3', { kind: 'person', department: 'moved' })
  const second = await listEntities(reader.db, { ...asked, cursor: first!.nextCursor! })
  const third = await listEntities(reader.db, { ...asked, cursor: second!.nextCursor! })
  expect([first, second, third].map((page) => page!.items.map(({ id }) => id))).toEqual([
    ['e1', 'e2'],
    ['e3', 'e4'],
    ['e5'],
  ])
  expect(third!.nextCursor).toBeNull()
  await expect(
    listEntities(reader.db, { reach: 'everybody', book: book.id, limit: 2, cursor: first!.nextCursor! }),
  ).rejects.toThrow(BadCursor)
})

test('what does not exist is told apart: the book, and the entity', async () => {
  const book = await daybook.book()
  expect(await readEntity(reader.db, { reach: 'everybody', book: book.id, entity: 'e1' })).toEqual({
    head: 5,
    item: undefined,
  })
  expect(await readEntity(reader.db, { reach: 'everybody', book: 'nobody', entity: 'e1' })).toBeUndefined()
  expect(await listEntities(reader.db, { reach: 'everybody', book: 'nobody', limit: 1 })).toBeUndefined()
})
