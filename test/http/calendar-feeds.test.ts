import { describe, expect, test } from 'vitest'
import { openFeeds } from '../../src/feeds/feeds.ts'
import { call, type JsonObject, matching, must, type Reply, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile()

/** Days that any feed shows, and that are worked: the Monday to Wednesday after next. */
const [MONDAY, TUESDAY, WEDNESDAY, THURSDAY] = [0, 1, 2, 3].map(daysAfterNextMonday) as [string, string, string, string]

function daysAfterNextMonday(days: number): string {
  const today = new Date()
  const toMonday = 7 + ((8 - today.getUTCDay()) % 7)
  return new Date(today.getTime() + (toMonday + days) * 86_400_000).toISOString().slice(0, 10)
}

async function book(): Promise<string> {
  const path = `/v1/books/${await service.book()}`
  for (const [entity, definition] of Object.entries({
    ada: { manager: 'mia', department: 'Research', name: 'Ada, Countess of Lovelace' },
    ben: { manager: 'mia' },
    cy: { manager: 'max', department: 'Research' },
  })) {
    await must(service.call('PUT', `${path}/entities/${entity}`, { body: definition }))
    const earned = { entity, policy: 'annual', amount: '25', effectiveOn: '2024-01-01' }
    await must(service.call('POST', `${path}/accruals`, { body: earned }))
  }
  return path
}

/** Asks for leave, and waits until the calendar has it. */
async function away(path: string, body: object, { approved = true } = {}): Promise<void> {
  const asked = { policy: 'annual', reason: 'a private reason', ...body }
  const made = await must(service.call('POST', `${path}/requests`, { body: asked }))
  const { id } = (made.body as { request: { id: string } }).request
  const decision = { expectedVersion: 1, comment: 'a private comment' }
  const last = approved ? await must(service.call('POST', `${path}/requests/${id}/approve`, { body: decision })) : made
  await caughtUp(path, last)
}

async function caughtUp(path: string, { headers }: Reply): Promise<void> {
  const position = String(headers['daybook-position'])
  const asked = { headers: { 'daybook-min-position': position } }
  await must(service.call('GET', `${path}/calendar?from=${MONDAY}&to=${MONDAY}`, asked))
}

interface Made extends JsonObject {
  id: string
  url: string
}

async function feedOf(path: string, body: object): Promise<Made> {
  return (await must(service.call('POST', `${path}/calendar-feeds`, { body }))).body as Made
}

/** As a calendar program does: no key, no other header. */
function read(url: string, headers: Record<string, string> = {}): Promise<Reply> {
  return service.call('GET', new URL(url).pathname, { key: null, headers })
}

/** The lines of a calendar, unfolded, by event; the first are those before any event. */
function eventsIn(text: string): string[][] {
  const lines = text.replaceAll('\r\n ', '').split('\r\n')
  return lines
    .join('\n')
    .split('BEGIN:VEVENT\n')
    .map((part) => part.split('\n'))
}

function basic(date: string): string {
  return date.replaceAll('-', '')
}

describe('a calendar feed', () => {
  test('shows spans of whole days, and half days by themselves, without an API key', async () => {
    const path = await book()
    await away(path, { id: 'r-1', entity: 'ada', from: MONDAY, to: WEDNESDAY, toPortion: 'am' })
    await away(path, { id: 'r-2', entity: 'ada', from: THURSDAY, to: THURSDAY }, { approved: false })
    const reply = await must(read((await feedOf(path, { entity: 'ada' })).url))
    expect(reply.headers).toMatchObject({
      'content-type': 'text/calendar; charset=utf-8',
      'cache-control': 'private, no-cache',
    })
    const [head, whole, half, undecided, none] = eventsIn(reply.text)
    expect(head).toEqual(
      expect.arrayContaining(['BEGIN:VCALENDAR', 'VERSION:2.0', 'X-WR-CALNAME:Leave of Ada\\, Countess of Lovelace']),
    )
    expect(whole).toEqual(
      expect.arrayContaining([
        matching(/^UID:r-1\.\S+@daybook$/),
        'SEQUENCE:2',
        matching(/^DTSTAMP:\d{8}T\d{6}Z$/),
        `DTSTART;VALUE=DATE:${basic(MONDAY)}`,
        // The day after the last one.
        `DTEND;VALUE=DATE:${basic(WEDNESDAY)}`,
        'SUMMARY:Ada\\, Countess of Lovelace away',
        'STATUS:CONFIRMED',
        'END:VEVENT',
      ]),
    )
    expect(half).toEqual(
      expect.arrayContaining([
        `DTSTART;VALUE=DATE:${basic(WEDNESDAY)}`,
        `DTEND;VALUE=DATE:${basic(THURSDAY)}`,
        'SUMMARY:Ada\\, Countess of Lovelace away (morning)',
      ]),
    )
    expect(undecided).toEqual(
      expect.arrayContaining(['SUMMARY:Ada\\, Countess of Lovelace away\\, not decided', 'STATUS:TENTATIVE']),
    )
    expect(none).toBeUndefined()
    expect(reply.text).not.toMatch(/private|leave\b|annual/)
    expect(reply.text.endsWith('END:VCALENDAR\r\n')).toBe(true)
    for (const line of reply.text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
  })

  test('of a team shows whoever is in it when it is read', async () => {
    const path = await book()
    for (const entity of ['ada', 'ben', 'cy']) await away(path, { entity, from: MONDAY, to: MONDAY })
    const summaries = async (url: string) => (await must(read(url))).text.match(/(?<=SUMMARY:)[a-zA-Z]+/g)
    const ofManager = await feedOf(path, { manager: 'mia' })
    const ofDepartment = await feedOf(path, { department: 'Research' })
    expect(await summaries(ofManager.url)).toEqual(['Ada', 'ben'])
    expect(await summaries(ofDepartment.url)).toEqual(['Ada', 'cy'])
    await must(service.call('PUT', `${path}/entities/cy`, { body: { manager: 'mia' } }))
    expect(await summaries(ofManager.url)).toEqual(['Ada', 'ben', 'cy'])
    expect(await summaries(ofDepartment.url)).toEqual(['Ada'])
  })

  test('keeps the UID of an event, and counts its SEQUENCE up, when its request changes', async () => {
    const path = await book()
    await away(path, { id: 'r-1', entity: 'ada', from: MONDAY, to: TUESDAY })
    const { url } = await feedOf(path, { entity: 'ada' })
    const lines = async (name: string) => (await must(read(url))).text.match(new RegExp(`^${name}:.*$`, 'gm'))
    const uid = await lines('UID')
    expect(await lines('SEQUENCE')).toEqual(['SEQUENCE:2'])
    const body = { expectedVersion: 2, to: WEDNESDAY }
    await caughtUp(path, await must(service.call('POST', `${path}/requests/r-1/change`, { body })))
    expect(await lines('UID')).toEqual(uid)
    expect(await lines('SEQUENCE')).toEqual(['SEQUENCE:3'])
    expect(await lines('STATUS')).toEqual(['STATUS:TENTATIVE'])
  })

  test('says at which position it was read, and waits for one that is asked for', async () => {
    const path = await book()
    const { url } = await feedOf(path, { entity: 'ada' })
    const body = { entity: 'ada', policy: 'annual', from: MONDAY, to: TUESDAY }
    const made = await must(service.call('POST', `${path}/requests`, { body }))
    const position = Number(made.headers['daybook-position'])
    const reply = await must(read(url, { 'daybook-min-position': String(position) }))
    expect(Number(reply.headers['daybook-position'])).toBeGreaterThanOrEqual(position)
    expect(eventsIn(reply.text)).toHaveLength(2)
    const beyond = await read(url, { 'daybook-min-position': String(position + 1_000) })
    expect({ status: beyond.status, body: beyond.body }).toMatchObject({ status: 503, body: { code: 'not-caught-up' } })
  })

  test('is the same bytes while nothing changes, and 304 for whoever has them', async () => {
    const path = await book()
    await away(path, { entity: 'ada', from: MONDAY, to: TUESDAY })
    const { url } = await feedOf(path, { entity: 'ada' })
    const first = await must(read(url))
    const tag = String(first.headers['etag'])
    expect(tag).toMatch(/^"[\w-]{43}"$/)
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const again = await read(url, { 'if-none-match': known })
      expect({ known, status: again.status, text: again.text, tag: again.headers['etag'] }).toEqual({
        known,
        status: 304,
        text: '',
        tag,
      })
    }
    await away(path, { entity: 'ada', from: THURSDAY, to: THURSDAY })
    const changed = await read(url, { 'if-none-match': tag })
    expect(changed.status).toBe(200)
    expect(changed.headers['etag']).not.toBe(tag)
  })

  test('ends with as many events as a feed may have', async () => {
    const path = await book()
    for (const entity of ['ada', 'ben']) await away(path, { entity, from: MONDAY, to: TUESDAY, toPortion: 'am' })
    const { url } = await feedOf(path, { manager: 'mia' })
    const app = await service.another({ config: { ...service.backend.config, feedSpans: 3 } })
    const { text } = await must(call(app, 'GET', new URL(url).pathname, { key: null }))
    expect(text.match(/^BEGIN:VEVENT/gm)).toHaveLength(3)
  })

  test('cannot be read where the calendar is not built', async () => {
    const path = await book()
    const { url } = await feedOf(path, { entity: 'ada' })
    const app = await service.another({ calendar: { read: async () => 'not-built' } })
    expect(await call(app, 'GET', new URL(url).pathname, { key: null })).toMatchObject({
      status: 503,
      body: { code: 'not-caught-up' },
    })
  })
})

describe('its address', () => {
  const NOTHING = {
    status: 404,
    body: {
      type: '/problems/not-found',
      title: 'Not found',
      status: 404,
      detail: 'There is no calendar feed at this address.',
      instance: matching(/^urn:/),
      code: 'not-found',
    },
  }

  test('is shown once: what is kept is a digest, and lists have no secret', async () => {
    const path = await book()
    const { url, ...feed } = await feedOf(path, { manager: 'mia' })
    expect(feed).toEqual({
      id: matching(/^[0-9a-f]{32}$/),
      entity: null,
      manager: 'mia',
      department: null,
      createdBy: { type: 'client', id: matching(/^[0-9a-f]{16}$/) },
      createdAt: matching(/^\d{4}-/),
      revokedAt: null,
    })
    const listed = await must(service.call('GET', `${path}/calendar-feeds`))
    expect(listed.body).toEqual({ items: [feed], nextCursor: null })
    expect(listed.text).not.toContain(secretIn(url))
    const { rows } = await service.backend.db.query<{ kept: string }>(
      'select f::text as kept from ledger.calendar_feeds f where feed_id = $1',
      [feed.id],
    )
    expect(rows[0]!.kept).toContain(feed.id)
    expect(rows[0]!.kept).not.toContain(secretIn(url))
  })

  test('is that of the service as it was told, else as the call was addressed', async () => {
    const path = await book()
    const publicUrl = 'https://leave.example/daybook/'
    const app = await service.another({ config: { ...service.backend.config, publicUrl } })
    const told = await must(call(app, 'POST', `${path}/calendar-feeds`, { body: { entity: 'ada' } }))
    expect((told.body as Made).url).toMatch(/^https:\/\/leave\.example\/daybook\/v1\/feeds\/[\w-]+\.[\w-]{43}\.ics$/)
    const asked = await must(
      service.call('POST', `${path}/calendar-feeds`, { body: { entity: 'ada' }, headers: { host: 'here.example:81' } }),
    )
    expect((asked.body as Made).url).toMatch(/^http:\/\/here\.example:81\/v1\/feeds\//)
  })

  test('is in no log and no answer but the first', async () => {
    const path = await book()
    await away(path, { entity: 'ada', from: MONDAY, to: TUESDAY })
    const { id, url } = await feedOf(path, { entity: 'ada' })
    const failing = await service.another({ calendar: { read: () => Promise.reject(new Error('a bug')) } })
    const { pathname } = new URL(url)
    const replies = [
      await read(url),
      await read(`${url}/more`),
      await service.call('GET', `${pathname}?key=1`, { key: null }),
      await service.call('POST', pathname, { key: null }),
      await call(failing, 'GET', pathname, { key: null }),
      await service.call('DELETE', `${path}/calendar-feeds/${id}`),
      await read(url),
      await service.call('GET', '/metrics', { key: null }),
    ]
    expect(replies.map(({ status }) => status)).toEqual([200, 401, 400, 405, 500, 200, 404, 200])
    for (const { text, headers } of replies) expect(text + JSON.stringify(headers)).not.toContain(secretIn(url))
    expect(service.log.some(({ route }) => route === '/v1/feeds/:token')).toBe(true)
    expect(JSON.stringify(service.log)).not.toContain(secretIn(url))
  })

  test('is one of nothing at once when it is revoked, like those that never were', async () => {
    const path = await book()
    const { id, url } = await feedOf(path, { entity: 'ada' })
    const other = await feedOf(path, { entity: 'ada' })
    expect((await read(url)).status).toBe(200)
    const revoked = await must(service.call('DELETE', `${path}/calendar-feeds/${id}`))
    expect(revoked.body).toMatchObject({ id, revokedAt: matching(/^\d{4}-/) })
    expect((await must(service.call('DELETE', `${path}/calendar-feeds/${id}`))).body).toEqual(revoked.body)
    const secret = secretIn(url)
    const stranger = url.replace(secret, `${secret.slice(1)}${secret[0]}`)
    const elsewhere = url.replace(/feeds\/[\w-]+/, `feeds/${Buffer.from('nowhere').toString('base64url')}`)
    for (const address of [url, stranger, elsewhere, `${url}x`, url.replace('.ics', ''), url.replace(secret, '')]) {
      expect(await read(address)).toMatchObject(NOTHING)
    }
    expect((await read(other.url)).status).toBe(200)
    const listed = await must(service.call('GET', `${path}/calendar-feeds`))
    expect((listed.body as { items: Made[] }).items.map(({ id }) => id)).toEqual([other.id])
  })
})

function secretIn(url: string): string {
  return url.slice(0, -'.ics'.length).split('.').at(-1)!
}

describe('making one', () => {
  test('twice with one key is one feed, whose address is shown the first time', async () => {
    const path = await book()
    const idempotencyKey = 'feed-1'
    const make = (body: object, headers = {}) =>
      service.call('POST', `${path}/calendar-feeds`, { body, idempotencyKey, headers })
    const first = await must(make({ entity: 'ada' }))
    const again = await must(make({ entity: 'ada' }))
    expect(again.status).toBe(201)
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(again.body).toEqual({ ...(first.body as Made), url: null })
    expect(await make({ entity: 'ada' }, { prefer: 'handling=strict' })).toMatchObject({
      status: 409,
      body: { code: 'duplicate-idempotency-key' },
    })
    expect(await make({ manager: 'ada' })).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused', differs: ['/entity', '/manager'] },
    })
    // Also at the same moment: one of them makes it.
    const both = await Promise.all(
      [1, 2].map(() =>
        must(service.call('POST', `${path}/calendar-feeds`, { body: { entity: 'ben' }, idempotencyKey: 'feed-2' })),
      ),
    )
    expect(both.filter(({ body }) => (body as Made).url !== null)).toHaveLength(1)
    expect(new Set(both.map(({ body }) => (body as Made).id)).size).toBe(1)
  })

  test('after it was revoked, the same key finds it revoked', async () => {
    const path = await book()
    const make = () =>
      service.call('POST', `${path}/calendar-feeds`, { body: { entity: 'ada' }, idempotencyKey: 'feed-1' })
    const { id } = (await must(make())).body as Made
    await must(service.call('DELETE', `${path}/calendar-feeds/${id}`))
    expect((await must(make())).body).toMatchObject({ id, url: null, revokedAt: matching(/^\d{4}-/) })
  })

  test('takes one of three, a key, and a book that exists', async () => {
    const path = await book()
    const make = (body: object, also = {}) => service.call('POST', `${path}/calendar-feeds`, { body, ...also })
    for (const body of [{}, { entity: 'ada', manager: 'mia' }]) {
      expect(await make(body)).toMatchObject({
        status: 400,
        body: { errors: [{ in: 'body', pointer: '', message: 'must say either `entity`, `manager` or `department`' }] },
      })
    }
    expect(await make({ team: 'x' })).toMatchObject({ status: 400 })
    expect(await make({ entity: 'ada' }, { key: null })).toMatchObject({ status: 401 })
    expect(await make({ entity: 'ada' }, { idempotencyKey: null })).toMatchObject({
      status: 400,
      body: { code: 'idempotency-key-missing' },
    })
    const elsewhere = '/v1/books/nowhere/calendar-feeds'
    expect(await service.call('POST', elsewhere, { body: { entity: 'ada' } })).toMatchObject({ status: 404 })
    expect(await service.call('GET', elsewhere)).toMatchObject({ status: 404 })
    const id = '0'.repeat(32)
    expect(await service.call('DELETE', `${path}/calendar-feeds/${id}`)).toMatchObject({ status: 404 })
  })

  test('ends where a book has as many as it may have', async () => {
    const path = await book()
    await feedOf(path, { entity: 'ada' })
    const listed = async () => ((await must(service.call('GET', `${path}/calendar-feeds`))).body as { items: [] }).items
    const { db } = service.backend
    const app = await service.another({
      feeds: openFeeds({ write: db, read: db, most: 1 }),
      config: { ...service.backend.config, feeds: 1 },
    })
    expect(await call(app, 'POST', `${path}/calendar-feeds`, { body: { entity: 'ben' } })).toMatchObject({
      status: 422,
      body: { code: 'rule-violated', rule: 'most-calendar-feeds', limit: '1' },
    })
    expect(await listed()).toHaveLength(1)
  })
})
