import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { type Answer, Client, type Service, startService } from '../support/service.ts'
import { expectSoundBook } from './sound-book.ts'

// Steps of an approval at once, over HTTP against two processes: two who agree at the same time, and somebody who agrees while
// the chain becomes another one.

const BOOK = '/v1/books/approvals'
const ROUNDS = Number(process.env['RACE_ROUNDS'] ?? 25)
let database: TestDatabase
let services: Service[]
let clients: Client[]

beforeAll(async () => {
  database = await testDatabase()
  services = await Promise.all([1, 2].map(() => startService({ DATABASE_URL: database.url })))
  clients = services.map((service) => new Client(service))
  await ok(clients[0]!.put(BOOK, 'book', {}))
  await ok(clients[0]!.put(`${BOOK}/entities/h1`, 'h1', {}))
  await ok(clients[0]!.put(`${BOOK}/entities/e1`, 'e1', { manager: 'm1' }))
  await chain('manager', 'hr')
  const earned = { entity: 'e1', policy: 'annual', amount: '500', effectiveOn: '2025-01-01' }
  await ok(clients[0]!.post(`${BOOK}/accruals`, 'earned', earned))
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

let names = 0

/** From now on these have to agree. */
function chain(...approval: readonly string[]): Promise<Answer> {
  const requests = { approval, roles: { hr: ['h1', 'h2'], head: ['d1'] } }
  const terms = { resource: 'leave', unit: 'day', scale: 2, dayExclusive: false, overdraftLimit: null }
  const body = { ...terms, effectiveFrom: '2000-01-01', requests }
  return ok(clients[names % 2]!.put(`${BOOK}/policies/annual`, `chain-${++names}`, body))
}

async function submitted(): Promise<string> {
  names += 1
  const id = `r${names}`
  const body = { id, entity: 'e1', policy: 'annual', from: '2025-07-07', to: '2025-07-07' }
  await ok(clients[names % 2]!.post(`${BOOK}/requests`, id, body))
  return id
}

function approve(client: Client, id: string, { by, version }: { by: string; version: number }): Promise<Answer> {
  const headers = { 'daybook-actor': by }
  return client.post(`${BOOK}/requests/${id}/approve`, `approve-${++names}`, { expectedVersion: version }, headers)
}

interface Recorded {
  readonly position: number
  readonly request: { readonly status: string; readonly version: number }
}

test('two who have the same role, and two who have different ones: one agrees, and the other is told what it is now', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const id = await submitted()
    await ok(approve(clients[0]!, id, { by: 'manager:m1', version: 1 }))
    const hr = await Promise.all(
      ['h1', 'h2'].map((one, at) => approve(clients[at]!, id, { by: `employee:${one}`, version: 2 })),
    )
    expect(hr.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409])
    expect(hr.find(({ status }) => status === 409)!.body).toMatchObject({
      code: 'version-conflict',
      currentVersion: 3,
      request: { status: 'approved' },
    })
    const other = await submitted()
    const both = await Promise.all(
      ['manager:m1', 'employee:h1'].map((by, at) => approve(clients[at]!, other, { by, version: 1 })),
    )
    const [manager, early] = both.map(({ status }) => status)
    expect(manager).toBe(201)
    expect([403, 409]).toContain(early)
  }
})

test('somebody agrees while the chain becomes another one: what comes of it is what one of the two orders would', async () => {
  const seen = { before: 0, after: 0 }
  for (let round = 0; round < ROUNDS; round++) {
    await chain('manager', 'hr')
    const id = await submitted()
    await ok(approve(clients[0]!, id, { by: 'manager:m1', version: 1 }))
    const [agreed, changed] = await Promise.all(
      round % 2 === 0
        ? [approve(clients[0]!, id, { by: 'employee:h1', version: 2 }), chain('hr', 'head', 'manager')]
        : [chain('hr', 'head', 'manager'), approve(clients[1]!, id, { by: 'employee:h1', version: 2 })].toReversed(),
    )
    expect(agreed!.status, agreed!.text).toBe(201)
    const { position, request } = agreed!.body as unknown as Recorded
    const isBefore = position < (changed!.body as unknown as Recorded).position
    seen[isBefore ? 'before' : 'after'] += 1
    expect(request.status).toBe(isBefore ? 'approved' : 'pending')
    if (isBefore) continue
    // The manager and hr have agreed, whatever their places are now.
    expect((await approve(clients[0]!, id, { by: 'manager:m1', version: 3 })).body).toMatchObject({ role: 'head' })
    const last = await ok(approve(clients[1]!, id, { by: 'employee:d1', version: 3 }))
    expect((last.body as unknown as Recorded).request.status).toBe('approved')
  }
  expect(seen.before + seen.after).toBe(ROUNDS)
})

test('afterwards the book verifies', async () => {
  await expectSoundBook(database.url, 'approvals')
})
