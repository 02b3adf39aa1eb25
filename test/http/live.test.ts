import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { accrual } from '../support/builders.ts'
import { ConnectionInMemory } from './connection-in-memory.ts'
import { LiveClient } from './live-client.ts'
import { type JsonObject, must, serviceOfFile } from './service-of-file.ts'

// Over real sockets: who is told of what, and what becomes of clients that do not behave.

const service = serviceOfFile({
  liveSockets: 6,
  liveBufferBytes: 20_000,
  liveHeartbeatMs: 100,
  requestTimeoutMs: 1_000,
})
/** Of a machine. */
let KNOWN: { authorization: string }
beforeAll(async () => {
  KNOWN = { authorization: `Bearer ${await service.keyOf('admin')}` }
})
let url: string
beforeAll(async () => {
  url = await service.listen()
})

async function open(book: string): Promise<LiveClient> {
  return LiveClient.open(`${url}/v1/books/${book}/live`, KNOWN)
}

async function follow(book: string, subscription: object): Promise<LiveClient> {
  const client = await open(book)
  client.send({ subscribe: {}, ...subscription })
  return client
}

async function put(path: string, body: object): Promise<number> {
  const { body: made } = await must(service.call('PUT', `/v1/books/${path}`, { body }))
  return (made as { position: number }).position
}

async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<number> {
  const { body: made } = await must(service.call('POST', `/v1/books/${path}`, { body, headers }))
  return (made as { position: number }).position
}

async function earn(book: string, entity: string, headers: Record<string, string> = {}): Promise<number> {
  return post(`${book}/transactions`, { transactions: [accrual('5', { entity })] }, headers)
}

async function gauge(name: string): Promise<number> {
  const { text } = await service.call('GET', '/metrics')
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)![1])
}

/** Until it is so; the test times out where it never is. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(10)
}

describe('what a client is told of', () => {
  test('everything, where it does not say what: as the history shows it, from now on', async () => {
    const book = await service.book()
    const client = await follow(book, {})
    expect(await client.next()).toEqual({ subscribed: 5 })
    expect(await client.next()).toEqual({ caughtUp: 5 })
    const position = await earn(book, 'e1')
    const { body } = await service.call('GET', `/v1/books/${book}/events?after=${position - 1}`)
    expect(await client.nextEvent()).toEqual((body as { items: JsonObject[] }).items[0])
    client.drop()
  })

  test('its entities: their lines, their definition, their work, and who decides for them', async () => {
    const book = await service.book()
    const client = await follow(book, { subscribe: { entities: ['e1'] }, after: 0 })
    const positions = [
      await earn(book, 'e1'),
      await put(`${book}/entities/e1`, { kind: 'employee' }),
      await put(`${book}/entities/e1/work-patterns/2026-01-01`, { hoursPerDay: '4' }),
      await put(`${book}/entities/e1/delegations/e2`, { from: '2026-01-01', to: '2026-01-02' }),
      await put(`${book}/entities/e2/delegations/e1`, { from: '2026-01-01', to: '2026-01-02' }),
      await post(`${book}/transactions`, { transactions: ['e2', 'e1'].map((entity) => accrual('1', { entity })) }),
    ]
    await earn(book, 'e2')
    await put(`${book}/entities/e2`, { kind: 'employee' })
    const last = await earn(book, 'e1')
    expect(await client.positionsUpTo(last)).toEqual([...positions, last])
    client.drop()
  })

  test('the calendars that its entities follow, by definition or by a work pattern', async () => {
    const book = await service.book()
    const workingDays = (fri: string) => ({ mon: '1', tue: '1', wed: '1', thu: '1', fri, sat: '0', sun: '0' })
    const define = (calendar: string, fri: string) =>
      put(`${book}/calendars/${calendar}`, { workingDays: workingDays(fri) })
    for (const calendar of ['own', 'pattern', 'managed', 'other']) await define(calendar, '1')
    await put(`${book}/entities/e1`, { calendar: 'own' })
    await put(`${book}/entities/e1/work-patterns/2026-01-01`, { calendar: 'pattern' })
    const after = await put(`${book}/entities/e2`, { calendar: 'managed', manager: 'm1' })
    const client = await follow(book, { subscribe: { entities: ['e1'], managers: ['m1'] }, after })
    const positions: number[] = []
    for (const calendar of ['own', 'pattern', 'other', 'managed']) {
      const position = await define(calendar, '0.5')
      if (calendar !== 'other') positions.push(position)
    }
    expect(await client.positionsUpTo(positions.at(-1)!)).toEqual(positions)
    client.drop()
  })

  test('the entities of its managers, as they are defined now', async () => {
    const book = await service.book()
    await put(`${book}/entities/e1`, { manager: 'm1' })
    const after = await put(`${book}/entities/e2`, { manager: 'm2' })
    const client = await follow(book, { subscribe: { managers: ['m1'] }, after })
    await earn(book, 'e2')
    const first = await earn(book, 'e1')
    expect((await client.nextEvent())['position']).toBe(first)
    const moved = await put(`${book}/entities/e2`, { manager: 'm1' })
    const second = await earn(book, 'e2')
    expect(await client.positionsUpTo(second)).toEqual([moved, second])
    client.drop()
  })

  test('its requests, and all steps of those of its entities, also those that move nothing', async () => {
    const book = await service.book()
    await put(`${book}/policies/asked`, {
      resource: 'asked',
      unit: 'day',
      scale: 0,
      dayExclusive: true,
      overdraftLimit: null,
      requests: { approval: ['manager', 'hr'], roles: { hr: ['h1'] }, maxDaysAhead: null },
    })
    const after = await put(`${book}/entities/e1`, { manager: 'm1' })
    const of = { policy: 'asked', from: '2026-07-06', to: '2026-07-07' }
    const positions = [await post(`${book}/requests`, { id: 'r1', entity: 'e1', ...of })]
    const other = await post(`${book}/requests`, { id: 'r2', entity: 'e2', ...of })
    const decide = (actor: string, expectedVersion: number) =>
      post(`${book}/requests/r1/approve`, { expectedVersion }, { 'daybook-actor': `manager:${actor}` })
    positions.push(await decide('m1', 1), await decide('h1', 2))
    const last = positions.at(-1)!
    for (const [subscribe, expected] of [
      [{ requests: ['r1'] }, positions],
      [{ entities: ['e1'] }, positions],
      [{ managers: ['m1'] }, positions],
      [{ entities: ['e1'], requests: ['r2'] }, [...positions, other]],
      [{ entities: [] }, []],
    ] as const) {
      const client = await follow(book, { subscribe, after })
      expect(await client.positionsUpTo(last)).toEqual(expected.toSorted((a, b) => a - b))
      client.drop()
    }
  })
})

describe('what it has caused itself', () => {
  const mine = { 'daybook-client-id': 'window 1' }

  test('is left out, of single commands and of a bulk, live and after a break', async () => {
    const book = await service.book()
    const subscription = { subscribe: { entities: ['e1'] }, clientId: 'window 1' }
    const client = await follow(book, { ...subscription, after: 5 })
    await earn(book, 'e1', mine)
    const item = { idempotencyKey: `${book}-item`, ...accrual('1', { entity: 'e1' }) }
    await must(service.call('POST', `/v1/books/${book}/bulk`, { body: [item], headers: mine }))
    const theirs = [await earn(book, 'e1', { 'daybook-client-id': 'window 2' }), await earn(book, 'e1')]
    expect(await client.positionsUpTo(theirs[1]!)).toEqual(theirs)
    client.drop()
    const again = await follow(book, { ...subscription, after: 5 })
    expect(await again.positionsUpTo(theirs[1]!)).toEqual(theirs)
    again.drop()
    const whole = await follow(book, { after: 5, clientId: 'window 1' })
    expect(await whole.positionsUpTo(theirs[1]!)).toEqual(theirs)
    whole.drop()
  })

  test('is told to others, and to whom does not say who they are', async () => {
    const book = await service.book()
    const position = await earn(book, 'e1', mine)
    for (const clientId of [{ clientId: 'window 2' }, {}]) {
      const client = await follow(book, { ...clientId, after: 5 })
      expect((await client.nextEvent())['position']).toBe(position)
      client.drop()
    }
  })
})

describe('a subscription', () => {
  test('takes the place of the one before, and says from where on', async () => {
    const book = await service.book()
    const client = await follow(book, { subscribe: { entities: ['e1'] } })
    expect(await client.next()).toEqual({ subscribed: 5 })
    client.send({ subscribe: { entities: ['e2'] }, after: 5 })
    for (;;) if ((await client.next())?.['subscribed'] === 5) break
    await earn(book, 'e1')
    const position = await earn(book, 'e2')
    expect(await client.positionsUpTo(position)).toEqual([position])
    client.drop()
  })

  test('goes on telling up to where there was nothing, so that a quiet client knows where to resume', async () => {
    const book = await service.book()
    const client = await follow(book, { subscribe: { entities: ['nobody'] } })
    const position = await earn(book, 'e1')
    expect(await client.positionsUpTo(position)).toEqual([])
    client.drop()
  })

  test.each([
    ['{"subscribe":', 1007, ''],
    ['null', 1008, ''],
    ['{}', 1008, '/subscribe'],
    ['{"subscribe":{},"since":1}', 1008, '/since'],
    ['{"subscribe":{"people":[]}}', 1008, '/subscribe/people'],
    ['{"subscribe":{"entities":["a b"]}}', 1008, '/subscribe/entities/0'],
    ['{"subscribe":{"entities":"e1"}}', 1008, '/subscribe/entities'],
    ['{"subscribe":{},"after":-1}', 1008, '/after'],
    ['{"subscribe":{},"after":"1"}', 1008, '/after'],
    ['{"subscribe":{},"clientId":"ä"}', 1008, '/clientId'],
  ])('that is none is answered with a problem, and ends it: %s', async (text, code, pointer) => {
    const client = await open('main-of-live')
    client.send(text)
    expect(await client.next()).toMatchObject({ type: '/problems/invalid-request', status: 400, errors: [{ pointer }] })
    expect(await client.closed()).toEqual({ code, reason: 'invalid-request' })
  })

  test('that names a position which the book does not reach is told so, and ends it', async () => {
    const book = await service.book()
    const position = await earn(book, 'e1')
    const client = await open(book)
    client.send({ subscribe: {}, after: position + 5 })
    expect(await client.next()).toMatchObject({ type: '/problems/not-caught-up', status: 503 })
    expect(await client.closed()).toEqual({ code: 1013, reason: 'not-caught-up' })
    // One that it does reach is waited for: a replica may be behind.
    const early = await open(book)
    early.send({ subscribe: {}, after: position + 1 })
    await earn(book, 'e1')
    expect(await early.next()).toEqual({ subscribed: position + 1 })
    early.drop()
  })

  test('is text, and not large', async () => {
    const binary = await open('main-of-live')
    binary.send(Buffer.from('{"subscribe":{}}'))
    expect(await binary.closed()).toMatchObject({ code: 1003 })
    const many = await open('main-of-live')
    many.send({ subscribe: { requests: Array.from({ length: 1_001 }, () => 'r') } })
    expect(await many.next()).toMatchObject({ errors: [{ pointer: '/subscribe/requests' }] })
    expect(await many.closed()).toMatchObject({ code: 1008 })
    const large = await open('main-of-live')
    large.send(`{"subscribe":{}}${' '.repeat(66_000)}`)
    expect(await large.closed()).toMatchObject({ code: 1009 })
  })

  test('is waited for no longer than for a request', async () => {
    const client = await open('main-of-live')
    expect(await client.closed()).toEqual({ code: 1008, reason: 'no subscription came' })
  })

  beforeAll(async () => {
    await put('main-of-live', {})
  })
})

describe('who may', () => {
  const refused = async (address: string, headers: Record<string, string> = {}) => {
    const response = await handshake(address, headers)
    return { status: response.status, code: (JSON.parse(response.body) as JsonObject)['code'] }
  }

  test('whoever has a key, and nobody else: refused before the upgrade, with a problem, and the connection is ended', async () => {
    const book = await service.book()
    expect(await refused(`/v1/books/${book}/live`)).toEqual({ status: 401, code: 'unauthenticated' })
    expect(await refused(`/v1/books/${book}/live?token=other`)).toEqual({ status: 401, code: 'unauthenticated' })
    expect(await refused('/v1/books/nowhere/live', KNOWN)).toEqual({ status: 404, code: 'unknown-book' })
    expect(await refused(`/v1/books/${book}/live?since=1`, KNOWN)).toEqual({ status: 400, code: 'invalid-request' })
  })

  test('what asks for a WebSocket elsewhere is answered as if it had not', async () => {
    for (const [path, status] of [
      ['/v1/books', 200],
      ['/v1/books/%zz/live', 400],
      ['/v1/books/a%20b/live', 400],
    ] as const) {
      const answer = await exchange('GET', path, { ...UPGRADE, ...KNOWN }, '')
      expect({ path, status: answer.status }).toEqual({ path, status })
    }
  })

  test('a key in the address opens nothing', async () => {
    const book = await service.book()
    const token = await service.keyOf('admin')
    const { status } = await service.call('GET', `/v1/books?token=${token}`, { key: null })
    expect(status).toBe(401)
    expect(await refused(`/v1/books/${book}/live?token=${token}`)).toEqual({ status: 401, code: 'unauthenticated' })
    expect(JSON.stringify(service.log)).not.toContain(token)
  })

  test('an ordinary request is told what to do', async () => {
    const book = await service.book()
    const reply = await service.call('GET', `/v1/books/${book}/live`)
    expect(reply).toMatchObject({ status: 426, headers: { upgrade: 'websocket' }, body: { code: 'upgrade-required' } })
  })

  test('a command that would rather have HTTP/2 is done as it is', async () => {
    const book = await service.book()
    const body = JSON.stringify({ transactions: [accrual('1')] })
    const head = { ...KNOWN, 'idempotency-key': 'h2c', 'content-type': 'application/json' }
    const upgrade = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABk' }
    const answer = await exchange('POST', `/v1/books/${book}/transactions`, { ...head, ...upgrade }, body)
    expect(answer.status).toBe(201)
  })
})

describe('bounds', () => {
  test('so many sockets at once, and a place is free when one goes', async () => {
    const book = await service.book()
    await until(async () => (await gauge('daybook_live_sockets')) === 0)
    const six = await Promise.all(Array.from({ length: 6 }, () => follow(book, {})))
    expect(await gauge('daybook_live_sockets')).toBe(6)
    const refused = await handshake(`/v1/books/${book}/live`, KNOWN)
    expect(refused.status).toBe(503)
    expect(refused.head).toMatch(/^retry-after: 5\r$/im)
    six[0]!.drop()
    await until(async () => (await gauge('daybook_live_sockets')) === 5)
    six.push(await follow(book, {}))
    for (const client of six) client.drop()
    await until(async () => (await gauge('daybook_live_sockets')) === 0)
  })

  test('a client that does not read is cut; meanwhile no more waits for it than may', async () => {
    const book = await service.book()
    const items = Array.from({ length: 40 }, (_, index) => ({
      idempotencyKey: `${book}-${index}`,
      ...accrual('1'),
      metadata: { filling: 'x'.repeat(8_000) },
    }))
    await must(service.call('POST', `/v1/books/${book}/bulk`, { body: items }))
    const connection = await deaf(book)
    connection.say(masked(JSON.stringify({ subscribe: {}, after: 0 })))
    await once(connection, 'close')
    expect(connection.waited).toBeGreaterThan(20_000)
    // The bound, one event, and what says goodbye.
    expect(connection.waited).toBeLessThan(20_000 + 10_000)
    // It comes back, and misses nothing.
    const again = await follow(book, { after: 5 })
    expect(await again.positionsUpTo(45)).toEqual(Array.from({ length: 40 }, (_, index) => index + 6))
    again.drop()
  })

  test('pings of a client that does not read are not all answered', async () => {
    const connection = await deaf(await service.book())
    const ping = Buffer.concat([Buffer.from([0x89, 0x80 | 125, 0, 0, 0, 0]), Buffer.alloc(125)])
    const flood = Buffer.concat(Array<Buffer>(1_000).fill(ping))
    await until(async () => {
      connection.say(flood)
      return (await gauge('daybook_live_waiting_bytes')) > 20_000
    })
    connection.destroy()
    expect(connection.waited).toBeLessThan(20_000 + 1_000)
  })
})

test('when the service stops, each is told to come back', async () => {
  const book = await service.book()
  const app = await service.another({})
  const address = await service.listen(app)
  const client = await LiveClient.open(`${address}/v1/books/${book}/live`, KNOWN)
  client.send({ subscribe: {} })
  expect(await client.next()).toEqual({ subscribed: 5 })
  const silent = await LiveClient.open(`${address}/v1/books/${book}/live`, KNOWN)
  const closed = app.close()
  expect(await client.closed()).toEqual({ code: 1001, reason: 'the service is stopping' })
  expect(await silent.closed()).toMatchObject({ code: 1001 })
  await closed
})

const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': Buffer.alloc(16).toString('base64'),
}

/** Asks for a WebSocket, and reads until the connection ends: whoever is refused has nothing more to say on it. */
async function handshake(path: string, headers: Record<string, string>) {
  const answer = await exchange('GET', path, { ...UPGRADE, ...headers }, '', { untilEnd: true })
  expect(answer.head).toMatch(/^connection: close\r$/im)
  return answer
}

/** Sends a request as it is, and reads until its answer is whole, or until the connection ends. */
async function exchange(
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string,
  { untilEnd }: { untilEnd: boolean } = { untilEnd: false },
): Promise<{ readonly status: number; readonly head: string; readonly body: string }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(requestText(method, path, { ...headers, 'content-length': String(Buffer.byteLength(body)) }) + body)
  let text = ''
  for await (const chunk of socket) {
    text += String(chunk)
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? Number.NaN)
    const end = text.indexOf('\r\n\r\n')
    if (!untilEnd && end !== -1 && text.length - end - 4 >= length) break
  }
  const [head = '', answer = ''] = text.split('\r\n\r\n')
  return { status: Number(/^HTTP\/1.1 (\d+)/.exec(head)?.[1]), head, body: answer }
}

function requestText(method: string, path: string, headers: Record<string, string>): string {
  const lines = Object.entries({ host: 'x', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}

/** A client that opens a WebSocket, and reads nothing that comes over it. */
async function deaf(book: string): Promise<ConnectionInMemory> {
  const connection = ConnectionInMemory.to(service.app.server)
  connection.say(requestText('GET', `/v1/books/${book}/live`, { ...UPGRADE, ...KNOWN }))
  await connection.takeNothingAfter('\r\n\r\n')
  return connection
}

/** A client's frames are masked; nothing is a mask as well. */
function masked(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)])
}
