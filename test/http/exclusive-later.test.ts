import { describe, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { exportOf, importLines } from '../importing/importing.ts'
import { testDatabase } from '../support/database.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'
import { type JsonObject, must, type Reply, serviceOfFile } from './service-of-file.ts'

// A policy says from some day on that its lines take days: those that are there take theirs, or the policy is refused.

const service = serviceOfFile()

const TERMS = { resource: 'leave', unit: 'day', scale: 2, overdraftLimit: null, requests: { maxDaysAhead: null } }

class Book {
  readonly id: string
  readonly path: string
  #keys = 0

  constructor(id: string) {
    this.id = id
    this.path = `/v1/books/${id}`
  }

  policy(policy: string, dayExclusive: boolean, effectiveFrom?: string, query = ''): Promise<Reply> {
    const body = { ...TERMS, dayExclusive, ...(effectiveFrom === undefined ? {} : { effectiveFrom }) }
    return service.call('PUT', `${this.path}/policies/${policy}${query}`, { body })
  }

  take(effectiveOn: string, also: object = {}): Promise<Reply> {
    const body = { entity: 'ada', policy: 'days', amount: '1', effectiveOn, ...also }
    return service.call('POST', `${this.path}/consumptions`, { body })
  }

  async taken(effectiveOn: string, also: object = {}): Promise<string> {
    const { body } = await must(this.take(effectiveOn, also))
    return (body as { transactions: { id: string }[] }).transactions[0]!.id
  }

  undo(transaction: string): Promise<Reply> {
    return must(service.call('POST', `${this.path}/reversals`, { body: { transaction } }))
  }

  ask(from: string, to: string, also: object = {}): Promise<Reply> {
    const body = { id: `r${++this.#keys}`, entity: 'ada', policy: 'days', from, to, ...also }
    return service.call('POST', `${this.path}/requests`, { body, headers: { 'daybook-actor': 'employee:ada' } })
  }

  async asked(from: string, to: string, also: object = {}): Promise<string> {
    const { body } = await must(this.ask(from, to, also))
    return (body as { request: { id: string } }).request.id
  }

  about(request: string, what: string, body: object): Promise<Reply> {
    const url = `${this.path}/requests/${request}/${what}`
    return service.call('POST', url, { body, headers: { 'daybook-actor': 'manager:mia' } })
  }

  /** What of days is taken, as the table says. */
  async claims(): Promise<string[]> {
    const { rows } = await service.backend.db.query<{ claim: string }>(
      `select concat_ws(' ', day, case when am and pm then 'full' when am then 'am' else 'pm' end, position || '.' || line,
                        'since ' || claimed_by_position) as claim
         from ledger.day_claims
        where book_id = $1 and released_at_position is null
        order by day, am desc`,
      [this.id],
    )
    return rows.map(({ claim }) => claim)
  }

  async expectSound(): Promise<void> {
    expect(await verifyBook(service.backend.db, this.id)).toMatchObject({ ok: true })
    const record = await readRecord(service.backend.db, this.id)
    expect(faultsIn(record)).toEqual([])
  }
}

/** A policy `days` that has no days claimed. */
async function newBook(): Promise<Book> {
  const book = new Book(await service.book({}))
  await must(book.policy('days', false, '2025-01-01'))
  for (const entity of ['ada', 'mia']) {
    await must(service.call('PUT', `${book.path}/entities/${entity}`, { body: {} }))
  }
  return book
}

function beginning(...claims: readonly string[]): unknown[] {
  return claims.map((claim) => expect.stringMatching(`^${claim} `) as unknown)
}

const TAKEN = { status: 409, body: { code: 'day-taken', entity: 'ada' } }

describe('lines that are there', () => {
  test('claim their days from then on', async () => {
    const book = await newBook()
    const first = await book.taken('2026-07-06')
    const before = await book.taken('2026-06-30')
    const undone = await book.taken('2026-07-07')
    await book.undo(undone)
    const { body } = await must(book.policy('days', true, '2026-07-01'))
    expect(body).not.toHaveProperty('daysClaimed')
    const { position } = body as { position: number }
    expect(await book.claims()).toEqual([`2026-07-06 full ${first} since ${position}`])
    expect(await book.take('2026-07-06')).toMatchObject({ status: 409, body: { code: 'day-taken', takenBy: first } })
    expect((await book.take('2026-07-07')).status).toBe(201)
    // Before that day nothing is claimed.
    expect((await book.take('2026-06-30')).status).toBe(201)
    await book.undo(before)
    await book.undo(first)
    expect((await book.take('2026-07-06')).status).toBe(201)
    await book.expectSound()
  })

  test('two on one day are a refusal that records nothing, and names the first of the days', async () => {
    const book = await newBook()
    await must(book.take('2026-07-08', { entity: 'bo' }))
    await must(book.take('2026-07-08', { entity: 'bo' }))
    await must(book.take('2026-07-06', { amount: '0.5' }))
    const [earlier] = [await book.taken('2026-07-07'), await book.taken('2026-07-07')]
    const refused = { ...TAKEN, body: { ...TAKEN.body, date: '2026-07-07', portion: 'full', takenBy: earlier } }
    expect(await book.policy('days', true, '2026-07-01')).toMatchObject(refused)
    expect(await book.policy('days', true, '2026-07-01', '?dryRun=true')).toMatchObject(refused)
    expect(await book.claims()).toEqual([])
    // From a day after both on, nothing stands in the way.
    expect(await book.policy('days', true, '2026-07-09', '?dryRun=true')).toMatchObject({ status: 200 })
    expect(await book.policy('days', true, '2026-07-09')).toMatchObject({ status: 201, body: { version: 2 } })
    expect(await book.claims()).toEqual([])
    await book.expectSound()
  })

  test('are in the way of what another policy of the resource has taken', async () => {
    const book = await newBook()
    await must(book.policy('more', true))
    const morning = await book.taken('2026-07-06', { policy: 'more', portion: 'am', amount: '0.5' })
    const own = await book.taken('2026-07-06')
    const refused = { ...TAKEN, body: { ...TAKEN.body, date: '2026-07-06', portion: 'full', takenBy: morning } }
    expect(await book.policy('days', true, '2026-01-01')).toMatchObject(refused)
    await book.undo(own)
    await must(book.take('2026-07-07'))
    await must(book.policy('days', true, '2026-01-01'))
    expect(await book.take('2026-07-07', { policy: 'more' })).toMatchObject(TAKEN)
    await book.expectSound()
  })

  test('before the earliest version claim too, where the new one becomes the earliest', async () => {
    const book = await newBook()
    const old = await book.taken('2023-05-02')
    await must(book.taken('2026-07-06').then(() => book.policy('days', true, '2024-01-01')))
    expect(await book.claims()).toEqual([expect.stringMatching(`^2023-05-02 full ${old} `)])
    expect(await book.take('2023-05-02')).toMatchObject(TAKEN)
    expect((await book.take('2026-07-06')).status).toBe(201)
    await book.expectSound()
  })

  test('are counted once, however often it is switched off and on', async () => {
    const book = await newBook()
    const first = await book.taken('2026-07-06')
    await must(book.policy('days', true, '2026-07-01'))
    await must(book.policy('days', false, '2026-07-01'))
    // While it is off anything goes; what had its day keeps it.
    const second = await book.taken('2026-07-06')
    const third = await book.taken('2026-07-07')
    expect(await book.policy('days', true, '2026-07-01')).toMatchObject({ ...TAKEN, body: { takenBy: first } })
    await book.undo(second)
    const { body } = await must(book.policy('days', true, '2026-07-01'))
    const { position } = body as { position: number }
    expect(await book.claims()).toEqual([
      expect.stringMatching(`^2026-07-06 full ${first} `),
      `2026-07-07 full ${third} since ${position}`,
    ])
    expect(await book.policy('days', true, '2026-07-01')).toMatchObject({ status: 200 })
    await book.expectSound()
  })

  test('of a policy that is scheduled to be exclusive claim as they are recorded', async () => {
    const book = await newBook()
    await must(book.policy('days', true, '2026-07-01'))
    const future = await book.taken('2026-07-06')
    expect(await book.claims()).toEqual([`2026-07-06 full ${future}`])
    // The months up to it: until the day from which it is so anyway.
    const may = await book.taken('2026-05-04')
    await must(book.policy('days', true, '2026-05-01'))
    expect(await book.claims()).toEqual([
      expect.stringMatching(`^2026-05-04 full ${may} since`),
      `2026-07-06 full ${future}`,
    ])
    await book.expectSound()
  })
})

describe('requests', () => {
  test('held before have their days, and are approved after', async () => {
    const book = await newBook()
    const request = await book.asked('2026-07-06', '2026-07-07')
    await must(book.policy('days', true, '2026-01-01'))
    expect(await book.claims()).toHaveLength(2)
    expect(await book.ask('2026-07-07', '2026-07-08')).toMatchObject({ ...TAKEN, body: { date: '2026-07-07' } })
    await must(book.about(request, 'approve', { expectedVersion: 1 }))
    expect(await book.claims()).toEqual([
      expect.stringMatching(/^2026-07-06 full \S+$/),
      expect.stringMatching(/^2026-07-07 full \S+$/),
    ])
    await must(book.about(request, 'cancel', { expectedVersion: 2, days: ['2026-07-06'] }))
    expect((await book.take('2026-07-06')).status).toBe(201)
    expect(await book.take('2026-07-07')).toMatchObject(TAKEN)
    await book.expectSound()
  })

  test('two for one day: the policy is refused, and both are as they were', async () => {
    const book = await newBook()
    const [first, second] = [await book.asked('2026-07-06', '2026-07-06'), await book.asked('2026-07-06', '2026-07-07')]
    expect(await book.policy('days', true, '2026-01-01')).toMatchObject({ ...TAKEN, body: { date: '2026-07-06' } })
    await must(book.about(first, 'reject', { expectedVersion: 1 }))
    await must(book.policy('days', true, '2026-01-01'))
    await must(book.about(second, 'approve', { expectedVersion: 1 }))
    await book.expectSound()
  })

  test('for a morning and an afternoon of one day have a half each, before and after they are approved', async () => {
    const book = await newBook()
    const morning = await book.asked('2026-07-06', '2026-07-06', { fromPortion: 'am' })
    const afternoon = await book.asked('2026-07-06', '2026-07-06', { fromPortion: 'pm' })
    await must(book.about(afternoon, 'approve', { expectedVersion: 1 }))
    await must(book.policy('days', true, '2026-01-01'))
    expect(await book.claims()).toEqual(beginning('2026-07-06 am', '2026-07-06 pm'))
    await must(book.about(morning, 'approve', { expectedVersion: 1 }))
    expect(await book.claims()).toEqual(beginning('2026-07-06 am', '2026-07-06 pm'))
    await book.expectSound()
  })

  test('give up a half, or are changed, and claim what is left', async () => {
    const book = await newBook()
    const request = await book.asked('2026-07-06', '2026-07-07')
    await must(book.policy('days', true, '2026-01-01'))
    await must(book.about(request, 'change', { expectedVersion: 1, toPortion: 'am' }))
    expect(await book.claims()).toEqual(beginning('2026-07-06 full', '2026-07-07 am'))
    expect(await book.take('2026-07-07', { portion: 'am', amount: '0.5' })).toMatchObject(TAKEN)
    expect((await book.take('2026-07-07', { portion: 'pm', amount: '0.5' })).status).toBe(201)
    await must(book.about(request, 'change', { expectedVersion: 2, from: '2026-07-09', to: '2026-07-09' }))
    expect(await book.claims()).toEqual(beginning('2026-07-07 pm', '2026-07-09 am'))
    await book.expectSound()
  })

  test('that draw a day from two accounts have it once', async () => {
    const book = await newBook()
    await must(book.policy('more', false))
    const limited = {
      ...TERMS,
      dayExclusive: false,
      overdraftLimit: '0',
      requests: { maxDaysAhead: null, priority: 1 },
    }
    await must(service.call('PUT', `${book.path}/policies/first`, { body: limited }))
    for (const policy of ['first', 'days']) {
      const body = { entity: 'ada', policy, amount: '0.5', effectiveOn: '2026-01-01' }
      await must(service.call('POST', `${book.path}/accruals`, { body }))
    }
    const request = await book.asked('2026-07-06', '2026-07-06', { policy: undefined, resource: 'leave' })
    await must(book.policy('days', true, '2026-01-01'))
    await must(book.policy('more', true, '2026-01-01'))
    await must(
      service.call('PUT', `${book.path}/policies/first`, {
        body: { ...limited, dayExclusive: true, effectiveFrom: '2026-01-01' },
      }),
    )
    expect(await book.claims()).toHaveLength(1)
    await must(book.about(request, 'approve', { expectedVersion: 1 }))
    expect(await book.claims()).toHaveLength(1)
    expect(await book.take('2026-07-06')).toMatchObject(TAKEN)
    await book.expectSound()
  })
})

test('a history with all of that is imported, and gives the same claims', async () => {
  const book = await newBook()
  await book.taken('2026-07-06')
  const request = await book.asked('2026-07-07', '2026-07-08', { toPortion: 'am' })
  await must(book.policy('days', true, '2026-07-01'))
  await must(book.about(request, 'approve', { expectedVersion: 1 }))
  await must(book.policy('days', false, '2026-07-01'))
  await book.taken('2026-07-09')
  await must(book.policy('days', true, '2026-07-01'))
  const claims = await book.claims()
  const lines = await exportOf(service.backend.db, book.id)
  const database = await testDatabase()
  try {
    expect(await importLines(database.url, book.id, lines)).toMatchObject({ decidedOtherwise: { count: 0 } })
    const [event] = lines.slice(-1).map((line) => JSON.parse(line) as { data: JsonObject })
    expect(event!.data['daysClaimed']).toEqual({ from: '2026-07-01', until: null, lines: 1 })
    const pool = openPool({ url: database.url, max: 2, applicationName: 'daybook test' })
    try {
      expect(await verifyBook(pool, book.id)).toMatchObject({ ok: true })
      const { rows } = await pool.query(
        `select count(*)::int as claims from ledger.day_claims where released_at_position is null`,
      )
      expect(rows).toEqual([{ claims: claims.length }])
    } finally {
      await pool.end()
    }
  } finally {
    await database.drop()
  }
})
