import { describe, expect, test } from 'vitest'
import { type JsonObject, serviceOfFile } from './service-of-file.ts'

// Periods of employment: how they are put, shown, and what `hiredOn` and `leftOn` of an entity make of them.

const service = serviceOfFile()

const APART = { status: 422, body: { code: 'rule-violated', rule: 'employments-apart' } }

class Person {
  readonly book: string
  readonly path: string

  constructor(book: string) {
    this.book = `/v1/books/${book}`
    this.path = `${this.book}/entities/ada`
  }

  put(from: string, body: object = {}, query = '') {
    return service.call('PUT', `${this.path}/employments/${from}${query}`, { body })
  }

  define(body: object) {
    return service.call('PUT', this.path, { body })
  }

  async shown(): Promise<object> {
    const { kind, hiredOn, leftOn, name } = (await service.call('GET', this.path)).body as JsonObject
    return { kind, hiredOn, leftOn, name }
  }

  async periods(query = ''): Promise<JsonObject> {
    const { status, body } = await service.call('GET', `${this.path}/employments${query}`)
    expect(status).toBe(200)
    return body as JsonObject
  }

  async listed(): Promise<string[]> {
    const { items } = (await this.periods()) as { items: { entity: string; from: string; to: string | null }[] }
    return items.map(({ entity, from, to }) => `${entity} ${from}/${to}`)
  }

  async leaveOn(date: string): Promise<object> {
    const body = { entity: 'ada', policy: 'days', from: date, to: date }
    const { status, body: reply } = await service.call('POST', `${this.book}/requests?dryRun=true`, { body })
    return { status, ...(reply as JsonObject) }
  }
}

async function person(): Promise<Person> {
  return new Person(await service.book())
}

test('a dry run of an entity shows the members that what is recorded shows, periods or not', async () => {
  const ada = await person()
  const definitions = [{ kind: 'p' }, { hiredOn: '2020-01-01', leftOn: '2020-03-31' }, { hiredOn: '2021-09-01' }]
  for (const definition of definitions) {
    const dry = await service.call('PUT', `${ada.path}?dryRun=true`, { body: definition })
    const { body } = await ada.define(definition)
    expect(dry).toMatchObject({ status: 200 })
    expect(dry.body).toEqual({ ...(body as JsonObject), position: null, recordedAt: null, hash: null })
  }
  expect(await ada.listed()).toHaveLength(2)
})

describe('a period', () => {
  test('is 201 when it is new, 200 when it is known, 201 when it ends on another day', async () => {
    const ada = await person()
    const first = await ada.put('2020-01-01', { to: '2026-03-31' })
    expect(first).toMatchObject({
      status: 201,
      body: { entity: 'ada', from: '2020-01-01', to: '2026-03-31', version: 1 },
    })
    expect(await ada.put('2020-01-01', { to: '2026-03-31' })).toMatchObject({ status: 200, body: first.body as object })
    const again = await ada.put('2026-09-01')
    expect(again).toMatchObject({ status: 201, body: { from: '2026-09-01', to: null, version: 2 } })
    expect(await ada.put('2020-01-01', { to: '2026-02-28' })).toMatchObject({ status: 201, body: { version: 3 } })
    expect(await ada.put('2026-09-01', { to: null })).toMatchObject({ status: 200, body: { to: null } })
    expect(await ada.listed()).toEqual(['ada 2020-01-01/2026-02-28', 'ada 2026-09-01/null'])
    expect(await ada.shown()).toEqual({ kind: null, hiredOn: '2026-09-01', leftOn: null, name: null })
  })

  test('has an answer that a replay repeats, and a key that is for nothing else', async () => {
    const ada = await person()
    const path = `${ada.path}/employments/2020-01-01`
    const put = (body: object) => service.call('PUT', path, { body, idempotencyKey: 'once' })
    const first = await put({})
    await ada.put('2020-01-01', { to: '2026-03-31' })
    const replayed = await put({ to: null })
    expect(replayed).toMatchObject({ status: 201, text: first.text, headers: { 'idempotency-replayed': 'true' } })
    const other = await put({ to: '2026-03-31' })
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused', differs: ['/to'] } })
    const definition = await service.call('PUT', ada.path, { body: {}, idempotencyKey: 'once' })
    expect(definition).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
  })

  test('that overlaps another one is refused, and nothing is recorded', async () => {
    const ada = await person()
    await ada.put('2020-01-01', { to: '2026-03-31' })
    for (const [from, to] of [
      ['2026-03-31'],
      ['2019-01-01', '2020-01-01'],
      ['2019-01-01'],
      ['2021-01-01', '2022-01-01'],
    ]) {
      expect(await ada.put(from!, { to: to ?? null })).toMatchObject(APART)
    }
    expect(await ada.put('2026-05-01', { to: '2026-04-30' })).toMatchObject({
      status: 422,
      body: { rule: 'from-not-after-to' },
    })
    expect(await ada.listed()).toEqual(['ada 2020-01-01/2026-03-31'])
  })

  test('is decided alike by a dry run, which records nothing', async () => {
    const ada = await person()
    expect(await ada.put('2020-01-01', { to: '2026-03-31' }, '?dryRun=true')).toMatchObject({
      status: 200,
      body: { entity: 'ada', from: '2020-01-01', to: '2026-03-31', version: 1 },
    })
    expect(await ada.listed()).toEqual([])
  })

  test('leaves everything else of the entity as it is, its profile too', async () => {
    const ada = await person()
    await ada.define({ kind: 'employee', name: 'Ada', hiredOn: '2020-01-01', leftOn: '2026-03-31' })
    await ada.put('2026-09-01', { to: '2026-12-31' })
    expect(await ada.shown()).toEqual({ kind: 'employee', hiredOn: '2026-09-01', leftOn: '2026-12-31', name: 'Ada' })
    expect(await ada.listed()).toEqual(['ada 2020-01-01/2026-03-31', 'ada 2026-09-01/2026-12-31'])
  })
})

describe('hiredOn and leftOn', () => {
  test('of somebody who is hired again begin another period', async () => {
    const ada = await person()
    await ada.define({ hiredOn: '2020-01-01' })
    await ada.define({ hiredOn: '2020-01-01', leftOn: '2026-03-31' })
    expect(await ada.listed()).toEqual(['ada 2020-01-01/2026-03-31'])
    expect(await ada.define({ hiredOn: '2026-09-01' })).toMatchObject({
      status: 201,
      body: { hiredOn: '2026-09-01', leftOn: null },
    })
    expect(await ada.listed()).toEqual(['ada 2020-01-01/2026-03-31', 'ada 2026-09-01/null'])
    expect(await ada.define({ hiredOn: '2026-09-01' })).toMatchObject({ status: 200 })
    expect(await ada.define({ hiredOn: '2026-03-01' })).toMatchObject(APART)
  })

  test('that a definition does not say leave the periods as they are', async () => {
    const ada = await person()
    await ada.put('2020-01-01', { to: '2026-03-31' })
    await ada.define({ kind: 'employee' })
    expect(await ada.listed()).toEqual(['ada 2020-01-01/2026-03-31'])
    expect(await ada.shown()).toMatchObject({ kind: 'employee', hiredOn: '2020-01-01', leftOn: '2026-03-31' })
    const key = { body: { kind: 'boss' }, idempotencyKey: 'boss' }
    expect(await service.call('PUT', ada.path, key)).toMatchObject({ status: 201 })
    expect(await service.call('PUT', ada.path, key)).toMatchObject({ status: 201 })
  })

  test('once said and then left out are unknown, as ever', async () => {
    const ada = await person()
    await ada.define({ leftOn: '2026-03-31' })
    await ada.define({})
    expect(await ada.listed()).toEqual([])
  })
})

test('the list has pages, and a position; a book that is not there has none, an entity that is not there has no period', async () => {
  const ada = await person()
  await ada.define({ leftOn: '1999-12-31' })
  for (const year of ['2000', '2001', '2002']) await ada.put(`${year}-01-01`, { to: `${year}-12-31` })
  const seen: unknown[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = cursor === '' ? '?limit=1' : `?limit=1&cursor=${cursor}`
    const { items, nextCursor } = await ada.periods(query)
    seen.push(...(items as { from: unknown }[]).map(({ from }) => from))
    cursor = nextCursor as string | null
  }
  expect(seen).toEqual([null, '2000-01-01', '2001-01-01', '2002-01-01'])
  const { headers } = await service.call('GET', `${ada.path}/employments`)
  expect(Number(headers['daybook-position'])).toBeGreaterThan(4)
  expect(await service.call('GET', `${ada.path}/employments?cursor=nonsense`)).toMatchObject({ status: 400 })
  expect(await service.call('GET', '/v1/books/nowhere/entities/ada/employments')).toMatchObject({ status: 404 })
  expect(await service.call('GET', `${ada.book}/entities/nobody/employments`)).toMatchObject({
    status: 200,
    body: { items: [], nextCursor: null },
  })
})

describe('a request', () => {
  test('is within any period, and refused outside of all of them', async () => {
    const ada = await person()
    const policy = { resource: 'leave', unit: 'day', scale: 0, overdraftLimit: null, dayExclusive: true }
    const requests = { maxDaysAhead: null, waitingDays: 30 }
    await service.call('PUT', `${ada.book}/policies/days`, { body: { ...policy, requests } })
    await ada.put('2020-01-01', { to: '2026-03-31' })
    await ada.put('2026-09-01')
    expect(await ada.leaveOn('2026-03-31')).toMatchObject({ status: 200 })
    expect(await ada.leaveOn('2026-04-01')).toMatchObject({
      status: 422,
      code: 'outside-employment',
      date: '2026-04-01',
      hiredOn: '2026-09-01',
      leftOn: null,
      employments: [
        { from: '2020-01-01', to: '2026-03-31' },
        { from: '2026-09-01', to: null },
      ],
    })
    // Waiting begins with the period that the day is in.
    expect(await ada.leaveOn('2026-09-30')).toMatchObject({ status: 422, rule: 'waiting-days', limit: '30' })
    expect(await ada.leaveOn('2026-10-01')).toMatchObject({ status: 200 })
  })
})

test('the database refuses periods that overlap, or that the entity does not show', async () => {
  const ada = await person()
  await ada.put('2020-01-01', { to: '2026-03-31' })
  const { db } = service.backend
  const set = (employments: object[]) =>
    db.query('update ledger.entities set employments = $1 where book_id = $2', [
      JSON.stringify(employments),
      ada.book.slice('/v1/books/'.length),
    ])
  const shown = { from: '2020-01-01', to: '2026-03-31' }
  await set([{ from: null, to: '2019-12-31' }, shown])
  const apart = /entities_employments_apart/
  await expect(set([{ from: '2019-01-01', to: '2020-01-01' }, shown])).rejects.toThrow(apart)
  await expect(set([{ from: '2019-01-01', to: null }, shown])).rejects.toThrow(apart)
  await expect(set([{ from: '2019-02-01', to: '2019-01-31' }, shown])).rejects.toThrow(apart)
  await expect(set([shown, { from: null, to: null }])).rejects.toThrow(apart)
  await expect(set([])).rejects.toThrow(apart)
  await expect(set([{ from: '2019-01-01', to: '2019-12-31' }])).rejects.toThrow(/entities_show_last_employment/)
})
