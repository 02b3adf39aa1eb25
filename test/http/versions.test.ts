import { describe, expect, test } from 'vitest'
import { type JsonObject, must, serviceOfFile } from './service-of-file.ts'

// The version in force on a day is the one with the latest `effectiveFrom` by then. What a nightly job says again must not
// undo what somebody has scheduled.

const service = serviceOfFile()

const FULL_WEEK = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' }
const POLICY = { resource: 'leave', unit: 'day', scale: 1, dayExclusive: false }

async function newBook(): Promise<string> {
  return `/v1/books/${await service.book()}`
}

async function put(url: string, body: object): Promise<JsonObject & { status: number }> {
  const reply = await must(service.call('PUT', url, { body }))
  return { ...(reply.body as JsonObject), status: reply.status }
}

async function daysOf(book: string, from: string, to: string): Promise<string[]> {
  const body = { entity: 'ada', policy: 'days', from, to }
  const { status, body: reply } = await service.call('POST', `${book}/requests?dryRun=true`, { body })
  if (status === 422 && (reply as JsonObject)['code'] === 'no-working-days') return []
  expect(reply).toHaveProperty('request')
  const { days } = (reply as { request: { days: { date: string; portion: string }[] } }).request
  return days.map(({ date, portion }) => (portion === 'full' ? date : `${date} ${portion}`))
}

async function bookWithAda(calendar: object): Promise<string> {
  const book = await newBook()
  await put(`${book}/calendars/office`, calendar)
  await put(`${book}/entities/ada`, { calendar: 'office' })
  await put(`${book}/policies/days`, { ...POLICY, overdraftLimit: null, requests: { maxDaysAhead: null } })
  return book
}

describe('a change that is scheduled stays scheduled', () => {
  test('of a calendar, when today’s definition is said again', async () => {
    const book = await bookWithAda({ workingDays: FULL_WEEK })
    const calendar = `${book}/calendars/office`
    const scheduled = { workingDays: { ...FULL_WEEK, fri: '0' }, effectiveFrom: '2033-01-01' }
    expect(await put(calendar, scheduled)).toMatchObject({ status: 201, version: 2 })
    expect(await put(calendar, { workingDays: FULL_WEEK })).toMatchObject({ status: 200, version: 1 })
    expect(await put(calendar, scheduled)).toMatchObject({ status: 200, version: 2 })
    expect(await put(calendar, { workingDays: { ...FULL_WEEK, mon: '0' } })).toMatchObject({ status: 201, version: 3 })
    expect(await daysOf(book, '2033-01-05', '2033-01-10')).toEqual(['2033-01-05', '2033-01-06', '2033-01-10'])
  })

  test('of a policy', async () => {
    const book = await newBook()
    const policy = `${book}/policies/days`
    const limit = (overdraftLimit: string, effectiveFrom?: string) => ({ ...POLICY, overdraftLimit, effectiveFrom })
    expect(await put(policy, limit('10'))).toMatchObject({ status: 201, version: 1 })
    expect(await put(policy, limit('0', '2033-01-01'))).toMatchObject({ status: 201, version: 2 })
    expect(await put(policy, limit('10'))).toMatchObject({ status: 200, version: 1 })
    expect(await put(policy, limit('0', '2034-01-01'))).toMatchObject({ status: 200, version: 2 })
    const take = (effectiveOn: string) =>
      service.call('POST', `${book}/consumptions`, { body: { entity: 'bo', policy: 'days', amount: '1', effectiveOn } })
    expect(await take('2033-01-01')).toMatchObject({ status: 409, body: { code: 'insufficient-balance' } })
  })

  test('of a work pattern', async () => {
    const book = await bookWithAda({ workingDays: FULL_WEEK })
    const from = (day: string) => `${book}/entities/ada/work-patterns/${day}`
    const partTime = { workingDays: { ...FULL_WEEK, fri: '0' } }
    expect(await put(from('2033-01-01'), partTime)).toMatchObject({ status: 201, version: 1 })
    expect(await put(from('2034-01-01'), partTime)).toMatchObject({
      status: 200,
      version: 1,
      effectiveFrom: '2033-01-01',
    })
    expect(await put(from('2032-01-01'), { workingDays: { ...FULL_WEEK, mon: '0' } })).toMatchObject({ status: 201 })
    expect(await daysOf(book, '2033-01-06', '2033-01-10')).toEqual(['2033-01-06', '2033-01-10'])
  })
})

describe('holidays are dated by themselves', () => {
  test('the newest list decides about past dates too, whatever day it begins on', async () => {
    const book = await bookWithAda({ workingDays: FULL_WEEK })
    const holidays = [{ date: '2026-03-02', name: 'Founding day' }]
    await put(`${book}/calendars/office`, { workingDays: FULL_WEEK, holidays, effectiveFrom: '2033-01-01' })
    expect(await daysOf(book, '2026-03-02', '2026-03-03')).toEqual(['2026-03-03'])
  })

  test('one date is put and taken away by itself, and the rest stays', async () => {
    const book = await bookWithAda({ workingDays: FULL_WEEK, region: 'DE-BY', regionYears: { from: 2026, to: 2026 } })
    const scheduled = { workingDays: { ...FULL_WEEK, fri: '0' }, region: 'DE-BY', effectiveFrom: '2033-01-01' }
    await put(`${book}/calendars/office`, scheduled)
    const holiday = (date: string) => `${book}/calendars/office/holidays/${date}`
    expect(await put(holiday('2026-05-04'), { name: 'Outing', portion: 'pm' })).toMatchObject({
      status: 201,
      version: 3,
      workingDays: FULL_WEEK,
      holidays: [{ date: '2026-05-04', name: 'Outing', portion: 'pm' }],
    })
    expect(await put(holiday('2026-05-04'), { name: 'Outing', portion: 'pm' })).toMatchObject({
      status: 200,
      version: 3,
    })
    expect(await daysOf(book, '2026-05-01', '2026-05-04')).toEqual(['2026-05-04 am'])
    await put(holiday('2026-05-01'), { name: 'Worked this year', portion: 'none' })
    expect(await daysOf(book, '2026-05-01', '2026-05-04')).toEqual(['2026-05-01', '2026-05-04 am'])
    expect(
      await service.call('DELETE', holiday('2026-05-01'), { headers: { 'idempotency-key': crypto.randomUUID() } }),
    ).toMatchObject({
      status: 201,
    })
    expect(
      (await service.call('DELETE', holiday('2026-05-01'), { headers: { 'idempotency-key': crypto.randomUUID() } }))
        .status,
    ).toBe(200)
    expect(await daysOf(book, '2026-05-01', '2026-05-04')).toEqual(['2026-05-04 am'])
    const missing = await service.call('PUT', `${book}/calendars/none/holidays/2026-05-01`, { body: { name: 'x' } })
    expect(missing).toMatchObject({ status: 422, body: { code: 'unknown-calendar' } })
  })

  test('a key is replayed with its first answer, and not taken for another date', async () => {
    const book = await bookWithAda({ workingDays: FULL_WEEK })
    const send = (date: string, portion: string) =>
      service.call('PUT', `${book}/calendars/office/holidays/${date}`, {
        body: { name: 'Outing', portion },
        idempotencyKey: 'outing',
      })
    const first = await must(send('2026-05-04', 'pm'))
    const again = await send('2026-05-04', 'pm')
    expect(again.text).toBe(first.text)
    expect(again.headers).toMatchObject({ 'idempotency-replayed': 'true' })
    expect(await send('2026-05-04', 'am')).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused', differs: ['/portion'] },
    })
  })

  test('dates that are worked as on another weekday, rotas and afternoons are counted as they are said', async () => {
    const rota = [
      { ...FULL_WEEK, fri: 'pm' },
      { ...FULL_WEEK, fri: '0' },
    ]
    const calendar = {
      workingDays: FULL_WEEK,
      weeks: rota,
      weeksFrom: '2026-01-05',
      workedDays: [{ date: '2026-01-10', name: 'Made up', like: 'mon' }],
    }
    const book = await bookWithAda(calendar)
    expect(await daysOf(book, '2026-01-09', '2026-01-10')).toEqual(['2026-01-09 pm', '2026-01-10'])
    expect(await daysOf(book, '2026-01-16', '2026-01-16')).toEqual([])
    const { body } = await must(service.call('GET', `${book}/calendars/office`))
    expect(body).toMatchObject(calendar)
  })

  test.each([
    [
      'a date in both lists',
      { holidays: [{ date: '2026-01-10', name: 'x' }], workedDays: [{ date: '2026-01-10', like: 'mon' }] },
    ],
    ['a first week without weeks', { weeksFrom: '2026-01-05' }],
    ['nine weeks', { weeks: Array.from({ length: 9 }, () => FULL_WEEK) }],
    ['a worked date without its weekday', { workedDays: [{ date: '2026-01-10' }] }],
  ])('%s is refused', async (_what, said) => {
    const book = await newBook()
    const reply = await service.call('PUT', `${book}/calendars/office`, { body: { workingDays: FULL_WEEK, ...said } })
    expect(reply).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
  })
})

describe('regions', () => {
  test('that are nobody’s law alone are answered with a warning, in a dry run, in a replay and unchanged too', async () => {
    const book = await newBook()
    const send = (region: string, query = '', idempotencyKey = region) =>
      must(
        service.call('PUT', `${book}/calendars/c-${region}${query}`, {
          body: { workingDays: FULL_WEEK, region },
          idempotencyKey,
        }),
      )
    for (const region of ['GB', 'CA', 'CH', 'DE', 'ES']) {
      const dry = await send(region, '?dryRun=true', 'dry')
      const made = await send(region)
      const { warnings } = made.body as { warnings: { code: string; parts: string[] }[] }
      expect(warnings).toMatchObject([{ code: 'region-has-parts' }])
      expect(warnings[0]!.parts.length).toBeGreaterThan(1)
      expect((dry.body as JsonObject)['warnings']).toEqual(warnings)
      expect((await send(region)).text).toBe(made.text)
      expect(await send(region, '', `${region}-again`)).toMatchObject({ status: 200, body: { warnings } })
    }
    expect((await send('SE')).body).not.toHaveProperty('warnings')
  })

  test('their days are shown with the source of each', async () => {
    const book = await newBook()
    const { body, headers } = await must(service.call('GET', `${book}/public-holidays?region=HU&year=2026`))
    const { items, workedDays } = body as { items: JsonObject[]; workedDays: JsonObject[] }
    expect(items).toContainEqual(expect.objectContaining({ date: '2026-12-25', law: null, source: 'date-holidays' }))
    expect(items).toContainEqual(expect.objectContaining({ date: '2026-12-24', law: '2026. évi LXXII. törvény' }))
    expect(workedDays).toMatchObject([
      { date: '2026-01-10', like: 'fri' },
      { date: '2026-08-08', like: 'fri' },
    ])
    expect(headers).toHaveProperty('daybook-position')
    expect(await service.call('GET', `${book}/public-holidays?region=XX&year=2026`)).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ pointer: '/region' }] },
    })
  })

  test('a weekend day that a decree has worked is charged', async () => {
    const book = await bookWithAda({ workingDays: FULL_WEEK, region: 'HU', regionYears: { from: 2026, to: 2026 } })
    expect(await daysOf(book, '2026-01-02', '2026-01-10')).toEqual([
      '2026-01-05',
      '2026-01-06',
      '2026-01-07',
      '2026-01-08',
      '2026-01-09',
      '2026-01-10',
    ])
  })
})
