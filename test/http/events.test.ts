import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { openWakeups } from '../../src/ledger/read/wakeups.ts'
import { accrual } from '../support/builders.ts'
import { startProcess } from '../support/ledger.ts'
import { call, type JsonObject, must, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile({ streams: 3 })
/** The key of a machine. */
let machine: string
beforeAll(async () => {
  machine = await service.keyOf('auditor')
})
let url: string
beforeAll(async () => {
  url = await service.listen()
})

async function earn(book: string, times: number, also: object = {}): Promise<void> {
  const items = Array.from({ length: times }, (_, index) => ({
    idempotencyKey: `${book}-${++keys}-${index}`,
    ...accrual('1'),
    ...also,
  }))
  await must(service.call('POST', `/v1/books/${book}/bulk`, { body: items }))
}
let keys = 0

async function page(
  book: string,
  query = '',
): Promise<{ items: JsonObject[]; nextPosition: number | null; head: number }> {
  const { body } = await must(service.call('GET', `/v1/books/${book}/events${query}`))
  return body as never
}

const positionsOf = (items: readonly JsonObject[]) => items.map(({ position }) => position)

describe('going on behind a position that the book has not reached', () => {
  test.each<[what: string, query: string, headers: Record<string, string>]>([
    ['a page', '?after=1000', {}],
    ['a long page', '?after=1000&limit=1000', {}],
    ['a history', '?after=1000', { accept: 'application/x-ndjson' }],
    ['a stream', '?after=1000', { accept: 'text/event-stream' }],
    ['a stream that is resumed', '?after=1', { accept: 'text/event-stream', 'last-event-id': '1000' }],
  ])('%s is 503, and no silent gap', async (_what, query, headers) => {
    const hasty = await service.another({ config: { ...service.backend.config, minPositionWaitMs: 0 } })
    const book = await service.book()
    const reply = await call(hasty, 'GET', `/v1/books/${book}/events${query}`, { headers })
    expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': '1' }, body: { code: 'not-caught-up' } })
    // A position that it has reached, though nothing comes behind it.
    const { head } = await page(book)
    expect(await page(book, `?after=${head}`)).toEqual({ items: [], nextPosition: null, head })
  })

  test('is waited for', async () => {
    const book = await service.book()
    const { head } = await page(book)
    const waiting = page(book, `?after=${head + 1}`)
    await earn(book, 2)
    const { items } = await waiting
    expect(positionsOf(items).at(0) ?? head + 2).toBe(head + 2)
  })
})

describe('a page of events', () => {
  test('goes on where the one before ended', async () => {
    const book = await service.book()
    await earn(book, 4)
    const first = await page(book, '?limit=6')
    expect(first).toMatchObject({ nextPosition: 6, head: 9 })
    const second = await page(book, '?after=6')
    expect(second).toMatchObject({ nextPosition: null, head: 9 })
    expect(positionsOf([...first.items, ...second.items])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(await page(book, '?after=9')).toEqual({ items: [], nextPosition: null, head: 9 })
  })

  test('has fifty of them, unless asked for more', async () => {
    const book = await service.book()
    await earn(book, 60)
    expect((await page(book)).items).toHaveLength(50)
    expect((await page(book, '?limit=1000')).items).toHaveLength(65)
  })
})

test('a page of large events is shorter, and says where to go on', async () => {
  const book = await service.book()
  await earn(book, 700, { metadata: { filling: 'x'.repeat(16_000) } })
  const seen: unknown[] = []
  for (let after: number | null = 0, pages = 0; after !== null; pages++) {
    const { items, nextPosition } = await page(book, `?limit=1000&after=${after}`)
    expect(JSON.stringify(items).length).toBeLessThan(12_000_000)
    seen.push(...positionsOf(items))
    after = nextPosition
    expect(pages).toBeLessThan(10)
  }
  expect(seen).toEqual(Array.from({ length: 705 }, (_, index) => index + 1))
})

describe('the history as NDJSON', () => {
  const accept = { accept: 'application/x-ndjson' }

  test('is all events, one a line, like the items of a page', async () => {
    const book = await service.book()
    await earn(book, 100)
    const reply = await must(service.call('GET', `/v1/books/${book}/events`, { headers: accept }))
    expect(reply.headers).toMatchObject({
      'content-type': 'application/x-ndjson; charset=utf-8',
      'daybook-position': '105',
    })
    const lines = reply.text.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual((await page(book, '?limit=1000')).items)
  })

  test('may be a part of it', async () => {
    const book = await service.book()
    await earn(book, 5)
    const { text } = await must(service.call('GET', `/v1/books/${book}/events?after=3&limit=4`, { headers: accept }))
    expect(
      positionsOf(
        text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as JsonObject),
      ),
    ).toEqual([4, 5, 6, 7])
    const none = await must(service.call('GET', `/v1/books/${book}/events?after=10`, { headers: accept }))
    expect(none.text).toBe('')
  })

  test('is read no faster than it is sent', async () => {
    const book = await service.book()
    for (let bulks = 0; bulks < 3; bulks++) await earn(book, 1_000, { metadata: { filling: 'x'.repeat(10_000) } })
    let reads = 0
    const db = Object.create(service.backend.db, {
      query: {
        value: (...query: [never]) => {
          reads += 1
          return service.backend.db.query(...query)
        },
      },
    }) as Pool
    const { port } = new URL(await service.listen(await service.another({ db })))
    const socket = connect(Number(port), '127.0.0.1')
    const request = `GET /v1/books/${book}/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${machine}\r\nAccept: application/x-ndjson\r\n\r\n`
    socket.write(request)
    await once(socket, 'readable')
    let before = -1
    while (before !== reads) {
      before = reads
      await sleep(300)
    }
    const whenBlocked = reads
    let received = 0
    socket.on('data', (chunk: Buffer) => (received += chunk.length))
    while (received < 30_000_000) await once(socket, 'data')
    expect(reads).toBeGreaterThan(whenBlocked + 1)
    socket.destroy()
  })
})

/** What a stream of server-sent events brings, message by message. */
class Messages {
  readonly #controller = new AbortController()
  #response: Response | undefined
  #reader: ReadableStreamDefaultReader<string> | undefined
  #text = ''

  async open(address: string, headers: Record<string, string> = {}): Promise<Response> {
    this.#response = await fetch(address, {
      headers: { authorization: `Bearer ${machine}`, accept: 'text/event-stream', ...headers },
      signal: this.#controller.signal,
    })
    this.#reader = this.#response.body!.pipeThrough(new TextDecoderStream()).getReader()
    return this.#response
  }

  /** @returns undefined once the stream has ended */
  async next(): Promise<string | undefined> {
    while (!this.#text.includes('\n\n')) {
      const { value, done } = await this.#reader!.read()
      if (done) return undefined
      this.#text += value
    }
    const end = this.#text.indexOf('\n\n')
    const message = this.#text.slice(0, end)
    this.#text = this.#text.slice(end + 2)
    return message
  }

  async nextEvent(): Promise<{ id: number; event: JsonObject }> {
    for (;;) {
      const message = await this.next()
      if (message === undefined) throw new Error('the stream has ended')
      const match = /^id: (\d+)\ndata: (.*)$/.exec(message)
      if (match !== null) return { id: Number(match[1]), event: JSON.parse(match[2]!) as JsonObject }
    }
  }

  close(): void {
    this.#controller.abort()
  }
}

async function follow(book: string, headers: Record<string, string> = {}, query = ''): Promise<Messages> {
  const messages = new Messages()
  const { status } = await messages.open(`${url}/v1/books/${book}/events${query}`, headers)
  expect(status).toBe(200)
  return messages
}

async function openStreams(): Promise<number> {
  const { text } = await service.call('GET', '/metrics')
  return Number(/^daybook_event_streams (\d+)$/m.exec(text)![1])
}

describe('the history as server-sent events', () => {
  test('goes on with what happens', async () => {
    const book = await service.book()
    const messages = await follow(book)
    expect(await messages.next()).toBe('retry: 2000')
    for (let position = 1; position <= 5; position++) expect((await messages.nextEvent()).id).toBe(position)
    await earn(book, 3)
    const live = [await messages.nextEvent(), await messages.nextEvent(), await messages.nextEvent()]
    expect(live.map(({ id }) => id)).toEqual([6, 7, 8])
    expect(live.map(({ event }) => event)).toEqual((await page(book, '?after=5')).items)
    messages.close()
  })

  test('resumes behind the last event that was seen, whatever else is asked for', async () => {
    const book = await service.book()
    const messages = await follow(book, { 'last-event-id': '3' }, '?after=1')
    expect((await messages.nextEvent()).id).toBe(4)
    messages.close()
  })

  test('hears of what another process recorded', async () => {
    const book = await service.book()
    const messages = await follow(book, {}, '?after=5')
    await messages.next()
    const wakeups = openWakeups({ url: service.database.url })
    // It hears of nobody; what wakes is that it listens.
    await wakeups.next('nobody', 0, undefined, 20_000)
    const other = startProcess(service.database.url, {
      recorded: (book, position) => wakeups.announce(book, position),
    })
    const app = await service.another({ ledger: other.ledger })
    const key = await service.keyOf('integration')
    const headers = { authorization: `Bearer ${key}`, 'idempotency-key': 'elsewhere' }
    const payload = { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2026-01-01' }
    const started = performance.now()
    await app.inject({ method: 'POST', url: `/v1/books/${book}/accruals`, headers, payload })
    expect((await messages.nextEvent()).id).toBe(6)
    // Sooner than it would have looked for itself.
    expect(performance.now() - started).toBeLessThan(4_000)
    messages.close()
    await wakeups.close()
    await other.close()
  })

  test('says that there is nothing new', async () => {
    const book = await service.book()
    const messages = await follow(book, {}, '?after=5')
    await messages.next()
    expect(await messages.next()).toBe(': nothing new')
    messages.close()
  })

  test('is for a bounded number of clients, and a place is free when one goes', async () => {
    const book = await service.book()
    while ((await openStreams()) > 0) await sleep(20)
    const three = await Promise.all([follow(book), follow(book), follow(book)])
    expect(await openStreams()).toBe(3)
    const refused = await service.call('GET', `/v1/books/${book}/events`, { headers: { accept: 'text/event-stream' } })
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '5' }, body: { code: 'unavailable' } })
    three[0].close()
    while ((await openStreams()) > 2) await sleep(20)
    const instead = await follow(book)
    for (const messages of [...three, instead]) messages.close()
    while ((await openStreams()) > 0) await sleep(20)
  })

  test('ends when the service does', async () => {
    const book = await service.book()
    const app = await service.another({})
    const address = await service.listen(app)
    const messages = new Messages()
    await messages.open(`${address}/v1/books/${book}/events?after=5`)
    await messages.next()
    const closed = app.close()
    expect(await messages.next()).toBeUndefined()
    await closed
  })

  test.each(['abc', '-1', '1.5'])('does not resume behind %s', async (id) => {
    const book = await service.book()
    const headers = { accept: 'text/event-stream', 'last-event-id': id }
    const reply = await service.call('GET', `/v1/books/${book}/events`, { headers })
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ in: 'header', pointer: '/Last-Event-ID' }] } })
  })
})

test('streams of an unknown book are refused before they begin', async () => {
  for (const accept of ['application/x-ndjson', 'text/event-stream']) {
    const reply = await service.call('GET', '/v1/books/nowhere/events', { headers: { accept } })
    expect(reply).toMatchObject({ status: 404, body: { code: 'unknown-book' } })
  }
})
