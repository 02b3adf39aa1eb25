import { describe, expect, test } from 'vitest'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { exportOf, importLines } from '../importing/importing.ts'
import { ledgerOfFile } from '../support/ledger.ts'
import { type JsonObject, must, type Reply, serviceOfFile } from './service-of-file.ts'

// Leave of a resource that is just recorded: taken from the entity's accounts as a request takes it.

const service = serviceOfFile()
const there = ledgerOfFile()

const POLICY = { resource: 'leave', unit: 'day', scale: 1, dayExclusive: true, overdraftLimit: '0' }

interface Two {
  readonly id: string
  readonly path: string
}

/** Somebody with half a day carried over, which goes first, and five days of this year. */
async function withTwoAccounts(more: object = {}): Promise<Two> {
  const id = await service.book({})
  const path = `/v1/books/${id}`
  const carried = { ...POLICY, requests: { priority: 1, expiresOn: '2026-03-31' }, ...more }
  await must(service.call('PUT', `${path}/policies/carried`, { body: carried }))
  await must(service.call('PUT', `${path}/policies/annual`, { body: { ...POLICY, ...more } }))
  const accrual = { entity: 'e1', effectiveOn: '2026-01-01' }
  await must(service.call('POST', `${path}/accruals`, { body: { ...accrual, policy: 'carried', amount: '0.5' } }))
  await must(service.call('POST', `${path}/accruals`, { body: { ...accrual, policy: 'annual', amount: '5' } }))
  return { id, path }
}

function take({ path }: Two, more: object = {}, idempotencyKey?: string): Promise<Reply> {
  const body = { entity: 'e1', resource: 'leave', amount: '1', effectiveOn: '2026-02-02', ...more }
  return service.call('POST', `${path}/consumptions`, {
    body,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  })
}

describe('leave of a resource', () => {
  test('is taken from the account that a request would draw on first, and the rest from the next', async () => {
    const book = await withTwoAccounts()
    const taken = await take(book, { reason: 'told by phone', reference: 'HR-1' })
    expect(taken).toMatchObject({
      status: 201,
      body: {
        transactions: [
          { policy: 'carried', amount: '-0.5', portion: 'full', reason: 'told by phone', reference: 'HR-1' },
          { policy: 'annual', amount: '-0.5', portion: null, reference: 'HR-1' },
        ],
        balances: [
          { policy: 'carried', available: '0.0' },
          { policy: 'annual', available: '4.5' },
        ],
      },
    })
    // The day is taken, whichever account it was taken from.
    expect(await take(book)).toMatchObject({ status: 409, body: { code: 'day-taken' } })
    expect(await take(book, { effectiveOn: '2026-02-03' })).toMatchObject({
      body: { transactions: [{ policy: 'annual', amount: '-1.0', portion: 'full' }] },
    })
  })

  test('is answered again under its key, and told from anything else', async () => {
    const book = await withTwoAccounts()
    const first = await take(book, {}, 'k1')
    expect(await take(book, { amount: '1.0' }, 'k1')).toMatchObject({
      status: 201,
      text: first.text,
      headers: { 'idempotency-replayed': 'true' },
    })
    const other = await take(book, { resource: undefined, policy: 'annual' }, 'k1')
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
    expect((other.body as JsonObject)['differs']).toEqual(['/resource', '/policy'])
    expect(await take(book, { amount: '0.5' }, 'k1')).toMatchObject({ status: 422, body: { differs: ['/amount'] } })
  })

  test('is refused as a request is, about all accounts', async () => {
    const book = await withTwoAccounts({ dayExclusive: false })
    expect(await take(book, { amount: '6' })).toMatchObject({
      status: 409,
      body: {
        code: 'insufficient-balance',
        available: '5.5',
        requested: '6.0',
        accounts: [{ policy: 'carried' }, { policy: 'annual' }],
      },
    })
    expect(await take(book, { amount: '5.5' })).toMatchObject({ status: 201 })
    expect(await take(book, { resource: 'sick' })).toMatchObject({ status: 422, body: { code: 'unknown-policy' } })
    expect(await take(book, { portion: 'am' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/portion' }] },
    })
  })

  test('is of one day at most where days are taken, and half a day with a half', async () => {
    const book = await withTwoAccounts()
    const limit = { status: 422, body: { code: 'rule-violated', rule: 'one-day-a-line' } }
    expect(await take(book, { amount: '1.5' })).toMatchObject(limit)
    expect(await take(book, { amount: '1', portion: 'am' })).toMatchObject(limit)
    expect(await take(book, { amount: '0.5', portion: 'am' })).toMatchObject({ status: 201 })
    expect(await take(book, { amount: '0.5', portion: 'pm' })).toMatchObject({ status: 201 })
  })

  test('names a policy or a resource, and a version only of one account', async () => {
    const book = await withTwoAccounts()
    for (const more of [{ policy: 'annual' }, { resource: undefined }, { expectedVersion: 1 }]) {
      expect(await take(book, more)).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
    }
  })

  test('is a command of a bulk as well, each seeing what those before it have left', async () => {
    const book = await withTwoAccounts({ dayExclusive: false })
    const line = { type: 'consumption', entity: 'e1', resource: 'leave', effectiveOn: '2026-02-02' }
    const body = [
      { ...line, amount: '5', idempotencyKey: 'b1' },
      { ...line, amount: '1', idempotencyKey: 'b2' },
      { ...line, amount: '0.5', idempotencyKey: 'b3' },
    ]
    for (const [query, good] of [
      ['?dryRun=true', 200],
      ['', 201],
    ] as const) {
      const answer = await service.call('POST', `${book.path}/bulk${query}`, { body, idempotencyKey: null })
      const outcomes = answer.body as JsonObject[]
      expect(outcomes.map(({ status }) => status)).toEqual([good, 409, good])
    }
  })

  test('is a line among others as well, which is what its event says', async () => {
    const book = await withTwoAccounts()
    const line = { type: 'consumption', entity: 'e1', resource: 'leave', amount: '1' }
    const transactions = [
      { ...line, effectiveOn: '2026-02-02', reason: 'told by phone' },
      { ...line, effectiveOn: '2026-02-03', reference: 'own' },
      { type: 'consumption', entity: 'e1', policy: 'annual', amount: '0.5', effectiveOn: '2026-02-04', portion: 'am' },
    ]
    const body = { reference: 'HR-2', transactions }
    const send = (said: object) =>
      service.call('POST', `${book.path}/transactions`, { body: said, idempotencyKey: 'batch' })
    const recorded = await send(body)
    expect(recorded).toMatchObject({
      status: 201,
      body: {
        transactions: [
          { policy: 'carried', amount: '-0.5', reason: 'told by phone', reference: 'HR-2' },
          { policy: 'annual', amount: '-0.5', reason: 'told by phone', reference: 'HR-2' },
          { policy: 'annual', amount: '-1.0', reference: 'own' },
          { policy: 'annual', amount: '-0.5', portion: 'am' },
        ],
      },
    })
    expect(await send(body)).toMatchObject({ status: 201, text: recorded.text })
    const other = { ...body, transactions: [{ ...transactions[0], amount: '0.5' }, ...transactions.slice(1)] }
    expect(await send(other)).toMatchObject({ status: 422, body: { differs: ['/transactions/0/amount'] } })
    expect(await verifyBook(service.backend.db, book.id)).toMatchObject({ ok: true })
    const lines = await exportOf(service.backend.db, book.id)
    expect(await importLines(there.url, book.id, lines)).toMatchObject({ decidedOtherwise: { count: 0 } })
    const tooMuch = { transactions: [...transactions, { ...line, amount: '9', effectiveOn: '2026-02-05' }] }
    expect(await service.call('POST', `${book.path}/transactions`, { body: tooMuch })).toMatchObject({
      status: 409,
      body: { pointer: '/transactions/0' },
    })
  })

  test('is undone as a whole by its position', async () => {
    const book = await withTwoAccounts()
    const { position } = (await must(take(book))).body as { position: number }
    await must(service.call('POST', `${book.path}/reversals`, { body: { position } }))
    const { items } = (await must(service.call('GET', `${book.path}/entities/e1/balances`))).body as {
      items: JsonObject[]
    }
    expect(items.map(({ available }) => available)).toEqual(['5.0', '0.5'])
  })

  test('verifies, and is imported as it was', async () => {
    const book = await withTwoAccounts()
    await must(take(book, { reason: 'told by phone' }))
    expect(await verifyBook(service.backend.db, book.id)).toMatchObject({ ok: true })
    const lines = await exportOf(service.backend.db, book.id)
    expect(await importLines(there.url, book.id, lines)).toMatchObject({ decidedOtherwise: { count: 0 } })
    expect(await exportOf(there.admin, book.id)).toEqual(lines)
  })
})
