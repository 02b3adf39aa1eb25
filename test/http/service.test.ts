import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBalanceReader } from '../../projections/balances/query.ts'
import { openStatsReader } from '../../projections/stats/query.ts'
import { openPool } from '../../src/db/pool.ts'
import type { App } from '../../src/http/route.ts'
import { openWakeups } from '../../src/ledger/read/wakeups.ts'
import { readLag } from '../../src/projecting/lag.ts'
import { accrual } from '../support/builders.ts'
import { databaseUrl, emptyDatabase } from '../support/database.ts'
import { startProcess } from '../support/ledger.ts'
import { call, type JsonObject, matching, must, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile()
/** The key of a machine. */
let machine: string
beforeAll(async () => {
  machine = await service.keyOf('integration')
})
const earned = { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2026-01-31' }

describe('a service that can do its work', () => {
  test('says so, to whoever asks', async () => {
    const answers = { '/livez': 'alive\n', '/readyz': 'ready\n' }
    for (const [path, text] of Object.entries(answers)) {
      expect(await service.call('GET', path, { key: null })).toMatchObject({ status: 200, text })
    }
    expect(await service.call('GET', '/health', { key: null })).toMatchObject({
      status: 200,
      body: {
        status: 'ok',
        checks: { process: { status: 'ok' }, database: { status: 'ok' }, writer: { status: 'ok' } },
      },
    })
  })

  test('counts commands, problems, groups, requests, connections', async () => {
    const book = await service.book()
    await must(service.call('POST', `/v1/books/${book}/accruals`, { body: earned, idempotencyKey: 'k' }))
    await must(service.call('POST', `/v1/books/${book}/accruals`, { body: earned, idempotencyKey: 'k' }))
    await service.call('POST', `/v1/books/${book}/accruals`, { body: { ...earned, policy: 'none' } })
    await must(service.call('POST', `/v1/books/${book}/bulk`, { body: [{ idempotencyKey: 'b', ...accrual('1') }, {}] }))
    const { text, headers } = await service.call('GET', '/metrics', { key: null })
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(text).toMatch(/^daybook_commands_total\{type="accruals",outcome="recorded"\} 1$/m)
    expect(text).toMatch(/^daybook_commands_total\{type="accruals",outcome="replayed"\} 1$/m)
    expect(text).toMatch(/^daybook_commands_total\{type="accruals",outcome="refused"\} 1$/m)
    expect(text).toMatch(/^daybook_commands_total\{type="bulk",outcome="recorded"\} 1$/m)
    expect(text).toMatch(/^daybook_problems_total\{code="unknown-policy"\} 1$/m)
    expect(text).toMatch(/^daybook_problems_total\{code="idempotency-key-missing"\} 1$/m)
    expect(text).toMatch(
      /^daybook_http_request_seconds_count\{method="POST",route="\/v1\/books\/:book\/accruals",status="201"\} 2$/m,
    )
    expect(text).toMatch(/^daybook_queue_lines 0$/m)
    expect(text).toMatch(/^daybook_pool_connections\{pool="write",state="idle"\} [1-9]/m)
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m)
  })

  test('has pages about its problems, for browsers and terminals', async () => {
    const html = await service.call('GET', '/problems/day-taken', {
      key: null,
      headers: { accept: 'text/html,*/*;q=0.8' },
    })
    expect(html.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(html.text).toContain('<h1>Day already taken</h1>')
    const text = await service.call('GET', '/problems/day-taken', { key: null })
    expect(text.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(text.text).toMatch(/^Day already taken\nday-taken, status 409\n/)
    expect(await service.call('GET', '/problems/toString', { key: null })).toMatchObject({ status: 400 })
    expect(await service.call('GET', '/problems/no-such-thing', { key: null })).toMatchObject({ status: 404 })
    expect((await service.call('GET', '/problems', { key: null })).text).toMatch(/^409 day-taken: Day already taken$/m)
  })
})

describe('a service whose database', () => {
  const LINES = { ...earned, reason: 'nobody shall read this' }
  let nowhere: Pool
  let away: App
  beforeAll(async () => {
    // A port on which nobody listens.
    const url = databaseUrl('postgres://nobody:secret@127.0.0.1:1/', 'x')
    nowhere = openPool({ url, max: 2, applicationName: 'daybook test' })
    const writing = startProcess(url)
    const wakeups = openWakeups({ url })
    away = await service.another({
      db: nowhere,
      primary: nowhere,
      balances: openBalanceReader(nowhere),
      stats: openStatsReader(nowhere),
      lag: () => readLag(nowhere, []),
      ledger: writing.ledger,
      wakeups,
      pendingMigrations: () => Promise.reject(new Error('asked although there is no database')),
    })
    closers.push(
      () => wakeups.close(),
      () => writing.close(),
      () => nowhere.end(),
    )
  })
  const closers: (() => Promise<void>)[] = []
  afterAll(async () => {
    for (const close of closers) await close()
  })

  test.each([
    ['GET', '/v1/books'],
    ['GET', '/v1/books/main'],
    ['GET', '/v1/books/main/balances'],
    ['GET', '/v1/books/main/stats'],
    ['GET', '/v1/books/main/events'],
    ['POST', '/v1/books/main/accruals'],
    ['PUT', '/v1/books/main'],
    ['POST', '/v1/books/main/bulk'],
    ['GET', '/readyz'],
  ] as const)('is away answers 503: %s %s', async (method, url) => {
    const body = method === 'GET' ? {} : { body: url.endsWith('bulk') ? [LINES] : method === 'PUT' ? {} : LINES }
    const reply = await call(away, method, url, body)
    expect(reply).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0)
    expect(reply.text).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|secret/)
  })

  test('is away lives all the same, and says what is wrong', async () => {
    expect((await call(away, 'GET', '/livez')).status).toBe(200)
    expect(await call(away, 'GET', '/health')).toMatchObject({
      status: 503,
      body: { status: 'failing', checks: { process: { status: 'ok' }, database: { status: 'failing' } } },
    })
  })

  test('is asked once for many who want to know at once', async () => {
    let asked = 0
    const lag = () => {
      asked += 1
      return readLag(service.backend.db, [])
    }
    const url = await service.listen(await service.another({ lag }))
    const replies = await Promise.all(Array.from({ length: 200 }, () => fetch(`${url}/readyz`)))
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
    expect(asked).toBeGreaterThan(0)
    expect(asked).toBeLessThan(100)
  })

  test('lacks a migration is not ready', async () => {
    const app = await service.another({ pendingMigrations: async () => ['0002-more.sql'] })
    expect(await call(app, 'GET', '/readyz')).toMatchObject({
      status: 503,
      body: { detail: matching(/migrations: 1/) },
    })
  })

  test('ends a connection in the middle of a read answers 503, and then goes on', async () => {
    const book = await service.book()
    const ended = service.backend.db.query('select pg_terminate_backend(pg_backend_pid())').catch(() => {})
    const replies = await Promise.all(Array.from({ length: 20 }, () => service.call('GET', `/v1/books/${book}`)))
    await ended
    for (const { status } of replies) expect([200, 503]).toContain(status)
    expect((await service.call('GET', `/v1/books/${book}`)).status).toBe(200)
  })

  test('says no to the service has met a bug: 500, without a word of it', async () => {
    const database = await emptyDatabase()
    const db = openPool({ url: database.url, max: 1, applicationName: 'daybook test' })
    const app = await service.another({ db })
    const reply = await call(app, 'GET', '/v1/books/main')
    expect(reply).toMatchObject({ status: 500, body: { code: 'internal', title: 'Internal error' } })
    expect(reply.text).not.toMatch(/ledger\.|relation|at .*\.ts/)
    const { instance } = reply.body as { instance: string }
    const logged = service.log.find((line) => line['instance'] === instance)
    expect(logged).toMatchObject({ level: 50, err: { code: '42P01', stack: matching(/\n +at /) } })
    await db.end()
    await database.drop()
  })
})

test('nothing that a caller sends is in the log', async () => {
  const book = await service.book()
  const headers = { authorization: `Bearer ${machine}`, cookie: 'session=open-sesame' }
  await service.call('POST', `/v1/books/${book}/accruals`, { body: { ...earned, reason: 'top secret' }, headers })
  await service.call('POST', `/v1/books/${book}/accruals`, { body: '{"broken": "top secret', headers })
  expect(JSON.stringify(service.log)).not.toMatch(new RegExp(`${machine}|open-sesame|top secret|nobody shall read`))
})

test('answers of the API are data, and are not kept', async () => {
  const { headers } = await service.call('GET', '/v1/books')
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  })
})

test('every request has an id of its own', async () => {
  const ids = await Promise.all(
    Array.from({ length: 50 }, async () => (await service.call('GET', '/livez')).headers['daybook-request-id']),
  )
  expect(new Set(ids).size).toBe(50)
  const { body } = await service.call('GET', '/v1/nothing')
  expect((body as JsonObject)['instance']).toMatch(/^urn:daybook:request:[0-9a-f]{12}-[0-9a-z]+$/)
})
