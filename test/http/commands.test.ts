import { describe, expect, test } from 'vitest'
import { ANY_AMOUNT, accrual, consumption, reversalOf } from '../support/builders.ts'
import { bootstrapKey, type JsonObject, matching, must, type Request, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile()

const earned = bodyOf(accrual('25'))
const taken = bodyOf(consumption('2'))

describe('a recorded command', () => {
  test('is answered 201 with where it was recorded, its transactions and the balances after it', async () => {
    const book = await service.book(ANY_AMOUNT)
    const { status, headers, body } = await post(book, 'accruals', {
      body: { ...earned, reference: 'R', reason: 'yearly' },
    })
    expect(status).toBe(201)
    const { position, recordedAt, hash } = body as { position: number; recordedAt: string; hash: string }
    expect(headers).toMatchObject({
      'daybook-position': String(position),
      'content-type': 'application/json; charset=utf-8',
      'daybook-request-id': matching(/^[0-9a-f]{12}-[0-9a-z]+$/),
    })
    expect(headers).not.toHaveProperty('idempotency-replayed')
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect(body).toEqual({
      position,
      recordedAt,
      hash,
      transactions: [
        {
          id: `${position}.1`,
          type: 'accrual',
          entity: 'e1',
          policy: 'annual',
          resource: 'leave',
          amount: '25.00',
          effectiveOn: '2026-01-31',
          portion: null,
          reverses: null,
          reversedBy: null,
          reference: 'R',
          reason: 'yearly',
          position,
          recordedAt,
        },
      ],
      balances: [
        {
          entity: 'e1',
          policy: 'annual',
          resource: 'leave',
          unit: 'shift',
          asOf: '2026-01-31',
          available: '25.00',
          spendable: '25.00',
          pending: '0.00',
          version: 1,
        },
      ],
    })
  })

  test('may hold several lines, of which a refused one is named and none is recorded', async () => {
    const book = await service.book(ANY_AMOUNT)
    const before = await head(book)
    const lines = [accrual('1'), consumption('2')]
    const refused = await post(book, 'transactions', { body: { transactions: lines } })
    expect(refused.status).toBe(409)
    expect(refused.body).toMatchObject({ code: 'insufficient-balance', pointer: '/transactions/1', available: '1.00' })
    expect(await head(book)).toBe(before)
    const { body } = await must(
      post(book, 'transactions', { body: { transactions: [accrual('3'), consumption('2')] } }),
    )
    expect(body).toMatchObject({ transactions: [{ amount: '3.00' }, { amount: '-2.00', portion: 'full' }] })
  })

  test('keeps who acts and who calls', async () => {
    const book = await service.book(ANY_AMOUNT)
    const headers = { 'daybook-actor': 'system:payroll', 'user-agent': 'u'.repeat(300) }
    const { body } = await must(post(book, 'accruals', { body: earned, headers }))
    const { position } = body as { position: number }
    const { body: page } = await must(service.call('GET', `/v1/books/${book}/events?after=${position - 1}`))
    expect((page as { items: JsonObject[] }).items).toMatchObject([
      {
        actor: { type: 'system', id: 'payroll' },
        erasable: { client: { ip: '127.0.0.1', userAgent: 'u'.repeat(256), session: null } },
      },
    ])
  })

  test('is by whoever calls where nobody is named: with the bootstrap key by admin:root', async () => {
    const book = 'of-root'
    const key = bootstrapKey({ because: 'it is about the actor that this key is' })
    await must(service.call('PUT', `/v1/books/${book}`, { body: {}, key }))
    await must(service.call('PUT', `/v1/books/${book}/policies/annual`, { body: ANY_AMOUNT['annual'] }))
    const { body } = await must(service.call('GET', `/v1/books/${book}/events`))
    expect((body as { items: JsonObject[] }).items).toMatchObject([
      { actor: { type: 'admin', id: 'root' } },
      { actor: { type: 'client', id: matching(/^[0-9a-f]{16}$/) } },
    ])
  })
})

describe('the same key again', () => {
  test('with the same command gives the same bytes, and says so', async () => {
    const book = await service.book(ANY_AMOUNT)
    const idempotencyKey = 'once'
    const first = await must(post(book, 'accruals', { body: { ...earned, amount: '1.0' }, idempotencyKey }))
    const again = await must(post(book, 'accruals', { body: { ...earned, amount: '1.00' }, idempotencyKey }))
    expect(again.text).toBe(first.text)
    expect(again.status).toBe(201)
    expect(again.headers).toMatchObject({
      'idempotency-replayed': 'true',
      'daybook-position': first.headers['daybook-position'],
    })
  })

  test('fails where the caller prefers that, in whatever form the preference comes', async () => {
    const book = await service.book(ANY_AMOUNT)
    const idempotencyKey = 'once'
    const first = await must(post(book, 'accruals', { body: earned, idempotencyKey }))
    const { position } = first.body as { position: number }
    for (const prefer of ['handling=strict', 'respond-async, handling="strict"', 'Handling = strict; wait=10']) {
      const again = await post(book, 'accruals', { body: earned, idempotencyKey, headers: { prefer } })
      expect(again).toMatchObject({
        status: 409,
        headers: { 'preference-applied': 'handling=strict' },
        body: { code: 'duplicate-idempotency-key', originalPosition: position },
      })
    }
    const lenient = await post(book, 'accruals', {
      body: earned,
      idempotencyKey,
      headers: { prefer: 'handling=lenient' },
    })
    expect(lenient.status).toBe(201)
  })

  test('with another command is refused, and says where it differs', async () => {
    const book = await service.book(ANY_AMOUNT)
    const { body } = await must(post(book, 'accruals', { body: earned, idempotencyKey: 'k' }))
    const { position } = body as { position: number }
    const other = await post(book, 'accruals', { body: { ...earned, amount: '26' }, idempotencyKey: 'k' })
    expect(other).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused', originalPosition: position, differs: ['/amount'] },
    })
  })

  test('at the same instant records once', async () => {
    const book = await service.book(ANY_AMOUNT)
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => post(book, 'accruals', { body: earned, idempotencyKey: 'race' })),
    )
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1)
    expect(replies.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1)
  })
})

describe('an idempotency key', () => {
  test.each([
    ['none', null],
    ['an empty one', ''],
  ])('%s is missing', async (_name, idempotencyKey) => {
    const book = await service.book(ANY_AMOUNT)
    const reply = await post(book, 'accruals', { body: earned, idempotencyKey })
    expect(reply).toMatchObject({ status: 400, body: { code: 'idempotency-key-missing' } })
  })

  test.each([
    ['too long', 'x'.repeat(256)],
    ['not ASCII', 'clé'],
  ])('%s is invalid', async (_name, idempotencyKey) => {
    const book = await service.book(ANY_AMOUNT)
    const reply = await post(book, 'accruals', { body: earned, idempotencyKey })
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ in: 'header', pointer: '/Idempotency-Key' }] } })
  })

  test('may have a comma', async () => {
    const book = await service.book(ANY_AMOUNT)
    await must(post(book, 'accruals', { body: earned, idempotencyKey: 'a, b' }))
  })
})

describe('a dry run', () => {
  test('decides as the command would, and records nothing', async () => {
    const book = await service.book(ANY_AMOUNT)
    await must(post(book, 'accruals', { body: earned }))
    const before = await head(book)
    const dry = await post(book, 'consumptions?dryRun=true', { body: taken })
    expect(dry.status).toBe(200)
    expect(dry.headers).not.toHaveProperty('daybook-position')
    const { body } = await must(post(book, 'consumptions', { body: taken }))
    const made = body as { transactions: JsonObject[] }
    const unrecorded = { position: null, recordedAt: null }
    const transactions = made.transactions.map((line) => ({ ...line, ...unrecorded, id: null }))
    expect(dry.body).toEqual({ ...made, ...unrecorded, hash: null, transactions })
    expect(await head(book)).toBe(before + 1)
  })

  test('is refused where the command would be', async () => {
    const book = await service.book(ANY_AMOUNT)
    const dry = await post(book, 'consumptions?dryRun=true', { body: taken })
    expect(dry).toMatchObject({ status: 409, body: { code: 'insufficient-balance' } })
  })

  test('does not use up its key', async () => {
    const book = await service.book(ANY_AMOUNT)
    await must(post(book, 'accruals?dryRun=true', { body: earned, idempotencyKey: 'k' }))
    const real = await post(book, 'accruals?dryRun=false', { body: { ...earned, amount: '1' }, idempotencyKey: 'k' })
    expect(real.status).toBe(201)
  })
})

describe('refusals', () => {
  test.each([
    ['unknown-policy', 422, 'accruals', { ...earned, policy: 'none' }, { policy: 'none' }],
    [
      'scale-exceeded',
      422,
      'accruals',
      { ...earned, amount: '0.125' },
      { policy: 'annual', scale: 2, amount: '0.125' },
    ],
    ['version-conflict', 409, 'accruals', { ...earned, expectedVersion: 3 }, { expectedVersion: 3, currentVersion: 0 }],
    ['unknown-transaction', 404, 'reversals', bodyOf(reversalOf('99.1')), { transaction: '99.1' }],
    ['insufficient-balance', 409, 'consumptions', taken, { requested: '2.00', firstViolatedOn: '2026-01-31' }],
  ])('%s', async (code, status, path, body, members) => {
    const book = await service.book(ANY_AMOUNT)
    const reply = await post(book, path, { body })
    expect(reply).toMatchObject({ status, body: { code, status, type: `/problems/${code}`, ...members } })
    expect(reply.headers['content-type']).toBe('application/problem+json')
    const { instance } = reply.body as { instance: string }
    expect(instance).toBe(`urn:daybook:request:${String(reply.headers['daybook-request-id'])}`)
  })

  test('a day that is taken, a transaction that is reversed', async () => {
    const book = await service.book(ANY_AMOUNT)
    await must(post(book, 'accruals', { body: earned }))
    const { body } = await must(post(book, 'consumptions', { body: { ...taken, amount: '1' } }))
    const { position } = body as { position: number }
    const transaction = `${position}.1`
    const again = await post(book, 'consumptions', { body: { ...taken, amount: '0.5', portion: 'pm' } })
    expect(again.body).toMatchObject({ code: 'day-taken', date: '2026-01-31', portion: 'pm', takenBy: transaction })
    await must(post(book, 'reversals', { body: { transaction } }))
    const reversal = `${position + 1}.1`
    const twice = await post(book, 'reversals', { body: { transaction } })
    expect(twice.body).toMatchObject({ code: 'already-reversed', reversedBy: reversal })
    const back = await post(book, 'reversals', { body: { transaction: reversal } })
    expect(back).toMatchObject({ status: 422, body: { code: 'not-reversible', transaction: reversal } })
  })

  test('an unknown book', async () => {
    const reply = await post('nowhere', 'accruals', { body: earned })
    expect(reply).toMatchObject({ status: 404, body: { code: 'unknown-book', book: 'nowhere' } })
  })
})

function bodyOf(line: object): JsonObject {
  const { type: _type, ...body } = line as JsonObject
  return body
}

function post(book: string, path: string, request: Request) {
  return service.call('POST', `/v1/books/${book}/${path}`, request)
}

async function head(book: string): Promise<number> {
  const { body } = await must(service.call('GET', `/v1/books/${book}`))
  return (body as { position: number }).position
}
