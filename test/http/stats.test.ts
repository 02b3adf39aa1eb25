import { describe, expect, test } from 'vitest'
import type { Lag } from '../../src/projecting/lag.ts'
import { EarningBook } from './earning-book.ts'
import { call, matching, must, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile()
const earned = { entity: 'e1', policy: 'annual', amount: '20', effectiveOn: '2026-01-31' }
const taken = { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2026-02-10' }

async function record(book: string, kind: 'accruals' | 'consumptions', body: object): Promise<string> {
  const { headers } = await must(service.call('POST', `/v1/books/${book}/${kind}`, { body }))
  return String(headers['daybook-position'])
}

/** A position that nothing has reached. */
const FAR = '1000000'

describe('statistics of a book', () => {
  test('show what was recorded up to Daybook-Min-Position, and say how far they have come', async () => {
    const book = await service.book()
    await record(book, 'accruals', earned)
    const position = await record(book, 'consumptions', taken)
    const { headers, body } = await must(
      service.call('GET', `/v1/books/${book}/stats?asOf=2026-06-30`, {
        headers: { 'daybook-min-position': position },
      }),
    )
    expect(headers['daybook-position']).toBe(position)
    const today = new Date().toISOString().slice(0, 10)
    expect(body).toMatchObject({
      book,
      position: Number(position),
      asOf: '2026-06-30',
      to: today,
      balances: expect.arrayContaining([
        expect.objectContaining({
          resource: 'leave',
          unit: 'day',
          accrued: '20.00',
          consumed: '1.00',
          available: '19.00',
        }),
      ]) as unknown,
      topConsumers: [{ resource: 'leave', unit: 'day', year: 2026, entity: 'e1', consumed: '1.00' }],
    })
    const { events } = body as unknown as { events: { type: string; events: number }[] }
    expect(events).toContainEqual({ day: today, type: 'accrual-recorded', events: 1 })
  })

  test('wait no longer than they may, and then say that they have not caught up', async () => {
    const book = await service.book()
    const app = await service.another({ config: { ...service.backend.config, minPositionWaitMs: 10 } })
    const reply = await call(app, 'GET', `/v1/books/${book}/stats`, { headers: { 'daybook-min-position': FAR } })
    expect(reply).toMatchObject({ status: 503, body: { code: 'not-caught-up', detail: matching(/position 1000000/) } })
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0)
  })

  test('of a book that does not exist are 404, also for those who would wait', async () => {
    for (const headers of [{}, { 'daybook-min-position': FAR }]) {
      expect(await service.call('GET', '/v1/books/nowhere/stats', { headers })).toMatchObject({
        status: 404,
        body: { code: 'unknown-book' },
      })
    }
  })

  test('are of a range that does not mislead and is not too long', async () => {
    const book = await service.book()
    const ask = (range: string) => service.call('GET', `/v1/books/${book}/stats?${range}`)
    expect(await ask('from=2026-02-01&to=2026-01-31')).toMatchObject({ status: 400 })
    expect(await ask('from=2024-01-01&to=2025-01-01')).toMatchObject({
      status: 400,
      body: { errors: [{ in: 'query', pointer: '/to', message: 'must be at most 365 days after `from`' }] },
    })
    expect(await ask('from=2024-01-01&to=2024-12-31')).toMatchObject({ status: 200 })
    expect(await ask('from=2024-01-01')).toMatchObject({ body: { from: '2024-01-01', to: '2024-12-31' } })
    expect(await ask('from=2999-12-31')).toMatchObject({ body: { from: '2999-12-31', to: '2999-12-31' } })
    expect(await ask('to=1900-01-05')).toMatchObject({ body: { from: '1900-01-01', to: '1900-01-05' } })
  })

  test('that another version of the code has built are not read', async () => {
    const book = await service.book()
    const app = await service.another({ stats: { read: async () => 'not-built' } })
    expect(await call(app, 'GET', `/v1/books/${book}/stats`)).toMatchObject({
      status: 503,
      body: { code: 'not-caught-up', detail: matching(/not built/) },
    })
  })
})

test('a key that may read statistics and not the absences of everybody is told of no person, and of no few', async () => {
  const book = await service.book()
  await record(book, 'accruals', earned)
  const position = await record(book, 'consumptions', taken)
  const read = async (...rights: string[]) => {
    const body = { name: 'a test', rights: rights.map((right) => ({ book, right })) }
    const { key } = (await must(service.call('POST', '/v1/keys', { body }))).body as { key: string }
    const headers = { 'daybook-min-position': position }
    return (await must(service.call('GET', `/v1/books/${book}/stats?asOf=2026-06-30`, { key, headers }))).body
  }
  const few = await read('stats:read')
  expect(few).toMatchObject({ balances: [], topConsumers: [] })
  expect(JSON.stringify(few)).not.toContain('e1')
  expect(await read('stats:read', 'absences:read')).toMatchObject({
    balances: expect.arrayContaining([expect.objectContaining({ resource: 'leave', consumed: '1.00' })]) as unknown,
    topConsumers: [{ entity: 'e1' }],
  })
})

test('say up to which days the rules were run, and what came of it to whoever may know', async () => {
  const id = await service.book()
  const book = new EarningBook(service, id)
  await book.policy()
  await book.assign('e1')
  await book.run('2025-02-28')
  await book.run('2025-02-28')
  await book.run('2025-03-31')
  const asked = `${book.path}/stats?from=2025-02-01&to=2025-03-30`
  const day = { through: '2025-02-28', runs: 2, running: 0, failed: 0 }
  const postings = { accruals: 2, carryOvers: 0, lapses: 0, corrections: 0 }
  expect((await must(service.call('GET', asked))).body).toMatchObject({ runs: [{ ...day, postings, problems: 0 }] })
  const rights = [{ book: id, right: 'stats:read' }]
  const { key } = (await must(service.call('POST', '/v1/keys', { body: { name: 'a test', rights } }))).body as {
    key: string
  }
  expect((await must(service.call('GET', asked, { key }))).body).toHaveProperty('runs', [day])
})

describe('how far the read models are behind', () => {
  const lag = (also: Partial<Lag>): (() => Promise<Lag[]>) => {
    const none = { version: 1, build: 1, builtBy: 1, books: 0, events: 0, seconds: 0, parked: 0 }
    return async () => [
      { projection: 'balances', ...none },
      { projection: 'stats', ...none, ...also },
    ]
  }

  test('is in the metrics, for each of them, with what this process did about it', async () => {
    const book = await service.book()
    const position = await record(book, 'accruals', earned)
    await must(service.call('GET', `/v1/books/${book}/stats`, { headers: { 'daybook-min-position': position } }))
    const { text } = await service.call('GET', '/metrics', { key: null })
    for (const projection of ['balances', 'stats']) {
      expect(text).toMatch(new RegExp(`^daybook_projection_lag_events\\{projection="${projection}"\\} \\d+$`, 'm'))
      expect(text).toMatch(
        new RegExp(`^daybook_projection_lag_seconds\\{projection="${projection}"\\} [\\d.e-]+$`, 'm'),
      )
      expect(text).toMatch(new RegExp(`^daybook_projection_parked_entities\\{projection="${projection}"\\} 0$`, 'm'))
      expect(text).toMatch(new RegExp(`^daybook_projection_readable\\{projection="${projection}"\\} 1$`, 'm'))
    }
    expect(text).toMatch(/^daybook_projected_events_total\{projection="stats"\} [1-9]/m)
    expect(text).toMatch(/^daybook_projecting_batch_seconds_count\{projection="stats"\} [1-9]/m)
  })

  test('keeps the service from being ready when it is more than it may be', async () => {
    const { lagBudgetMs } = service.backend.config
    const within = await service.another({ lag: lag({ events: 7, seconds: lagBudgetMs / 1_000 }) })
    expect((await call(within, 'GET', '/readyz')).status).toBe(200)
    const beyond = await service.another({ lag: lag({ events: 7, seconds: lagBudgetMs / 1_000 + 0.1, parked: 2 }) })
    expect(await call(beyond, 'GET', '/readyz')).toMatchObject({
      status: 503,
      body: {
        code: 'unavailable',
        detail: matching(/projections: balances is 0 .* stats is 7 events behind, for 30\.1 s, 2 entities parked/),
      },
    })
    expect(await call(beyond, 'GET', '/health')).toMatchObject({
      status: 503,
      body: { checks: { projections: { status: 'failing' }, database: { status: 'ok' } } },
    })
  })

  test('does not count where another version has built the tables: they are not read', async () => {
    const app = await service.another({ lag: lag({ builtBy: 2, seconds: 1_000_000 }) })
    expect((await call(app, 'GET', '/readyz')).status).toBe(200)
    expect(await call(app, 'GET', '/health')).toMatchObject({
      body: { checks: { projections: { status: 'ok', detail: matching(/stats is to be rebuilt by version 1/) } } },
    })
  })

  test('that cannot be read keeps the service from being ready, and leaves the other metrics', async () => {
    const app = await service.another({ lag: () => Promise.reject(new Error('away')) })
    expect((await call(app, 'GET', '/readyz')).status).toBe(503)
  })
})
