import { describe, expect, test } from 'vitest'
import { policy } from '../support/builders.ts'
import { type JsonObject, must, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile()
let books = 0

function newBook(): string {
  return `defined-${++books}`
}

describe('a book', () => {
  test('is made with 201, found unchanged with 200, changed with 201', async () => {
    const url = `/v1/books/${newBook()}`
    const made = await service.call('PUT', url, { body: { name: 'Germany', timeZone: 'Europe/Berlin' } })
    expect(made).toMatchObject({
      status: 201,
      headers: { 'daybook-position': '1' },
      body: { name: 'Germany', timeZone: 'Europe/Berlin', position: 1 },
    })
    const same = await service.call('PUT', url, { body: { name: 'Germany', timeZone: 'Europe/Berlin' } })
    expect(same).toMatchObject({ status: 200, headers: { 'daybook-position': '1' } })
    expect(same.body).toEqual(made.body)
    const changed = await service.call('PUT', url, { body: {} })
    expect(changed).toMatchObject({ status: 201, body: { name: null, timeZone: 'UTC', position: 2 } })
    expect((await service.call('GET', url)).body).toEqual(changed.body)
  })

  test('is shown by a dry run without a place in the record, and not made', async () => {
    const book = newBook()
    const dry = await service.call('PUT', `/v1/books/${book}?dryRun=true`, { body: { name: 'Later' } })
    expect(dry).toMatchObject({ status: 200, body: { id: book, name: 'Later', timeZone: 'UTC' } })
    expect(dry.body).toEqual({ id: book, name: 'Later', timeZone: 'UTC', position: null, recordedAt: null, hash: null })
    expect((await service.call('GET', `/v1/books/${book}`)).body).toMatchObject({ code: 'unknown-book', book })
  })

  test('is in the list, which is walked by its cursor', async () => {
    const names = [newBook(), newBook(), newBook()]
    for (const book of names) await must(service.call('PUT', `/v1/books/${book}`, { body: {} }))
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const url: string = `/v1/books?limit=1${cursor === null ? '' : `&cursor=${cursor}`}`
      const { body } = await must(service.call('GET', url))
      const page = body as { items: { id: string }[]; nextCursor: string | null }
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(seen).toEqual(seen.toSorted())
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toEqual(expect.arrayContaining(names))
  })
})

describe('a policy', () => {
  test('gets a version with each change, and none without', async () => {
    const book = await service.book()
    const url = `/v1/books/${book}/policies/extra`
    const first = await service.call('PUT', url, { body: policy({ overdraftLimit: '1' }) })
    expect(first).toMatchObject({
      status: 201,
      body: { id: 'extra', version: 1, overdraftLimit: '1.00', effectiveFrom: '1900-01-01', name: null },
    })
    const same = await service.call('PUT', url, { body: policy({ overdraftLimit: '1.0' }) })
    expect(same.status).toBe(200)
    expect(same.body).toEqual(first.body)
    const changed = await service.call('PUT', url, {
      body: { ...policy({ overdraftLimit: null }), effectiveFrom: '2027-01-01' },
    })
    expect(changed).toMatchObject({
      status: 201,
      body: { version: 2, overdraftLimit: null, effectiveFrom: '2027-01-01' },
    })
    expect((await service.call('GET', url)).body).toEqual(changed.body)
    const { body } = await must(service.call('GET', `${url}/versions`))
    expect((body as { items: unknown[] }).items).toEqual([first.body, changed.body])
  })

  test('is shown by a dry run as it would be', async () => {
    const book = await service.book()
    const url = `/v1/books/${book}/policies/extra`
    const dry = await must(service.call('PUT', `${url}?dryRun=true`, { body: policy({ overdraftLimit: '2' }) }))
    const { body } = await must(service.call('PUT', url, { body: policy({ overdraftLimit: '2' }) }))
    const { position: _position, recordedAt: _recordedAt, hash: _hash, ...shown } = body as JsonObject
    expect(dry).toEqual({ ...dry, status: 200, body: { ...shown, position: null, recordedAt: null, hash: null } })
  })

  test('keeps its unit', async () => {
    const book = await service.book()
    const reply = await service.call('PUT', `/v1/books/${book}/policies/annual`, { body: policy({ unit: 'hour' }) })
    expect(reply).toMatchObject({
      status: 422,
      body: { code: 'rule-violated', rule: 'policy-unit-fixed', limit: 'day' },
    })
  })

  test('that nobody defined is not found, nor are its versions', async () => {
    const book = await service.book()
    for (const path of ['policies/none', 'policies/none/versions', 'entities/none']) {
      const reply = await service.call('GET', `/v1/books/${book}/${path}`)
      expect(reply).toMatchObject({ status: 404, body: { code: 'not-found' } })
    }
  })
})

describe('an entity', () => {
  const facts = { kind: 'employee', manager: 'm1', hiredOn: '2024-09-01' }

  test('is recorded with what decides, and shown with its profile', async () => {
    const book = await service.book()
    const url = `/v1/books/${book}/entities/e1`
    const body = { ...facts, name: 'Ada', email: 'Ada@example.com', personnelNumber: '00017', metadata: { desk: 7 } }
    const made = await service.call('PUT', url, { body, idempotencyKey: 'define' })
    expect(made).toMatchObject({ status: 201, body: { id: 'e1', version: 1, ...body, department: null, leftOn: null } })
    expect((await service.call('GET', url)).body).toEqual(made.body)
    const again = await service.call('PUT', url, { body, idempotencyKey: 'define' })
    expect(again).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' } })
    expect(again.text).toBe(made.text)
    const renamed = await service.call('PUT', url, { body: { ...body, name: 'Ada L.' } })
    expect(renamed).toMatchObject({ status: 200, body: { version: 1, name: 'Ada L.' } })
    const history = await must(service.call('GET', `/v1/books/${book}/events`))
    expect(history.text).not.toMatch(/Ada|desk|00017/)
  })

  test('has an e-mail address that nobody else in the book has', async () => {
    const book = await service.book()
    await must(service.call('PUT', `/v1/books/${book}/entities/e1`, { body: { email: 'ada@example.com' } }))
    const other = await service.call('PUT', `/v1/books/${book}/entities/e2`, { body: { email: 'ADA@example.com' } })
    expect(other).toMatchObject({ status: 422, body: { code: 'rule-violated', rule: 'email-unique-in-book' } })
  })

  test('has a personnel number that nobody else in the book has', async () => {
    const book = await service.book()
    const url = (entity: string) => `/v1/books/${book}/entities/${entity}`
    const body = { personnelNumber: '00017' }
    const made = await service.call('PUT', url('e1'), { body, idempotencyKey: 'e1' })
    const refused = { status: 422, body: { code: 'rule-violated', rule: 'personnel-number-unique-in-book' } }
    expect(await service.call('PUT', url('e2'), { body, idempotencyKey: 'e2' })).toMatchObject(refused)
    expect(await service.call('PUT', `${url('e2')}?dryRun=true`, { body })).toMatchObject(refused)
    // Given up by one, it is free for the other, also under the key that was refused; the first answer stays the first one's.
    await must(service.call('PUT', url('e1'), { body: { personnelNumber: null } }))
    expect(await service.call('PUT', url('e2'), { body, idempotencyKey: 'e2' })).toMatchObject({ status: 201, body })
    expect(await service.call('PUT', url('e1'), { body, idempotencyKey: 'e1' })).toMatchObject({
      status: 201,
      text: made.text,
      headers: { 'idempotency-replayed': 'true' },
    })
    expect(await service.call('GET', url('e1'))).toMatchObject({ body: { personnelNumber: null } })
  })

  test('is found by its kind, department, manager and name', async () => {
    const book = await service.book()
    const define = (id: string, body: object) => must(service.call('PUT', `/v1/books/${book}/entities/${id}`, { body }))
    await define('e1', { kind: 'employee', department: 'Finance & Tax', manager: 'm1', name: 'Ada' })
    await define('e2', { kind: 'seat', name: 'Window 100%' })
    const found = async (query: string) => {
      const { body } = await must(service.call('GET', `/v1/books/${book}/entities?${query}`))
      return (body as { items: { id: string }[] }).items.map(({ id }) => id)
    }
    expect(await found('')).toEqual(['e1', 'e2'])
    expect(await found('kind=seat')).toEqual(['e2'])
    expect(await found('department=Finance%20%26%20Tax')).toEqual(['e1'])
    expect(await found('manager=m1&q=ADA')).toEqual(['e1'])
    expect(await found('q=100%25')).toEqual(['e2'])
  })
})

test('a definition that changed nothing is answered the same again under its key, whatever came since', async () => {
  const url = `/v1/books/${newBook()}`
  await must(service.call('PUT', url, { body: {} }))
  const put = (key: string, limit: string, headers = {}) =>
    service.call('PUT', `${url}/policies/p`, {
      body: policy({ overdraftLimit: limit }),
      headers: { 'idempotency-key': key, ...headers },
    })
  await must(put('first', '1'))
  const unchanged = await put('again', '1')
  await must(put('changed', '2'))
  const replay = await put('again', '1')
  expect([unchanged.status, replay.status]).toEqual([200, 200])
  expect(replay.body).toEqual(unchanged.body)
  expect(replay.headers).toMatchObject({ 'idempotency-replayed': 'true' })
  expect((await put('again', '1', { prefer: 'handling=strict' })).body).toMatchObject({
    code: 'duplicate-idempotency-key',
  })
  expect((await put('again', '3')).body).toMatchObject({ code: 'idempotency-key-reused', differs: ['/overdraftLimit'] })
})
