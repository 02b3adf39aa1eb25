import { Client as Connection, type Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { dealtWith } from '../support/late-facts.ts'
import { type Answer, Client, type Service, startService } from '../support/service.ts'
import { expectSoundBook } from './sound-book.ts'

// Two processes, one database: while a holiday becomes known, people approve, cancel and change what it is about; and a
// process dies while it corrects requests. In the end every request is counted by what is defined, once.

const ROUNDS = Number(process.env['RACE_ROUNDS'] ?? 25)
const WORKING_DAYS = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' }
const WEEK = { from: '2025-07-07', to: '2025-07-11' }
const FEAST = { date: '2025-07-09', name: 'Feast' }
const calendar = (...holidays: readonly object[]) => ({
  workingDays: WORKING_DAYS,
  effectiveFrom: '2000-01-01',
  holidays,
})

let database: TestDatabase
let db: Pool
let services: Service[]
let clients: Client[]
let names = 0

const start = (): Promise<Service> => startService({ DATABASE_URL: database.url, DAYBOOK_RECOUNTS: '2' })

beforeAll(async () => {
  database = await testDatabase()
  db = openPool({ url: database.url, max: 1, applicationName: 'daybook test' })
  services = await Promise.all([start(), start()])
  clients = services.map((service) => new Client(service))
})
afterAll(async () => {
  for (const client of clients) client.close()
  await Promise.all(services.map((service) => service.kill()))
  await db.end()
  await database.drop()
})

async function ok<Body>(answer: Promise<Answer<Body>>): Promise<Body> {
  const { status, text, body } = await answer
  expect({ status, text: status < 300 ? '' : text }).toMatchObject({ text: '' })
  return body
}

async function aBook(people: readonly string[]): Promise<string> {
  const book = `/v1/books/late-${++names}`
  const [client] = clients
  await ok(client!.put(book, 'book', {}))
  const terms = { resource: 'leave', unit: 'day', scale: 2, dayExclusive: true, overdraftLimit: '0' }
  await ok(client!.put(`${book}/policies/annual`, 'annual', terms))
  await ok(client!.put(`${book}/calendars/at`, 'at', calendar()))
  await ok(client!.put(`${book}/entities/m1`, 'm1', {}))
  for (const entity of people) {
    await ok(client!.put(`${book}/entities/${entity}`, entity, { calendar: 'at' }))
    const earned = { entity, policy: 'annual', amount: '25', effectiveOn: '2025-01-01' }
    await ok(client!.post(`${book}/accruals`, `earn-${entity}`, earned))
    const asked = { id: `r-${entity}`, entity, policy: 'annual', ...WEEK }
    await ok(client!.post(`${book}/requests`, `ask-${entity}`, asked))
  }
  return book
}

interface Shown {
  readonly status: string
  readonly version: number
  readonly days: readonly { readonly date: string }[]
  readonly history: readonly { readonly type: string; readonly version: number }[]
}

interface Refused {
  readonly code?: string
  readonly currentVersion?: number
  readonly request?: Shown
}

const AS_MANAGER = { 'daybook-actor': 'manager:m1' }

function request(book: string, id: string): Promise<Shown> {
  return ok(clients[0]!.get<Shown>(`${book}/requests/${id}`))
}

async function consumedAndPending(book: string, entity: string): Promise<number> {
  const path = `${book}/balances?entity=${entity}&asOf=2999-12-31`
  const { items } = await ok(clients[0]!.get<{ items: Record<string, string>[] }>(path))
  return Number(items[0]!['consumed']) + Number(items[0]!['pending'])
}

const asked = [
  ['approve', {}],
  ['cancel', { days: ['2025-07-08'] }],
  ['cancel', {}],
  ['change', { to: '2025-07-10' }],
] as const

test('I16 a recount beside an approval, a cancellation, a change: an order of the two, and no day is lost', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const people = asked.map((_, index) => `e${index}`)
    const book = await aBook(people)
    const [defined, ...answers] = await Promise.all([
      ok(clients[round % 2]!.put<{ position: number }>(`${book}/calendars/at`, 'late', calendar(FEAST))),
      ...asked.map(([what, body], index) =>
        clients[index % 2]!.post(
          `${book}/requests/r-e${index}/${what}`,
          `${what}-${index}`,
          { expectedVersion: 1, ...body },
          AS_MANAGER,
        ),
      ),
    ])
    await dealtWith(db, book.slice('/v1/books/'.length), defined.position)
    for (const [index, answer] of answers.entries()) {
      const found = await request(book, `r-e${index}`)
      // Too late for what they saw, or in time.
      expect([201, 409]).toContain(answer.status)
      if (answer.status === 409) expect(answer.body).toMatchObject({ code: 'version-conflict', currentVersion: 2 })
      expect(found.days.map(({ date }) => date)).not.toContain(FEAST.date)
      expect(await consumedAndPending(book, `e${index}`)).toBe(found.days.length)
      expect(found.history.filter(({ type }) => type === 'request-recounted').length).toBeLessThanOrEqual(1)
    }
    await expectSoundBook(database.url, book.slice('/v1/books/'.length))
  }
})

/** Asks until the request has come to that version: it may be early, and be told so. */
async function insist(client: Client, path: string, version: number, also: object = {}): Promise<Answer<Refused>> {
  for (let attempt = 0; ; attempt++) {
    const body = { expectedVersion: version, ...also }
    const answer = await client.post<Refused>(path, `${path}-${version}-${++names}-${attempt}`, body, AS_MANAGER)
    if (answer.status !== 409 || answer.body.currentVersion === undefined) return answer
    if (answer.body.currentVersion >= version) return answer
  }
}

/** Of one person each: what the request was, what is asked while it comes back, by whom, and how the first of them ends. */
const MEANWHILE = [
  { was: 'pending', asked: [['approve']], gone: false },
  { was: 'pending', asked: [['reject']], gone: true },
  { was: 'approved', asked: [['cancel']], gone: true },
  { was: 'approved', asked: [['cancel', { days: ['2025-07-08'] }]], gone: false },
  { was: 'pending', asked: [['change', { to: '2025-07-10' }]], gone: false },
  { was: 'pending', asked: [['approve'], ['cancel']], gone: null },
  { was: 'approved', asked: [['cancel'], ['change', { to: '2025-07-10' }]], gone: null },
] as const

test('I3, I16 a request comes back beside whoever decides about it: it does so once, and one decision holds', async () => {
  for (let round = 0; round < Math.ceil(ROUNDS / 3); round++) {
    const people = [...MEANWHILE.map((_, index) => `e${index}`), 'other']
    const book = await aBook(people)
    const id = book.slice('/v1/books/'.length)
    const [client] = clients
    for (const [index, { was }] of MEANWHILE.entries()) {
      if (was === 'approved') await ok(insist(client!, `${book}/requests/r-e${index}/approve`, 1))
    }
    const everyDay = ['07', '08', '09', '10', '11'].map((date) => ({ ...FEAST, date: `2025-07-${date}` }))
    const lost = await ok(client!.put<{ position: number }>(`${book}/calendars/at`, 'late', calendar(...everyDay)))
    await dealtWith(db, id, lost.position)

    const again = { id: 'again', entity: 'other', policy: 'annual', from: '2025-07-08', to: '2025-07-08' }
    const insisting = MEANWHILE.map(({ was, asked }, index) =>
      Promise.all(
        asked.map(([what, also], by) =>
          insist(clients[(index + by) % 2]!, `${book}/requests/r-e${index}/${what}`, was === 'pending' ? 3 : 4, also),
        ),
      ),
    )
    // What was lost is asked for once more: as soon as it can be, or once others have come back.
    const askAgain = async (): Promise<Answer<Refused>> => {
      if (round % 2 === 1) await insisting.at(-2)
      for (;;) {
        const answer = await clients[(round + 1) % 2]!.post<Refused>(`${book}/requests`, `again-${++names}`, again)
        if (answer.body.code !== 'no-working-days') return answer
      }
    }
    const [asked, corrected] = await Promise.all([
      askAgain(),
      ok(clients[round % 2]!.put<{ position: number }>(`${book}/calendars/at`, 'mended', calendar())),
    ])
    const answers = await Promise.all(insisting)
    await dealtWith(db, id, corrected.position)

    for (const [index, { was, asked, gone }] of MEANWHILE.entries()) {
      const found = await request(book, `r-e${index}`)
      const back = was === 'pending' ? 3 : 4
      const held = answers[index]!.filter(({ status }) => status === 201)
      const others = answers[index]!.filter(({ status }) => status === 409)
      expect({ index, held: held.length, others: others.length }).toEqual({ index, held: 1, others: asked.length - 1 })
      expect(held[0]!.body.request).toMatchObject({ version: back + 1 })
      expect(found).toMatchObject({ version: back + 1, days: held[0]!.body.request!.days })
      expect(found.history.map(({ version }) => version)).toEqual(Array.from({ length: back + 1 }, (_, at) => at + 1))
      expect(found.history.filter(({ type }) => type === 'request-recounted')).toHaveLength(2)
      if (gone !== null) expect({ index, isGone: found.days.length === 0 }).toEqual({ index, isGone: gone })
      expect(await consumedAndPending(book, `e${index}`)).toBe(found.days.length)
    }
    // Tuesday is taken once: by whoever was there first.
    const other = await request(book, 'r-other')
    const isTaken = asked.status === 201
    expect(asked).toMatchObject(isTaken ? { status: 201 } : { status: 409, body: { code: 'day-taken' } })
    expect(other).toMatchObject({ status: 'pending', version: 3 })
    expect(other.days).toHaveLength(isTaken ? 4 : 5)
    expect(await consumedAndPending(book, 'other')).toBe(5)
    await expectSoundBook(database.url, id)
  }
})

test('I10, I16 kill -9 while requests are counted again: the next process goes on, and counts each once', async () => {
  const people = Array.from({ length: 150 }, (_, index) => `p${index}`)
  const book = await aBook(people)
  const id = book.slice('/v1/books/'.length)
  const holder = new Connection({ connectionString: database.url })
  await holder.connect()
  const recounted = async (): Promise<number> => {
    const { rows } = await holder.query<{ events: number }>(
      `select count(*)::integer as events from ledger.events where book_id = $1 and type = 'request-recounted'`,
      [id],
    )
    return rows[0]!.events
  }
  const { position } = await ok(clients[0]!.put<{ position: number }>(`${book}/calendars/at`, 'late', calendar(FEAST)))
  while ((await recounted()) === 0);
  // From here on nothing is recorded in the book: the run stands in its midst, and its process dies there.
  await holder.query('begin')
  await holder.query('select from ledger.heads where book_id = $1 for update', [id])
  const begun = await recounted()
  expect(begun).toBeGreaterThan(0)
  expect(begun).toBeLessThan(people.length)
  await Promise.all(services.map((service) => service.kill()))
  await holder.query('rollback')
  await holder.end()
  for (const client of clients) client.close()
  services = [await start()]
  clients = services.map((service) => new Client(service))
  await dealtWith(db, id, position)
  for (const entity of people) {
    expect(await request(book, `r-${entity}`)).toMatchObject({ status: 'pending', version: 2 })
    expect(await consumedAndPending(book, entity)).toBe(4)
  }
  await expectSoundBook(database.url, id)
})
