import { beforeAll, describe, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { dayIn } from '../../src/domain/calendar-date.ts'
import { LiveClient } from '../http/live-client.ts'
import { type JsonObject, type Method, must, type Request, serviceOfFile } from '../http/service-of-file.ts'

// The last day of a role is a day of its book. In Auckland it is over half a day before it is in UTC, in Los Angeles some
// hours later: whatever time it is, one that looks at the day in UTC fails here, but from 8 to 11 o'clock in UTC.

const service = serviceOfFile()
let url: string
beforeAll(async () => {
  url = await service.listen()
})

/** Changes until when a key may what it may, as nothing of the service does. */
async function regrant(id: string, until: string): Promise<void> {
  const pool = openPool({ url: service.database.url, max: 1, applicationName: 'daybook test' })
  await pool.query(REGRANT, [id, until])
  await pool.end()
}

const REGRANT = `
  update access.keys
     set grants = (select json_agg(g::jsonb || jsonb_build_object('until', $2::text)) from json_array_elements(grants) g)
   where key_id = $1`

describe.each(['Pacific/Auckland', 'America/Los_Angeles'])('a role on a book of %s', (timeZone) => {
  let book: string
  let path: string
  beforeAll(async () => {
    book = await service.book()
    path = `/v1/books/${book}`
    await must(service.call('PUT', path, { body: { timeZone } }))
    await must(service.call('PUT', `${path}/entities/e1`, { body: { manager: 'm1' } }))
  })

  const day = (daysAgo: number) => dayIn(timeZone, new Date(Date.now() - daysAgo * 86_400_000))
  const [today, yesterday] = [() => day(0), () => day(1)]

  async function keyUntil(until: string, role: string, entity?: string): Promise<{ id: string; key: string }> {
    const roles = [{ book, role, until, ...(entity === undefined ? {} : { entity }) }]
    return (await must(service.call('POST', '/v1/keys', { body: { name: 'a test', roles } }))).body as never
  }

  async function statuses(role: string, method: Method, at: string, request: Request = {}): Promise<readonly number[]> {
    const found: number[] = []
    for (const until of [today(), yesterday()]) {
      const { key } = await keyUntil(until, role)
      found.push((await service.call(method, at.replace('{book}', path), { ...request, key })).status)
    }
    return found
  }

  test.each([
    ['reads', 'hr', 'GET', '{book}/entities/e1', {}, [200, 404]],
    ['lists keys', 'admin', 'GET', '/v1/keys', {}, [200, 403]],
    [
      'acts for others',
      'hr',
      'PUT',
      '{book}/entities/e2',
      { body: {}, headers: { 'daybook-actor': 'employee:e1' } },
      [201, 404],
    ],
  ] as const)('%s on its last day, and not after', async (_what, role, method, at, request, expected) => {
    expect(await statuses(role, method, at, request as Request)).toEqual(expected)
  })

  test('shows its book on its last day, and not after; so does a key that it may give', async () => {
    for (const [until, books] of [
      [today(), [book]],
      [yesterday(), []],
    ] as const) {
      const { key } = await keyUntil(until, 'admin')
      const { body } = await service.call('GET', '/v1/books', { key })
      const { items = [] } = body as unknown as { items?: JsonObject[] }
      expect(items.map(({ id }) => id)).toEqual(books)
      const roles = [{ book, role: 'hr', until }]
      const made = await service.call('POST', '/v1/keys', { key, body: { name: 'made', roles } })
      expect(made.status).toBe(books.length === 0 ? 403 : 201)
    }
  })

  test('gives whole events in an export on its last day', async () => {
    const { key } = await keyUntil(today(), 'auditor')
    const { body } = await must(service.call('GET', `${path}/entities/e1/export`, { key }))
    const { events } = body as unknown as { events: JsonObject[] }
    expect(events[0]).toHaveProperty('hash')
  })

  test('keeps a stream open on its last day, and a feed; both end after it', async () => {
    const { id, key } = await keyUntil(today(), 'employee', 'e1')
    const made = await must(service.call('POST', `${path}/calendar-feeds`, { key, body: { entity: 'e1' } }))
    const feed = new URL((made.body as { url: string }).url).pathname
    const read = async () => (await service.call('GET', feed, { key: null })).status
    const client = await LiveClient.open(`${url}${path}/live`, { authorization: `Bearer ${key}` })
    client.send({ subscribe: {} })
    expect(await client.next()).toMatchObject({ subscribed: expect.any(Number) as number })
    expect(await read()).toBe(200)
    await regrant(id, yesterday())
    expect(await client.closed()).toMatchObject({ code: 1008 })
    expect(await read()).toBe(404)
  })
})
