import { rm, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { durableServer, type TestDatabase, testDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { type Answer, Client, freePort, type Service, startService } from '../support/service.ts'
import { temporaryFolder } from '../support/test-run.ts'
import { expectSoundBook } from './sound-book.ts'

// Two processes on one book over HTTP: whoever takes, releases or lets a hold run out, it ends once. Of few things that many
// want, no more are sold than there are. And ends that are being recorded when the process is killed are recorded, once.

const KEY = 'a-key-that-outlives-every-process'
const ON = '2026-03-31'
const STOCK = { resource: 'stock', unit: 'piece', scale: 0, dayExclusive: false, overdraftLimit: '0' }

let database: TestDatabase
let services: Service[]
let clients: Client[]
let keys = 0

beforeAll(async () => {
  database = await testDatabase()
  services = await Promise.all([0, 1].map(() => startService({ DATABASE_URL: database.url }, { key: KEY })))
  clients = services.map((service) => new Client(service))
})
afterAll(async () => {
  for (const client of clients) client.close()
  await Promise.all(services.map((service) => service.stop()))
  await database.drop()
})

interface Placed {
  readonly hold: { readonly id: string; readonly expiresAt: string }
}

interface Listed {
  readonly items: readonly { readonly id: string; readonly status: string }[]
}

interface History {
  readonly items: readonly { readonly type: string; readonly data: { readonly hold?: string } }[]
}

async function must<Body>(answer: Promise<Answer<Body>>): Promise<Body> {
  const { status, text, body } = await answer
  if (status >= 300) throw new Error(`${status} ${text}`)
  return body
}

/** A book with so many of an item. */
async function shop(book: string, amount: number, client = clients[0]!): Promise<void> {
  await must(client.put(`/v1/books/${book}`, `k${++keys}`, {}))
  for (const [policy, body] of Object.entries({ stock: STOCK, wallet: { ...STOCK, resource: 'money' } })) {
    await must(client.put(`/v1/books/${book}/policies/${policy}`, `k${++keys}`, body))
  }
  await earn(book, { entity: 'item', policy: 'stock', amount: String(amount) }, client)
}

async function earn(book: string, line: object, client = clients[0]!): Promise<void> {
  await must(client.post(`/v1/books/${book}/accruals`, `k${++keys}`, { ...line, effectiveOn: ON }))
}

const ONE_ITEM = { lines: [{ entity: 'item', policy: 'stock', amount: '1', effectiveOn: ON }] }

async function endsOf(book: string, client = clients[0]!): Promise<Map<string, string[]>> {
  const ends = new Map<string, string[]>()
  for (let after: number | null = 0; after !== null; ) {
    const page: History & { nextPosition: number | null } = await must(
      client.get<History & { nextPosition: number | null }>(`/v1/books/${book}/events?limit=1000&after=${after}`),
    )
    for (const { type, data } of page.items) {
      if (data.hold === undefined || type === 'hold-placed') continue
      ends.set(data.hold, [...(ends.get(data.hold) ?? []), type])
    }
    after = page.nextPosition
  }
  return ends
}

test('I20 take | release | end: one of them, whoever comes when', async () => {
  const rounds = 40
  await shop('ends', rounds)
  const placed = await Promise.all(
    Array.from({ length: rounds }, async (_, round) => {
      // Around the time at which it is over, one way or the other.
      const expiresAt = new Date(Date.now() + 1_500 + (round % 8) * 100).toISOString()
      const body = { ...ONE_ITEM, expiresAt }
      return must(clients[round % 2]!.post<Placed>('/v1/books/ends/holds', `place-${round}`, body))
    }),
  )
  const answers = await Promise.all(
    placed.flatMap(({ hold }, round) =>
      clients.flatMap((client, index) =>
        ['take', 'release'].map(async (what) => {
          const wait = Date.parse(hold.expiresAt) - Date.now() + ((round * 7 + index * 3) % 11) * 4 - 20
          await new Promise((resolve) => setTimeout(resolve, Math.max(0, wait)))
          const answer = await client.post(`/v1/books/ends/holds/${hold.id}/${what}`, `${what}-${round}-${index}`, {})
          return { hold: hold.id, what, answer }
        }),
      ),
    ),
  )
  await eventually(async () => {
    const { items } = await must(clients[0]!.get<Listed>('/v1/books/ends/holds?limit=500'))
    expect(items.filter(({ status }) => status === 'held')).toEqual([])
  })
  const { items } = await must(clients[0]!.get<Listed>('/v1/books/ends/holds?limit=500'))
  const ends = await endsOf('ends')
  for (const { id, status } of items) {
    expect(ends.get(id)).toEqual([`hold-${status}`])
    const won = answers.filter(({ hold, answer }) => hold === id && answer.status === 201)
    expect(won.map(({ what }) => what)).toEqual(status === 'lapsed' ? [] : [status === 'taken' ? 'take' : 'release'])
    const lost = answers.filter(({ hold, answer }) => hold === id && answer.status !== 201)
    for (const { answer } of lost) {
      expect(answer).toMatchObject({ status: 409, body: { code: 'hold-ended', holdId: id, currentStatus: status } })
    }
  }
  await expectSoundBook(database.url, 'ends')
})

test('I20 of twenty that two hundred want, twenty are held, and no more than that are paid for', async () => {
  await shop('sale', 20)
  const asked = await Promise.all(
    Array.from({ length: 200 }, async (_, buyer) => {
      await earn('sale', { entity: `buyer-${buyer}`, policy: 'wallet', amount: '50' }, clients[buyer % 2])
      const body = { ...ONE_ITEM, seconds: 3_600 }
      const answer = await clients[buyer % 2]!.post<Placed>('/v1/books/sale/holds', `hold-${buyer}`, body)
      return { buyer, answer }
    }),
  )
  const held = asked.filter(({ answer }) => answer.status === 201)
  expect(held).toHaveLength(20)
  for (const { answer } of asked.filter(({ answer: { status } }) => status !== 201)) {
    expect(answer).toMatchObject({ status: 409, body: { code: 'insufficient-balance' } })
  }
  // Every fifth has too little, and each asks twice.
  const taken = await Promise.all(
    held.flatMap(({ buyer, answer }, index) =>
      clients.map(async (client) => {
        const amount = index % 5 === 0 ? '51' : '50'
        const more = [{ type: 'consumption', entity: `buyer-${buyer}`, policy: 'wallet', amount, effectiveOn: ON }]
        const { status } = await client.post(`/v1/books/sale/holds/${answer.body.hold.id}/take`, `take-${buyer}`, {
          more,
        })
        return { index, status }
      }),
    ),
  )
  for (const { index, status } of taken)
    expect({ index, status }).toEqual({ index, status: index % 5 === 0 ? 409 : 201 })
  const { items } = await must(clients[0]!.get<{ items: object[] }>('/v1/books/sale/balances?policy=stock'))
  expect(items).toMatchObject([{ available: '0', pending: '4', consumed: '16' }])
  await expectSoundBook(database.url, 'sale')
})

test('I20 kill -9 while many holds end by themselves: each of them ends, once', async () => {
  const server = await durableServer()
  const file = `${await temporaryFolder()}/now.txt`
  const port = await freePort()
  await writeFile(file, '2099-03-31T08:00:00Z')
  const environment = { DATABASE_URL: server.url, NODE_ENV: 'test', DAYBOOK_TEST_NOW: `@${file}` }
  let service = await startService(environment, { port, key: KEY })
  const client = new Client(service)
  const holds = 250
  try {
    await shop('main', holds, client)
    await Promise.all(
      Array.from({ length: holds }, async (_, number) =>
        must(client.post('/v1/books/main/holds', `held-${number}`, { ...ONE_ITEM, seconds: 3_600 + (number % 4) })),
      ),
    )
    await writeFile(file, '2099-03-31T10:00:00Z')
    for (let round = 0; round < 3; round++) {
      // As soon as some have ended, in whatever group that was.
      await eventually(async () => {
        const ended = await endsOf('main', client).catch(() => new Map())
        expect(ended.size).toBeGreaterThan(0)
      })
      await service.kill()
      service = await startService(environment, { port, key: KEY })
    }
    await eventually(async () => expect((await endsOf('main', client)).size).toBe(holds))
    const ends = await endsOf('main', client)
    expect([...ends.values()].filter((types) => types.length !== 1 || types[0] !== 'hold-lapsed')).toEqual([])
    await expectSoundBook(server.url, 'main')
  } finally {
    client.close()
    await service.kill()
    await server.remove()
    await rm(file)
  }
})
