import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defineRetention } from '../../src/commands/define-retention.ts'
import { openPool } from '../../src/db/pool.ts'
import { monthsBefore } from '../../src/domain/definition/retention.ts'
import { retainAll } from '../../src/jobs/retain.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { exportOf, importLines } from '../importing/importing.ts'
import { accrual, caller, day } from '../support/builders.ts'
import { eventually } from '../support/eventually.ts'
import { type BookHandle, ledgerOfFile, recorded } from '../support/ledger.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'
import { Client, startService } from '../support/service.ts'

const daybook = ledgerOfFile()
const there = ledgerOfFile()
let db: Pool

beforeAll(() => {
  db = openPool({ url: daybook.url, max: 2, applicationName: 'daybook jobs', role: 'daybook_service' })
})
afterAll(() => db.end())

const retain = (now: string) =>
  retainAll({ db, ledger: daybook.process.ledger, keepsAdmin: false, now: () => new Date(now) })

async function bookWith(retention: {
  reasonsMonths?: number
  profileMonthsAfterLeaving?: number
}): Promise<BookHandle> {
  const book = await daybook.book()
  const left = { hiredOn: day('2020-01-01'), leftOn: day('2026-01-31'), name: 'Ada' }
  recorded(await book.defineEntity('ada', left))
  recorded(await book.defineEntity('ben', { hiredOn: day('2020-01-01'), name: 'Ben' }))
  await book.record(accrual('1', { entity: 'ada', reason: 'quartz' }))
  await book.record(accrual('1', { entity: 'ben', reason: 'feldspar' }))
  recorded(await daybook.process.ledger.submit(defineRetention(caller(book.id), retention)))
  return book
}

async function profilesOf(book: BookHandle): Promise<string[]> {
  const { rows } = await daybook.admin.query<{ entity: string }>(
    'select entity_id as entity from ledger.profiles where book_id = $1 order by entity_id',
    [book.id],
  )
  return rows.map(({ entity }) => entity)
}

async function history(book: BookHandle) {
  const { events } = await readRecord(daybook.admin, book.id)
  return {
    last: events.slice(-1).map(({ type, actor_type, actor_id }) => `${type} ${actor_type}:${actor_id}`)[0],
    count: events.length,
    kept: events.filter(({ erasable }) => erasable !== null).map(({ position }) => position),
  }
}

async function sound(book: BookHandle): Promise<void> {
  expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
  expect(await verifyBook(daybook.admin, book.id)).toMatchObject({ ok: true })
  const lines = await exportOf(daybook.admin, book.id)
  await importLines(there.url, book.id, lines)
  expect(await exportOf(there.admin, book.id)).toEqual(lines)
}

test('who has left is erased once the months are over, and not a day before; a second run changes nothing', async () => {
  const book = await bookWith({ profileMonthsAfterLeaving: 24 })
  const before = await history(book)
  await retain('2028-01-31T12:00:00Z')
  expect(await history(book)).toEqual(before)
  expect(await profilesOf(book)).toEqual(['ada', 'ben'])
  await retain('2028-02-01T12:00:00Z')
  expect(await profilesOf(book)).toEqual(['ben'])
  const after = await history(book)
  expect(after).toMatchObject({ last: 'entity-erased system:retention', count: before.count + 1 })
  await retain('2028-02-01T13:00:00Z')
  await retain('2028-02-02T12:00:00Z')
  expect(await history(book)).toEqual(after)
  await sound(book)
})

test('reasons are erased once they are so old, whoever they are about, by two processes at once as by one', async () => {
  const book = await bookWith({ reasonsMonths: 12 })
  const before = await history(book)
  await retain('2027-11-01T12:00:00Z')
  expect(await history(book)).toEqual(before)
  await Promise.all([retain('2030-01-01T12:00:00Z'), retain('2030-01-01T12:00:00Z')])
  const after = await history(book)
  expect(after).toEqual({ last: 'reasons-erased system:retention', count: before.count + 1, kept: [before.count + 1] })
  await retain('2031-01-01T12:00:00Z')
  expect(await history(book)).toEqual(after)
  expect(await profilesOf(book)).toEqual(['ada', 'ben'])
  await sound(book)
})

test('is done though the keys that it would have used are used for something else', async () => {
  const book = await bookWith({ profileMonthsAfterLeaving: 24 })
  const taken = { ...caller(book.id), idempotencyKey: 'retention:2028-02-01:ada' }
  recorded(await daybook.process.ledger.submit(defineRetention(taken, { profileMonthsAfterLeaving: 12 })))
  await retain('2028-02-01T12:00:00Z')
  expect(await profilesOf(book)).toEqual(['ben'])
})

test('a book that says nothing, or says null, keeps everything', async () => {
  const book = await bookWith({})
  const before = await history(book)
  await retain('2099-01-01T00:00:00Z')
  expect(await history(book)).toEqual(before)
})

test('a service does so by itself when it starts; what holds can be read', async () => {
  const book = 'main'
  const path = `/v1/books/${book}`
  const service = await startService({ DATABASE_URL: daybook.url })
  const client = new Client(service)
  expect((await client.get(`${path}/retention`)).body).toMatchObject({
    reasonsMonths: null,
    version: 0,
    position: null,
  })
  const left = { hiredOn: '2000-01-01', leftOn: '2001-01-31', name: 'Cleo' }
  expect((await client.put(`${path}/entities/cleo`, 'cleo', left)).status).toBe(201)
  const retention = { profileMonthsAfterLeaving: 24 }
  const put = await client.put(`${path}/retention`, 'retention', retention)
  expect(put).toMatchObject({ status: 201, body: { profileMonthsAfterLeaving: 24, reasonsMonths: null, version: 1 } })
  expect(await client.put(`${path}/retention`, 'again', retention)).toMatchObject({ status: 200, body: put.body })
  expect((await client.get(`${path}/retention`)).body).toEqual(put.body)
  expect((await client.put(`${path}/retention`, 'none', { reasonsMonths: 0 })).status).toBe(400)
  client.close()
  expect(await service.stop()).toBe(0)
  const again = await startService({ DATABASE_URL: daybook.url })
  const other = new Client(again)
  await eventually(async () => expect((await other.get(`${path}/entities/cleo`)).body).toMatchObject({ name: null }))
  other.close()
  expect(await again.stop()).toBe(0)
})

test.each([
  ['2028-03-31', 1, '2028-02-29'],
  ['2028-02-29', 12, '2027-02-28'],
  ['2028-01-15', 1, '2027-12-15'],
  ['2028-01-31', 24, '2026-01-31'],
])('the day before %s by %i months is %s', (from, months, expected) => {
  expect(monthsBefore(day(from), months)).toBe(expected)
})
