import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { type Answer, Client, type Service, startService } from '../support/service.ts'
import { expectSoundBook } from './sound-book.ts'

// Sick leave takes days of annual leave while the annual leave itself is cancelled, shortened or changed, over HTTP against two
// processes. No day is ever given back twice, nor taken twice, nor lost: what both have is what the answers say, and once the
// sick leave is gone the annual leave is what people left of it.

const BOOK = '/v1/books/ill'
const ROUNDS = Number(process.env['RACE_ROUNDS'] ?? 40)
let database: TestDatabase
let services: Service[]
let clients: Client[]

beforeAll(async () => {
  database = await testDatabase()
  services = await Promise.all([1, 2].map(() => startService({ DATABASE_URL: database.url })))
  clients = services.map((service) => new Client(service, { connections: 64 }))
  const terms = { unit: 'day', scale: 1, dayExclusive: true }
  const displaces = ['annual']
  await ok(clients[0]!.put(BOOK, 'book', {}))
  await ok(clients[0]!.put(`${BOOK}/entities/m1`, 'm1', {}))
  for (const [policy, body] of Object.entries({
    annual: { ...terms, resource: 'annual', overdraftLimit: '0' },
    sick: { ...terms, resource: 'sick', overdraftLimit: null, requests: { displaces } },
    care: { ...terms, resource: 'care', overdraftLimit: null, requests: { displaces, approval: [] } },
  })) {
    await ok(clients[0]!.put(`${BOOK}/policies/${policy}`, policy, body))
  }
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
  readonly history: readonly { readonly version: number }[]
}

const [MON, TUE, WED, THU, FRI] = ['2025-07-07', '2025-07-08', '2025-07-09', '2025-07-10', '2025-07-11'] as const
let names = 0

/** Somebody on approved leave from Monday to Friday, of ten days that there are. */
async function onLeave(): Promise<string> {
  names += 1
  const entity = `e${names}`
  const earned = { entity, policy: 'annual', amount: '10', effectiveOn: '2025-01-01' }
  await ok(clients[0]!.post(`${BOOK}/accruals`, `earn-${entity}`, earned))
  await ok(ask(clients[1]!, entity, 'annual', { from: MON, to: FRI, decided: 'approved' }))
  return entity
}

function ask(client: Client, entity: string, resource: string, body: object): Promise<Answer> {
  names += 1
  const asked = { id: `${entity}-${resource}`, entity, resource, ...body }
  return client.post(`${BOOK}/requests`, `ask-${names}`, asked, { 'daybook-actor': 'manager:m1' })
}

function about(client: Client, id: string, what: string, body: object): Promise<Answer> {
  names += 1
  const headers = { 'daybook-actor': 'manager:m1' }
  return client.post(`${BOOK}/requests/${id}/${what}`, `about-${names}`, body, headers)
}

/** Asks about the version that there is, until that is the one that counts. */
async function insist(client: Client, id: string, what: string, body: object): Promise<Answer> {
  for (;;) {
    const { version } = await read(id)
    const answer = await about(client, id, what, { expectedVersion: version, ...body })
    if (answer.status !== 409 || answer.body['code'] !== 'version-conflict') return answer
  }
}

async function read(id: string): Promise<Shown> {
  return (await ok(clients[0]!.get(`${BOOK}/requests/${id}`))).body as unknown as Shown
}

async function available(entity: string): Promise<string> {
  const { body } = await clients[1]!.get<{ items: { available: string }[] }>(
    `${BOOK}/balances?entity=${entity}&policy=annual&asOf=2999-12-31`,
  )
  return body.items[0]!.available
}

function datesOf({ days }: Shown): readonly string[] {
  return days.map(({ date }) => date)
}

/** What is left of annual leave is neither given back nor taken twice, and every version of it is in its history. */
async function expectWhole(entity: string, expected: readonly string[]): Promise<void> {
  const leave = await read(`${entity}-annual`)
  expect(datesOf(leave)).toEqual(expected)
  expect(await available(entity)).toBe(`${10 - expected.length}.0`)
  expect(leave.history.map(({ version }) => version)).toEqual(leave.history.map((_, at) => at + 1))
  expect(leave.history).toHaveLength(leave.version)
}

const WHILE: readonly (readonly [what: string, body: object, left: readonly string[]])[] = [
  ['cancel', {}, []],
  ['cancel', { days: [TUE, FRI] }, [MON, WED, THU]],
  ['change', { to: WED }, [MON, TUE, WED]],
]

test.each(WHILE)('I16 sick leave is approved while its annual leave is to %s', async (what, body, left) => {
  const seen = { before: 0, after: 0 }
  for (let round = 0; round < ROUNDS; round++) {
    const entity = await onLeave()
    await ok(ask(clients[0]!, entity, 'sick', { from: TUE, to: THU }))
    const commands = [
      () => about(clients[round % 2]!, `${entity}-sick`, 'approve', { expectedVersion: 1 }),
      () => about(clients[(round + 1) % 2]!, `${entity}-annual`, what, { expectedVersion: 1, ...body }),
    ]
    const inOrder = round % 3 === 0 ? commands.toReversed() : commands
    const answers = await Promise.all(inOrder.map((command) => command()))
    const [approved, asked] = round % 3 === 0 ? answers.toReversed() : answers
    expect(approved!.status).toBe(201)
    // Whoever comes second saw a version that is no more.
    if (asked!.status === 409) {
      seen.after += 1
      expect(asked!.body).toMatchObject({ code: 'version-conflict', currentVersion: 2 })
      await ok(insist(clients[0]!, `${entity}-annual`, what, body))
    } else {
      seen.before += 1
      expect(asked!.status).toBe(201)
    }
    await expectWhole(
      entity,
      left.filter((date) => date < TUE || date > THU),
    )
    await ok(insist(clients[1]!, `${entity}-sick`, 'cancel', {}))
    await expectWhole(entity, left)
  }
  expect(seen.before + seen.after).toBe(ROUNDS)
})

test('I16 two take days of the same leave, and give them up, all at once', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const entity = await onLeave()
    await ok(ask(clients[0]!, entity, 'sick', { from: TUE, to: THU }))
    const [first, second] = await Promise.all([
      about(clients[0]!, `${entity}-sick`, 'approve', { expectedVersion: 1 }),
      ask(clients[1]!, entity, 'care', { from: WED, to: FRI }),
    ])
    expect([first.status, second.status]).toEqual([201, 201])
    await expectWhole(entity, [MON])
    await Promise.all([
      ok(
        insist(
          clients[1]!,
          `${entity}-sick`,
          round % 2 === 0 ? 'cancel' : 'change',
          round % 2 === 0 ? {} : { to: TUE },
        ),
      ),
      ok(insist(clients[0]!, `${entity}-care`, 'cancel', {})),
    ])
    await expectWhole(entity, round % 2 === 0 ? [MON, TUE, WED, THU, FRI] : [MON, WED, THU, FRI])
  }
})

test('I16 many clients about one leave, and about what takes its days: all of it is explained by some order', async () => {
  const entity = await onLeave()
  const asked = Array.from({ length: 48 }, async (_, number) => {
    const client = clients[number % 2]!
    const id = `${entity}-${number % 3 === 0 ? 'sick' : 'care'}`
    if (number < 6) return ask(client, entity, id.split('-')[1]!, { from: TUE, to: number % 2 === 0 ? WED : FRI })
    if (number % 7 === 0) return insist(client, `${entity}-annual`, 'cancel', { days: [number % 2 === 0 ? MON : FRI] })
    if (number % 5 === 0) return insist(client, id, 'change', { from: number % 2 === 0 ? TUE : MON, to: THU })
    return insist(client, id, number % 4 === 0 ? 'cancel' : 'approve', {})
  })
  const answers = await Promise.all(asked.map((answer) => answer.catch(() => undefined)))
  expect(answers.some((answer) => answer?.status === 201)).toBe(true)
  for (const id of ['sick', 'care']) await insist(clients[0]!, `${entity}-${id}`, 'cancel', {})
  const leave = await read(`${entity}-annual`)
  expect(await available(entity)).toBe(`${10 - leave.days.length}.0`)
  expect(datesOf(leave)).toEqual(expect.arrayContaining([TUE, WED, THU]))
})

test('I16 afterwards the book verifies: chain, positions, sums, claims, requests', async () => {
  await expectSoundBook(database.url, 'ill')
})
