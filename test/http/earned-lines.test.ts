import { describe, expect, test } from 'vitest'
import { POLICIES } from '../support/builders.ts'
import { type JsonObject, must, serviceOfFile } from './service-of-file.ts'

// What an accrual may say of how long it is valid, and an adjustment of the balance that it is to bring about.

const service = serviceOfFile()
const account = { entity: 'e1', policy: 'wallet' }
const on = '2026-01-31'

function post(book: string, path: string, body: object, headers: Record<string, string> = {}) {
  return service.call('POST', `/v1/books/${book}/${path}`, { body, headers })
}

async function bookWith(amount: string): Promise<string> {
  const book = await service.book(POLICIES)
  await must(post(book, 'accruals', { ...account, amount, effectiveOn: '2026-01-01' }))
  return book
}

const available = async (book: string, asOf = on): Promise<unknown> => {
  const { body } = await must(service.call('GET', `/v1/books/${book}/entities/e1/balances?policy=wallet&asOf=${asOf}`))
  return (body as { items: JsonObject[] }).items[0]!['available']
}

describe('an accrual', () => {
  const lot = { ...account, amount: '2', effectiveOn: on, validUntil: '2026-03-31', carriedIn: true }

  test('says until when it is valid, and that it was carried in: in the answer, alone, listed and in the history', async () => {
    const book = await service.book(POLICIES)
    const { status, body } = await post(book, 'accruals', lot)
    expect(status).toBe(201)
    const { transactions, position } = body as { transactions: JsonObject[]; position: number }
    expect(transactions).toMatchObject([{ validUntil: '2026-03-31', carriedIn: true }])
    const read = await must(service.call('GET', `/v1/books/${book}/transactions/${position}.1`))
    expect(read.body).toEqual(transactions[0])
    const listed = await must(service.call('GET', `/v1/books/${book}/transactions`))
    expect(listed.body).toMatchObject({ items: [transactions[0]] })
    const statement = await must(service.call('GET', `/v1/books/${book}/entities/e1/statement?policy=wallet`))
    expect(statement.body).toMatchObject({ items: [{ validUntil: '2026-03-31', carriedIn: true }] })
    const events = await must(service.call('GET', `/v1/books/${book}/events?after=${position - 1}`))
    expect(events.body).toMatchObject({ items: [{ transactions: [{ validUntil: '2026-03-31', carriedIn: true }] }] })
  })

  test('says nothing of what it was not told', async () => {
    const book = await service.book(POLICIES)
    const { body } = await must(post(book, 'accruals', { ...account, amount: '2', effectiveOn: on, carriedIn: false }))
    const [transaction] = (body as { transactions: JsonObject[] }).transactions
    for (const member of ['validUntil', 'carriedIn', 'rule', 'period']) expect(transaction).not.toHaveProperty(member)
  })

  test('that was not carried in is the same command as one that says nothing of it', async () => {
    const book = await service.book(POLICIES)
    const said = { ...account, amount: '2', effectiveOn: on }
    const first = await must(post(book, 'accruals', said, { 'idempotency-key': 'k' }))
    const again = await post(book, 'accruals', { ...said, carriedIn: false }, { 'idempotency-key': 'k' })
    expect(again).toMatchObject({ status: 201, body: first.body as JsonObject })
    const other = await post(book, 'accruals', { ...said, carriedIn: true }, { 'idempotency-key': 'k' })
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused', differs: ['/carriedIn'] } })
    const longer = await post(book, 'accruals', { ...said, validUntil: on }, { 'idempotency-key': 'k' })
    expect(longer).toMatchObject({ status: 422, body: { differs: ['/validUntil'] } })
  })

  test('is not valid until a day before its own: alone, in a batch and in a bulk', async () => {
    const book = await service.book(POLICIES)
    const bad = { ...lot, validUntil: '2026-01-30' }
    const message = 'must not be before `effectiveOn`'
    expect(await post(book, 'accruals', bad)).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ in: 'body', pointer: '/validUntil', message }] },
    })
    const batch = await post(book, 'transactions', { transactions: [{ type: 'accrual', ...bad }] })
    expect(batch.body).toMatchObject({ errors: [{ pointer: '/transactions/0/validUntil', message }] })
    const bulk = await must(post(book, 'bulk', [{ idempotencyKey: 'b', type: 'accrual', ...bad }]))
    expect(bulk.body).toMatchObject([{ status: 400, problem: { errors: [{ pointer: '/validUntil', message }] } }])
    expect((await post(book, 'accruals', { ...lot, validUntil: on })).status).toBe(201)
  })

  test('no other line says how long it is valid', async () => {
    const book = await bookWith('3')
    const taken = { ...account, amount: '1', effectiveOn: on, validUntil: '2026-12-31' }
    expect(await post(book, 'consumptions', taken)).toMatchObject({ status: 400 })
    expect(await post(book, 'adjustments', taken)).toMatchObject({ status: 400 })
  })
})

describe('an adjustment to a balance', () => {
  test('adds or takes what brings the balance at the end of the day there', async () => {
    const book = await bookWith('10')
    await must(post(book, 'accruals', { ...account, amount: '5', effectiveOn: '2026-02-01' }))
    const { body } = await must(post(book, 'adjustments', { ...account, to: '12', effectiveOn: on }))
    expect(body).toMatchObject({ transactions: [{ type: 'adjustment', amount: '2.00', effectiveOn: on }] })
    const down = await must(post(book, 'adjustments', { ...account, to: '-4.50', effectiveOn: on }))
    expect(down.body).toMatchObject({ transactions: [{ amount: '-16.50' }], balances: [{ available: '-4.50' }] })
    expect(await available(book)).toBe('-4.50')
    expect(await available(book, '2026-02-01')).toBe('0.50')
  })

  test('is answered again as it was, however the balance has changed', async () => {
    const book = await bookWith('10')
    const said = { ...account, to: '12', effectiveOn: on }
    const first = await must(post(book, 'adjustments', said, { 'idempotency-key': 'to' }))
    await must(post(book, 'accruals', { ...account, amount: '5', effectiveOn: on }))
    const again = await post(book, 'adjustments', { ...said, to: '12.0' }, { 'idempotency-key': 'to' })
    expect(again).toMatchObject({ status: 201, text: first.text, headers: { 'idempotency-replayed': 'true' } })
    const other = await post(book, 'adjustments', { ...said, to: '13' }, { 'idempotency-key': 'to' })
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused', differs: ['/to'] } })
    const amount = { ...account, amount: '2', effectiveOn: on }
    const byAmount = await post(book, 'adjustments', amount, { 'idempotency-key': 'to' })
    expect(byAmount).toMatchObject({ status: 422, body: { differs: ['/to', '/amount'] } })
  })

  test('that would change nothing is refused, and its key stays free', async () => {
    const book = await bookWith('10')
    const said = { ...account, to: '10', effectiveOn: on }
    const refused = await post(book, 'adjustments', said, { 'idempotency-key': 'same' })
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'rule-violated', rule: 'adjustment-changes-nothing', limit: '10.00' },
    })
    await must(post(book, 'accruals', { ...account, amount: '5', effectiveOn: on }))
    const now = await must(post(book, 'adjustments', said, { 'idempotency-key': 'same' }))
    expect(now.body).toMatchObject({ transactions: [{ amount: '-5.00' }] })
  })

  test('is held to the limit of the policy, and to its decimals', async () => {
    const book = await bookWith('10')
    const low = { ...account, to: '-5.01', effectiveOn: on }
    const refused = await post(book, 'adjustments', low)
    expect(refused).toMatchObject({ status: 409, body: { code: 'insufficient-balance', requested: '15.01' } })
    expect((await post(book, 'adjustments', { ...low, allowNegative: true })).status).toBe(201)
    const fine = await post(book, 'adjustments', { ...account, to: '0.001', effectiveOn: on })
    expect(fine).toMatchObject({ status: 422, body: { code: 'scale-exceeded', amount: '0.001' } })
  })

  test('never has more than 18 digits, however far apart the balances are', async () => {
    const book = await bookWith('999999999999999999')
    const far = { ...account, to: '-999999999999999999', effectiveOn: on, allowNegative: true }
    expect(await post(book, 'adjustments', far)).toMatchObject({
      status: 422,
      body: { code: 'rule-violated', rule: 'adjustment-too-large', limit: '999999999999999999.99' },
    })
  })

  test('says an amount or a balance, and not both', async () => {
    const book = await service.book(POLICIES)
    const errors = [{ in: 'body', pointer: '', message: 'must say either `amount` or `to`' }]
    for (const said of [{}, { amount: '1', to: '1' }]) {
      const refused = await post(book, 'adjustments', { ...account, effectiveOn: on, ...said })
      expect(refused).toMatchObject({ status: 400, body: { errors } })
    }
    const number = await post(book, 'adjustments', { ...account, effectiveOn: on, to: 12 })
    expect(number).toMatchObject({ status: 400, body: { errors: [{ pointer: '/to' }] } })
  })

  test('in a batch sees the lines before it; in a bulk and in a dry run it is decided as alone', async () => {
    const book = await bookWith('10')
    const to = { type: 'adjustment', ...account, to: '0', effectiveOn: on }
    const batch = await must(
      post(book, 'transactions?dryRun=true', {
        transactions: [{ type: 'accrual', ...account, amount: '1.5', effectiveOn: on }, to, { ...to, to: '1' }],
      }),
    )
    expect(batch.body).toMatchObject({ transactions: [{}, { amount: '-11.50' }, { amount: '1.00' }] })
    const bulk = await must(
      post(book, 'bulk', [
        { idempotencyKey: 'b1', ...to },
        { idempotencyKey: 'b2', ...to },
        { idempotencyKey: 'b3', transactions: [{ ...to, to: '3' }] },
      ]),
    )
    expect(bulk.body).toMatchObject([
      { status: 201, transactions: [{ amount: '-10.00' }] },
      { status: 422, problem: { rule: 'adjustment-changes-nothing' } },
      { status: 201, transactions: [{ amount: '3.00' }] },
    ])
  })

  test('into a closed period is what the day that is meant lacks, recorded today', async () => {
    const book = await bookWith('10')
    await must(post(book, 'periods/2026-01/close', {}))
    await must(post(book, 'accruals', { ...account, amount: '1', effectiveOn: '2026-02-01' }))
    const said = { ...account, to: '12', effectiveOn: on }
    expect(await post(book, 'adjustments', said)).toMatchObject({ status: 409, body: { code: 'period-closed' } })
    const posted = await must(post(book, 'adjustments', { ...said, intoClosedPeriod: 'post-today' }))
    expect(posted.body).toMatchObject({ transactions: [{ amount: '2.00', meantFor: on }] })
  })
})
