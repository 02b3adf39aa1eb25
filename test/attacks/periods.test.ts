import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { type Answer, Client, type Service, startService } from '../support/service.ts'
import { expectSoundBook } from './sound-book.ts'

// Payroll closes months and pulls balances while everybody else goes on, over HTTP, against two processes on one database.

const BOOK = '/v1/books/periods'
let database: TestDatabase
let services: Service[]
let clients: [Client, Client]

beforeAll(async () => {
  database = await testDatabase()
  services = await Promise.all([1, 2].map(() => startService({ DATABASE_URL: database.url })))
  clients = services.map((service) => new Client(service, { connections: 64 })) as [Client, Client]
  await ok(clients[0].put(BOOK, 'book', {}))
  const hours = { resource: 'hours', unit: 'hour', scale: 2, dayExclusive: false, overdraftLimit: null }
  await ok(clients[0].put(`${BOOK}/policies/hours`, 'hours', hours))
  await ok(
    clients[0].put(`${BOOK}/policies/days`, 'days', { ...hours, resource: 'days', unit: 'day', dayExclusive: true }),
  )
})

afterAll(async () => {
  for (const client of clients) client.close()
  await Promise.all(services.map((service) => service.kill()))
  await database.drop()
})

async function ok<Body>(answer: Promise<Answer<Body>>): Promise<Answer<Body>> {
  const { status, text } = await answer
  expect({ status, text: status < 300 ? '' : text }).toMatchObject({ text: '' })
  return answer
}

interface Recorded {
  readonly position: number
  readonly transactions: readonly { readonly effectiveOn: string; readonly meantFor?: string }[]
}

const of = { entity: 'e1', policy: 'hours', amount: '1' }

describe('closing a month while lines for it come in at both processes', () => {
  test.each([1, 2, 3, 4, 5])('year %i: none is recorded after it was closed', async (year) => {
    const month = `200${year}-03`
    const line = (index: number) => ({ ...of, entity: `e${index % 7}`, effectiveOn: `${month}-10` })
    const taking = Array.from({ length: 300 }, (_, index) =>
      clients[index % 2]!.post<Recorded>(`${BOOK}/consumptions`, `${month}-${index}`, line(index)),
    )
    // After some of them, whatever that is: the close is one more command in between.
    await Promise.race(taking)
    const closed = await ok(clients[year % 2]!.post<{ position: number }>(`${BOOK}/periods/${month}/close`, month, {}))
    const late = await Promise.all(
      [0, 1].flatMap((which) =>
        Array.from({ length: 20 }, (_, index) =>
          clients[which]!.post(`${BOOK}/consumptions`, `${month}-late-${which}-${index}`, line(index)),
        ),
      ),
    )
    for (const answer of late)
      expect(answer).toMatchObject({ status: 409, body: { code: 'period-closed', period: month } })
    const answers = await Promise.all(taking)
    const recorded = answers.filter(({ status }) => status === 201)
    expect(recorded.length).toBeGreaterThan(0)
    for (const { body } of recorded) expect(body.position).toBeLessThan(closed.body.position)
    for (const { status, body } of answers) {
      if (status !== 201)
        expect({ status, ...body }).toMatchObject({ status: 409, code: 'period-closed', period: month })
    }
  })

  test('nothing is effective in a month at a position where it was closed, whoever closes and reopens it', async () => {
    const month = '2011-05'
    const transitions: Promise<Answer>[] = []
    const lines: Promise<Answer>[] = []
    for (let round = 0; round < 30; round++) {
      const client = clients[round % 2]!
      const path = round % 3 === 2 ? 'reopen' : 'close'
      transitions.push(client.post(`${BOOK}/periods/${month}/${path}`, `turn-${round}`, { reason: 'x' }))
      for (let index = 0; index < 10; index++) {
        const posted = index % 2 === 0 ? { intoClosedPeriod: 'post-today' } : {}
        lines.push(
          clients[index % 2]!.post(`${BOOK}/consumptions`, `turn-${round}-${index}`, {
            ...of,
            effectiveOn: `${month}-04`,
            ...posted,
          }),
        )
      }
      await lines.at(-1)
    }
    for (const { status, body } of await Promise.all(transitions)) {
      if (status !== 201) expect({ status, ...body }).toMatchObject({ status: 409, code: 'invalid-transition' })
    }
    const answers = await Promise.all(lines)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]))
    expect(answers.some(({ text }) => text.includes('"meantFor"'))).toBe(true)
    // Of each line, its own verification says whether its month was closed where it was recorded.
    await expectSoundBook(database.url, 'periods')
  })
})

test('of 20 who close the same month at once, one does, and the others are told', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      clients[index % 2]!.post(`${BOOK}/periods/2012-01/close`, `all-${index}`, {}),
    ),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  for (const { status, body } of answers) {
    if (status !== 201) expect(body).toMatchObject({ code: 'invalid-transition', currentStatus: 'closed' })
  }
})

test('of two who are late for the same day in a closed month, one gets it', async () => {
  for (let round = 0; round < 10; round++) {
    const body = {
      entity: `late-${round}`,
      policy: 'days',
      amount: '1',
      effectiveOn: '2012-01-10',
      intoClosedPeriod: 'post-today',
    }
    const answers = await Promise.all(
      clients.map((client, index) => client.post(`${BOOK}/consumptions`, `late-${round}-${index}`, body)),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409])
    expect(answers.find(({ status }) => status === 409)!.body).toMatchObject({ code: 'day-taken', date: '2012-01-10' })
  }
})

test('a snapshot taken under load has its digest, at both processes, whatever is recorded meanwhile and later', async () => {
  let writing = true
  let written = 0
  const writers = clients.map(async (client, which) => {
    for (let index = 0; writing; index++) {
      const body = { ...of, entity: `s${index % 50}`, effectiveOn: '2020-06-01' }
      await ok(client.post(`${BOOK}/accruals`, `writer-${which}-${index}`, body))
      written += 1
    }
  })
  const taken = []
  for (let round = 0; round < 6; round++) {
    const { body } = await ok(
      clients[round % 2]!.post<{ id: string; digest: string; count: number }>(`${BOOK}/snapshots`, `take-${round}`, {
        asOf: '2020-12-31',
      }),
    )
    taken.push(body)
  }
  writing = false
  await Promise.all(writers)
  expect(written).toBeGreaterThan(0)
  for (const { id, digest } of taken) {
    for (const client of clients) {
      const { text } = await ok(client.get(`${BOOK}/snapshots/${id}/balances`, { accept: 'application/x-ndjson' }))
      expect(createHash('sha256').update(text).digest('hex')).toBe(digest)
    }
  }
})

test('of several identical snapshots at once, one is taken, and all are answered with it', async () => {
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      clients[index % 2]!.post(`${BOOK}/snapshots`, 'the-same', { asOf: '2020-12-31' }),
    ),
  )
  const answered = answers.filter(({ status }) => status === 201)
  expect(answered.length).toBeGreaterThan(0)
  expect(new Set(answered.map(({ text }) => text)).size).toBe(1)
  // Only so many are computed at once; who has to wait is told so, and gets the same.
  for (const { status, headers } of answers)
    if (status !== 201) expect({ status, retry: headers['retry-after'] }).toEqual({ status: 503, retry: '2' })
  const again = await ok(clients[0].post(`${BOOK}/snapshots`, 'the-same', { asOf: '2020-12-31' }))
  expect(again.text).toBe(answered[0]!.text)
})

test('afterwards the book verifies: chain, periods, claims, snapshots', async () => {
  await expectSoundBook(database.url, 'periods')
})
