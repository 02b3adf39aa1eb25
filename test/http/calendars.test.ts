import { describe, expect, test } from 'vitest'
import { type JsonObject, must, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile()

const FULL_WEEK = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' }
const THREE_DAYS = { ...FULL_WEEK, thu: '0', fri: '0' }

async function newCalendar(body: object = { workingDays: FULL_WEEK }): Promise<{ url: string; calendar: string }> {
  const url = `/v1/books/${await service.book()}`
  const calendar = `${url}/calendars/office`
  await must(service.call('PUT', calendar, { body }))
  return { url, calendar }
}

interface PublicHolidays {
  readonly from: number
  readonly to: number
  readonly holidays: readonly { readonly date: string; readonly name: string; readonly portion: string }[]
}

function publicHolidaysIn(body: unknown): PublicHolidays {
  return (body as { publicHolidays: PublicHolidays }).publicHolidays
}

describe('a calendar', () => {
  test('is made with 201, found unchanged with 200, and gets a version with each change', async () => {
    const url = `/v1/books/${await service.book()}/calendars/office`
    const holidays = [
      { date: '2026-12-31', name: 'New Year’s Eve', portion: 'pm' },
      { date: '2026-12-24', name: 'Christmas Eve' },
    ]
    const first = await service.call('PUT', url, {
      body: { workingDays: FULL_WEEK, hoursPerDay: '7.70', holidays },
    })
    expect(first).toMatchObject({
      status: 201,
      body: {
        id: 'office',
        version: 1,
        effectiveFrom: '1900-01-01',
        workingDays: FULL_WEEK,
        hoursPerDay: '7.7',
        holidays: [
          { date: '2026-12-24', name: 'Christmas Eve', portion: 'full' },
          { date: '2026-12-31', name: 'New Year’s Eve', portion: 'pm' },
        ],
        region: null,
        publicHolidays: null,
      },
    })
    const same = await service.call('PUT', url, {
      body: { holidays: holidays.toReversed(), workingDays: FULL_WEEK, hoursPerDay: '7.7', region: null },
    })
    expect(same.status).toBe(200)
    expect(same.body).toEqual(first.body)
    const changed = await service.call('PUT', url, {
      body: { workingDays: THREE_DAYS, hoursPerDay: { mon: '9' }, effectiveFrom: '2027-01-01' },
    })
    expect(changed).toMatchObject({
      status: 201,
      headers: { 'daybook-position': String((changed.body as { position: number }).position) },
      body: {
        version: 2,
        effectiveFrom: '2027-01-01',
        hoursPerDay: { mon: '9', tue: '8', wed: '8', thu: '8', fri: '8', sat: '8', sun: '8' },
      },
    })
    expect((await service.call('GET', url)).body).toEqual(changed.body)
    const { body } = await must(service.call('GET', `${url}/versions`))
    expect((body as { items: unknown[] }).items).toEqual([first.body, changed.body])
  })

  test('is shown by a dry run as it would be, and not made', async () => {
    const url = `/v1/books/${await service.book()}/calendars/office`
    const definition = { workingDays: FULL_WEEK, region: 'AT', regionYears: { from: 2025, to: 2025 } }
    const dry = await must(service.call('PUT', `${url}?dryRun=true`, { body: definition }))
    expect((await service.call('GET', url)).status).toBe(404)
    expect((await service.call('GET', `${url}/versions`)).status).toBe(404)
    const { body } = await must(service.call('PUT', url, { body: definition }))
    expect(dry.status).toBe(200)
    expect(dry.body).toEqual({ ...(body as JsonObject), position: null, recordedAt: null, hash: null })
  })

  test('is answered the same again under its key', async () => {
    const url = `/v1/books/${await service.book()}/calendars/office`
    const put = (hoursPerDay: string) =>
      service.call('PUT', url, {
        body: { workingDays: FULL_WEEK, hoursPerDay, region: 'GB-ENG' },
        idempotencyKey: 'calendar',
      })
    const first = await put('7.5')
    const again = await put('7.50')
    expect(again).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' } })
    expect(again.text).toBe(first.text)
    expect((await put('8')).body).toMatchObject({ code: 'idempotency-key-reused', differs: ['/hoursPerDay'] })
  })

  test('is in the list, which is walked by its cursor', async () => {
    const { url } = await newCalendar()
    await must(service.call('PUT', `${url}/calendars/plant`, { body: { workingDays: THREE_DAYS } }))
    await must(service.call('PUT', `${url}/calendars/office`, { body: { workingDays: THREE_DAYS } }))
    const page = async (query: string) => {
      const { body } = await must(service.call('GET', `${url}/calendars?limit=1${query}`))
      return body as { items: { id: string; version: number }[]; nextCursor: string | null }
    }
    const first = await page('')
    const second = await page(`&cursor=${first.nextCursor}`)
    expect([...first.items, ...second.items].map(({ id, version }) => `${id} ${version}`)).toEqual([
      'office 2',
      'plant 1',
    ])
    expect(second.nextCursor).toBeNull()
    const beyond = await service.call('GET', `${url}/calendars`, { headers: { 'daybook-min-position': '999' } })
    expect(beyond).toMatchObject({ status: 503, body: { code: 'not-caught-up' } })
  })

  test.each([
    ['no working days', {}, '/workingDays'],
    ['a weekday too few', { workingDays: { ...FULL_WEEK, sun: undefined } }, '/workingDays/sun'],
    ['a day of two', { workingDays: { ...FULL_WEEK, mon: '2' } }, '/workingDays/mon'],
    ['a fraction as a number', { workingDays: { ...FULL_WEEK, mon: 1 } }, '/workingDays/mon'],
    ['an eighth day', { workingDays: { ...FULL_WEEK, day: '1' } }, '/workingDays/day'],
    [
      'no day that is worked',
      { workingDays: Object.fromEntries(Object.keys(FULL_WEEK).map((d) => [d, '0'])) },
      '/workingDays',
    ],
    ['no hours', { hoursPerDay: '0' }, '/hoursPerDay'],
    ['no hours, with decimals', { hoursPerDay: '0.00' }, '/hoursPerDay'],
    ['more hours than a day has', { hoursPerDay: '24.5' }, '/hoursPerDay'],
    ['hours as a number', { hoursPerDay: 8 }, '/hoursPerDay'],
    ['hours too fine', { hoursPerDay: '7.12345' }, '/hoursPerDay'],
    ['a holiday without a name', { holidays: [{ date: '2026-01-06' }] }, '/holidays/0/name'],
    ['a holiday that does not exist', { holidays: [{ date: '2025-02-29', name: 'x' }] }, '/holidays/0/date'],
    [
      'a part of a day that is none',
      { holidays: [{ date: '2026-01-06', name: 'x', portion: 'night' }] },
      '/holidays/0/portion',
    ],
    [
      'a holiday twice',
      {
        holidays: [
          { date: '2026-01-06', name: 'x', portion: 'am' },
          { date: '2026-01-06', name: 'y', portion: 'pm' },
        ],
      },
      '/holidays',
    ],
    ['holidays that are no list', { holidays: 'none' }, '/holidays'],
    ['a region that is none', { region: 'bavaria' }, '/region'],
    ['a region that nobody knows', { region: 'DE-XX' }, '/region'],
    ['a country that nobody knows', { region: 'ZZ' }, '/region'],
    ['years the wrong way round', { region: 'DE', regionYears: { from: 2026, to: 2025 } }, '/regionYears'],
    ['too many years', { region: 'DE', regionYears: { from: 2000, to: 2020 } }, '/regionYears'],
  ])('is refused with %s', async (_what, change, pointer) => {
    const url = `/v1/books/${await service.book()}/calendars/office`
    const base = 'workingDays' in change || Object.keys(change).length === 0 ? {} : { workingDays: FULL_WEEK }
    const reply = await service.call('PUT', url, { body: { ...base, ...change } })
    expect(reply).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
    expect((reply.body as { errors: { pointer: string }[] }).errors.map((error) => error.pointer)).toContain(pointer)
    expect((await service.call('GET', url)).status).toBe(404)
  })
})

describe('public holidays of a region', () => {
  async function of2025(region: string): Promise<string[]> {
    const { calendar } = await newCalendar({
      workingDays: FULL_WEEK,
      region,
      regionYears: { from: 2025, to: 2025 },
    })
    const { holidays } = publicHolidaysIn((await must(service.call('GET', calendar))).body)
    return holidays.map(({ date, portion }) => (portion === 'full' ? date : `${date} ${portion}`))
  }

  test('of Bavaria in 2025', async () => {
    expect(await of2025('DE-BY')).toEqual([
      '2025-01-01',
      '2025-01-06',
      '2025-04-18',
      '2025-04-21',
      '2025-05-01',
      '2025-05-29',
      '2025-06-09',
      '2025-06-19',
      '2025-10-03',
      '2025-11-01',
      '2025-12-25',
      '2025-12-26',
    ])
  })

  test('of England in 2025', async () => {
    expect(await of2025('GB-ENG')).toEqual([
      '2025-01-01',
      '2025-04-18',
      '2025-04-21',
      '2025-05-05',
      '2025-05-26',
      '2025-08-25',
      '2025-12-25',
      '2025-12-26',
    ])
  })

  test('a holiday that falls on a weekend is made up for: Boxing Day of 2026 on the Monday', async () => {
    const { calendar } = await newCalendar({
      workingDays: FULL_WEEK,
      region: 'GB-ENG',
      regionYears: { from: 2026, to: 2026 },
    })
    const { holidays } = publicHolidaysIn((await must(service.call('GET', calendar))).body)
    expect(holidays.map(({ date }) => date)).toContain('2026-12-28')
  })

  test('are recorded from five years ago to five years ahead, and found unchanged', async () => {
    const { calendar } = await newCalendar({ workingDays: FULL_WEEK, region: 'US-CA' })
    const { body } = await must(service.call('GET', calendar))
    const present = Number((body as { recordedAt: string }).recordedAt.slice(0, 4))
    const { from, to, holidays } = publicHolidaysIn(body)
    expect([from, to]).toEqual([present - 5, present + 5])
    expect(holidays.map(({ date }) => date)).toEqual(holidays.map(({ date }) => date).toSorted())
    expect(holidays.map(({ date }) => date)).toContain(`${present}-07-04`)
    const again = await service.call('PUT', calendar, { body: { workingDays: FULL_WEEK, region: 'US-CA' } })
    expect(again).toMatchObject({ status: 200, body: { version: 1 } })
    const fewer = { workingDays: FULL_WEEK, region: 'US-CA', regionYears: { from: present, to: present } }
    expect(await service.call('PUT', calendar, { body: fewer })).toMatchObject({ status: 200, body: { version: 1 } })
    const more = { workingDays: FULL_WEEK, region: 'US-CA', regionYears: { from: present, to: present + 9 } }
    expect(await service.call('PUT', calendar, { body: more })).toMatchObject({ status: 201, body: { version: 2 } })
  })
})

describe('a work pattern', () => {
  test('holds from a day on, is found unchanged, and takes the place of what was said for the same day', async () => {
    const { url } = await newCalendar()
    const patterns = `${url}/entities/e1/work-patterns`
    const july = await service.call('PUT', `${patterns}/2026-07-01`, {
      body: { calendar: 'office', workingDays: THREE_DAYS, hoursPerDay: '6.0' },
    })
    expect(july).toMatchObject({
      status: 201,
      body: {
        entity: 'e1',
        effectiveFrom: '2026-07-01',
        calendar: 'office',
        workingDays: THREE_DAYS,
        hoursPerDay: '6',
        version: 1,
      },
    })
    const january = await service.call('PUT', `${patterns}/2026-01-01`, { body: {} })
    expect(january).toMatchObject({ status: 201, body: { calendar: null, workingDays: null, version: 2 } })
    const same = await service.call('PUT', `${patterns}/2026-07-01`, {
      body: { calendar: 'office', workingDays: THREE_DAYS, hoursPerDay: '6' },
    })
    expect(same.status).toBe(200)
    expect(same.body).toEqual(july.body)
    const changed = await service.call('PUT', `${patterns}/2026-07-01`, { body: { workingDays: FULL_WEEK } })
    expect(changed).toMatchObject({ status: 201, body: { calendar: null, hoursPerDay: null, version: 3 } })
    const { body } = await must(service.call('GET', patterns))
    expect(body).toEqual({ items: [january.body, changed.body], nextCursor: null })
    const first = (await must(service.call('GET', `${patterns}?limit=1`))).body as { nextCursor: string }
    const rest = await must(service.call('GET', `${patterns}?limit=1&cursor=${first.nextCursor}`))
    expect((rest.body as { items: unknown[] }).items).toEqual([changed.body])
  })

  test('is shown by a dry run, replayed under its key, and refused with another body', async () => {
    const { url } = await newCalendar()
    const pattern = `${url}/entities/e1/work-patterns/2026-07-01`
    const dry = await must(service.call('PUT', `${pattern}?dryRun=true`, { body: { workingDays: THREE_DAYS } }))
    expect(dry).toMatchObject({ status: 200, body: { entity: 'e1', version: 1, workingDays: THREE_DAYS } })
    const put = (body: object) => service.call('PUT', pattern, { body, idempotencyKey: 'pattern' })
    const first = await put({ workingDays: THREE_DAYS })
    const again = await put({ workingDays: THREE_DAYS })
    expect(again).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' } })
    expect(again.text).toBe(first.text)
    expect((await put({ workingDays: null })).body).toMatchObject({
      code: 'idempotency-key-reused',
      differs: ['/workingDays'],
    })
  })

  test('names a calendar that exists', async () => {
    const { url } = await newCalendar()
    const reply = await service.call('PUT', `${url}/entities/e1/work-patterns/2026-07-01`, { body: { calendar: 'x' } })
    expect(reply).toMatchObject({ status: 422, body: { code: 'unknown-calendar', calendar: 'x' } })
    const { body } = await must(service.call('GET', `${url}/entities/e1/work-patterns`))
    expect(body).toEqual({ items: [], nextCursor: null })
  })

  test('begins on a day that exists', async () => {
    const { url } = await newCalendar()
    const reply = await service.call('PUT', `${url}/entities/e1/work-patterns/2025-02-29`, { body: {} })
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ in: 'path', pointer: '/effectiveFrom' }] } })
  })
})

test('many definitions of one calendar at once: each gets a version of its own', async () => {
  const { calendar } = await newCalendar()
  const replies = await Promise.all(
    Array.from({ length: 12 }, (_, number) =>
      service.call('PUT', calendar, { body: { workingDays: FULL_WEEK, hoursPerDay: String(number + 9) } }),
    ),
  )
  const versions = replies.map(({ body }) => (body as { version: number }).version)
  expect(versions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index + 2))
})
