import { describe, expect, test } from 'vitest'
import { accrual, consumption, day } from '../support/builders.ts'
import { digestOf } from '../support/ledger-record.ts'
import { type Json, type JsonObject, matching, must, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile()
const today = new Date().toISOString().slice(0, 10)

async function closedMarch(): Promise<string> {
  const book = await service.book()
  const { type: _type, ...body } = accrual('10', { effectiveOn: day('2025-01-01') })
  await must(service.call('POST', `/v1/books/${book}/accruals`, { body }))
  await must(service.call('POST', `/v1/books/${book}/periods/2025-03/close`, { body: { reason: 'payroll has run' } }))
  return book
}

test('a period can be closed without a word, and not be reopened without one', async () => {
  const book = await service.book()
  const closed = await service.call('POST', `/v1/books/${book}/periods/2025-03/close`)
  expect(closed).toMatchObject({ status: 201, body: { status: 'closed', reason: null } })
  const reopened = await service.call('POST', `/v1/books/${book}/periods/2025-03/reopen`)
  expect(reopened).toMatchObject({ status: 400, body: { errors: [{ in: 'body', pointer: '/reason' }] } })
})

test('a call that has no body may name the type of one, as many clients do', async () => {
  const book = await service.book()
  const headers = { 'content-type': 'application/json', 'content-length': '0' }
  const workingDays = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' }
  const closed = await service.call('POST', `/v1/books/${book}/periods/2025-03/close`, { headers })
  expect(closed).toMatchObject({ status: 201, body: { status: 'closed', reason: null } })
  const accrued = await service.call('POST', `/v1/books/${book}/accruals`, { headers })
  expect(accrued).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
  await must(service.call('PUT', `/v1/books/${book}/calendars/office`, { body: { workingDays } }))
  const removed = await service.call('DELETE', `/v1/books/${book}/calendars/office/holidays/2026-12-24`, {
    headers: { ...headers, 'idempotency-key': 'gone' },
  })
  expect(removed).toMatchObject({ status: 200, body: { id: 'office' } })
})

test('a call that takes no body is refused where it says something, and not where that is nothing', async () => {
  const book = await service.book()
  const tickets = `/v1/books/${book}/live/tickets`
  for (const body of [{ entity: 'e1' }, { 'a/b': 1 }, [], 'x', 1] as const) {
    for (const [method, at] of [
      ['POST', tickets],
      ['POST', `/v1/books/${book}/webhooks/none/test`],
      ['DELETE', `/v1/keys/${'0'.repeat(16)}`],
    ] as const) {
      const refused = await service.call(method, at, { body })
      expect(refused, `${method} ${at} ${JSON.stringify(body)}`).toMatchObject({
        status: 400,
        body: { code: 'invalid-request' },
      })
    }
  }
  const named = await service.call('POST', tickets, { body: { 'a/b': 1 } })
  expect(named.body).toMatchObject({ errors: [{ in: 'body', pointer: '/a~1b', message: 'is not known here' }] })
  for (const body of [{}, undefined]) expect((await service.call('POST', tickets, { body })).status).toBe(201)
})

function withoutPending(body: Json): Json {
  const { pending: _pending, ...period } = body as JsonObject
  return period
}

const late = { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2025-03-10' }

describe('closing and reopening a period', () => {
  test('is answered with what it is now, and the same again under its key', async () => {
    const book = await service.book()
    const close = () =>
      service.call('POST', `/v1/books/${book}/periods/2025-03/close`, {
        body: { reason: 'payroll has run' },
        headers: { 'daybook-actor': 'system:payroll' },
        idempotencyKey: 'close',
      })
    const first = await close()
    expect(first).toMatchObject({ status: 201, headers: { 'daybook-position': '6' } })
    expect(first.body).toEqual({
      period: '2025-03',
      status: 'closed',
      version: 1,
      reason: 'payroll has run',
      pending: [],
      by: { type: 'system', id: 'payroll' },
      position: 6,
      recordedAt: matching(/Z$/),
      hash: matching(/^[0-9a-f]{64}$/),
    })
    const again = await close()
    expect(again).toMatchObject({ status: 201, text: first.text, headers: { 'idempotency-replayed': 'true' } })
    expect(await must(service.call('GET', `/v1/books/${book}/periods`))).toMatchObject({
      body: { items: [withoutPending(first.body)], nextCursor: null, closedThrough: '2025-03' },
    })
    const reopened = await service.call('POST', `/v1/books/${book}/periods/2025-03/reopen`, { body: { reason: 'x' } })
    expect(reopened).toMatchObject({ status: 201, body: { status: 'open', version: 2, reason: 'x' } })
  })

  test('a dry run says what it would be', async () => {
    const book = await service.book()
    const reply = await service.call('POST', `/v1/books/${book}/periods/2025-03/close?dryRun=true`, { body: {} })
    expect(reply).toMatchObject({
      status: 200,
      body: { period: '2025-03', status: 'closed', version: 1, reason: null },
    })
    expect(await must(service.call('GET', `/v1/books/${book}/periods`))).toMatchObject({ body: { items: [] } })
  })

  test.each<[what: string, path: string, body: Json, status: number, problem: object]>([
    [
      'a month that no year has',
      'periods/2025-13/close',
      {},
      400,
      { code: 'invalid-request', errors: [{ in: 'path', pointer: '/period' }] },
    ],
    ['a day', 'periods/2025-03-01/close', {}, 400, { code: 'invalid-request' }],
    ['a year before 1900', 'periods/1899-12/close', {}, 400, { code: 'invalid-request' }],
    [
      'an unknown member',
      'periods/2025-04/close',
      { why: 'x' },
      400,
      { code: 'invalid-request', errors: [{ in: 'body', pointer: '/why' }] },
    ],
    [
      'an empty reason',
      'periods/2025-04/close',
      { reason: '' },
      400,
      { code: 'invalid-request', errors: [{ in: 'body', pointer: '/reason' }] },
    ],
    ['a body that is none', 'periods/2025-04/close', null, 400, { code: 'invalid-request' }],
    [
      'a blank reason',
      'periods/2025-03/reopen',
      { reason: ' ' },
      400,
      { code: 'invalid-request', errors: [{ in: 'body', pointer: '/reason' }] },
    ],
    [
      'reopening without a reason',
      'periods/2025-03/reopen',
      {},
      400,
      { code: 'invalid-request', errors: [{ in: 'body', pointer: '/reason' }] },
    ],
    [
      'closing what is closed',
      'periods/2025-03/close',
      {},
      409,
      { code: 'invalid-transition', period: '2025-03', currentStatus: 'closed' },
    ],
    [
      'reopening what is open',
      'periods/2025-04/reopen',
      { reason: 'x' },
      409,
      { code: 'invalid-transition', period: '2025-04', currentStatus: 'open' },
    ],
    [
      'closing what has not begun',
      'periods/2999-12/close',
      {},
      422,
      { code: 'rule-violated', rule: 'period-has-begun', limit: today.slice(0, 7) },
    ],
    ['a line for a closed period', 'consumptions', late, 409, { code: 'period-closed', period: '2025-03' }],
    [
      'an unknown way into a closed period',
      'consumptions',
      { ...late, intoClosedPeriod: 'force' },
      400,
      { code: 'invalid-request', errors: [{ in: 'body', pointer: '/intoClosedPeriod' }] },
    ],
  ])('%s is a clear problem, and changes nothing', async (_what, path, body, status, problem) => {
    const book = await closedMarch()
    const before = await digestOf(service.backend.db)
    expect(await service.call('POST', `/v1/books/${book}/${path}`, { body })).toMatchObject({ status, body: problem })
    expect(await digestOf(service.backend.db)).toBe(before)
  })

  test('a command without a key is refused', async () => {
    const book = await service.book()
    const reply = await service.call('POST', `/v1/books/${book}/periods/2025-03/close`, {
      body: {},
      idempotencyKey: null,
    })
    expect(reply).toMatchObject({ status: 400, body: { code: 'idempotency-key-missing' } })
  })

  test.each(['?limit=0', '?limit=1001', '?cursor=AAAA', '?status=closed'])('the list refuses %s', async (query) => {
    const book = await service.book()
    expect(await service.call('GET', `/v1/books/${book}/periods${query}`)).toMatchObject({ status: 400 })
  })

  test('a book that is not there is unknown', async () => {
    for (const [method, path] of [
      ['GET', 'periods'],
      ['POST', 'periods/2025-03/close'],
    ] as const) {
      const reply = await service.call(method, `/v1/books/nowhere/${path}`, method === 'POST' ? { body: {} } : {})
      expect(reply).toMatchObject({ status: 404, body: { code: 'unknown-book' } })
    }
  })
})

describe('a line for a closed period', () => {
  const posted = { ...late, intoClosedPeriod: 'post-today' }

  test('is recorded today and says which day it is about: in the answer, alone, listed and in the history', async () => {
    const book = await closedMarch()
    const { status, body } = await service.call('POST', `/v1/books/${book}/consumptions`, { body: posted })
    expect(status).toBe(201)
    const { transactions, position } = body as { transactions: JsonObject[]; position: number }
    expect(transactions).toMatchObject([{ effectiveOn: today, meantFor: '2025-03-10' }])
    expect((await must(service.call('GET', `/v1/books/${book}/transactions/${position}.1`))).body).toEqual(
      transactions[0],
    )
    const listed = await must(service.call('GET', `/v1/books/${book}/transactions?type=consumption`))
    expect(listed.body).toMatchObject({ items: [transactions[0]] })
    const events = await must(service.call('GET', `/v1/books/${book}/events?after=${position - 1}`))
    expect(events.body).toMatchObject({
      items: [
        {
          transactions: [{ effectiveOn: today, meantFor: '2025-03-10' }],
          decision: { checks: expect.arrayContaining(['posted-today']) as unknown },
        },
      ],
    })
    const statement = await must(service.call('GET', `/v1/books/${book}/entities/e1/statement?policy=annual`))
    expect(statement.body).toMatchObject({ items: [{ type: 'accrual' }, { meantFor: '2025-03-10', balance: '9.00' }] })
  })

  test('says nothing of that where its day is open', async () => {
    const book = await closedMarch()
    const { body } = await must(
      service.call('POST', `/v1/books/${book}/consumptions`, { body: { ...posted, effectiveOn: '2025-04-01' } }),
    )
    expect((body as { transactions: JsonObject[] }).transactions[0]).not.toHaveProperty('meantFor')
  })

  test('in a dry run, a batch and a bulk is decided as alone', async () => {
    const book = await closedMarch()
    const dry = await must(service.call('POST', `/v1/books/${book}/consumptions?dryRun=true`, { body: posted }))
    expect(dry).toMatchObject({ status: 200, body: { transactions: [{ effectiveOn: today, meantFor: '2025-03-10' }] } })
    const batch = await service.call('POST', `/v1/books/${book}/transactions`, {
      body: { transactions: [consumption('1', { effectiveOn: day('2025-04-01') }), { type: 'consumption', ...late }] },
    })
    expect(batch).toMatchObject({
      status: 409,
      body: { code: 'period-closed', period: '2025-03', pointer: '/transactions/1' },
    })
    const { body } = await must(
      service.call('POST', `/v1/books/${book}/bulk`, {
        body: [
          { idempotencyKey: 'b1', type: 'consumption', ...late },
          { idempotencyKey: 'b2', type: 'consumption', ...posted },
          { idempotencyKey: 'b3', transactions: [{ type: 'accrual', ...posted }] },
        ],
      }),
    )
    expect(body).toMatchObject([
      { status: 409, problem: { code: 'period-closed', period: '2025-03' } },
      { status: 201, transactions: [{ meantFor: '2025-03-10' }] },
      { status: 201, transactions: [{ meantFor: '2025-03-10' }] },
    ])
  })
})

describe('a book is closed up to a month', () => {
  const line = (effectiveOn: string) => ({ body: { entity: 'e1', policy: 'annual', amount: '1', effectiveOn } })
  const post = (book: string, path: string, request: object) =>
    service.call('POST', `/v1/books/${book}/${path}`, request)

  test('closing one closes every earlier one: the balance at its end does not move', async () => {
    const book = await closedMarch()
    const asOf = `/v1/books/${book}/balances?entity=e1&asOf=2025-03-31`
    const before = await must(service.call('GET', asOf))
    for (const day of ['2024-12-31', '2025-01-15', '2025-03-31']) {
      expect(await post(book, 'accruals', line(day))).toMatchObject({
        status: 409,
        body: { code: 'period-closed', period: day.slice(0, 7) },
      })
    }
    expect((await must(service.call('GET', asOf))).text).toBe(before.text)
    await must(post(book, 'accruals', line('2025-04-01')))
    expect(await post(book, 'periods/2025-01/close', { body: {} })).toMatchObject({
      status: 409,
      body: { code: 'invalid-transition', currentStatus: 'closed' },
    })
  })

  test('reopening one opens every later one, and leaves those before it closed', async () => {
    const book = await closedMarch()
    await must(post(book, 'periods/2025-02/reopen', { body: { reason: 'arrears' } }))
    expect((await must(service.call('GET', `/v1/books/${book}/periods`))).body).toMatchObject({
      closedThrough: '2025-01',
      items: [
        { period: '2025-02', status: 'open' },
        { period: '2025-03', status: 'open' },
      ],
    })
    await must(post(book, 'accruals', line('2025-03-31')))
    expect(await post(book, 'accruals', line('2025-01-31'))).toMatchObject({ status: 409 })
    expect(await post(book, 'periods/2025-03/reopen', { body: { reason: 'again' } })).toMatchObject({
      status: 409,
      body: { code: 'invalid-transition', currentStatus: 'open' },
    })
  })

  test('closing tells what is still pending, the same again under its key', async () => {
    const book = await service.book()
    await must(post(book, 'accruals', line('2025-01-01')))
    const asked = { id: 'r1', entity: 'e1', policy: 'annual', from: '2025-03-03', to: '2025-03-03' }
    await must(post(book, 'requests', { body: asked }))
    const close = () => post(book, 'periods/2025-03/close', { body: {}, idempotencyKey: 'close' })
    const first = await must(close())
    expect(first.body).toMatchObject({
      pending: [{ request: 'r1', entity: 'e1', from: '2025-03-03', to: '2025-03-03' }],
    })
    await must(post(book, 'requests/r1/cancel', { body: { expectedVersion: 1 } }).then((reply) => reply)).catch(
      () => undefined,
    )
    expect((await close()).text).toBe(first.text)
  })
})
