import type { Pool } from 'pg'
import { describe, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { ANY_AMOUNT, accrual, consumption, day, dayAfter } from '../support/builders.ts'
import { call, type JsonObject, matching, must, type Reply, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile({ bodyLimitBytes: 10_000, bulkBodyLimitBytes: 4_000_000 })

interface Outcome extends JsonObject {
  index: number
  status: number
}

function sendList(book: string, body: unknown, query = ''): Promise<Reply> {
  return service.call('POST', `/v1/books/${book}/bulk${query}`, { body, idempotencyKey: null })
}

function sendLines(book: string, lines: readonly (string | object)[], query = ''): Promise<Reply> {
  const body = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
  const headers = { 'content-type': 'application/x-ndjson' }
  return service.call('POST', `/v1/books/${book}/bulk${query}`, { body, headers, idempotencyKey: null })
}

function linesOf({ text }: Reply): Outcome[] {
  expect(text.endsWith('\n')).toBe(true)
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as Outcome)
}

const item = (idempotencyKey: string, line: object): object => ({ idempotencyKey, ...line })

describe('a bulk', () => {
  test('answers each command in order, as the single call would', async () => {
    const book = await service.book(ANY_AMOUNT)
    const reply = await sendList(book, [
      item('b1', accrual('3')),
      item('b2', consumption('2')),
      item('b3', consumption('2')),
      { idempotencyKey: 'b4', reason: 'both', transactions: [accrual('1'), accrual('1', { entity: 'e2' })] },
      item('b1', accrual('3.00')),
      item('b1', accrual('4')),
    ])
    expect(reply.status).toBe(200)
    expect(reply.headers['content-type']).toBe('application/json; charset=utf-8')
    const outcomes = reply.body as Outcome[]
    expect(outcomes).toMatchObject([
      { index: 0, status: 201, position: 6, transactions: [{ id: '6.1' }], balances: [{ available: '3.00' }] },
      { index: 1, status: 201, position: 7, transactions: [{ amount: '-2.00' }] },
      { index: 2, status: 409, problem: { code: 'day-taken', status: 409 } },
      { index: 3, status: 201, position: 8, transactions: [{ reason: 'both' }, { entity: 'e2' }] },
      { index: 4, status: 201, replayed: true, position: 6 },
      { index: 5, status: 422, problem: { code: 'idempotency-key-reused', originalPosition: 6 } },
    ])
    const { index: _index, status: _status, ...members } = outcomes[0]!
    const { type: _type, ...body } = accrual('3')
    const single = await service.call('POST', `/v1/books/${book}/accruals`, { body, idempotencyKey: 'b1' })
    expect(single.headers['idempotency-replayed']).toBe('true')
    expect(members).toEqual(single.body)
  })

  test('a command that cannot be read is its own outcome', async () => {
    const book = await service.book(ANY_AMOUNT)
    const reply = await sendList(book, [
      null,
      [],
      {},
      { idempotencyKey: 1, ...accrual('1') },
      { idempotencyKey: 'k', type: 'gift' },
      { idempotencyKey: 'k', ...accrual('0') },
      { idempotencyKey: 'k', transactions: [] },
      { idempotencyKey: 'k', type: 'accrual', transactions: [accrual('1')] },
      item('k', accrual('1')),
    ])
    expect(reply.body).toMatchObject([
      { status: 400, problem: { errors: [{ pointer: '' }] } },
      { status: 400, problem: { errors: [{ pointer: '' }] } },
      { status: 400, problem: { code: 'idempotency-key-missing' } },
      { status: 400, problem: { errors: [{ pointer: '/idempotencyKey' }] } },
      { status: 400, problem: { errors: [{ pointer: '' }] } },
      { status: 400, problem: { errors: [{ pointer: '/amount' }] } },
      { status: 400, problem: { errors: [{ pointer: '/transactions' }] } },
      { status: 400, problem: { errors: [{ pointer: '/type' }] } },
      { status: 201 },
    ])
  })

  test('sent again records nothing more', async () => {
    const book = await service.book(ANY_AMOUNT)
    const items = Array.from({ length: 50 }, (_, index) => item(`k${index}`, accrual('1', { entity: `e${index}` })))
    const first = (await sendList(book, items)).body as Outcome[]
    const again = (await sendList(book, items)).body as Outcome[]
    expect(again).toEqual(first.map((outcome) => ({ ...outcome, replayed: true })))
  })

  test('by NDJSON is answered in NDJSON; a broken line is its own outcome, an empty one none', async () => {
    const book = await service.book(ANY_AMOUNT)
    const reply = await sendLines(book, [
      item('a', accrual('1')),
      '',
      '{"idempotencyKey":"b"',
      '  \r',
      `${JSON.stringify(item('c', accrual('2')))}\r`,
      '"\\ud800"',
      JSON.stringify(item('d', accrual('1', { reason: 'x'.repeat(2_000), metadata: { a: 'x'.repeat(9_000) } }))),
    ])
    expect(reply.headers['content-type']).toBe('application/x-ndjson; charset=utf-8')
    expect(linesOf(reply)).toMatchObject([
      { index: 0, status: 201, balances: [{ available: '1.00' }] },
      { index: 1, status: 400, problem: { code: 'invalid-request', errors: [{ in: 'body', pointer: '' }] } },
      { index: 2, status: 201, balances: [{ available: '3.00' }] },
      { index: 3, status: 400 },
      { index: 4, status: 413, problem: { code: 'too-large' } },
    ])
  })

  test('a command of a list may be no larger than it could be alone', async () => {
    const book = await service.book(ANY_AMOUNT)
    const large = accrual('1', { metadata: { a: 'x'.repeat(11_000) } })
    const { body } = await sendList(book, [item('a', accrual('1')), item('b', large)])
    expect(body).toMatchObject([{ status: 201 }, { status: 413, problem: { code: 'too-large' } }])
  })

  test('of ten thousand is recorded in order, whatever of it has to wait', async () => {
    const book = await service.book(ANY_AMOUNT)
    const items = Array.from({ length: 10_000 }, (_, index) =>
      item(`k${index}`, accrual('0.01', { entity: `e${index % 100}` })),
    )
    const outcomes = linesOf(await sendLines(book, items))
    expect(outcomes.map(({ index }) => index)).toEqual(items.map((_, index) => index))
    expect(outcomes.map(({ position }) => position)).toEqual(items.map((_, index) => index + 6))
    const { body } = await must(service.call('GET', `/v1/books/${book}/balances?limit=1000&asOf=2026-12-31`))
    const { items: balances } = body as { items: JsonObject[] }
    expect(balances.map(({ available }) => available)).toEqual(Array<string>(100).fill('1.00'))
  })
})

describe('a dry run of a bulk', () => {
  const morning = { effectiveOn: day('2026-02-02'), portion: 'am' } as const

  test.each<[what: string, send: (book: string, items: readonly object[]) => Promise<Outcome[]>]>([
    ['list', async (book, items) => (await sendList(book, items, '?dryRun=true')).body as Outcome[]],
    ['NDJSON', async (book, items) => linesOf(await sendLines(book, items, '?dryRun=true'))],
  ])('by %s: each sees those before it, no key is looked at, and nothing is recorded', async (_, send) => {
    const book = await service.book(ANY_AMOUNT)
    await must(sendList(book, [item('k', accrual('1', { entity: 'e2' }))]))
    const { position } = (await service.call('GET', `/v1/books/${book}`)).body as JsonObject
    const outcomes = await send(book, [
      item('k', consumption('0.5', morning)),
      item('k', accrual('1')),
      item('k', consumption('0.5', morning)),
      { idempotencyKey: ' ', ...accrual('1') },
      item('l', consumption('0.5', { effectiveOn: day('2026-02-02') })),
      { idempotencyKey: 'm', transactions: [accrual('1'), consumption('1', { effectiveOn: day('2026-02-03') })] },
      item('n', consumption('0.5', { effectiveOn: day('2026-02-03'), portion: 'pm' })),
    ])
    expect(outcomes).toMatchObject([
      { index: 0, status: 409, problem: { code: 'insufficient-balance' } },
      { index: 1, status: 200, balances: [{ available: '1.00', version: 1 }], position: null, hash: null },
      { index: 2, status: 200, transactions: [{ id: null }], balances: [{ available: '0.50', version: 2 }] },
      { index: 3, status: 400, problem: { errors: [{ pointer: '/idempotencyKey' }] } },
      { index: 4, status: 409, problem: { code: 'day-taken', takenBy: '/2' } },
      { index: 5, status: 200, balances: [{ available: '0.50', version: 4 }] },
      { index: 6, status: 409, problem: { code: 'day-taken', takenBy: '/5/transactions/1' } },
    ])
    expect(await service.call('GET', `/v1/books/${book}`)).toMatchObject({ body: { position } })
  })

  test('of ten thousand says what sending it comes to', async () => {
    const book = await service.book(ANY_AMOUNT)
    const items = Array.from({ length: 10_000 }, (_, index) => {
      const entity = `e${index % 70}`
      const effectiveOn = dayAfter('2026-01-01', index % 90)
      const also = { entity, effectiveOn }
      return item(
        `k${index}`,
        index % 3 === 0 ? accrual('0.01', also) : consumption('0.1', { ...also, policy: 'wallet' }),
      )
    })
    const told = linesOf(await sendLines(book, items, '?dryRun=true'))
    const became = linesOf(await sendLines(book, items))
    expect(told.map(({ status }) => (status === 200 ? 201 : status))).toEqual(became.map(({ status }) => status))
    expect(told.map(({ balances = null }) => balances)).toEqual(became.map(({ balances = null }) => balances))
    expect(new Set(told.map(({ status }) => status))).toEqual(new Set([200, 409]))
  })

  test('whose book cannot be read is answered that it is so, to its end', async () => {
    const book = await service.book(ANY_AMOUNT)
    const away = openPool({ url: service.database.url, max: 1, applicationName: 'away' })
    await away.end()
    const { primary } = service.backend
    // A cast: with a callback it is the pool itself that asks, for a single statement.
    const lent = ((callback?: Parameters<Pool['connect']>[0]) =>
      callback === undefined ? away.connect() : primary.connect(callback)) as Pool['connect']
    const app = await service.another({
      // The head is read as ever, and then no connection is to be had.
      primary: Object.create(primary, { connect: { value: lent } }) as Pool,
    })
    const items = Array.from({ length: 600 }, (_, index) => item(`k${index}`, accrual('1')))
    const { body } = await call(app, 'POST', `/v1/books/${book}/bulk?dryRun=true`, { body: items })
    const statuses = (body as Outcome[]).map(({ status, problem }) => [status, (problem as JsonObject)['code']])
    expect(statuses).toHaveLength(600)
    expect(new Set(statuses.map(String)).size).toBe(1)
    expect(statuses[0]).toEqual([503, 'unavailable'])
  })
})

describe('a bulk is refused as a whole, and records nothing', () => {
  test.each<[what: string, send: (book: string) => Promise<Reply>, status: number]>([
    ['an empty list', (book) => sendList(book, []), 400],
    ['no list', (book) => sendList(book, item('a', accrual('1'))), 400],
    ['a broken list', (book) => sendList(book, `[${JSON.stringify(item('a', accrual('1')))},`), 400],
    ['10001 commands', (book) => sendList(book, Array(10_001).fill(item('a', accrual('1')))), 400],
    ['no lines', (book) => sendLines(book, ['', '  ', '\r']), 400],
    ['10001 lines', (book) => sendLines(book, Array<object>(10_001).fill(item('a', accrual('1')))), 400],
    ['more than the limit', (book) => sendList(book, ['x'.repeat(4_000_000)]), 413],
    ['an unknown parameter', (book) => sendList(book, [item('a', accrual('1'))], '?dry=true'), 400],
  ])('%s', async (_what, send, status) => {
    const book = await service.book(ANY_AMOUNT)
    expect((await send(book)).status).toBe(status)
    expect((await service.call('GET', `/v1/books/${book}`)).body).toMatchObject({ position: 5 })
  })

  test('of another media type', async () => {
    const book = await service.book(ANY_AMOUNT)
    const reply = await service.call('POST', `/v1/books/${book}/bulk`, {
      body: 'a',
      headers: { 'content-type': 'text/csv' },
    })
    expect(reply).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } })
  })

  test('for an unknown book', async () => {
    const reply = await sendList('nowhere', [item('a', accrual('1'))])
    expect(reply).toMatchObject({ status: 404, body: { code: 'unknown-book' } })
  })
})

describe('hours worked and notices in a bulk', () => {
  const hours = { entity: 'e1', from: '2026-03-01', to: '2026-03-31', hours: '162.50', reference: 'TIME-2026-03' }
  const notice = { entity: 'e1', policy: 'annual', year: 2026, givenOn: '2026-10-01' }

  test('are recorded beside lines, and answered as the single call would', async () => {
    const book = await service.book(ANY_AMOUNT)
    const items = [
      item('h1', { type: 'worked-hours', ...hours }),
      item('n1', { type: 'notice', ...notice }),
      item('a1', accrual('1')),
      item('h2', { type: 'worked-hours', ...hours, to: '2026-02-28' }),
      item('h3', { type: 'worked-hours', ...hours, hours: '900' }),
      item('n2', { type: 'notice', ...notice, policy: 'nothing' }),
      item('n3', { type: 'notice', ...notice, hours: '1' }),
      item('h1', { type: 'worked-hours', ...hours, hours: '162.5' }),
    ]
    const outcomes = (await sendList(book, items)).body as Outcome[]
    expect(outcomes).toMatchObject([
      { status: 201, id: matching(/^[0-9]+$/), hours: '162.5', reversedBy: null },
      { status: 201, policy: 'annual', resource: 'leave', year: 2026 },
      { status: 201, transactions: [{ amount: '1.00' }] },
      { status: 400, problem: { errors: [{ pointer: '/to' }] } },
      { status: 400, problem: { errors: [{ pointer: '/hours' }] } },
      { status: 422, problem: { code: 'unknown-policy' } },
      { status: 400, problem: { errors: [{ pointer: '/hours' }] } },
      { status: 201, replayed: true },
    ])
    for (const [index, path, body, idempotencyKey] of [
      [0, 'worked-hours', hours, 'h1'],
      [1, 'notices', notice, 'n1'],
    ] as const) {
      const { index: _index, status: _status, ...members } = outcomes[index]!
      const single = await service.call('POST', `/v1/books/${book}/${path}`, { body, idempotencyKey })
      expect(single.headers['idempotency-replayed']).toBe('true')
      expect(members).toEqual(single.body)
    }
    const { body } = await service.call('GET', `/v1/books/${book}/worked-hours?entity=e1`)
    expect((body as JsonObject)['items']).toHaveLength(1)
  })

  test('are shown by a dry run, which records nothing', async () => {
    const book = await service.book(ANY_AMOUNT)
    const items = [item('h1', { type: 'worked-hours', ...hours }), item('n1', { type: 'notice', ...notice })]
    const { body } = await service.call('POST', `/v1/books/${book}/bulk?dryRun=true`, { body: items })
    expect(body).toMatchObject([
      { status: 200, id: null, hours: '162.5', position: null },
      { status: 200, year: 2026, position: null },
    ])
    expect((await must(service.call('GET', `/v1/books/${book}/notices`))).body).toMatchObject({ items: [] })
  })

  test('take the rights of their own calls beside that of the bulk', async () => {
    const book = await service.book(ANY_AMOUNT)
    const made = { name: 'lines alone', rights: [{ book, right: 'transactions:record' }] }
    const { key } = (await must(service.call('POST', '/v1/keys', { body: made }))).body as { key: string }
    const items = [
      item('h1', { type: 'worked-hours', ...hours }),
      item('n1', { type: 'notice', ...notice }),
      item('a1', accrual('1')),
    ]
    for (const query of ['', '?dryRun=true']) {
      const { body } = await service.call('POST', `/v1/books/${book}/bulk${query}`, { body: items, key })
      expect(body).toMatchObject([
        { status: 403, problem: { code: 'forbidden', needs: 'worked-hours:record' } },
        { status: 403, problem: { code: 'forbidden', needs: 'notices:give' } },
        { status: query === '' ? 201 : 200 },
      ])
    }
  })
})
