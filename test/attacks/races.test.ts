import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { type Answer, Client, type Service, startService } from '../support/service.ts'
import { expectSoundBook } from './sound-book.ts'

// Everything at once, over HTTP, against two processes on one database: whoever of them answers, the results are the same.

const BOOK = '/v1/books/races'
let database: TestDatabase
let services: Service[]
let clients: Client[]

beforeAll(async () => {
  database = await testDatabase()
  services = await Promise.all([1, 2].map(() => startService({ DATABASE_URL: database.url })))
  clients = services.map((service) => new Client(service, { connections: 64 }))
  await ok(clients[0]!.put(BOOK, 'book', {}))
  await ok(clients[0]!.put(`${BOOK}/policies/annual`, 'annual', policy({ resource: 'leave', dayExclusive: true })))
  await ok(clients[0]!.put(`${BOOK}/policies/hours`, 'hours', policy({ resource: 'hours', dayExclusive: false })))
  await ok(clients[0]!.put(`${BOOK}/policies/money`, 'money', policy({ resource: 'money', dayExclusive: false })))
  await ok(clients[0]!.put(`${BOOK}/policies/stock`, 'stock', policy({ resource: 'stock', dayExclusive: false })))
})

afterAll(async () => {
  for (const client of clients) client.close()
  await Promise.all(services.map((service) => service.kill()))
  await database.drop()
})

function policy(terms: { resource: string; dayExclusive: boolean }) {
  return { unit: 'day', scale: 2, overdraftLimit: '0', ...terms }
}

async function ok(answer: Promise<Answer>): Promise<Answer> {
  const { status, text } = await answer
  expect({ status, text: status < 300 ? '' : text }).toMatchObject({ text: '' })
  return answer
}

/** The n-th call goes to the n-th process. */
function spread<T>(count: number, call: (client: Client, index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => call(clients[index % clients.length]!, index)))
}

function count(answers: readonly Answer[], status: number): number {
  return answers.filter((answer) => answer.status === status).length
}

async function available(entity: string, of: string): Promise<string> {
  const { body } = await clients[0]!.get<{ items: { available: string }[] }>(
    `${BOOK}/balances?entity=${entity}&policy=${of}&asOf=2999-12-31`,
  )
  return body.items[0]?.available ?? '0.00'
}

describe('one idempotency key', () => {
  test('200 identical commands at once are one event, and get 200 equal answers', async () => {
    const command = { entity: 'same', policy: 'hours', amount: '8', effectiveOn: '2025-01-31' }
    const answers = await spread(200, (client) => client.post(`${BOOK}/accruals`, 'the-same', command))
    expect(count(answers, 201)).toBe(200)
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(answers.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1)
    expect(await available('same', 'hours')).toBe('8.00')
  })

  test('a double click books once', async () => {
    await ok(clients[0]!.post(`${BOOK}/accruals`, 'clicker', accrual('clicker', 'annual', '5')))
    for (let round = 0; round < 20; round++) {
      const day = `2025-03-${String(round + 1).padStart(2, '0')}`
      const body = { entity: 'clicker', policy: 'annual', amount: '0.25', effectiveOn: day }
      const answers = await spread(2, (client) => client.post(`${BOOK}/consumptions`, `click-${round}`, body))
      expect(count(answers, 201)).toBe(2)
      expect(answers[0]!.text).toBe(answers[1]!.text)
    }
    expect(await available('clicker', 'annual')).toBe('0.00')
  })

  test('of many different commands with one key, one is recorded and the others are told where they differ', async () => {
    const answers = await spread(50, (client, index) =>
      client.post(`${BOOK}/accruals`, 'contested', accrual('contested', 'hours', String(index + 1))),
    )
    expect(count(answers, 201)).toBe(1)
    const losers = answers.filter(({ status }) => status === 422)
    expect(losers).toHaveLength(49)
    for (const { body } of losers) expect(body).toMatchObject({ code: 'idempotency-key-reused', differs: ['/amount'] })
  })
})

describe('the last of something', () => {
  test('two for the same day: one wins', async () => {
    for (let round = 0; round < 20; round++) {
      const entity = `day-${round}`
      await ok(clients[0]!.post(`${BOOK}/accruals`, entity, accrual(entity, 'annual', '10')))
      const answers = await spread(2, (client, index) =>
        client.post(`${BOOK}/consumptions`, `${entity}-${index}`, consumption(entity, 'annual', '1')),
      )
      expect([count(answers, 201), count(answers, 409)]).toEqual([1, 1])
      expect(answers.find(({ status }) => status === 409)!.body).toMatchObject({
        code: 'day-taken',
        date: '2025-06-02',
      })
    }
  })

  test('two for the last days: one wins', async () => {
    for (let round = 0; round < 20; round++) {
      const entity = `last-${round}`
      await ok(clients[0]!.post(`${BOOK}/accruals`, entity, accrual(entity, 'hours', '3')))
      const answers = await spread(2, (client, index) =>
        client.post(`${BOOK}/consumptions`, `${entity}-${index}`, consumption(entity, 'hours', '2')),
      )
      expect([count(answers, 201), count(answers, 409)]).toEqual([1, 1])
      expect(answers.find(({ status }) => status === 409)!.body).toMatchObject({
        code: 'insufficient-balance',
        available: '1.00',
        requested: '2.00',
      })
    }
  })

  test('500 consumptions of one hot account at once never take it below zero', async () => {
    await ok(clients[0]!.post(`${BOOK}/accruals`, 'hot', accrual('hot', 'hours', '100')))
    const answers = await spread(500, (client, index) =>
      client.post(`${BOOK}/consumptions`, `hot-${index}`, consumption('hot', 'hours', '1')),
    )
    expect([count(answers, 201), count(answers, 409)]).toEqual([100, 400])
    expect(await available('hot', 'hours')).toBe('0.00')
    for (const { status, body } of answers) {
      if (status !== 201) continue
      const [balance] = (body as { balances: { available: string }[] }).balances
      expect(balance!.available.startsWith('-')).toBe(false)
    }
  })

  test('a seat: of 50 takers who saw the same version, one gets it', async () => {
    await ok(clients[0]!.post(`${BOOK}/accruals`, 'seat', accrual('seat-12A', 'stock', '1')))
    const answers = await spread(50, (client, index) =>
      client.post(`${BOOK}/consumptions`, `seat-${index}`, {
        ...consumption('seat-12A', 'stock', '1'),
        expectedVersion: 1,
      }),
    )
    expect([count(answers, 201), count(answers, 409)]).toEqual([1, 49])
    for (const { status, body } of answers) {
      if (status === 409) expect(body).toMatchObject({ code: 'version-conflict', currentVersion: 2 })
    }
  })
})

test('a flash sale: of 10,000 buyers of an item with stock 100, exactly 100 get it, each paying once', async () => {
  const buyers = 10_000
  await ok(clients[0]!.post(`${BOOK}/accruals`, 'item', accrual('item', 'stock', '100')))
  await fund(buyers)
  const answers = await spread(buyers, (client, index) =>
    client.post(`${BOOK}/transactions`, `buy-${index}`, {
      transactions: [
        { type: 'consumption', ...consumption(`wallet-${index}`, 'money', '30') },
        { type: 'consumption', ...consumption('item', 'stock', '1') },
      ],
    }),
  )
  expect([count(answers, 201), count(answers, 409)]).toEqual([100, buyers - 100])
  expect(await available('item', 'stock')).toBe('0.00')
  const bought = answers.flatMap(({ status }, index) => (status === 201 ? [`wallet-${index}`] : []))
  for (const wallet of bought) expect(await available(wallet, 'money')).toBe('20.00')
  const refused = answers.findIndex(({ status }) => status === 409)
  expect(answers[refused]!.body).toMatchObject({ code: 'insufficient-balance', entity: 'item', policy: 'stock' })
  expect(await available(`wallet-${refused}`, 'money')).toBe('50.00')
})

/** Gives every buyer a wallet with 50. */
async function fund(buyers: number): Promise<void> {
  const items = Array.from({ length: buyers }, (_, index) => ({
    idempotencyKey: `fund-${index}`,
    type: 'accrual',
    ...accrual(`wallet-${index}`, 'money', '50'),
  }))
  for (let from = 0; from < buyers; from += 5_000) {
    const { status, body } = await clients[0]!.call<{ status: number }[] | { items: { status: number }[] }>(
      'POST',
      `${BOOK}/bulk`,
      { body: items.slice(from, from + 5_000) },
    )
    expect(status).toBe(200)
    const outcomes = Array.isArray(body) ? body : body.items
    expect(outcomes.filter((outcome) => outcome.status !== 201)).toEqual([])
  }
}

test('afterwards the book verifies: chain, positions, sums, claims', async () => {
  await expectSoundBook(database.url, 'races')
})

function accrual(entity: string, of: string, amount: string) {
  return { entity, policy: of, amount, effectiveOn: '2025-01-01' }
}

function consumption(entity: string, of: string, amount: string) {
  return { entity, policy: of, amount, effectiveOn: '2025-06-02' }
}
