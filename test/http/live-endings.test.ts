import { beforeAll, describe, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { accrual } from '../support/builders.ts'
import { eventually } from '../support/eventually.ts'
import { EventSourceClient } from './event-source.ts'
import { LiveClient } from './live-client.ts'
import { identityOver, type JsonObject, must, serviceOfFile } from './service-of-file.ts'

// Who may follow what happens, and for how long: tickets, and rights that are withdrawn while a stream is open.

const service = serviceOfFile({ liveHeartbeatMs: 100 })
/** The key of a machine. */
let machine: string
beforeAll(async () => {
  machine = await service.keyOf('auditor')
})
let url: string
/** Another process over the same database: what this one finds out is unknown to it. */
let elsewhere: string
beforeAll(async () => {
  url = await service.listen()
  const { db } = service.backend.identity
  const other = await service.another({ identity: identityOver(db) })
  elsewhere = await service.listen(other)
})

interface Made {
  readonly id: string
  readonly key: string
}

async function keyOf(grants: object): Promise<Made> {
  const { body } = await must(service.call('POST', '/v1/keys', { body: { name: 'a test', ...grants } }))
  return body as unknown as Made
}

function bearer({ key }: { readonly key: string }) {
  return { authorization: `Bearer ${key}` }
}

async function ticketOf(book: string, key: string): Promise<string> {
  const { status, body } = await service.call('POST', `/v1/books/${book}/live/tickets`, { key, idempotencyKey: null })
  expect(status).toBe(201)
  return (body as JsonObject)['ticket'] as string
}

/** @returns the status that a WebSocket is refused with; 101 where it is not */
async function opening(at: string, book: string, ticket: string): Promise<number> {
  try {
    const client = await LiveClient.open(`${at}/v1/books/${book}/live?token=${ticket}`, {})
    client.drop()
    return 101
  } catch (error) {
    return Number(/(\d{3})/.exec((error as Error).message)?.[1])
  }
}

async function streamsOpen(): Promise<number> {
  const { text } = await service.call('GET', '/metrics')
  return Number(/^daybook_event_streams (\S+)$/m.exec(text)![1])
}

async function earn(book: string): Promise<void> {
  await must(service.call('POST', `/v1/books/${book}/transactions`, { body: { transactions: [accrual('1')] } }))
}

/** Does what the service does not. */
async function sql(text: string, values: readonly unknown[]): Promise<readonly object[]> {
  const pool = openPool({ url: service.database.url, max: 1, applicationName: 'daybook test' })
  try {
    return (await pool.query<object>(text, [...values])).rows
  } finally {
    await pool.end()
  }
}

const AGE_TICKETS = 'update access.live_tickets set expires_at = now() where book_id = $1'

describe('a ticket', () => {
  test('opens one WebSocket on its book, on any process, and no second one', async () => {
    const book = await service.book()
    const ticket = await ticketOf(book, machine)
    const client = await LiveClient.open(`${elsewhere}/v1/books/${book}/live?token=${ticket}`, {})
    client.send({ subscribe: {}, after: 0 })
    expect(await client.next()).toEqual({ subscribed: 0 })
    client.drop()
    expect([await opening(url, book, ticket), await opening(elsewhere, book, ticket)]).toEqual([401, 401])
  })

  test('used by many at once lets in one of them', async () => {
    const book = await service.book()
    const ticket = await ticketOf(book, machine)
    const all = await Promise.all(Array.from({ length: 8 }, (_, at) => opening(at % 2 ? url : elsewhere, book, ticket)))
    expect(all.toSorted((a, b) => a - b)).toEqual([101, ...Array<number>(7).fill(401)])
  })

  test('is good for half a minute, and for nothing but a WebSocket on its book', async () => {
    const book = await service.book()
    const { body } = await must(service.call('POST', `/v1/books/${book}/live/tickets`))
    const { ticket, expiresAt } = body as unknown as { ticket: string; expiresAt: string }
    const leftMs = Date.parse(expiresAt) - Date.now()
    expect(leftMs).toBeLessThanOrEqual(30_000)
    expect(leftMs).toBeGreaterThan(0)
    expect(await opening(url, await service.book(), ticket)).toBe(401)
    expect((await service.call('GET', `/v1/books/${book}/events?token=${ticket}`, { key: null })).status).toBe(401)
    expect((await service.call('GET', `/v1/books/${book}`, { key: ticket })).status).toBe(401)
    expect(await opening(url, book, ticket)).toBe(101)
  })

  test('that is too old opens nothing', async () => {
    const book = await service.book()
    const ticket = await ticketOf(book, machine)
    await sql(AGE_TICKETS, [book])
    expect(await opening(url, book, ticket)).toBe(401)
  })

  test('opens nothing once the key that made it has ended', async () => {
    const book = await service.book()
    const made = await keyOf({ roles: [{ book, role: 'auditor' }] })
    const ticket = await ticketOf(book, made.key)
    await must(service.call('DELETE', `/v1/keys/${made.id}`))
    expect(await opening(elsewhere, book, ticket)).toBe(401)
  })

  test('is kept as a digest, and is made by those alone who may follow the book', async () => {
    const book = await service.book()
    const ticket = await ticketOf(book, machine)
    const kept = await sql(KEPT, [book])
    expect(kept).toHaveLength(1)
    expect(JSON.stringify(kept)).not.toContain(ticket)
    const { key } = await keyOf({ roles: [{ book, role: 'payroll' }] })
    const path = (of: string) => `/v1/books/${of}/live/tickets`
    expect((await service.call('POST', path(book), { key })).status).toBe(403)
    expect((await service.call('POST', path('nowhere'))).status).toBe(404)
    expect((await service.call('POST', path(await service.book()), { key })).status).toBe(404)
    expect((await service.call('POST', path(book), { key: null })).status).toBe(401)
    // Of what no book can be called, none opens anything.
    const nowhere = `/v1/books/%00/live?token=${ticket}`
    expect((await service.call('GET', nowhere, { key: null })).status).toBe(401)
  })
})

const KEPT = `select encode(digest, 'escape') as digest, principal from access.live_tickets where book_id = $1`

describe('a stream that is open ends', () => {
  interface Ended {
    readonly by: string
    readonly problem: string
    /** @returns what the key is to be made with */
    readonly grants: (book: string) => object
    readonly end: (made: Made) => Promise<unknown>
  }
  const soon = () => new Date(Date.now() + 1_500).toISOString()
  const CASES: readonly Ended[] = [
    {
      by: 'when its key is ended',
      problem: 'unauthenticated',
      grants: (book) => ({ roles: [{ book, role: 'auditor' }] }),
      end: ({ id }) => must(service.call('DELETE', `/v1/keys/${id}`)),
    },
    {
      by: 'when its key has another secret',
      problem: 'unauthenticated',
      grants: (book) => ({ roles: [{ book, role: 'auditor' }] }),
      end: ({ id }) => must(service.call('POST', `/v1/keys/${id}/rotate`, { body: { overlapSeconds: 0 } })),
    },
    {
      by: 'when its key expires',
      problem: 'unauthenticated',
      grants: (book) => ({ roles: [{ book, role: 'auditor' }], expiresAt: soon() }),
      end: async () => undefined,
    },
    {
      by: 'when its right is withdrawn',
      problem: 'forbidden',
      grants: (book) => ({ roles: [{ book, role: 'auditor' }] }),
      end: ({ id }) => sql(REGRANT, [id, 'payroll', null]),
    },
    {
      by: 'when the last day of its role has passed',
      problem: 'unknown-book',
      grants: (book) => ({ roles: [{ book, role: 'auditor' }] }),
      end: ({ id }) => sql(REGRANT, [id, 'auditor', '2020-01-01']),
    },
  ]

  test.each(CASES)('as a WebSocket, on every process, $by', async ({ grants, end, problem }) => {
    const book = await service.book()
    const made = await keyOf(grants(book))
    const clients = await Promise.all(
      [url, elsewhere].map((at) => LiveClient.open(`${at}/v1/books/${book}/live`, bearer(made))),
    )
    for (const client of clients) {
      client.send({ subscribe: {}, after: 0 })
      await client.positionsUpTo(5)
    }
    await end(made)
    for (const client of clients) {
      const messages: JsonObject[] = []
      for (let next = await client.next(); next !== undefined; next = await client.next()) messages.push(next)
      expect(messages.at(-1)).toMatchObject({ type: `/problems/${problem}`, code: problem })
      expect(await client.closed()).toEqual({ code: 1008, reason: problem })
    }
  })

  test.each(CASES)('as server-sent events, on every process, $by', async ({ grants, end, problem }) => {
    const book = await service.book()
    const made = await keyOf(grants(book))
    const clients = await Promise.all(
      [url, elsewhere].map((at) => EventSourceClient.open(`${at}/v1/books/${book}/events`, bearer(made))),
    )
    for (const client of clients) for (let id = 0; id < 5; ) id = Number((await client.nextData())!.id)
    await end(made)
    for (const client of clients) {
      const last = await client.nextData()
      expect(last!.event).toBe('problem')
      expect(JSON.parse(last!.data)).toMatchObject({ type: `/problems/${problem}`, code: problem })
      expect(await client.next()).toBeUndefined()
    }
  })

  test('and others go on, by another key and by the same one before it ends', async () => {
    const book = await service.book()
    const [kept, ended] = [
      await keyOf({ roles: [{ book, role: 'auditor' }] }),
      await keyOf({ roles: [{ book, role: 'auditor' }] }),
    ]
    const stays = await LiveClient.open(`${url}/v1/books/${book}/live`, bearer(kept))
    const goes = await LiveClient.open(`${url}/v1/books/${book}/live`, bearer(ended))
    stays.send({ subscribe: {} })
    await must(service.call('DELETE', `/v1/keys/${ended.id}`))
    expect(await goes.closed()).toMatchObject({ code: 1008 })
    await earn(book)
    expect((await stays.nextEvent())['position']).toBe(6)
    stays.drop()
  })

  test('as the whole history in lines, in the middle of a line', async () => {
    const book = await service.book()
    const made = await keyOf({ roles: [{ book, role: 'auditor' }] })
    const filling = { metadata: { filling: 'x'.repeat(8_000) } }
    for (let at = 0; at < 2; at++) {
      const items = Array.from({ length: 1_000 }, (_, index) => ({
        idempotencyKey: `${book}-${at}-${index}`,
        ...accrual('1'),
        ...filling,
      }))
      await must(service.call('POST', `/v1/books/${book}/bulk`, { body: items }))
    }
    const response = await fetch(`${elsewhere}/v1/books/${book}/events`, {
      headers: { accept: 'application/x-ndjson', ...bearer(made) },
    })
    await must(service.call('DELETE', `/v1/keys/${made.id}`))
    // Nobody reads until it is over: it is more than what connections hold.
    await eventually(async () => expect(await streamsOpen()).toBe(0))
    await expect(response.text()).rejects.toThrow()
  })
})

const REGRANT = `
  update access.keys
     set grants = (select json_agg(g::jsonb || jsonb_build_object('role', $2::text, 'until', $3::text))
                     from json_array_elements(grants) g)
   where key_id = $1`
