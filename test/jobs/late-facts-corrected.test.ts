import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { expectSoundBook } from '../attacks/sound-book.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { dealtWith } from '../support/late-facts.ts'
import { type Answer, Client, type Service, startService } from '../support/service.ts'

/*
 * Somebody is hired again; and what was entered by mistake is taken back, over HTTP against the service as users run it:
 * leave that was really taken stays, and what a mistake took returns.
 */

const WORKING_DAYS = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' }
const calendar = (...holidays: readonly object[]) => ({
  workingDays: WORKING_DAYS,
  effectiveFrom: '2000-01-01',
  holidays,
})

let database: TestDatabase
let db: Pool
let service: Service
let client: Client
let names = 0

beforeAll(async () => {
  database = await testDatabase()
  db = openPool({ url: database.url, max: 1, applicationName: 'daybook test' })
  service = await startService({ DATABASE_URL: database.url })
  client = new Client(service)
})
afterAll(async () => {
  client.close()
  expect(await service.stop()).toBe(0)
  await db.end()
  await database.drop()
})

async function ok<Body>(answer: Promise<Answer<Body>>): Promise<Body> {
  const { status, text, body } = await answer
  expect({ status, text: status < 300 ? '' : text }).toMatchObject({ text: '' })
  return body
}

interface Shown {
  readonly status: string
  readonly version: number
  readonly total: string
  readonly history: readonly { readonly type: string; readonly cause: object | null }[]
}

class Leave {
  readonly id = `b${++names}`
  readonly path = `/v1/books/${this.id}`

  static async begin(employed: object): Promise<Leave> {
    const leave = new Leave()
    await ok(client.put(leave.path, 'book', {}))
    const terms = { resource: 'leave', unit: 'day', scale: 0, dayExclusive: true, overdraftLimit: '0' }
    await leave.define('policies/annual', terms)
    await leave.define('calendars/at', calendar())
    await leave.define('entities/m1', {})
    await leave.define('entities/e1', { calendar: 'at', ...employed })
    await leave.post('accruals', { entity: 'e1', policy: 'annual', amount: '25', effectiveOn: '2020-01-01' })
    return leave
  }

  async define(what: string, body: object): Promise<void> {
    const path = `${this.path}/${what}`
    const { position } = await ok(client.put<{ position: number }>(path, `key-${++names}`, body))
    if (what.startsWith('entities') || what.startsWith('calendars')) await dealtWith(db, this.id, position)
  }

  post<Body = { request: { id: string } }>(what: string, body: object): Promise<Body> {
    const actor = { 'daybook-actor': 'manager:m1' }
    return ok(client.post<Body>(`${this.path}/${what}`, `key-${++names}`, body, actor))
  }

  async approved(from: string, to: string): Promise<string> {
    const { request } = await this.post('requests', { entity: 'e1', policy: 'annual', from, to })
    await this.post(`requests/${request.id}/approve`, { expectedVersion: 1 })
    return request.id
  }

  request(id: string): Promise<Shown> {
    return ok(client.get<Shown>(`${this.path}/requests/${id}`))
  }

  async available(): Promise<string> {
    const path = `${this.path}/balances?entity=e1&policy=annual&asOf=2999-12-31`
    const { items } = await ok(client.get<{ items: { available: string }[] }>(path))
    return items[0]!.available
  }
}

test('whoever leaves and is hired again keeps the leave of the time before', async () => {
  const leave = await Leave.begin({ hiredOn: '2020-01-01' })
  const february = await leave.approved('2025-02-03', '2025-02-07')
  await leave.define('entities/e1', { calendar: 'at', hiredOn: '2020-01-01', leftOn: '2025-03-31' })
  await leave.define('entities/e1', { calendar: 'at', hiredOn: '2025-09-01' })
  expect(await leave.request(february)).toMatchObject({ status: 'approved', version: 2, total: '5' })
  expect(await leave.available()).toBe('20')
  // A period that begins by itself does the same.
  await leave.define('entities/e1', { calendar: 'at', hiredOn: '2025-09-01', leftOn: '2025-12-31' })
  await leave.define('entities/e1/employments/2026-02-01', {})
  const october = await leave.approved('2025-10-06', '2025-10-07')
  await leave.define('entities/e1/employments/2025-09-01', { to: '2025-10-06' })
  expect(await leave.request(october)).toMatchObject({ status: 'approved', total: '1' })
  expect(await leave.request(february)).toMatchObject({ version: 2 })
  expect(await leave.available()).toBe('19')
  await expectSoundBook(database.url, leave.id)
})

test('a last day that was entered by mistake gives everything back, and takes it again once it is taken back', async () => {
  const leave = await Leave.begin({ hiredOn: '2020-01-01' })
  const may = await leave.approved('2025-05-05', '2025-05-09')
  const march = await leave.approved('2025-03-31', '2025-04-01')
  await leave.define('entities/e1', { calendar: 'at', hiredOn: '2020-01-01', leftOn: '2025-03-31' })
  expect(await leave.request(may)).toMatchObject({ status: 'cancelled', version: 3, total: '0' })
  expect(await leave.request(march)).toMatchObject({ status: 'approved', version: 3, total: '1' })
  expect(await leave.available()).toBe('24')
  await leave.define('entities/e1', { calendar: 'at', hiredOn: '2020-01-01' })
  const found = await leave.request(may)
  expect(found).toMatchObject({ status: 'approved', version: 4, total: '5' })
  expect(found.history.slice(2)).toMatchObject([
    { type: 'request-recounted', cause: { type: 'entity-defined', about: 'e1' } },
    { type: 'request-recounted', cause: { type: 'entity-defined', about: 'e1' } },
  ])
  expect(await leave.request(march)).toMatchObject({ status: 'approved', version: 4, total: '2' })
  expect(await leave.available()).toBe('18')
  // It is a request like any other.
  await leave.post(`requests/${may}/cancel`, { expectedVersion: 4 })
  expect(await leave.available()).toBe('23')
  await expectSoundBook(database.url, leave.id)
})

test('a holiday that was entered by mistake gives its only day back, and takes it again once it is taken off', async () => {
  const leave = await Leave.begin({})
  const { request } = await leave.post('requests', {
    entity: 'e1',
    policy: 'annual',
    from: '2025-07-09',
    to: '2025-07-09',
  })
  const cancelled = await leave.approved('2025-07-10', '2025-07-10')
  await leave.define('calendars/at/holidays/2025-07-09', { name: 'Feast' })
  await leave.define('calendars/at/holidays/2025-07-10', { name: 'Feast' })
  expect(await leave.request(request.id)).toMatchObject({ status: 'cancelled', total: '0' })
  await leave.define('calendars/at', calendar())
  expect(await leave.request(request.id)).toMatchObject({ status: 'pending', version: 3, total: '1' })
  expect(await leave.request(cancelled)).toMatchObject({ status: 'approved', version: 4, total: '1' })
  // What a person cancels stays cancelled.
  await leave.post(`requests/${cancelled}/cancel`, { expectedVersion: 4 })
  await leave.define('calendars/at', calendar({ date: '2025-07-10', name: 'Feast' }))
  await leave.define('calendars/at', calendar())
  expect(await leave.request(cancelled)).toMatchObject({ status: 'cancelled', version: 5 })
  expect(await leave.available()).toBe('24')
  await expectSoundBook(database.url, leave.id)
})
