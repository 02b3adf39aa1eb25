import { connect } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { parseRanges } from '../../../src/outgoing/ranges.ts'
import { DEFAULT_RATE_LIMITS, parseRateLimits } from '../../../src/rate-limits.ts'
import { type Json, serviceOfFile } from '../service-of-file.ts'

// Who has had too much is told so, before anything else is done for them. Everything over real connections.

const service = serviceOfFile()
/** Of a machine. */
let WITH_KEY: { authorization: string }
beforeAll(async () => {
  WITH_KEY = { authorization: `Bearer ${await service.keyOf('admin')}` }
})

async function limitedTo(rateLimits: string, settings: object = {}): Promise<string> {
  const config = { ...service.backend.config, ...settings, rateLimits: parseRateLimits(`${rateLimits}`)! }
  return service.listen(await service.another({ config }))
}

/** At once. @returns the answers by status */
async function crowd(url: string, size: number, headers: Record<string, string> = {}) {
  const began = performance.now()
  const replies = await Promise.all(Array.from({ length: size }, () => fetch(url, { headers })))
  const seconds = (performance.now() - began) / 1_000
  return { byStatus: Map.groupBy(replies, ({ status }) => status), seconds }
}

async function problemOf(reply: Response): Promise<Json> {
  expect(reply.headers.get('content-type')).toBe('application/problem+json')
  return (await reply.json()) as Json
}

describe('whoever is nobody', () => {
  test('is refused by address once there were too many requests, with when to come again', async () => {
    const url = await limitedTo('nobody=2')
    const { byStatus, seconds } = await crowd(`${url}/v1/books`, 40)
    const through = byStatus.get(401)!
    expect(through.length).toBeLessThanOrEqual(2 + 2 * seconds)
    for (const { headers } of through) {
      expect(headers.get('ratelimit-policy')).toBe('"requests";q=2;w=1')
      expect(headers.get('ratelimit')).toMatch(/^"requests";r=[01];t=1$/)
    }
    const [refused] = byStatus.get(429)!
    expect(refused!.headers.get('retry-after')).toBe('1')
    expect(refused!.headers.get('ratelimit-policy')).toBe('"requests";q=2;w=1')
    expect(refused!.headers.get('ratelimit')).toBe('"requests";r=0;t=1')
    expect(refused!.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await problemOf(refused!)).toMatchObject({
      code: 'too-many-requests',
      status: 429,
      limit: { counted: 'requests', perSecond: 2 },
    })
  })

  test.each(['/', '/openapi.json', '/v1/feeds/none', '/nothing/here', '/v1/%zz', '/%zz', '/health', '/docs'])(
    'is counted at %s too',
    async (path) => {
      const { byStatus } = await crowd(`${await limitedTo('nobody=1')}${path}`, 30)
      expect(byStatus.get(429)?.length).toBeGreaterThan(0)
    },
  )

  test('may ask whether the service is there as often as it likes: whoever supervises it comes from there too', async () => {
    const url = await limitedTo('nobody=1')
    await crowd(`${url}/`, 20)
    for (const path of ['/livez', '/readyz']) {
      const { byStatus } = await crowd(`${url}${path}`, 20)
      expect([...byStatus.keys()]).toEqual([200])
    }
  })

  test('takes nothing from those who have a key, at the same address', async () => {
    const url = await limitedTo('nobody=1')
    await crowd(`${url}/v1/books`, 20)
    const { byStatus } = await crowd(`${url}/v1/books`, 20, WITH_KEY)
    expect([...byStatus.keys()]).toEqual([200])
  })

  test('is told apart by the address that a trusted proxy says', async () => {
    const url = await limitedTo('nobody=1', { trustedProxies: parseRanges('127.0.0.1')! })
    await crowd(`${url}/`, 20, { 'x-forwarded-for': '192.0.2.1' })
    const other = await fetch(url, { headers: { 'x-forwarded-for': '192.0.2.1, 192.0.2.2' } })
    expect(other.status).toBe(200)
    await crowd(`${url}/`, 20, { 'x-forwarded-for': '2001:db8:1:2::1' })
    const { byStatus } = await crowd(`${url}/`, 20, { 'x-forwarded-for': '2001:db8:1:2:ffff::9' })
    expect(byStatus.get(429)?.length).toBeGreaterThan(10)
    expect((await fetch(url, { headers: { 'x-forwarded-for': '2001:db8:1:3::1' } })).status).toBe(200)
  })

  test('is not told apart by what it says itself', async () => {
    const url = await limitedTo('nobody=1')
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => fetch(url, { headers: { 'x-forwarded-for': `192.0.2.${index}` } })),
    )
    expect(replies.filter(({ status }) => status === 429).length).toBeGreaterThan(0)
  })
})

describe('a caller with a limit', () => {
  test('is refused before its body is read, and the same command is taken later', async () => {
    const book = await service.book()
    const url = await limitedTo('admin=1')
    await crowd(`${url}/v1/books`, 20, WITH_KEY)
    const send = (body: string) =>
      fetch(`${url}/v1/books/${book}/accruals`, {
        method: 'POST',
        headers: { ...WITH_KEY, 'content-type': 'application/json', 'idempotency-key': 'later' },
        body,
      })
    const statuses = await Promise.all(Array.from({ length: 10 }, async () => (await send('{"broken')).status))
    expect(statuses).toContain(429)
    const body = JSON.stringify({ entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2026-01-01' })
    await expect.poll(async () => (await send(body)).status, { timeout: 20_000 }).toBe(201)
  })

  test('pays for the bytes that it is sent', async () => {
    const url = await limitedTo('nobody=50,1kB')
    const first = await fetch(`${url}/openapi.json`)
    expect(first.headers.get('ratelimit-policy')).toBe('"requests";q=50;w=1, "bytes";q=10000;qu="content-bytes";w=10')
    await first.text()
    const refused = await poll429(`${url}/openapi.json`)
    expect(await problemOf(refused)).toMatchObject({ limit: { counted: 'bytes', perSecond: 1_000 } })
    const seconds = Number(refused.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(10)
    expect(seconds).toBeLessThanOrEqual(61)
    expect(refused.headers.get('ratelimit')).toBe(`"bytes";r=0;t=${seconds}`)
  })

  test('pays for a body as soon as it is announced', async () => {
    const url = await limitedTo('admin=50,1kB')
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    const head = ['POST /v1/books/main/accruals HTTP/1.1', 'host: x', `authorization: ${WITH_KEY.authorization}`]
    socket.write([...head, 'content-type: application/json', 'content-length: 900000', '', ''].join('\r\n'))
    const refused = await poll429(`${url}/v1/books`, WITH_KEY)
    expect(await problemOf(refused)).toMatchObject({ limit: { counted: 'bytes' } })
    socket.destroy()
  })

  test('pays for the processor time that it costs', async () => {
    const url = await limitedTo('nobody=50,1ms')
    await fetch(`${url}/openapi.json`)
    const refused = await poll429(`${url}/`)
    expect(await problemOf(refused)).toMatchObject({ limit: { counted: 'processor', perSecond: 1 } })
    expect(refused.headers.get('ratelimit-policy')).toBe(
      '"requests";q=50;w=1, "processor";q=10;qu="daybook-processor-ms";w=10',
    )
  })

  test('opens no WebSocket either', async () => {
    const url = await limitedTo('admin=1')
    await service.call('PUT', '/v1/books/main', { body: {} })
    const statuses = await Promise.all(Array.from({ length: 10 }, () => handshake(`${url}/v1/books/main/live`)))
    expect(statuses).toContain(429)
    expect(statuses).toContain(101)
  })
})

describe('whoever has an API key', () => {
  const keyOf = (role: string): Promise<Record<string, string>> => keyWith({ roles: [{ book: '*', role }] })

  async function keyWith(grants: object): Promise<Record<string, string>> {
    const { body } = await service.call('POST', '/v1/keys', { body: { name: 'a test', ...grants } })
    return { authorization: `Bearer ${String((body as { key: string }).key)}` }
  }

  test('has a limit of their own, whatever others have had', async () => {
    const url = await limitedTo('people=1')
    const [first, second] = [await keyOf('payroll'), await keyOf('payroll')]
    const { byStatus } = await crowd(`${url}/v1/me`, 20, first)
    expect(byStatus.get(429)?.length).toBeGreaterThan(0)
    expect((await fetch(`${url}/v1/me`, { headers: second })).status).toBe(200)
  })

  test('has that of integrations where it has the role', async () => {
    const url = await limitedTo('people=1 integration=7')
    const { headers } = await fetch(`${url}/v1/me`, { headers: await keyOf('integration') })
    expect(headers.get('ratelimit-policy')).toBe('"requests";q=7;w=1')
    // A program's, too: it lists what that program needs.
    const rights = await keyWith({ rights: [{ book: '*', right: 'transactions:record' }] })
    expect((await fetch(`${url}/v1/me`, { headers: rights })).headers.get('ratelimit-policy')).toBe(
      '"requests";q=7;w=1',
    )
    const admin = await fetch(`${url}/v1/me`, { headers: await keyOf('admin') })
    expect(admin.headers.has('ratelimit-policy')).toBe(false)
  })
})

test('as usual an administrator has no limit, and is told of none', async () => {
  const url = await limitedTo(DEFAULT_RATE_LIMITS)
  const { byStatus } = await crowd(`${url}/v1/books`, 300, WITH_KEY)
  expect([...byStatus.keys()]).toEqual([200])
  expect(byStatus.get(200)![0]!.headers.has('ratelimit-policy')).toBe(false)
  const open = await fetch(url)
  expect(open.headers.get('ratelimit-policy')).toBe(
    '"requests";q=50;w=1, "bytes";q=20000000;qu="content-bytes";w=10, "processor";q=2500;qu="daybook-processor-ms";w=10',
  )
})

/** What is had is known once an answer has left, which a client may hear of first. */
async function poll429(url: string, headers: Record<string, string> = {}): Promise<Response> {
  for (;;) {
    const reply = await fetch(url, { headers })
    if (reply.status === 429) return reply
    await reply.text()
  }
}

function handshake(url: string): Promise<number> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers: WITH_KEY })
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      socket.terminate()
      resolve(101)
    })
    socket.once('unexpected-response', (request, response) => {
      request.destroy()
      resolve(response.statusCode ?? 0)
    })
    socket.once('error', reject)
  })
}
