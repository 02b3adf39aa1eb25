import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { openMetrics } from '../../src/http/metrics/metrics.ts'
import { openServiceWebhooks } from '../../src/service/webhooks.ts'
import { eventually } from '../support/eventually.ts'
import { Receiver, signatureOf } from '../webhooks/receiver.ts'
import { call, type JsonObject, matching, must, serviceOfFile } from './service-of-file.ts'

// Webhooks over HTTP: who may define them, what is refused, what is shown. What they are sent is for test/webhooks/.

const service = serviceOfFile({ webhookHttp: 'allow', webhooks: 3, webhookWorkers: 4 })
const EVENTS = ['request-approved', 'request-cancelled']

const receivers: Receiver[] = []
async function receiver(): Promise<Receiver> {
  const started = await Receiver.start()
  receivers.push(started)
  return started
}
afterEach(async () => {
  await Promise.all(receivers.splice(0).map((one) => one.close()))
})

/** Loopback may be called by http here, and asks no name server. */
const urlOf = ({ port }: Receiver) => `http://127.0.0.1:${port}/hook`

const put = (book: string, webhook: string, body: object, key?: string) =>
  service.call('PUT', `/v1/books/${book}/webhooks/${webhook}`, { body, ...(key === undefined ? {} : { key }) })
const get = (path: string) => service.call('GET', path)
const post = (path: string, body?: object) => service.call('POST', path, body === undefined ? {} : { body })

async function keyWith(grants: object): Promise<string> {
  const { body } = await must(service.call('POST', '/v1/keys', { body: { name: 'a test', ...grants } }))
  return (body as JsonObject)['key'] as string
}

describe('defining', () => {
  test('one is made with a secret that is shown this once, and defined anew without', async () => {
    const book = await service.book({})
    const url = urlOf(await receiver())
    const made = await put(book, 'hr', { url, events: EVENTS })
    expect(made.status).toBe(201)
    const { secret, ...webhook } = made.body as JsonObject
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(webhook).toEqual({
      id: 'hr',
      url,
      events: EVENTS,
      entities: null,
      include: [],
      enabled: true,
      version: 1,
      createdAt: matching(/^\d{4}-.*Z$/),
      createdBy: matching(/^client:[0-9a-f]{16}$/),
      formerSecretUntil: null,
      position: 1,
      failures: 0,
      failingSince: null,
      nextAttemptAt: null,
      disabledAt: null,
      disabledBecause: null,
    })
    const again = await put(book, 'hr', { url, events: [...EVENTS.toReversed(), ...EVENTS] })
    expect([again.status, again.body]).toEqual([200, { ...webhook, secret: null }])
    const changed = await put(book, 'hr', {
      url,
      events: ['*'],
      entities: ['e2', 'e1'],
      include: ['erasable'],
      enabled: false,
    })
    const { secret: none, ...defined } = changed.body as JsonObject
    expect(none).toBeNull()
    expect(defined).toEqual({
      ...webhook,
      events: ['*'],
      entities: ['e1', 'e2'],
      include: ['erasable'],
      enabled: false,
      version: 2,
    })
    const read = await get(`/v1/books/${book}/webhooks/hr`)
    expect([read.body, read.headers['daybook-position']]).toEqual([defined, '1'])
    expect((await get(`/v1/books/${book}/webhooks`)).body).toEqual({ items: [defined], nextCursor: null })
  })

  test('the secret is nowhere in the database, and not in the log', async () => {
    const book = await service.book({})
    const { body } = await must(put(book, 'hr', { url: urlOf(await receiver()), events: ['*'] }))
    const secret = (body as JsonObject)['secret'] as string
    const { rows } = await service.backend.primary.query<{ text: string }>(
      'select w::text as text from webhooks.webhooks w',
    )
    const kept = rows.map(({ text }) => text).join()
    expect(kept).toContain('v1.')
    expect(kept).not.toContain(secret.slice(6))
    expect(JSON.stringify(service.log)).not.toContain(secret.slice(6))
  })

  const refused: [what: string, url: string, why: string][] = [
    ['plain http elsewhere', 'http://192.0.2.1/hook', 'it is not https'],
    ['an address that is private', 'https://10.0.0.7/hook', 'its address is private'],
    ['one of the machine', 'https://127.0.0.1/hook', 'its address is loopback'],
    ['one that is mapped to such a one', 'https://[::ffff:10.0.0.7]/hook', 'its address is private'],
    ['the metadata of a cloud', 'https://169.254.169.254/latest', 'its address is link-local'],
    ['a name of the machine', 'https://localhost/hook', 'its address is loopback'],
    ['credentials', 'https://me:secret@hr.example.com/hook', 'it has credentials in it'],
    ['another protocol', 'ftp://hr.example.com/hook', 'it is not https'],
    ['no URL', 'hr.example.com', 'it is no URL'],
  ]
  test.each(refused)('%s is refused', async (_what, url, why) => {
    const book = await service.book({})
    const { status, body } = await put(book, 'hr', { url, events: ['*'] })
    expect(status).toBe(422)
    expect(body).toMatchObject({
      code: 'webhook-address-refused',
      url,
      why,
      detail: `The address is not called: ${why}.`,
    })
    expect((await get(`/v1/books/${book}/webhooks/hr`)).status).toBe(404)
  })

  const unfit: [what: string, body: object, pointer: string][] = [
    ['a type that there is none of', { events: ['request-forgotten'] }, '/events/0'],
    ['no type', { events: [] }, '/events'],
    ['no entity', { events: ['*'], entities: [] }, '/entities'],
    ['something else to include', { events: ['*'], include: ['all'] }, '/include/0'],
  ]
  test.each(unfit)('%s does not fit', async (_what, body, pointer) => {
    const book = await service.book({})
    const answer = await put(book, 'hr', { url: 'https://hr.example.com/', ...body })
    expect([answer.status, ((answer.body as JsonObject)['errors'] as JsonObject[])[0]!['pointer']]).toEqual([
      400,
      pointer,
    ])
  })

  test('a book has so many, and no more', async () => {
    const book = await service.book({})
    const body = { url: urlOf(await receiver()), events: ['*'] }
    for (const id of ['a', 'b', 'c']) expect((await put(book, id, body)).status).toBe(201)
    const one = await put(book, 'd', body)
    expect([one.status, one.body]).toEqual([
      422,
      expect.objectContaining({ code: 'rule-violated', rule: 'most-webhooks', limit: '3' }),
    ])
    expect((await put(book, 'a', body)).status).toBe(200)
    expect((await service.call('DELETE', `/v1/books/${book}/webhooks/b`)).status).toBe(204)
    expect((await service.call('DELETE', `/v1/books/${book}/webhooks/b`)).status).toBe(404)
    expect((await put(book, 'd', body)).status).toBe(201)
    const first = (await get(`/v1/books/${book}/webhooks?limit=2`)).body as { items: JsonObject[]; nextCursor: string }
    const rest = await get(`/v1/books/${book}/webhooks?limit=2&cursor=${first.nextCursor}`)
    expect([...first.items, ...(rest.body as { items: JsonObject[] }).items].map(({ id }) => id)).toEqual([
      'a',
      'c',
      'd',
    ])
  })

  test('without a key that secrets are encrypted with, none is made', async () => {
    const book = await service.book({})
    const { backend } = service
    const webhooks = openServiceWebhooks({
      url: service.database.url,
      config: parseConfig({ DAYBOOK_WEBHOOK_WORKERS: '0' }).config!,
      write: backend.identity.db,
      read: backend.primary,
      seals: undefined,
      wakeups: backend.wakeups,
      metrics: openMetrics(),
      logger: backend.logger,
    })
    const app = await service.another({ webhooks })
    const body = { url: 'https://hr.example.com/', events: ['*'] }
    const answer = await call(app, 'PUT', `/v1/books/${book}/webhooks/hr`, { body })
    await webhooks.close()
    expect(answer.body).toMatchObject({ code: 'rule-violated', rule: 'secret-key-is-set' })
  })
})

describe('who may', () => {
  test('administrators of the book, and nobody else; auditors see what there is', async () => {
    const book = await service.book({})
    const body = { url: urlOf(await receiver()), events: ['*'] }
    const admin = await keyWith({ roles: [{ book, role: 'admin' }] })
    expect((await put(book, 'hr', body, admin)).status).toBe(201)
    for (const role of ['hr', 'payroll', 'auditor', 'integration']) {
      const key = await keyWith({ roles: [{ book, role }] })
      expect((await put(book, 'hr', body, key)).body).toMatchObject({ code: 'forbidden', needs: 'webhooks:define' })
      const seen = await service.call('GET', `/v1/books/${book}/webhooks`, { key })
      expect(seen.body).toMatchObject(role === 'auditor' ? { items: [{ id: 'hr' }] } : { needs: 'webhooks:read' })
    }
    const other = await keyWith({ roles: [{ book: await service.book({}), role: 'admin' }] })
    expect((await put(book, 'hr', body, other)).body).toMatchObject({ code: 'unknown-book' })
  })

  test('a key with that right alone cannot have events sent that it may not read', async () => {
    const book = await service.book({})
    const key = await keyWith({ rights: [{ book, right: 'webhooks:define' }] })
    const answer = await put(book, 'hr', { url: 'https://hr.example.com/', events: ['*'] }, key)
    expect(answer.body).toMatchObject({ code: 'forbidden', needs: 'events:read' })
  })
})

describe('what is not there', () => {
  const calls: [method: 'GET' | 'POST' | 'DELETE' | 'PUT', path: string, body?: object][] = [
    ['GET', ''],
    ['DELETE', ''],
    ['GET', '/deliveries'],
    ['POST', '/rotate', {}],
    ['POST', '/replay', { after: 0 }],
    ['POST', '/test', {}],
  ]
  test.each(calls)('%s …/{webhook}%s', async (method, path, body) => {
    const book = await service.book({})
    const with_ = body === undefined ? {} : { body }
    const none = await service.call(method, `/v1/books/${book}/webhooks/none${path}`, with_)
    expect([none.status, (none.body as JsonObject)['detail']]).toEqual([404, 'There is no webhook none in this book.'])
    const nowhere = await service.call(method, `/v1/books/nowhere/webhooks/none${path}`, with_)
    expect([nowhere.status, (nowhere.body as JsonObject)['code']]).toEqual([404, 'unknown-book'])
  })

  test('a book', async () => {
    const body = { url: 'https://hr.example.com/', events: ['*'] }
    expect((await put('nowhere', 'hr', body)).body).toMatchObject({ code: 'unknown-book' })
    expect((await get('/v1/books/nowhere/webhooks')).body).toMatchObject({ code: 'unknown-book' })
  })
})

describe('what is done with one', () => {
  test('events are sent, seen among the deliveries, and sent again', async () => {
    const book = await service.book({})
    const hook = await receiver()
    const { body } = await must(put(book, 'hr', { url: urlOf(hook), events: ['entity-defined'] }))
    const { secret } = body as { secret: string }
    await must(service.call('PUT', `/v1/books/${book}/entities/e1`, { body: { name: 'Ada' } }))
    await eventually(() => expect(hook.ids).toEqual([`${book}.2`]))
    const [received] = hook.received
    expect(received!.signatures).toEqual([signatureOf(received!, secret)])
    expect(JSON.parse(received!.body)).toMatchObject({
      type: 'entity-defined',
      data: { position: 2, type: 'entity-defined' },
    })
    const deliveries = `/v1/books/${book}/webhooks/hr/deliveries`
    await eventually(async () =>
      expect((await get(deliveries)).body).toEqual({
        items: [
          {
            id: `${book}.2`,
            position: 2,
            type: 'entity-defined',
            attemptedAt: matching(/Z$/),
            outcome: 'delivered',
            status: 204,
            detail: null,
            durationMs: expect.any(Number) as number,
          },
        ],
        nextCursor: null,
      }),
    )
    const replayed = await post(`/v1/books/${book}/webhooks/hr/replay`, { after: 0 })
    expect([replayed.status, replayed.body]).toEqual([200, expect.objectContaining({ position: 0 })])
    await eventually(() => expect(hook.ids).toEqual([`${book}.2`, `${book}.2`]))
    const beyond = await post(`/v1/books/${book}/webhooks/hr/replay`, { after: 3 })
    expect([beyond.status, beyond.body]).toEqual([
      400,
      expect.objectContaining({ detail: '/after must not be after 2, up to where the webhook has come.' }),
    ])
  })

  test('a test says what became of it, and is no delivery', async () => {
    const book = await service.book({})
    const hook = await receiver()
    const { body } = await must(put(book, 'hr', { url: urlOf(hook), events: ['*'], enabled: false }))
    const test = () => post(`/v1/books/${book}/webhooks/hr/test`)
    const taken = { outcome: 'delivered', status: 204, detail: null, durationMs: expect.any(Number) as number }
    expect((await test()).body).toEqual(taken)
    const [received] = hook.received
    expect(received!.signatures).toEqual([signatureOf(received!, (body as { secret: string }).secret)])
    expect(JSON.parse(received!.body)).toEqual({
      type: 'webhook-test',
      timestamp: matching(/Z$/),
      data: { book, webhook: 'hr' },
    })
    await hook.close()
    expect((await test()).body).toMatchObject({ outcome: 'failed', status: null, detail: 'the connection was refused' })
    expect((await get(`/v1/books/${book}/webhooks/hr/deliveries`)).body).toEqual({ items: [], nextCursor: null })
  })

  test('its secret is rotated, with an overlap of a day unless another is asked for', async () => {
    const book = await service.book({})
    const { body } = await must(put(book, 'hr', { url: urlOf(await receiver()), events: ['*'] }))
    const rotated = await post(`/v1/books/${book}/webhooks/hr/rotate`)
    expect(rotated.status).toBe(201)
    const { secret, formerSecretUntil } = rotated.body as { secret: string; formerSecretUntil: string }
    expect(secret).not.toBe((body as JsonObject)['secret'])
    const inMs = Date.parse(formerSecretUntil) - Date.now()
    expect(inMs).toBeGreaterThan(86_300_000)
    expect(inMs).toBeLessThanOrEqual(86_400_000)
    expect((await post(`/v1/books/${book}/webhooks/hr/rotate`, { overlapSeconds: -1 })).status).toBe(400)
  })

  test('one that fails is said to, in the log and the metrics too, without its address', async () => {
    const book = await service.book({})
    const hook = await receiver()
    hook.answer = (response) => void response.writeHead(410).end()
    await must(put(book, 'hr', { url: `${urlOf(hook)}?a=b`, events: ['*'] }))
    await must(service.call('PUT', `/v1/books/${book}/entities/e1`, { body: {} }))
    await eventually(async () =>
      expect((await get(`/v1/books/${book}/webhooks/hr`)).body).toMatchObject({
        enabled: false,
        disabledBecause: 'gone',
        disabledAt: matching(/Z$/),
        failures: 1,
      }),
    )
    expect(service.log).toContainEqual(
      expect.objectContaining({ book, webhook: 'hr', because: 'gone', msg: matching(/is disabled/) }),
    )
    expect(JSON.stringify(service.log)).not.toContain(String(hook.port))
    const { text } = await service.backend.metrics.text()
    expect(text).toMatch(/daybook_webhooks\{state="given-up"\} [1-9]/)
    expect(text).toMatch(/daybook_webhook_attempts_total\{outcome="rejected"\} [1-9]/)
  })
})

test('a receiver that redirects is not followed', async () => {
  const book = await service.book({})
  const paths: (string | undefined)[] = []
  const server = createServer((request, response) => {
    paths.push(request.url)
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await must(put(book, 'hr', { url: `http://127.0.0.1:${port}/hook`, events: ['*'] }))
  expect((await post(`/v1/books/${book}/webhooks/hr/test`)).body).toMatchObject({ outcome: 'rejected', status: 302 })
  expect(paths).toEqual(['/hook'])
  server.close()
})
