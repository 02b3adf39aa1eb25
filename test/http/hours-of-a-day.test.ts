import { describe, expect, test } from 'vitest'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'
import { type JsonObject, must, type Reply, serviceOfFile } from './service-of-file.ts'

// Where hours are counted and days claimed, the lines of one day take no more hours together than the day has.

const service = serviceOfFile()

const WEEK = { mon: '1', tue: '1', wed: '1', thu: '1', fri: 'am', sat: '0', sun: '0' }
const TERMS = {
  scale: 2,
  dayExclusive: true,
  overdraftLimit: null,
  resource: 'leave',
  requests: { maxDaysAhead: null },
}
const MONDAY = '2026-07-06'
const TAKEN = { status: 409, body: { code: 'day-taken', entity: 'ada', date: MONDAY } }

/** `ada` works nine hours a day, `bo` has no calendar; leave is counted in hours, and in days. */
async function newBook(): Promise<string> {
  const book = `/v1/books/${await service.book({})}`
  const put = (path: string, body: object) => must(service.call('PUT', `${book}/${path}`, { body }))
  await put('calendars/office', { workingDays: WEEK, hoursPerDay: '9' })
  await put('entities/ada', { calendar: 'office' })
  await put('entities/mia', {})
  await put('policies/hours', { ...TERMS, unit: 'hour' })
  await put('policies/days', { ...TERMS, unit: 'day' })
  return book
}

function take(book: string, amount: string, also: object = {}): Promise<Reply> {
  const body = { entity: 'ada', policy: 'hours', amount, effectiveOn: MONDAY, ...also }
  return service.call('POST', `${book}/consumptions`, { body })
}

function idOf({ body }: Reply): string {
  return (body as { transactions: { id: string }[] }).transactions[0]!.id
}

function undo(book: string, transaction: string): Promise<Reply> {
  return must(service.call('POST', `${book}/reversals`, { body: { transaction } }))
}

async function expectSound(book: string): Promise<void> {
  const id = book.slice('/v1/books/'.length)
  expect(await verifyBook(service.backend.db, id)).toMatchObject({ ok: true })
  expect(faultsIn(await readRecord(service.backend.db, id))).toEqual([])
}

describe('hours of one day', () => {
  test('add up to those of the day, and no further', async () => {
    const book = await newBook()
    const five = idOf(await must(take(book, '5', { portion: 'am' })))
    expect(await take(book, '8', { portion: 'pm' })).toMatchObject({ ...TAKEN, body: { takenBy: five } })
    expect((await take(book, '2')).status).toBe(201)
    expect((await take(book, '2')).status).toBe(201)
    expect(await take(book, '0.01')).toMatchObject(TAKEN)
    await undo(book, five)
    expect((await take(book, '5')).status).toBe(201)
    await expectSound(book)
  })

  test('are those of the half that is worked, none of a day off, and 24 where no calendar says', async () => {
    const book = await newBook()
    expect(await take(book, '4.51', { effectiveOn: '2026-07-10' })).toMatchObject({
      status: 409,
      body: { takenBy: null },
    })
    expect((await take(book, '4.5', { effectiveOn: '2026-07-10' })).status).toBe(201)
    expect((await take(book, '1', { effectiveOn: '2026-07-11' })).status).toBe(409)
    expect((await take(book, '20', { entity: 'bo' })).status).toBe(201)
    expect((await take(book, '4.01', { entity: 'bo' })).status).toBe(409)
    expect((await take(book, '4', { entity: 'bo' })).status).toBe(201)
    await expectSound(book)
  })

  test('of one command are counted together, and the line that would have them is named', async () => {
    const book = await newBook()
    const line = { type: 'consumption', entity: 'ada', policy: 'hours', effectiveOn: MONDAY }
    const transactions = ['5', '4', '1'].map((amount) => ({ ...line, amount }))
    const both = await service.call('POST', `${book}/transactions`, { body: { transactions } })
    expect(both).toMatchObject({ ...TAKEN, body: { takenBy: '/transactions/1' } })
    const dryRun = await service.call('POST', `${book}/consumptions?dryRun=true`, {
      body: { entity: 'ada', policy: 'hours', amount: '10', effectiveOn: MONDAY },
    })
    expect(dryRun).toMatchObject({ ...TAKEN, body: { takenBy: null } })
    expect((await take(book, '9')).status).toBe(201)
    await expectSound(book)
  })

  test('are judged by what the day has now; what is taken stays, and can be given back', async () => {
    const book = await newBook()
    const six = idOf(await must(take(book, '6')))
    const two = idOf(await must(take(book, '2')))
    await must(
      service.call('PUT', `${book}/calendars/office`, {
        body: { workingDays: WEEK, hoursPerDay: '6', effectiveFrom: '2026-01-01' },
      }),
    )
    expect(await take(book, '1')).toMatchObject(TAKEN)
    await undo(book, two)
    expect(await take(book, '1')).toMatchObject(TAKEN)
    await undo(book, six)
    expect((await take(book, '6')).status).toBe(201)
    await expectSound(book)
  })

  test('and days of one resource are held against each other', async () => {
    const book = await newBook()
    const morning = idOf(await must(take(book, '0.5', { policy: 'days', portion: 'am' })))
    expect(await take(book, '4.6')).toMatchObject({ ...TAKEN, body: { takenBy: morning } })
    const hours = idOf(await must(take(book, '4.5')))
    expect(await take(book, '0.5', { policy: 'days', portion: 'pm' })).toMatchObject({
      ...TAKEN,
      body: { takenBy: hours },
    })
    await undo(book, morning)
    expect(await take(book, '1', { policy: 'days' })).toMatchObject({ ...TAKEN, body: { takenBy: hours } })
    await undo(book, hours)
    expect((await take(book, '1', { policy: 'days' })).status).toBe(201)
    expect(await take(book, '0.5')).toMatchObject(TAKEN)
    await expectSound(book)
  })

  test('are held by requests, and taken once they are approved', async () => {
    const book = await newBook()
    const ask = (id: string, also: object) =>
      service.call('POST', `${book}/requests`, {
        body: { id, entity: 'ada', policy: 'hours', from: MONDAY, to: MONDAY, ...also },
        headers: { 'daybook-actor': 'employee:ada' },
      })
    await must(ask('r1', { fromTime: '09:00', toTime: '11:00' }))
    await must(ask('r2', { fromTime: '14:00', toTime: '16:00' }))
    expect(await ask('r3', {})).toMatchObject(TAKEN)
    const approve = () =>
      service.call('POST', `${book}/requests/r1/approve`, {
        body: { expectedVersion: 1 },
        headers: { 'daybook-actor': 'manager:mia' },
      })
    await must(approve())
    expect((await take(book, '5')).status).toBe(201)
    expect(await take(book, '0.5')).toMatchObject(TAKEN)
    await expectSound(book)
  })
})

test('hours that are more than the day has are refused by the database as well', async () => {
  const book = await newBook()
  const id = book.slice('/v1/books/'.length)
  const position = ((await must(take(book, '9'))).body as JsonObject)['position'] as number
  const insert = (also: string) =>
    service.backend.db.query(
      `insert into ledger.day_claims (book_id, entity_id, resource, day, am, pm, position, line, taken, most)
       select book_id, entity_id, resource, day, ${also} from ledger.day_claims where book_id = $1 and position = $2`,
      [id, position],
    )
  const another = `(select min(position) from ledger.transactions where book_id = $1 and position <> $2), 1`
  const body = { entity: 'ada', policy: 'hours', amount: '1', effectiveOn: MONDAY }
  await must(service.call('POST', `${book}/accruals`, { body }))
  await expect(insert(`false, false, ${another}, 1, 9`)).rejects.toMatchObject({
    code: '23514',
    constraint: 'day_claims_within_hours',
  })
  await expect(insert(`false, false, ${another}, null, 9`)).rejects.toMatchObject({ constraint: 'day_claims_check' })
  await expect(insert(`true, true, ${another}, 2, null`)).rejects.toMatchObject({ constraint: 'day_claims_check' })
  await expect(insert(`false, true, ${another}, 1, null`)).rejects.toMatchObject({ constraint: 'day_claims_check' })
})

describe('a policy that has hours claimed later', () => {
  interface Taken {
    readonly hours?: readonly string[]
    readonly days?: object
    readonly entity?: string
    readonly on?: string
  }

  /** Where \`policy\` has nothing claimed yet, some of a day is taken by hours and by days; then it has. */
  async function switchedOn(policy: 'days' | 'hours', { hours = [], days, entity = 'ada', on = MONDAY }: Taken) {
    const book = await newBook()
    const put = (id: string, also: object): Promise<Reply> =>
      service.call('PUT', `${book}/policies/${id}`, { body: { ...TERMS, ...also } })
    const unit = policy === 'days' ? 'day' : 'hour'
    await must(put(policy, { unit, dayExclusive: false, effectiveFrom: '2025-01-01' }))
    const ids: string[] = []
    for (const amount of hours) ids.push(idOf(await must(take(book, amount, { entity, effectiveOn: on }))))
    if (days !== undefined)
      ids.push(idOf(await must(take(book, '1', { policy: 'days', entity, effectiveOn: on, ...days }))))
    const reply = await put(policy, { unit, effectiveFrom: '2025-01-01' })
    await expectSound(book)
    return { ids, reply }
  }

  test.each<{ readonly why: string; readonly taken: Taken }>([
    { why: 'hours up to those of the day', taken: { hours: ['5', '4'] } },
    { why: 'up to 24 where no calendar says', taken: { entity: 'bo', hours: ['20', '4'] } },
    { why: 'one line of more than the day has: nothing overlaps', taken: { hours: ['11'] } },
    { why: 'a morning, and half of the hours', taken: { hours: ['4.5'], days: { amount: '0.5', portion: 'am' } } },
  ])('is accepted over $why', async ({ taken }) => {
    expect((await switchedOn('hours', taken)).reply).toMatchObject({ status: 201 })
  })

  test.each<{ readonly why: string; readonly taken: Taken; readonly by: number }>([
    { why: 'more hours than the day has', taken: { hours: ['5', '4', '0.01'] }, by: 1 },
    { why: 'more than 24 where no calendar says', taken: { entity: 'bo', hours: ['20', '4.01'] }, by: 0 },
    { why: 'more than the half that is worked', taken: { on: '2026-07-10', hours: ['4', '1'] }, by: 0 },
    { why: 'hours beside a day', taken: { hours: ['1'], days: {} }, by: 0 },
    {
      why: 'hours that a half leaves no room for',
      taken: { hours: ['4.51'], days: { amount: '0.5', portion: 'pm' } },
      by: 0,
    },
  ])('is refused over $why', async ({ taken, by }) => {
    const { ids, reply } = await switchedOn('hours', taken)
    const { entity = 'ada', on: date = MONDAY } = taken
    expect(reply).toMatchObject({ status: 409, body: { code: 'day-taken', entity, date, takenBy: ids[by] } })
  })

  test('or days, is refused where another policy has hours of them', async () => {
    expect((await switchedOn('days', { hours: ['1'], days: {} })).reply).toMatchObject(TAKEN)
    expect((await switchedOn('days', { on: '2026-07-11', days: {} })).reply).toMatchObject({ status: 201 })
  })

  test('or days, names the first day, whether hours or halves overlap on it', async () => {
    const book = await newBook()
    const put = (also: object): Promise<Reply> =>
      service.call('PUT', `${book}/policies/days`, { body: { ...TERMS, unit: 'day', ...also } })
    await must(put({ dayExclusive: false, effectiveFrom: '2025-01-01' }))
    const day = (effectiveOn: string): Promise<Reply> => must(take(book, '1', { policy: 'days', effectiveOn }))
    await day('2026-07-08')
    await day('2026-07-08')
    await day('2026-07-07')
    await must(take(book, '1', { effectiveOn: '2026-07-07' }))
    expect(await put({ effectiveFrom: '2025-01-01' })).toMatchObject({ status: 409, body: { date: '2026-07-07' } })
    await day('2026-07-06')
    await day('2026-07-06')
    expect(await put({ effectiveFrom: '2025-01-01' })).toMatchObject({ status: 409, body: { date: '2026-07-06' } })
    await expectSound(book)
  })

  test('has every line of a request claim its hours, also where two accounts pay for one day', async () => {
    const book = await newBook()
    const put = (id: string, also: object): Promise<Reply> =>
      must(
        service.call('PUT', `${book}/policies/${id}`, {
          body: { ...TERMS, unit: 'hour', effectiveFrom: '2025-01-01', ...also },
        }),
      )
    const first = { overdraftLimit: '0', requests: { maxDaysAhead: null, priority: 1 } }
    await put('first', { ...first, dayExclusive: false })
    await put('hours', { dayExclusive: false })
    for (const [policy, amount] of Object.entries({ first: '3', hours: '20' })) {
      const body = { entity: 'ada', policy, amount, effectiveOn: '2026-01-01' }
      await must(service.call('POST', `${book}/accruals`, { body }))
    }
    const asked = { id: 'r1', entity: 'ada', resource: 'leave', from: MONDAY, to: MONDAY }
    await must(service.call('POST', `${book}/requests`, { body: asked, headers: { 'daybook-actor': 'employee:ada' } }))
    await put('first', first)
    await put('hours', {})
    expect(await take(book, '0.01')).toMatchObject(TAKEN)
    const { rows } = await service.backend.db.query<{ taken: string }>(
      'select taken from ledger.day_claims where book_id = $1 and released_at_position is null order by line',
      [book.slice('/v1/books/'.length)],
    )
    expect(rows.map(({ taken }) => Number(taken))).toEqual([3, 6])
    await expectSound(book)
  })
})
