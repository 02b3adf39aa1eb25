import { describe, expect, test } from 'vitest'
import { type JsonObject, must, type Reply, serviceOfFile } from './service-of-file.ts'

// Hours worked and notices: what is recorded, taken back, listed, and by whom.

const service = serviceOfFile()

const MARCH = { entity: 'e1', from: '2026-03-01', to: '2026-03-31', hours: '162.50', reference: 'TIME-3' }
const NOTICE = { entity: 'e1', policy: 'annual', year: 2026, givenOn: '2026-10-01' }

class Worked {
  readonly path: string

  constructor(book: string) {
    this.path = `/v1/books/${book}`
  }

  post(at: string, body?: object, also: object = {}): Promise<Reply> {
    return service.call('POST', `${this.path}/${at}`, { ...(body && { body }), ...also })
  }

  /** Of what was recorded. */
  async id(body: object): Promise<string> {
    const made = await must(this.post('worked-hours', body))
    return (made.body as { id: string }).id
  }

  async items(at: string, key?: string): Promise<JsonObject[]> {
    const { body } = await must(service.call('GET', `${this.path}/${at}`, key === undefined ? {} : { key }))
    return (body as { items: JsonObject[] }).items
  }

  async keyOf(role: string, entity?: string): Promise<string> {
    const roles = [{ book: this.path.slice('/v1/books/'.length), role, ...(entity === undefined ? {} : { entity }) }]
    const made = await must(service.call('POST', '/v1/keys', { body: { name: 'a test', roles } }))
    return (made.body as { key: string }).key
  }
}

async function worked(): Promise<Worked> {
  return new Worked(await service.book())
}

describe('hours', () => {
  test('are recorded as they are said, and listed so', async () => {
    const book = await worked()
    const first = await book.post('worked-hours', MARCH)
    expect(first.status).toBe(201)
    const { position } = first.body as { position: number }
    const shown = { ...MARCH, hours: '162.5', id: String(position), reversedBy: null }
    expect(first.body).toMatchObject(shown)
    const day = await must(book.post('worked-hours', { entity: 'e1', from: '2026-04-01', hours: '8' }))
    expect(day.body).toMatchObject({ from: '2026-04-01', to: '2026-04-01', reference: null })
    expect(await book.items('worked-hours')).toEqual([first.body, day.body])
  })

  test('are shown by a dry run, which records nothing', async () => {
    const book = await worked()
    const dry = await book.post('worked-hours?dryRun=true', MARCH)
    expect(dry).toMatchObject({ status: 200, body: { ...MARCH, hours: '162.5', id: null, position: null } })
    const { body } = await book.post('worked-hours', MARCH)
    expect(Object.keys(dry.body as object).toSorted()).toEqual(Object.keys(body as object).toSorted())
    expect(await book.items('worked-hours')).toHaveLength(1)
  })

  test('are recorded once under a key, whether their last day is said or meant', async () => {
    const book = await worked()
    const also = { idempotencyKey: 'hours' }
    const one = { entity: 'e1', from: '2026-04-01', hours: '8' }
    const first = await book.post('worked-hours', one, also)
    const again = await book.post('worked-hours', { ...one, to: '2026-04-01', hours: '8.0' }, also)
    expect(again).toMatchObject({ status: 201, body: first.body as object })
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(await book.post('worked-hours', { ...one, hours: '7' }, also)).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused', differs: ['/hours'] },
    })
  })

  test.each<[what: string, body: object, pointer: string]>([
    ['are none', { hours: '0' }, '/hours'],
    ['are less than none', { hours: '-1' }, '/hours'],
    ['are a number', { hours: 8 }, '/hours'],
    ['are more than a day has', { to: '2026-03-02', hours: '48.01' }, '/hours'],
    ['end before they begin', { to: '2026-02-28' }, '/to'],
    ['are of more than a year', { to: '2027-03-02' }, '/to'],
    ['are of a day that there is not', { from: '2026-02-30' }, '/from'],
  ])('are refused where they %s', async (_what, body, pointer) => {
    const book = await worked()
    const refused = await book.post('worked-hours', { ...MARCH, ...body })
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
  })

  test('are listed by entity, of some days or of all, page by page', async () => {
    const book = await worked()
    for (const [entity, from, to] of [
      ['e2', '2026-01-01', '2026-01-31'],
      ['e1', '2026-02-01', '2026-02-28'],
      ['e1', '2026-01-01', '2026-01-31'],
    ] as const) {
      await book.id({ entity, from, to, hours: '100' })
    }
    const seen = async (query: string): Promise<string[]> =>
      (await book.items(`worked-hours${query}`)).map(({ entity, from }) => `${entity as string} ${from as string}`)
    expect(await seen('')).toEqual(['e1 2026-02-01', 'e1 2026-01-01', 'e2 2026-01-01'])
    expect(await seen('?entity=e1')).toEqual(['e1 2026-02-01', 'e1 2026-01-01'])
    expect(await seen('?from=2026-01-31&to=2026-01-31')).toEqual(['e1 2026-01-01', 'e2 2026-01-01'])
    expect(await seen('?from=2026-02-01')).toEqual(['e1 2026-02-01'])
    expect(await seen('?entity=e3')).toEqual([])
    const walked: string[] = []
    for (let cursor = ''; ; ) {
      const { body } = await must(service.call('GET', `${book.path}/worked-hours?limit=1${cursor}`))
      const { items, nextCursor } = body as { items: JsonObject[]; nextCursor: string | null }
      walked.push(...items.map(({ entity, from }) => `${entity as string} ${from as string}`))
      if (nextCursor === null) break
      cursor = `&cursor=${nextCursor}`
    }
    expect(walked).toEqual(await seen(''))
    const reversed = await service.call('GET', `${book.path}/worked-hours?from=2026-02-01&to=2026-01-01`)
    expect(reversed).toMatchObject({ status: 400 })
  })
})

describe('hours that were recorded by mistake', () => {
  test('are taken back once, and stay in the list', async () => {
    const book = await worked()
    const id = await book.id(MARCH)
    const also = { idempotencyKey: 'back' }
    const dry = await book.post(`worked-hours/${id}/reverse?dryRun=true`)
    expect(dry).toMatchObject({ status: 200, body: { id, entity: 'e1', reversedBy: null, position: null } })
    const reversed = await book.post(`worked-hours/${id}/reverse`, { reason: 'entered twice' }, also)
    const { position } = reversed.body as { position: number }
    expect(reversed).toMatchObject({ status: 201, body: { id, entity: 'e1', reversedBy: String(position) } })
    expect(Object.keys(dry.body as object).toSorted()).toEqual(Object.keys(reversed.body as object).toSorted())
    const replay = await book.post(`worked-hours/${id}/reverse`, { reason: 'entered twice' }, also)
    expect(replay).toMatchObject({ status: 201, body: reversed.body as object })
    expect(await book.post(`worked-hours/${id}/reverse`, {}, also)).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused', differs: ['/reason'] },
    })
    expect(await book.post(`worked-hours/${id}/reverse`)).toMatchObject({
      status: 409,
      body: { code: 'already-reversed', workedHours: id, reversedBy: String(position) },
    })
    expect(await book.items('worked-hours')).toMatchObject([{ id, reversedBy: String(position) }])
  })

  test('are not found where there are none', async () => {
    const book = await worked()
    await must(book.post('notices', NOTICE))
    for (const id of ['1', '2', '6', '999999999']) {
      expect(await book.post(`worked-hours/${id}/reverse`), id).toMatchObject({
        status: 404,
        body: { code: 'not-found', detail: `There are no worked hours ${id} in this book.` },
      })
    }
    for (const id of ['0', 'x', '6.1']) {
      expect(await book.post(`worked-hours/${id}/reverse`), id).toMatchObject({ status: 400 })
    }
  })
})

describe('a notice', () => {
  test('is recorded as it is given, and listed', async () => {
    const book = await worked()
    expect(await book.post('notices?dryRun=true', NOTICE)).toMatchObject({
      status: 200,
      body: { ...NOTICE, resource: 'leave', position: null },
    })
    const given = await must(book.post('notices', NOTICE))
    expect(given).toMatchObject({ status: 201, body: { ...NOTICE, resource: 'leave' } })
    await must(book.post('notices', { ...NOTICE, year: 2025 }))
    await must(book.post('notices', { ...NOTICE, policy: 'carried' }))
    await must(book.post('notices', { ...NOTICE, entity: 'e2' }))
    expect((await book.items('notices'))[0]).toEqual(given.body)
    expect(await book.items('notices')).toHaveLength(4)
    expect(await book.items('notices?entity=e1&policy=annual&year=2026')).toEqual([given.body])
    expect(await book.items('notices?year=2025')).toMatchObject([{ year: 2025 }])
    expect(await book.items('notices?policy=wallet')).toEqual([])
  })

  test('about an unknown policy is refused, and about a year that is none', async () => {
    const book = await worked()
    expect(await book.post('notices', { ...NOTICE, policy: 'nothing' })).toMatchObject({
      status: 422,
      body: { code: 'unknown-policy', policy: 'nothing' },
    })
    for (const year of [1899, 3000, '2026', 2026.5]) {
      expect(await book.post('notices', { ...NOTICE, year }), String(year)).toMatchObject({ status: 400 })
    }
  })

  test('of a kind that is for hr alone to know is shown to no manager', async () => {
    const book = await worked()
    const terms = { unit: 'day', scale: 1, dayExclusive: false, overdraftLimit: null }
    const body = { ...terms, resource: 'care-days', kindVisibleTo: 'hr' }
    await must(service.call('PUT', `${book.path}/policies/care`, { body }))
    await must(service.call('PUT', `${book.path}/entities/ann`, { body: { manager: 'mia' } }))
    for (const entity of ['ann', 'mia']) {
      for (const policy of ['care', 'annual']) await must(book.post('notices', { ...NOTICE, entity, policy }))
    }
    const mia = await book.keyOf('employee', 'mia')
    const seen = async (query: string): Promise<string[]> =>
      (await book.items(`notices${query}`, mia)).map(({ entity, policy }) => `${entity as string} ${policy as string}`)
    expect(await seen('')).toEqual(['ann annual', 'mia care', 'mia annual'])
    expect(await seen('?entity=ann')).toEqual(['ann annual'])
    expect(await seen('?policy=care')).toEqual(['mia care'])
  })
})

test('hr and integrations say them; others read what they read of people; nobody says anything of themselves', async () => {
  const book = await worked()
  await must(book.post('worked-hours', MARCH))
  await must(book.post('notices', NOTICE))
  const expected = {
    hr: [200, 201],
    integration: [403, 201],
    payroll: [200, 403],
    auditor: [200, 403],
    employee: [200, 403],
  }
  for (const [role, [reads, writes]] of Object.entries(expected)) {
    const key = await book.keyOf(role, role === 'employee' ? 'e1' : undefined)
    for (const [at, body] of Object.entries({ 'worked-hours': MARCH, notices: NOTICE })) {
      expect((await service.call('GET', `${book.path}/${at}`, { key })).status, `${role} ${at}`).toBe(reads)
      expect((await book.post(at, body, { key })).status, `${role} ${at}`).toBe(writes)
    }
  }
  expect(await book.items('worked-hours', await book.keyOf('employee', 'e2'))).toEqual([])
  const own = { key: await book.keyOf('hr', 'e1') }
  expect(await book.post('worked-hours', MARCH, own)).toMatchObject({ status: 403, body: { code: 'own-account' } })
  expect(await book.post('notices', NOTICE, own)).toMatchObject({ status: 403, body: { code: 'own-account' } })
})

test('a person is told of them, and why they were taken back is forgotten with the person', async () => {
  const book = await worked()
  const id = await book.id(MARCH)
  await must(book.post('notices', NOTICE))
  await must(book.post(`worked-hours/${id}/reverse`, { reason: 'ill that week' }))
  await must(book.post('worked-hours', { ...MARCH, entity: 'e2' }))
  const exported = async () =>
    (await must(service.call('GET', `${book.path}/entities/e1/export`))).body as Record<string, JsonObject[]>
  const before = await exported()
  expect(before['workedHours']).toMatchObject([{ id, entity: 'e1' }])
  expect(before['notices']).toMatchObject([{ year: 2026 }])
  expect(before['events']!.map(({ type }) => type)).toEqual([
    'worked-hours-recorded',
    'notice-given',
    'worked-hours-reversed',
  ])
  expect(JSON.stringify(before)).toContain('ill that week')
  await must(book.post('entities/e1/erase', { reason: 'asked' }))
  expect(JSON.stringify(await exported())).not.toContain('ill that week')
})
