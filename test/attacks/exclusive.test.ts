import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { type Answer, Client, type Service, startService } from '../support/service.ts'
import { expectSoundBook } from './sound-book.ts'

// Two processes over one database, and whoever comes first: a policy that is to have days claimed, or lines on one day.

const BOOK = '/v1/books/exclusive'
let database: TestDatabase
let services: Service[]
let clients: Client[]

beforeAll(async () => {
  database = await testDatabase()
  services = await Promise.all([1, 2].map(() => startService({ DATABASE_URL: database.url })))
  clients = services.map((service) => new Client(service, { connections: 16 }))
  await ok(clients[0]!.put(BOOK, 'book', {}))
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

const TERMS = { unit: 'day', scale: 2, overdraftLimit: null, requests: { maxDaysAhead: null } }

/** The n-th call goes to the n-th process. */
function clientOf(index: number): Client {
  return clients[index % clients.length]!
}

test('a policy that begins to have days claimed races lines on a day that has one: the policy wins, or the lines do', async () => {
  const wins = { policy: 0, lines: 0 }
  for (let round = 0; round < 24; round++) {
    const policy = `days-${round}`
    const terms = { ...TERMS, resource: `leave-${round}` }
    await ok(clients[0]!.put(`${BOOK}/policies/${policy}`, policy, { ...terms, dayExclusive: false }))
    const line = { entity: 'ada', policy, amount: '1', effectiveOn: '2025-06-02' }
    await ok(clients[0]!.post(`${BOOK}/consumptions`, `${policy}-first`, line))
    // The policy is sent first, last, or in their midst.
    const calls = Array.from({ length: 6 }, (_, index) => (): Promise<Answer> => {
      if (index === round % 6) {
        const body = { ...terms, dayExclusive: true, effectiveFrom: '2025-01-01' }
        return clientOf(index).put(`${BOOK}/policies/${policy}`, `${policy}-exclusive`, body)
      }
      if (index % 2 === 0) return clientOf(index).post(`${BOOK}/consumptions`, `${policy}-${index}`, line)
      const { amount: _amount, effectiveOn, ...same } = line
      const request = { ...same, id: `${policy}-${index}`, from: effectiveOn, to: effectiveOn }
      return clientOf(index).post(`${BOOK}/requests`, `${policy}-${index}`, request)
    })
    const answers = await Promise.all(calls.map((call) => call()))
    const [defined] = answers.splice(round % 6, 1)
    const taken = answers.filter(({ status }) => status === 201)
    const refused = answers.filter(({ status, body }) => status === 409 && body['code'] === 'day-taken')
    expect(taken.length + refused.length).toBe(answers.length)
    if (defined!.status === 201) {
      wins.policy += 1
      expect(taken).toEqual([])
    } else {
      wins.lines += 1
      expect(defined!.body).toMatchObject({ code: 'day-taken', date: '2025-06-02' })
      expect(taken.length).toBeGreaterThan(0)
      expect(refused).toEqual([])
    }
  }
  // Both have to be seen, or it was no race.
  expect(Math.min(wins.policy, wins.lines)).toBeGreaterThan(0)
})

test('of lines that want hours of one day at once, as many win as it has hours for', async () => {
  const terms = { ...TERMS, resource: 'flexitime', unit: 'hour', dayExclusive: true }
  await ok(clients[0]!.put(`${BOOK}/policies/hours`, 'hours', terms))
  const workingDays = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' }
  await ok(clients[0]!.put(`${BOOK}/calendars/office`, 'office', { workingDays, hoursPerDay: '9' }))
  for (let round = 0; round < 10; round++) {
    const entity = `worker-${round}`
    await ok(clients[0]!.put(`${BOOK}/entities/${entity}`, entity, { calendar: 'office' }))
    const body = { entity, policy: 'hours', amount: '2', effectiveOn: '2025-06-02' }
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        clientOf(index).post(`${BOOK}/consumptions`, `${entity}-${index}`, body),
      ),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(4)
    const refused = answers.filter(({ status, body: problem }) => status === 409 && problem['code'] === 'day-taken')
    expect(refused).toHaveLength(8)
  }
})

test('afterwards the book verifies', async () => {
  await expectSoundBook(database.url, 'exclusive')
})
