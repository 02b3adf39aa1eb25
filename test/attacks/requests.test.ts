import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { type Answer, Client, type Service, startService } from '../support/service.ts'
import { expectSoundBook } from './sound-book.ts'

// Two at once about one request, or about the same days, over HTTP against two processes: exactly one wins, the other is
// told how the request stands now, and sums, claims and statuses are what a fresh fold makes them.

const BOOK = '/v1/books/races'
const ROUNDS = Number(process.env['RACE_ROUNDS'] ?? 100)
let database: TestDatabase
let services: Service[]
let clients: Client[]

beforeAll(async () => {
  database = await testDatabase()
  services = await Promise.all([1, 2].map(() => startService({ DATABASE_URL: database.url })))
  clients = services.map((service) => new Client(service, { connections: 64 }))
  await ok(clients[0]!.put(BOOK, 'book', {}))
  await ok(clients[0]!.put(`${BOOK}/entities/m1`, 'm1', {}))
  const terms = { resource: 'leave', unit: 'day', scale: 2, dayExclusive: true, overdraftLimit: '0' }
  await ok(clients[0]!.put(`${BOOK}/policies/annual`, 'annual', terms))
  await ok(clients[0]!.put(`${BOOK}/policies/carried`, 'carried', { ...terms, requests: { priority: 1 } }))
})

afterAll(async () => {
  for (const client of clients) client.close()
  await Promise.all(services.map((service) => service.kill()))
  await database.drop()
})

async function ok(answer: Promise<Answer>): Promise<Answer> {
  const { status, text } = await answer
  expect({ status, text: status < 300 ? '' : text }).toMatchObject({ text: '' })
  return answer
}

interface Shown {
  readonly id: string
  readonly status: string
  readonly version: number
  readonly total: string
  readonly days: readonly { readonly date: string }[]
}

let names = 0

/** An entity with leave, and nothing else. */
async function someone(days = '25.00'): Promise<string> {
  names += 1
  const entity = `e${names}`
  const body = { entity, policy: 'annual', amount: days, effectiveOn: '2025-01-01' }
  await ok(clients[names % 2]!.post(`${BOOK}/accruals`, `earn-${entity}`, body))
  return entity
}

const WEEK = { from: '2025-07-07', to: '2025-07-11' }

function submit(client: Client, entity: string, key: string, body: object = {}): Promise<Answer> {
  return client.post(`${BOOK}/requests`, key, { entity, resource: 'leave', ...WEEK, ...body })
}

async function submitted(entity: string): Promise<string> {
  names += 1
  const { body } = await ok(submit(clients[names % 2]!, entity, `submit-${names}`))
  return (body as { request: Shown }).request.id
}

function about(client: Client, id: string, { what, ...body }: Asked): Promise<Answer> {
  names += 1
  return client.post(
    `${BOOK}/requests/${id}/${what}`,
    `about-${names}`,
    { expectedVersion: 1, ...body },
    {
      'daybook-actor': 'manager:m1',
    },
  )
}

interface Asked {
  readonly what: string
  readonly [member: string]: unknown
}

async function read(id: string): Promise<Shown> {
  return (await ok(clients[0]!.get(`${BOOK}/requests/${id}`))).body as unknown as Shown
}

async function balance(entity: string): Promise<{ available: number; pending: number; consumed: number }> {
  const { body } = await clients[0]!.get<{ items: Record<string, string>[] }>(
    `${BOOK}/balances?entity=${entity}&asOf=2999-12-31`,
  )
  const sum = (member: string): number => body.items.reduce((total, item) => total + Number(item[member]), 0)
  return { available: sum('available'), pending: sum('pending'), consumed: sum('consumed') }
}

async function expectOneWinner(id: string, answers: readonly Answer[]): Promise<Shown> {
  const winners = answers.filter(({ status }) => status === 201)
  const losers = answers.filter(({ status }) => status === 409)
  expect([winners.length, losers.length], answers.map(({ text }) => text).join('\n')).toEqual([1, answers.length - 1])
  const now = await read(id)
  expect(now.version).toBe(2)
  expect((winners[0]!.body as { request: Shown }).request).toEqual(now)
  for (const { body } of losers)
    expect(body).toMatchObject({ code: 'version-conflict', currentVersion: 2, request: now })
  return now
}

const PAIRS: readonly (readonly [Asked, Asked])[] = [
  [{ what: 'approve' }, { what: 'reject' }],
  [{ what: 'approve' }, { what: 'cancel' }],
  [{ what: 'approve' }, { what: 'approve' }],
  [{ what: 'change', to: '2025-07-09' }, { what: 'approve' }],
  [{ what: 'cancel', days: ['2025-07-08'] }, { what: 'approve' }],
  [{ what: 'reject' }, { what: 'cancel' }],
]

describe.each(PAIRS)('$what | $what', (one, other) => {
  test(`${one.what} | ${other.what}: one wins, the other is shown what it is now`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const entity = await someone()
      const id = await submitted(entity)
      const order = round % 2 === 0 ? [one, other] : [other, one]
      const answers = await Promise.all(order.map((asked, index) => about(clients[index]!, id, asked)))
      const now = await expectOneWinner(id, answers)
      const total = Number(now.total)
      expect(total).toBe(now.days.length)
      const isTaken = now.status === 'approved'
      expect(await balance(entity)).toEqual({
        available: 25 - total,
        pending: isTaken ? 0 : total,
        consumed: isTaken ? total : 0,
      })
    }
  })
})

test('submit | submit for the same days, and for days that overlap', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const entity = await someone()
    const second = round % 2 === 0 ? {} : { from: '2025-07-10', to: '2025-07-16' }
    const answers = await Promise.all(
      [{}, second].map((body, index) => submit(clients[index]!, entity, `${entity}-${index}`, body)),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409])
    expect(answers.find(({ status }) => status === 409)!.body).toMatchObject({ code: 'day-taken' })
    expect(await balance(entity)).toEqual({ available: 20, pending: 5, consumed: 0 })
  }
})

test('submit | submit for the last days', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const entity = await someone('7.00')
    const spans = [WEEK, { from: '2025-08-04', to: '2025-08-08' }]
    const answers = await Promise.all(
      spans.map((span, index) => submit(clients[index]!, entity, `${entity}-${index}`, span)),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409])
    const refused = { code: 'insufficient-balance', available: '2.00', requested: '5.00' }
    expect(answers.find(({ status }) => status === 409)!.body).toMatchObject(refused)
    expect(await balance(entity)).toEqual({ available: 2, pending: 5, consumed: 0 })
  }
})

test('a double click with one key asks once; the same days under two ids, too', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const entity = await someone()
    const same = await Promise.all(clients.map((client) => submit(client, entity, `click-${entity}`)))
    expect(same.map(({ status }) => status)).toEqual([201, 201])
    expect(same[0]!.text).toBe(same[1]!.text)
    const id = `named-${entity}`
    const later = { id, from: '2025-08-04', to: '2025-08-08' }
    const named = await Promise.all(
      clients.map((client, index) => submit(client, entity, `named-${entity}-${index}`, later)),
    )
    expect(named.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409])
    expect(named.find(({ status }) => status === 409)!.body).toMatchObject({
      code: 'version-conflict',
      currentVersion: 1,
    })
    expect(await balance(entity)).toEqual({ available: 15, pending: 10, consumed: 0 })
  }
})

test('many at once about many requests: each is decided once', async () => {
  const entities = await Promise.all(Array.from({ length: 40 }, () => someone()))
  const ids = await Promise.all(entities.map((entity) => submitted(entity)))
  const asked: Asked[] = ['approve', 'reject', 'cancel', 'approve', 'approve'].map((what) => ({ what }))
  asked.splice(4, 0, { what: 'change', to: '2025-07-09' })
  const answers = await Promise.all(ids.flatMap((id) => asked.map((one, index) => about(clients[index % 2]!, id, one))))
  for (const [at, id] of ids.entries()) {
    await expectOneWinner(id, answers.slice(at * asked.length, (at + 1) * asked.length))
  }
})

test('afterwards the book verifies: chain, positions, sums, claims, requests', async () => {
  await expectSoundBook(database.url, 'races')
})
