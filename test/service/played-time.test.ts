import { rm, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { refusedStart } from '../support/refused-start.ts'
import { Client, type Service, startService } from '../support/service.ts'
import { temporaryFolder } from '../support/test-run.ts'

// Years that are played: two processes on one database follow the same file, which the test writes as they run.

let database: TestDatabase
let file: string
let services: readonly Service[]
let one: Client
let other: Client

beforeAll(async () => {
  database = await testDatabase()
  file = `${await temporaryFolder()}/now.txt`
  await setTime('2027-01-01T08:00:00Z')
  const environment = { DATABASE_URL: database.url, NODE_ENV: 'test', DAYBOOK_TEST_NOW: `@${file}` }
  const key = 'a-key-of-sixteen-or-more'
  services = await Promise.all([startService(environment, { key }), startService(environment, { key })])
  ;[one, other] = services.map((service) => new Client(service)) as [Client, Client]
})
afterAll(async () => {
  for (const client of [one, other]) client.close()
  await Promise.all(services.map((service) => service.stop()))
  await database.drop()
  await rm(file)
})

function setTime(instant: string): Promise<void> {
  return writeFile(file, instant)
}

let keys = 0

async function command(method: 'POST' | 'PUT', path: string, body: object, client = one) {
  const headers = { 'idempotency-key': `played-${++keys}` }
  const answer = await client.call(method, `/v1/books/${path}`, { body, headers })
  if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`)
  return answer.body as { readonly recordedAt: string; readonly position: number } & Record<string, unknown>
}

async function balance(book: string, client = other): Promise<object> {
  const { body } = await client.get<{ items: { asOf: string; available: string }[] }>(
    `/v1/books/${book}/entities/e1/balances`,
  )
  return body.items.map(({ asOf, available }) => `${asOf} ${available}`)
}

const TERMS = { unit: 'day', scale: 1, dayExclusive: true, overdraftLimit: '0' }

test('a year passes as it is played, for every process', async () => {
  await command('PUT', 'year', { timeZone: 'Europe/Berlin' })
  const requests = { minNoticeDays: 14 }
  const earning = { every: 'month', levels: [{ amount: '2.0' }] }
  const defined = await command('PUT', 'year/policies/annual', { resource: 'leave', ...TERMS, requests, earning })
  expect(defined.recordedAt).toMatch(/^2027-01-01T08:/)
  await command('PUT', 'year/entities/e1', { hiredOn: '2027-01-01' })
  await command('PUT', 'year/entities/e1/assignments/a', { policy: 'annual', from: '2027-01-01' })

  await setTime('2027-03-31T21:30:00Z')
  await eventually(async () => expect(await balance('year')).toEqual(['2027-03-31 6.0']))
  // In Berlin it is April before it is in UTC.
  await setTime('2027-03-31T22:30:00Z')
  await eventually(async () => expect(await balance('year')).toEqual(['2027-04-01 8.0']))

  const span = (day: string) => ({ entity: 'e1', policy: 'annual', from: day, to: day })
  const tooSoon = await other.post('/v1/books/year/requests', `played-${++keys}`, span('2027-04-14'))
  expect(tooSoon).toMatchObject({ status: 422, body: { rule: 'min-notice-days' } })
  const asked = await command('POST', 'year/requests', span('2027-04-15'), other)
  expect(asked).toMatchObject({ request: { submittedAt: asked.recordedAt } })
  expect(asked.recordedAt).toMatch(/^2027-03-31T22:3/)

  await command('POST', 'year/periods/2027-03/close', {})
  const late = {
    entity: 'e1',
    policy: 'annual',
    amount: '1',
    effectiveOn: '2027-03-01',
    intoClosedPeriod: 'post-today',
  }
  expect(await command('POST', 'year/accruals', late, other)).toMatchObject({
    transactions: [{ effectiveOn: '2027-04-01', meantFor: '2027-03-01' }],
  })

  const changed = { resource: 'leave', ...TERMS, earning }
  expect(await command('PUT', 'year/policies/annual', changed, other)).toMatchObject({ effectiveFrom: '2027-04-01' })

  await setTime('2028-01-02T00:00:00Z')
  await eventually(async () => expect(await balance('year')).toEqual(['2028-01-02 26.0']))
  const history = await one.get<{ items: { recordedAt: string }[] }>('/v1/books/year/events?limit=100')
  const instants = history.body.items.map(({ recordedAt }) => recordedAt)
  expect(instants).toEqual(instants.toSorted())
  const pool = openPool({ url: database.url, max: 2, applicationName: 'daybook test', role: 'daybook_service' })
  expect(await verifyBook(pool, 'year')).toMatchObject({ ok: true })
  await pool.end()
  expect((await one.get('/readyz')).status).toBe(200)
})

test('what is too old is erased in the night that comes', async () => {
  await setTime('2028-02-01T12:00:00Z')
  await command('PUT', 'old', {})
  await command('PUT', 'old/policies/annual', { resource: 'leave', ...TERMS })
  const line = { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2028-02-01', reason: 'quartz' }
  const { position } = await command('POST', 'old/accruals', line)
  await command('PUT', 'old/retention', { reasonsMonths: 12 })
  const reason = async () => {
    const { body } = await other.get<{ reason: string | null }>(`/v1/books/old/transactions/${position}.1`)
    return body.reason
  }
  expect(await reason()).toBe('quartz')
  await setTime('2029-03-01T00:00:00Z')
  await eventually(async () => expect(await reason()).toBeNull())
})

test('roles last until their day, by the day that is played', async () => {
  await setTime('2029-05-01T12:00:00Z')
  await command('PUT', 'ends', {})
  const roles = [{ book: 'ends', role: 'auditor', until: '2029-05-01' }]
  const { body } = await one.call<{ key: string }>('POST', '/v1/keys', { body: { name: 'for a day', roles } })
  const auditor = new Client({ url: services[1]!.url, key: body.key })
  const read = async (): Promise<number> => (await auditor.get('/v1/books/ends/balances')).status
  expect(await read()).toBe(200)
  await setTime('2029-05-02T12:00:00Z')
  expect(await read()).toBe(404)
  auditor.close()
})

describe('a time that is set back', () => {
  test('records at the time of the last command, and reads by the day that is said', async () => {
    await setTime('2030-06-15T12:00:00Z')
    await command('PUT', 'back', {})
    await command('PUT', 'back/policies/annual', { resource: 'leave', ...TERMS })
    const line = { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2030-01-01' }
    const before = await command('POST', 'back/accruals', line)
    await setTime('2030-02-01T12:00:00Z')
    const after = await command('POST', 'back/accruals', line, other)
    expect(after.recordedAt >= before.recordedAt).toBe(true)
    expect(after.recordedAt).toMatch(/^2030-06-15T12:/)
    expect(await balance('back')).toEqual(['2030-02-01 2.0'])
    await setTime('2030-07-01T12:00:00Z')
    expect((await command('POST', 'back/accruals', line)).recordedAt).toMatch(/^2030-07-01T12:/)
  })
})

test('a service that is not one of tests does not start with it', async () => {
  for (const NODE_ENV of ['production', '']) {
    const { code, stderr } = await refusedStart({
      DATABASE_URL: database.url,
      NODE_ENV,
      DAYBOOK_TEST_NOW: '2027-01-01T08:00:00Z',
    })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^DAYBOOK_TEST_NOW is for tests alone, and refused unless NODE_ENV is test\./)
  }
  const { code, stderr } = await refusedStart({ DATABASE_URL: database.url, DAYBOOK_TEST_NOW: '@/nowhere/now.txt' })
  expect({ code, isNamed: stderr.startsWith('DAYBOOK_TEST_NOW: "@/nowhere/now.txt" is not ') }).toEqual({
    code: 1,
    isNamed: true,
  })
})
