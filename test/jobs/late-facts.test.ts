import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { expectSoundBook } from '../attacks/sound-book.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { dealtWith } from '../support/late-facts.ts'
import { type Answer, Client, type Service, startService } from '../support/service.ts'

/*
 * What becomes known too late, over HTTP against the service as users run it: requests that it concerns are corrected
 * without anybody asking, their history says why, and the balance agrees.
 */

const WORKING_DAYS = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' }
const WEEK = { from: '2025-07-07', to: '2025-07-11' }
/** A calendar of which every version holds from the first day on. */
function calendar(...holidays: readonly object[]) {
  return { workingDays: WORKING_DAYS, effectiveFrom: '2000-01-01', holidays }
}
const FEAST = { date: '2025-07-09', name: 'Feast' }

let database: TestDatabase
let db: Pool
let service: Service
let client: Client
let names = 0

beforeAll(async () => {
  database = await testDatabase()
  db = openPool({ url: database.url, max: 1, applicationName: 'daybook test' })
  service = await startService({ DATABASE_URL: database.url })
  client = new Client(service)
})
afterAll(async () => {
  client.close()
  expect(await service.stop()).toBe(0)
  await db.end()
  await database.drop()
})

interface Shown {
  readonly id: string
  readonly status: string
  readonly version: number
  readonly total: string
  readonly cancellation: unknown
  readonly days: readonly { readonly date: string; readonly portion: string; readonly amount: string }[]
  readonly history: readonly {
    readonly type: string
    readonly at: string
    readonly by: object
    readonly cause: object
  }[]
}

async function ok<Body>(answer: Promise<Answer<Body>>): Promise<Body> {
  const { status, text, body } = await answer
  expect({ status, text: status < 300 ? '' : text }).toMatchObject({ text: '' })
  return body
}

interface Beginning {
  readonly days?: string
  readonly entity?: object
  readonly policy?: object
}

/** A book of one's own: who is `e1`, by which calendar, and how much leave there is. */
class Leave {
  readonly id = `b${++names}`
  readonly path = `/v1/books/${this.id}`

  async begin({ days = '25', entity = {}, policy = {} }: Beginning = {}): Promise<this> {
    await ok(client.put(this.path, 'book', {}))
    const terms = { resource: 'leave', unit: 'day', scale: 2, dayExclusive: true, overdraftLimit: '0', ...policy }
    await this.define('policies/annual', terms)
    await this.define('calendars/at', calendar())
    await this.define('entities/m1', {})
    await this.define('entities/e1', { calendar: 'at', ...entity })
    if (days !== '0') {
      await this.post('accruals', { entity: 'e1', policy: 'annual', amount: days, effectiveOn: '2025-01-01' })
    }
    return this
  }

  /** @returns its position */
  async define(what: string, body: object): Promise<number> {
    const { position } = await ok(client.put<{ position: number }>(`${this.path}/${what}`, `key-${++names}`, body))
    return position
  }

  /** Defines something, and waits until it is dealt with. */
  async defineLate(what: string, body: object): Promise<number> {
    const position = await this.define(what, body)
    await dealtWith(db, this.id, position)
    return position
  }

  post<Body = { request: Shown; position: number }>(what: string, body: object): Promise<Body> {
    return ok(client.post<Body>(`${this.path}/${what}`, `key-${++names}`, body, { 'daybook-actor': 'manager:m1' }))
  }

  async submitted(body: object = {}): Promise<string> {
    const { request } = await this.post('requests', { entity: 'e1', policy: 'annual', ...WEEK, ...body })
    return request.id
  }

  async approved(body: object = {}): Promise<string> {
    const id = await this.submitted(body)
    await this.post(`requests/${id}/approve`, { expectedVersion: 1 })
    return id
  }

  request(id: string): Promise<Shown> {
    return ok(client.get<Shown>(`${this.path}/requests/${id}`))
  }

  async balance(asOf = '2999-12-31') {
    const path = `${this.path}/balances?entity=e1&policy=annual&asOf=${asOf}`
    const { items } = await ok(client.get<{ items: Record<string, string>[] }>(path))
    const { available, pending, consumed } = items[0]!
    return { available, pending, consumed }
  }
}

describe('a holiday', () => {
  test('that is added after the approval gives its day back, and the history says why', async () => {
    const leave = await new Leave().begin()
    const id = await leave.approved()
    const position = await leave.defineLate('calendars/at', calendar(FEAST))
    const request = await leave.request(id)
    expect(request).toMatchObject({ status: 'approved', version: 3, total: '4.00' })
    expect(request.days.map(({ date }) => date)).toEqual(['2025-07-07', '2025-07-08', '2025-07-10', '2025-07-11'])
    expect(request.history.at(-1)).toEqual({
      version: 3,
      type: 'request-recounted',
      at: request.history.at(-1)!.at,
      by: { type: 'system', id: 'late-facts' },
      comment: null,
      cause: { position, type: 'calendar-defined', about: 'at' },
    })
    expect(await leave.balance()).toEqual({ available: '21.00', pending: '0.00', consumed: '4.00' })
    // The day is free: something else can be taken on it.
    await leave.post('consumptions', { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: FEAST.date })
    await expectSoundBook(database.url, leave.id)
  })

  test('is dealt with though the key of its count was used for something else', async () => {
    const leave = await new Leave().begin()
    const id = await leave.approved()
    const earned = { entity: 'e2', policy: 'annual', amount: '1', effectiveOn: FEAST.date }
    const { position } = await leave.post('accruals', earned)
    await ok(client.post(`${leave.path}/accruals`, `recount:${id}:${position + 2}`, earned))
    expect(await leave.defineLate('calendars/at', calendar(FEAST))).toBe(position + 2)
    expect(await leave.request(id)).toMatchObject({ status: 'approved', total: '4.00' })
  })

  test('on a day that somebody asked to have cancelled leaves nothing to be asked', async () => {
    const leave = await new Leave().begin({ policy: { requests: { cancellation: 'ask', maxDaysAhead: null } } })
    const id = await leave.approved()
    const asked = { expectedVersion: 2, days: [FEAST.date] }
    const path = `${leave.path}/requests/${id}/cancel`
    await ok(client.post(path, `asked-${leave.id}`, asked, { 'daybook-actor': 'employee:e1' }))
    expect(await leave.request(id)).toMatchObject({ total: '5.00', cancellation: { days: [FEAST.date] } })
    await leave.defineLate('calendars/at', calendar(FEAST))
    expect(await leave.request(id)).toMatchObject({ status: 'approved', total: '4.00', cancellation: null })
    await expectSoundBook(database.url, leave.id)
  })

  test('that is taken away again takes its day again; half of one, half of it', async () => {
    const leave = await new Leave().begin()
    const id = await leave.submitted()
    await leave.defineLate('calendars/at', calendar({ ...FEAST, portion: 'pm' }))
    expect((await leave.request(id)).days[2]).toMatchObject({ date: FEAST.date, portion: 'am', amount: '0.50' })
    expect(await leave.balance()).toEqual({ available: '20.50', pending: '4.50', consumed: '0.00' })
    await leave.defineLate('calendars/at', calendar())
    expect(await leave.request(id)).toMatchObject({ status: 'pending', version: 3, total: '5.00' })
    expect(await leave.balance()).toEqual({ available: '20.00', pending: '5.00', consumed: '0.00' })
    await expectSoundBook(database.url, leave.id)
  })

  test('on each of its days leaves nothing of it: it is cancelled', async () => {
    const leave = await new Leave().begin()
    const id = await leave.approved({ from: FEAST.date, to: FEAST.date })
    await leave.defineLate('calendars/at', calendar(FEAST))
    expect(await leave.request(id)).toMatchObject({ status: 'cancelled', version: 3, total: '0.00', days: [] })
    expect(await leave.balance()).toEqual({ available: '25.00', pending: '0.00', consumed: '0.00' })
    await expectSoundBook(database.url, leave.id)
  })

  test('on a day that was cancelled does not bring it back when it goes', async () => {
    const leave = await new Leave().begin()
    const id = await leave.approved()
    await leave.post(`requests/${id}/cancel`, { expectedVersion: 2, days: [FEAST.date] })
    await leave.defineLate('calendars/at', calendar(FEAST))
    expect((await leave.request(id)).version).toBe(3)
    await leave.defineLate('calendars/at', { ...calendar(), workingDays: { ...WORKING_DAYS, mon: '0' } })
    expect((await leave.request(id)).days.map(({ date }) => date)).toEqual(['2025-07-08', '2025-07-10', '2025-07-11'])
    expect(await leave.balance()).toEqual({ available: '22.00', pending: '0.00', consumed: '3.00' })
    await expectSoundBook(database.url, leave.id)
  })

  test('of another calendar, or on another day, concerns nobody here', async () => {
    const leave = await new Leave().begin()
    const id = await leave.approved()
    await leave.define('calendars/de', calendar(FEAST))
    await leave.defineLate('calendars/at', calendar({ date: '2025-08-15', name: 'Aside' }))
    expect((await leave.request(id)).version).toBe(2)
  })
})

describe('what somebody works by', () => {
  test('part time from a day on: the days after it count as they are worked', async () => {
    const leave = await new Leave().begin()
    const id = await leave.approved({ to: '2025-07-18' })
    const partTime = { workingDays: { ...WORKING_DAYS, wed: '0.5', fri: '0' } }
    const position = await leave.defineLate('entities/e1/work-patterns/2025-07-14', partTime)
    const request = await leave.request(id)
    expect(request).toMatchObject({ status: 'approved', version: 3, total: '8.50' })
    expect(request.history.at(-1)).toMatchObject({ cause: { position, type: 'work-pattern-defined', about: 'e1' } })
    expect(await leave.balance()).toEqual({ available: '16.50', pending: '0.00', consumed: '8.50' })
    await expectSoundBook(database.url, leave.id)
  })

  test('another calendar, and the last day of employment', async () => {
    const leave = await new Leave().begin()
    const id = await leave.approved()
    await leave.define('calendars/de', calendar(FEAST))
    await leave.defineLate('entities/e1', { calendar: 'de' })
    expect(await leave.request(id)).toMatchObject({ version: 3, total: '4.00' })
    const position = await leave.defineLate('entities/e1', { calendar: 'de', leftOn: '2025-07-08' })
    const request = await leave.request(id)
    expect(request).toMatchObject({ version: 4, total: '2.00' })
    expect(request.history.at(-1)).toMatchObject({ cause: { position, type: 'entity-defined', about: 'e1' } })
    // Who decides about somebody changes no day.
    await leave.defineLate('entities/e1', { calendar: 'de', leftOn: '2025-07-08', manager: 'm1' })
    expect((await leave.request(id)).version).toBe(4)
    await expectSoundBook(database.url, leave.id)
  })

  test('what cannot be counted stays as it is, until it can', async () => {
    const leave = await new Leave().begin()
    const id = await leave.approved()
    await leave.defineLate('entities/e1', { calendar: 'nowhere' })
    expect((await leave.request(id)).version).toBe(2)
    await leave.defineLate('calendars/nowhere', calendar(FEAST))
    expect(await leave.request(id)).toMatchObject({ version: 3, total: '4.00' })
  })
})

describe('what is left', () => {
  test('does not matter: a day that counts now goes below the floor, and nothing else may', async () => {
    const leave = await new Leave().begin({ days: '5' })
    await leave.define('calendars/at', calendar(FEAST))
    const id = await leave.approved()
    const other = { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2025-07-14' }
    await leave.post('consumptions', other)
    const position = await leave.defineLate('calendars/at', calendar())
    expect(await leave.request(id)).toMatchObject({ status: 'approved', total: '5.00' })
    expect(await leave.balance()).toEqual({ available: '-1.00', pending: '0.00', consumed: '6.00' })
    const { items } = await ok(
      client.get<{ items: { decision: { checks: string[] } }[] }>(`${leave.path}/events?after=${position}`),
    )
    expect(items[0]!.decision.checks).toEqual(['day-free', 'overdraft-allowed', 'working-days'])
    const another = { ...other, effectiveOn: '2025-07-15' }
    const refused = await client.post(`${leave.path}/consumptions`, `key-${++names}`, another)
    expect(refused.body).toMatchObject({ code: 'insufficient-balance' })
    await expectSoundBook(database.url, leave.id)
  })

  test('a day that something else has taken meanwhile is not taken twice', async () => {
    const leave = await new Leave().begin()
    await leave.define('calendars/at', calendar(FEAST))
    const id = await leave.approved()
    await leave.post('consumptions', { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: FEAST.date })
    await leave.defineLate('calendars/at', calendar())
    expect(await leave.request(id)).toMatchObject({ version: 2, total: '4.00' })
  })
})

describe('a closed period', () => {
  test('is corrected today, and says which day it is about', async () => {
    const leave = await new Leave().begin()
    const id = await leave.approved()
    await leave.post('periods/2025-07/close', {})
    const position = await leave.defineLate('calendars/at', calendar(FEAST))
    expect(await leave.request(id)).toMatchObject({ status: 'approved', version: 3, total: '4.00' })
    const { items } = await ok(
      client.get<{ items: { transactions: object[] }[] }>(`${leave.path}/events?after=${position}`),
    )
    expect(items[0]!.transactions).toEqual([
      expect.objectContaining({ type: 'reversal', amount: '1.00', meantFor: FEAST.date }),
    ])
    expect(await leave.balance('2025-07-31')).toMatchObject({ available: '20.00' })
    expect(await leave.balance()).toMatchObject({ available: '21.00' })
    await expectSoundBook(database.url, leave.id)
  })

  test('cannot be corrected while today is closed as well: that is waited for, and done when it is open again', async () => {
    const leave = await new Leave().begin()
    const id = await leave.approved()
    const present = new Date().toISOString().slice(0, 7)
    await leave.post('periods/2025-07/close', {})
    await leave.post(`periods/${present}/close`, {})
    const position = await leave.defineLate('calendars/at', calendar(FEAST))
    expect((await leave.request(id)).version).toBe(2)
    const reopened = await leave.post(`periods/${present}/reopen`, { reason: 'a holiday became known' })
    await dealtWith(db, leave.id, reopened.position)
    const request = await leave.request(id)
    expect(request).toMatchObject({ version: 3, total: '4.00' })
    expect(request.history.at(-1)).toMatchObject({ cause: { position, type: 'calendar-defined', about: 'at' } })
    await expectSoundBook(database.url, leave.id)
  })
})

describe('leave that is entered after the fact', () => {
  const late = { intoClosedPeriod: 'post-today' }
  const today = () => new Date().toISOString().slice(0, 10)

  /** What payroll is told of `e1`, as of a day. */
  async function reported(leave: Leave, asOf: string): Promise<object> {
    const { id } = await leave.post<{ id: string }>('snapshots', { asOf })
    const path = `${leave.path}/snapshots/${id}/balances`
    const { items } = await ok(client.get<{ items: Record<string, string>[] }>(path))
    const { available, pending, consumed } = items[0]!
    return { available, pending, consumed }
  }

  test('or cancelled, in a closed month: request, balance and report agree, and what was paid by stays', async () => {
    const leave = await new Leave().begin()
    await leave.post('periods/2025-07/close', {})
    const paid = await reported(leave, '2025-07-31')
    const refused = { id: 'r0', entity: 'e1', policy: 'annual', ...WEEK }
    const answer = await client.post(`${leave.path}/requests`, `key-${++names}`, refused)
    expect(answer.body).toMatchObject({ code: 'period-closed', period: '2025-07' })

    const id = await leave.submitted(late)
    expect(await leave.balance()).toEqual({ available: '20.00', pending: '5.00', consumed: '0.00' })
    await leave.post(`requests/${id}/approve`, { expectedVersion: 1, ...late })
    const taken = { available: '20.00', pending: '0.00', consumed: '5.00' }
    expect(await leave.request(id)).toMatchObject({ status: 'approved', total: '5.00' })
    expect(await leave.balance()).toEqual(taken)
    expect(await reported(leave, today())).toEqual(taken)

    await leave.post(`requests/${id}/cancel`, { expectedVersion: 2, days: [FEAST.date], ...late })
    const left = { available: '21.00', pending: '0.00', consumed: '4.00' }
    expect(await leave.request(id)).toMatchObject({ status: 'approved', total: '4.00' })
    expect(await leave.balance()).toEqual(left)
    expect(await reported(leave, today())).toEqual(left)
    expect(await reported(leave, '2025-07-31')).toEqual(paid)

    // And a holiday on top of it.
    await leave.defineLate('calendars/at', calendar({ date: '2025-07-10', name: 'Feast' }))
    const corrected = { available: '22.00', pending: '0.00', consumed: '3.00' }
    expect(await leave.request(id)).toMatchObject({ status: 'approved', total: '3.00' })
    expect(await leave.balance()).toEqual(corrected)
    expect(await reported(leave, today())).toEqual(corrected)
    expect(await reported(leave, '2025-07-31')).toEqual(paid)
    await expectSoundBook(database.url, leave.id)
  })
})
