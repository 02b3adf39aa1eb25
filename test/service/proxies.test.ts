import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LiveClient } from '../http/live-client.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import {
  type Certificate,
  findProxy,
  makeCertificate,
  type Proxy,
  type ProxyName,
  startProxy,
} from '../support/proxies.ts'
import { Client, freePort, type Service, startService } from '../support/service.ts'
import { unreliable } from '../support/unreliable.ts'

/*
 * docs/guides/behind-a-proxy.md: a real nginx and a real HAProxy with its configurations, in front of the service.
 */

const BOOK = '/v1/books/main'
const PUBLIC_URL = 'https://daybook.example.com'
/** Where it calls the service from, and where clients call it from. */
const PROXY = '127.0.0.1'
const CALLER = '127.0.0.2'
const LINE = { entity: 'ada', policy: 'annual', amount: '1', effectiveOn: '2026-01-31' }

const proxies = (['nginx', 'haproxy'] as const).map((name) => ({ name, isHere: findProxy(name) !== undefined }))

describe.skipIf(!proxies[1]!.isHere)('where no process is ready', () => {
  test('since read models lag behind, commands get through HAProxy all the same', async () => {
    const database = await testDatabase()
    const projecting = await startService({ DATABASE_URL: database.url })
    const lagging = await startService({
      DATABASE_URL: database.url,
      DAYBOOK_PROJECTING_WORKERS: '0',
      DAYBOOK_LAG_BUDGET_MS: '100',
    })
    await projecting.stop()
    const certificate = await makeCertificate()
    setDefaultCACertificates([...getCACertificates(), certificate.certificate])
    const server = `127.0.0.1:${lagging.port}`
    const proxy = await startProxy('haproxy', certificate, [server, server])
    const client = new Client({ url: proxy.url, key: lagging.key })
    try {
      const terms = { resource: 'leave', unit: 'day', scale: 1, dayExclusive: false, overdraftLimit: '0' }
      expect((await client.put(`${BOOK}/policies/annual`, 'policy', terms)).status).toBe(201)
      // In whichever order they are asked.
      for (const down of ['one is DOWN', 'two is DOWN']) {
        await expect.poll(() => proxy.log(), { timeout: 60_000 }).toContain(down)
      }
      expect((await fetch(`${lagging.url}/readyz`)).status).toBe(503)
      expect((await client.post(`${BOOK}/accruals`, 'a', LINE)).status).toBe(201)
    } finally {
      client.close()
      await proxy.stop()
      await lagging.stop()
      await database.drop()
    }
  })
})

for (const { name, isHere } of proxies) describe.skipIf(!isHere)(`behind ${name}`, () => behind(name))

function behind(name: ProxyName): void {
  let database: TestDatabase
  let service: Service
  let certificate: Certificate
  let proxy: Proxy
  let client: Client

  beforeAll(async () => {
    database = await testDatabase()
    service = await startService({
      DATABASE_URL: database.url,
      DAYBOOK_PUBLIC_URL: PUBLIC_URL,
      DAYBOOK_TRUSTED_PROXIES: PROXY,
      DAYBOOK_LIVE_HEARTBEAT_MS: '500',
    })
    certificate = await makeCertificate()
    setDefaultCACertificates([...getCACertificates(), certificate.certificate])
    const server = `127.0.0.1:${service.port}`
    proxy = await startProxy(name, certificate, [server, server])
    client = new Client({ url: proxy.url, key: service.key }, { from: CALLER })
    const terms = { resource: 'leave', unit: 'day', scale: 1, dayExclusive: false, overdraftLimit: '0' }
    expect((await client.put(`${BOOK}/policies/annual`, 'policy', terms)).status).toBe(201)
  })
  afterAll(async () => {
    client.close()
    await proxy.stop()
    await service.stop()
    await database.drop()
  })

  test('a command is recorded, and who sent it is whom the proxy was called by, whatever a header says', async () => {
    const forwarded = { 'x-forwarded-for': '192.0.2.7', forwarded: 'for=192.0.2.7', 'x-request-id': 'mine' }
    const first = await client.post(`${BOOK}/accruals`, '"k 1"', LINE, forwarded)
    expect(first).toMatchObject({
      status: 201,
      headers: { 'daybook-request-id': expect.not.stringContaining('mine') as string },
    })
    const again = await client.post(`${BOOK}/accruals`, 'k 1', LINE)
    expect(again).toMatchObject({ status: 201, text: first.text, headers: { 'idempotency-replayed': 'true' } })
    const after = Number(first.body['position']) - 1
    const { body } = await client.get(`${BOOK}/events?after=${after}&limit=1`)
    expect(body).toMatchObject({ items: [{ erasable: { client: { ip: CALLER } } }] })
    await expect.poll(() => proxy.log()).toContain(`/v1/books/main/accruals 201`)
    expect(await proxy.log()).toContain(String(first.headers['daybook-request-id']))
  })

  test('a problem comes through as it is, and a body that is too large is one for both of them', async () => {
    const taken = await client.post(`${BOOK}/consumptions`, 'much', { ...LINE, amount: '1000' })
    expect(taken).toMatchObject({ status: 409, body: { code: 'insufficient-balance' } })
    for (const megabytes of [5, 17, 40]) {
      const path = megabytes < 17 ? 'accruals' : 'bulk'
      const answer = await client.post(`${BOOK}/${path}`, 'large', 'x'.repeat(megabytes * 1024 * 1024))
      expect(answer).toMatchObject({ status: 413, body: { code: 'too-large' } })
    }
  })

  test('a bulk of 10000 lines, more than any buffer holds', async () => {
    const items = Array.from({ length: 10_000 }, (_, index) => ({
      idempotencyKey: `bulk-${index}`,
      type: 'accrual',
      ...LINE,
      entity: `e${index}`,
      reason: 'x'.repeat(200),
    }))
    const body = items.map((item) => JSON.stringify(item)).join('\n')
    const headers = { 'content-type': 'application/x-ndjson' }
    const { status, text } = await client.call('POST', `${BOOK}/bulk`, { body, headers })
    expect(status).toBe(200)
    const outcomes = text.trimEnd().split('\n')
    expect(outcomes).toHaveLength(10_000)
    expect(outcomes.filter((line) => (JSON.parse(line) as { status: number }).status !== 201)).toEqual([])
    const history = await client.get(`${BOOK}/events`, { accept: 'application/x-ndjson' })
    expect(history.text.trimEnd().split('\n').length).toBeGreaterThan(10_000)
  })

  test('server-sent events come at once, and so does the line that says that there is nothing', async () => {
    const { headers } = await client.get(`${BOOK}/balances?entity=ada`)
    const response = await fetch(`${proxy.url}${BOOK}/events?after=${String(headers['daybook-position'])}`, {
      headers: { authorization: `Bearer ${service.key}`, accept: 'text/event-stream' },
    })
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let heard = ''
    const hear = async (what: string): Promise<void> => {
      while (!heard.includes(what)) heard += (await reader.read()).value ?? 'the end'
    }
    await hear('retry: ')
    const accrued = await client.post(`${BOOK}/accruals`, 'sse', LINE)
    await hear(`id: ${String(accrued.body['position'])}`)
    await hear(': nothing new')
    await reader.cancel()
  })

  test('a WebSocket hears events and heartbeats', async () => {
    const made = await client.post(`${BOOK}/live/tickets`, 'ticket', {})
    const live = await LiveClient.open(`${proxy.url}${BOOK}/live?token=${String(made.body['ticket'])}`, {})
    live.send({ subscribe: { entities: ['ada'] } })
    expect(await live.next()).toHaveProperty('subscribed')
    const accrued = await client.post(`${BOOK}/accruals`, 'live', LINE)
    expect(await live.nextEvent()).toMatchObject({ position: accrued.body['position'] })
    for (let beats = 0; beats < 2; ) if ('caughtUp' in (await live.next())!) beats += 1
    live.drop()
    await expect.poll(() => proxy.log()).toContain('/v1/books/main/live 101')
    expect(await proxy.log()).not.toContain(service.key)
  })

  test('a feed has the address that the public has, and is not logged', async () => {
    const { body } = await client.post(`${BOOK}/calendar-feeds`, 'feed', { entity: 'ada' })
    const address = String(body['url'])
    expect(address).toMatch(/^https:\/\/daybook\.example\.com\/v1\/feeds\//)
    expect((await client.get(address.slice(PUBLIC_URL.length))).status).toBe(200)
    expect((await client.get('/readyz')).status).toBe(200)
    await expect.poll(() => proxy.log()).toContain('/readyz 200')
    expect(await proxy.log()).not.toContain('/v1/feeds/')
  })

  test.each(['/metrics', '/health'])('%s is not there for the public', async (path) => {
    expect((await client.get(path)).status).toBe(404)
    expect((await fetch(`${service.url}${path}`)).status).toBe(200)
  })

  test.each([
    { lines: 1, firstStatus: 201 },
    // HAProxy keeps what fits into one buffer, so that here the client has to send it again.
    { lines: 1000, firstStatus: name === 'haproxy' ? 502 : 201 },
  ])('a command of $lines whose answer was lost is sent to the other process, and recorded once', async (sent) => {
    const lost = await unreliable(service.url, { mishaps: ['answer-lost'], pageSize: 1 })
    const other = await startProxy(name, certificate, [new URL(lost.url).host, `127.0.0.1:${service.port}`])
    const through = new Client({ url: other.url, key: service.key })
    const transactions = Array.from({ length: sent.lines }, () => ({ type: 'accrual', ...LINE }))
    const send = () => through.post(`${BOOK}/transactions`, `lost-${sent.lines}`, { transactions })
    try {
      const first = await send()
      expect(first.status).toBe(sent.firstStatus)
      if (first.status === 201) expect(first.headers['idempotency-replayed']).toBe('true')
      const keys = lost.passed.map(({ key }) => key).filter((key) => key !== undefined)
      expect(keys).toEqual([`lost-${sent.lines}`])
      expect(await send()).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' } })
    } finally {
      through.close()
      await other.stop()
      await lost.close()
    }
  })

  test('without any process there is a problem that says to come again', async () => {
    const dead: [string, string] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`]
    const other = await startProxy(name, certificate, dead)
    const through = new Client({ url: other.url, key: service.key })
    try {
      const answer = await through.post(`${BOOK}/accruals`, 'away', LINE)
      expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' }, body: { code: 'unavailable' } })
      expect(answer.headers['content-type']).toBe('application/problem+json')
    } finally {
      through.close()
      await other.stop()
    }
  })
}
