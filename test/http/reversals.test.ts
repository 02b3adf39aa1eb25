import { describe, expect, test } from 'vitest'
import { accrual, consumption, day } from '../support/builders.ts'
import { type JsonObject, must, type Request, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile()

type Answered = { position: number; transactions: { id: string; reverses: string | null; reason: string | null }[] }

function post(book: string, path: string, request: Request) {
  return service.call('POST', `/v1/books/${book}/${path}`, request)
}

async function threeLines(book: string): Promise<number> {
  const transactions = [
    accrual('5'),
    accrual('4', { entity: 'e2' }),
    consumption('1', { effectiveOn: day('2026-02-02') }),
  ]
  const { body } = await must(post(book, 'transactions', { body: { transactions } }))
  return (body as Answered).position
}

describe('a command is undone by its position', () => {
  test('with all its lines, in one event; a replay gets the same answer, and a second time is refused', async () => {
    const book = await service.book()
    const position = await threeLines(book)
    const send = (idempotencyKey: string, body: JsonObject) => post(book, 'reversals', { body, idempotencyKey })
    const undone = await must(send('undo', { position, reason: 'sent twice' }))
    expect((undone.body as Answered).transactions).toMatchObject([
      { reverses: `${position}.3`, amount: '1.00', effectiveOn: '2026-02-02', reason: 'sent twice' },
      { reverses: `${position}.1`, amount: '-5.00', reason: 'sent twice' },
      { reverses: `${position}.2`, amount: '-4.00', reason: 'sent twice' },
    ])
    const again = await send('undo', { position, reason: 'sent twice' })
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(again.text).toBe(undone.text)
    expect((await send('undo', { position, reason: 'other' })).body).toMatchObject({
      code: 'idempotency-key-reused',
      differs: ['/reason'],
    })
    expect((await send('undo', { transaction: `${position}.1` })).body).toMatchObject({
      code: 'idempotency-key-reused',
      differs: ['/position', '/reason', '/transaction'],
    })
    const { status, body } = await send('undo-2', { position })
    expect(status).toBe(409)
    expect(body).toMatchObject({ code: 'already-reversed', transaction: `${position}.3` })
  })

  test('in batches and bulks, each line with what was said of it; a dry run says the same', async () => {
    const book = await service.book()
    const [first, second] = [await threeLines(book), await threeLines(await service.book())]
    const transactions = [
      accrual('9', { entity: 'e3' }),
      { type: 'reversal', position: first, reason: 'sent twice', metadata: { by: 'hr' } },
      accrual('1', { reason: 'instead' }),
    ]
    const preview = await post(book, 'transactions?dryRun=true', { body: { transactions } })
    const reasons = [null, 'sent twice', 'sent twice', 'sent twice', 'instead']
    expect((preview.body as Answered).transactions.map(({ reason }) => reason)).toEqual(reasons)
    const { body } = await must(post(book, 'transactions', { body: { transactions }, idempotencyKey: 'batch' }))
    expect((body as Answered).transactions.map(({ reason }) => reason)).toEqual(reasons)
    const changed = transactions.with(2, accrual('2', { reason: 'instead' }))
    expect(
      (await post(book, 'transactions', { body: { transactions: changed }, idempotencyKey: 'batch' })).body,
    ).toMatchObject({ code: 'idempotency-key-reused', differs: ['/transactions/2/amount'] })
    const items = [
      { idempotencyKey: 'b1', type: 'reversal', position: first },
      { idempotencyKey: 'b2', type: 'reversal', position: second + 900 },
      { idempotencyKey: 'b3', type: 'reversal' },
    ]
    const bulk = await service.call('POST', `/v1/books/${book}/bulk`, { body: items, idempotencyKey: null })
    expect(bulk.body).toMatchObject([
      { status: 409, problem: { code: 'already-reversed' } },
      { status: 404, problem: { code: 'unknown-transaction' } },
      { status: 400, problem: { code: 'invalid-request' } },
    ])
  })

  test('neither both nor none of the two, nor a position that is none', async () => {
    const book = await service.book()
    for (const body of [{}, { position: 6, transaction: '6.1' }]) {
      const refused = await post(book, 'reversals', { body })
      expect(refused.status).toBe(400)
      expect(refused.text).toContain('must say either `transaction` or `position`')
    }
    expect((await post(book, 'reversals', { body: { position: '6' } })).status).toBe(400)
    // A definition has no lines to undo.
    expect(await post(book, 'reversals', { body: { position: 1 } })).toMatchObject({
      status: 404,
      body: { code: 'unknown-transaction', transaction: '1.1' },
    })
  })
})

test('a line of a request is undone by its request alone, also with its whole command', async () => {
  const book = await service.book()
  await must(post(book, 'accruals', { body: bodyOf(accrual('5')) }))
  const asked = { entity: 'e1', policy: 'annual', from: '2026-07-06', to: '2026-07-07' }
  const { position } = (await must(post(book, 'requests', { body: asked }))).body as { position: number }
  expect(await post(book, 'reversals', { body: { position } })).toMatchObject({
    status: 422,
    body: { code: 'not-reversible', transaction: `${position}.1` },
  })
})

test('nothing is undone before it was, no line takes two days, and halves are of days that are claimed', async () => {
  const book = await service.book()
  const position = await threeLines(book)
  expect(
    await post(book, 'reversals', { body: { transaction: `${position}.3`, effectiveOn: '2026-02-01' } }),
  ).toMatchObject({
    status: 422,
    body: { code: 'rule-violated', rule: 'reversal-before-original', limit: '2026-02-02' },
  })
  const taking = { ...bodyOf(consumption('1.5')), effectiveOn: '2026-02-03' }
  expect(await post(book, 'consumptions', { body: taking })).toMatchObject({
    status: 422,
    body: { code: 'rule-violated', rule: 'one-day-a-line', limit: '1' },
  })
  expect(await post(book, 'consumptions', { body: { ...taking, policy: 'wallet', portion: 'am' } })).toMatchObject({
    status: 400,
    body: { code: 'invalid-request', errors: [{ in: 'body', pointer: '/portion' }] },
  })
  const transactions = [accrual('1'), consumption('1', { policy: 'wallet', portion: 'am' })]
  expect(await post(book, 'transactions', { body: { transactions } })).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/transactions/1/portion' }] },
  })
})

function bodyOf(line: object): JsonObject {
  const { type: _type, ...body } = line as JsonObject
  return body
}
