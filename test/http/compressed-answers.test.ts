import { randomBytes } from 'node:crypto'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { createGunzip, createZstdDecompress, deflate, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { codingFor } from '../../src/http/edge/accepted-encoding.ts'
import { compressedStream } from '../../src/http/edge/compressed-answer.ts'
import { accrual } from '../support/builders.ts'
import { call, must, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile()
/** Of a machine. */
let AUTHORIZED: { authorization: string }
beforeAll(async () => {
  AUTHORIZED = { authorization: `Bearer ${await service.keyOf('admin')}` }
})

const PLAIN: Record<string, (bytes: Buffer) => Buffer> = {
  gzip: (bytes) => gunzipSync(bytes),
  zstd: (bytes) => zstdDecompressSync(bytes),
}

async function read(
  url: string,
  encoding: string | null,
  also: Record<string, string> = {},
  method: 'GET' | 'HEAD' = 'GET',
) {
  const headers = { ...AUTHORIZED, ...(encoding === null ? {} : { 'accept-encoding': encoding }), ...also }
  const { statusCode, headers: answered, rawPayload } = await service.app.inject({ method, url, headers })
  const coding = answered['content-encoding']
  const bytes = coding === undefined || rawPayload.length === 0 ? rawPayload : PLAIN[String(coding)]!(rawPayload)
  return { status: statusCode, headers: answered, size: rawPayload.length, text: bytes.toString('utf8') }
}

/** A book whose lists are long enough. */
async function longBook(): Promise<string> {
  const book = await service.book()
  const lines = Array.from({ length: 40 }, (_, index) => accrual('1', { entity: `e${index}` }))
  await must(service.call('POST', `/v1/books/${book}/transactions`, { body: { transactions: lines } }))
  return `/v1/books/${book}`
}

describe('which coding', () => {
  test.each<[header: string | undefined, coding: string | undefined]>([
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['br, deflate', undefined],
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip, deflate, br, zstd', 'zstd'],
    ['gzip;q=1, zstd;q=0.5', 'gzip'],
    ['zstd; q=0.5 , gzip ; q=0.5', 'zstd'],
    ['*', 'zstd'],
    ['*;q=0', undefined],
    ['zstd;q=0, *', 'gzip'],
    ['gzip;q=0', undefined],
    ['gzip;q=0.5, identity', undefined],
    ['gzip;q=0.5, identity;q=0.5', 'gzip'],
    ['gzip;q=2', undefined],
    ['gzip;level=9', undefined],
    ['zstd;q=0.5, gzip;q=0.7', 'gzip'],
    [',,;q=1,gzip,', 'gzip'],
  ])('%j: %s', (header, coding) => {
    expect(codingFor(header)).toBe(coding)
  })
})

describe('a long answer', () => {
  test.each(['gzip', 'zstd'])('says the same by %s, in less', async (coding) => {
    const book = await longBook()
    for (const url of [`${book}/transactions`, `${book}/balances?limit=1000`, '/openapi.json', `${book}/events`]) {
      const plain = await read(url, null)
      const compressed = await read(url, coding)
      expect(plain.headers['content-encoding']).toBeUndefined()
      expect(compressed.headers).toMatchObject({
        'content-encoding': coding,
        'content-length': String(compressed.size),
        'content-type': plain.headers['content-type'],
      })
      for (const { headers } of [plain, compressed]) expect(headers['vary']).toBe('Accept-Encoding')
      expect(compressed.text).toBe(plain.text)
      expect(compressed.size).toBeLessThan(plain.size / 2)
    }
  })

  test('has the same headers where only they are asked for', async () => {
    const url = `${await longBook()}/transactions`
    const { headers } = await read(url, 'gzip')
    const head = await read(url, 'gzip', {}, 'HEAD')
    expect(head.size).toBe(0)
    for (const name of ['content-encoding', 'content-length', 'vary', 'daybook-position']) {
      expect([name, head.headers[name]]).toEqual([name, headers[name]])
    }
  })

  test('is the documentation too', async () => {
    const page = await read('/docs/page.js', 'gzip')
    const plain = await read('/docs/page.js', null)
    expect(page.headers['content-encoding']).toBe('gzip')
    expect(page.text).toBe(plain.text)
  })

  test('says no at length as well', async () => {
    for (const path of [`/v1/${'x'.repeat(3_000)}`, `/${'x'.repeat(3_000)}`, `/v1/books/${'x'.repeat(3_000)}`]) {
      const plain = await read(path, null)
      const compressed = await read(path, 'zstd')
      expect([path, compressed.status]).toEqual([path, plain.status])
      const { instance: _first, ...said } = JSON.parse(plain.text) as { instance: string }
      expect(JSON.parse(compressed.text)).toMatchObject(said)
    }
    const cut = await read(`/v1/%zz${'x'.repeat(3_000)}`, 'gzip')
    expect(cut.status).toBeGreaterThanOrEqual(400)
    expect(JSON.parse(cut.text)).toMatchObject({ status: cut.status })
  })

  test('a short one, or one that holds a secret, is sent as it is', async () => {
    const book = await service.book()
    const short = await read(`/v1/books/${book}`, 'gzip')
    expect([short.headers['content-encoding'], short.headers['vary']]).toEqual([undefined, undefined])
    const publicUrl = `https://${'h'.repeat(2_000)}.example`
    const app = await service.another({ config: { ...service.backend.config, publicUrl } })
    const made = await call(app, 'POST', `/v1/books/${book}/calendar-feeds`, {
      body: { entity: 'e1' },
      headers: { 'accept-encoding': 'gzip' },
    })
    expect(made.text.length).toBeGreaterThan(1_400)
    expect(made.status).toBe(201)
    expect(made.headers['content-encoding']).toBeUndefined()
  })
})

test('a tag is weak where what it names is compressed, and found again either way', async () => {
  const book = await service.book()
  const { body } = await must(service.call('POST', `/v1/books/${book}/calendar-feeds`, { body: { entity: 'e1' } }))
  const { pathname } = new URL((body as { url: string }).url)
  for (let index = 0; index < 12; index++) {
    const effectiveOn = new Date(Date.now() + index * 86_400_000 * 2).toISOString().slice(0, 10)
    const line = { entity: 'e1', policy: 'annual', amount: '1', effectiveOn }
    await must(service.call('POST', `/v1/books/${book}/accruals`, { body: line }))
    await must(service.call('POST', `/v1/books/${book}/consumptions`, { body: line }))
  }
  const { position } = (await service.call('GET', `/v1/books/${book}`)).body as { position: number }
  const caughtUp = { 'daybook-min-position': String(position) }
  const plain = await read(pathname, null, caughtUp)
  const compressed = await read(pathname, 'gzip', caughtUp)
  expect(compressed.text).toBe(plain.text)
  expect(compressed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' })
  const tag = String(plain.headers['etag'])
  expect(compressed.headers['etag']).toBe(`W/${tag}`)
  for (const known of [tag, `W/${tag}`]) {
    const again = await read(pathname, 'gzip', { ...caughtUp, 'if-none-match': known })
    expect([again.status, again.size, again.headers['etag']]).toEqual([304, 0, `W/${tag}`])
    expect(again.headers['content-encoding']).toBeUndefined()
    const asItIs = await read(pathname, null, { ...caughtUp, 'if-none-match': known })
    expect([asItIs.status, asItIs.headers['etag']]).toEqual([304, tag])
  }
})

describe('a stream', () => {
  test.each(['gzip', 'zstd'])('says the same by %s', async (coding) => {
    const book = await longBook()
    const accept = { accept: 'application/x-ndjson' }
    const plain = await read(`${book}/events`, null, accept)
    const compressed = await read(`${book}/events`, coding, accept)
    expect(compressed.headers).toMatchObject({ 'content-encoding': coding, vary: 'Accept-Encoding' })
    expect(compressed.text).toBe(plain.text)
    const lines = Array.from({ length: 50 }, (_, index) => ({ idempotencyKey: `k${index}`, ...accrual('1') }))
    const payload = lines.map((line) => JSON.stringify(line)).join('\n')
    const send = async (encoding: Record<string, string>) =>
      service.app.inject({
        method: 'POST',
        url: `${book}/bulk?dryRun=true`,
        headers: { ...AUTHORIZED, 'content-type': 'application/x-ndjson', ...encoding },
        payload,
      })
    const outcomes = await send({ 'accept-encoding': coding })
    expect(outcomes.headers['content-encoding']).toBe(coding)
    expect(PLAIN[coding]!(outcomes.rawPayload).toString()).toBe((await send({})).body)
  })

  test('the digest of a snapshot is that of its lines, whatever they travel as', async () => {
    const book = await longBook()
    const { body } = await must(service.call('POST', `${book}/snapshots`, { body: { asOf: '2026-12-31' } }))
    const url = `${book}/snapshots/${String((body as { id: string }).id)}/balances`
    const plain = await read(url, null, { accept: 'application/x-ndjson' })
    const compressed = await read(url, 'zstd', { accept: 'application/x-ndjson' })
    expect(compressed.headers['content-encoding']).toBe('zstd')
    expect(compressed.text).toBe(plain.text)
  })

  test.each(['gzip', 'zstd'])('of live events brings each by %s when it happens', async (coding) => {
    const book = await longBook()
    const response = await open(`${book}/events`, { accept: 'text/event-stream', 'accept-encoding': coding })
    expect(response.headers['content-encoding']).toBe(coding)
    const texts = response.pipe(coding === 'gzip' ? createGunzip() : createZstdDecompress())
    texts.setEncoding('utf8')
    let heard = ''
    texts.on('data', (text: string) => {
      heard += text
    })
    const { position } = (await service.call('GET', book)).body as { position: number }
    await expect.poll(() => heard).toContain(`id: ${position}`)
    for (const more of [1, 2]) {
      await must(service.call('POST', `${book}/accruals`, { body: { ...earned } }))
      // The stream is open, and nothing follows this event.
      await expect.poll(() => heard).toContain(`id: ${position + more}`)
    }
    response.destroy()
  })

  test.each(['gzip', 'zstd'] as const)(
    'that nobody reads by %s is not computed, and ends with its reader',
    async (coding) => {
      let made = 0
      let ended = false
      async function* endless() {
        try {
          for (;;) {
            made += 1
            yield randomBytes(65_536)
          }
        } finally {
          ended = true
        }
      }
      const compressed = compressedStream(Readable.from(endless(), { objectMode: false }), coding)
      compressed.on('error', () => {})
      // What comes out is wanted by nobody: as much is made as the two of them buffer, and no more however long that lasts.
      for (let turn = 0; turn < 200; turn++) await promisify(deflate)(randomBytes(65_536))
      expect(made).toBeGreaterThan(0)
      expect(made).toBeLessThan(10)
      compressed.destroy()
      await expect.poll(() => ended).toBe(true)
    },
  )

  test('whose reader goes is closed', async () => {
    const book = await longBook()
    const response = await open(`${book}/events`, { accept: 'text/event-stream', 'accept-encoding': 'gzip' })
    await expect.poll(openStreams).toBe(1)
    response.destroy()
    await expect.poll(openStreams).toBe(0)
    expect(service.log.filter(({ level }) => Number(level) >= 50)).toEqual([])
  })
})

const { type: _type, ...earned } = accrual('1')

async function openStreams(): Promise<number> {
  const { text } = await service.call('GET', '/metrics')
  return Number(/^daybook_event_streams (\d+)$/m.exec(text)?.[1])
}

async function open(path: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const url = new URL(path, (listening ??= await service.listen()))
  return new Promise((resolve, reject) => {
    httpRequest(url, { headers: { ...AUTHORIZED, ...headers } }, resolve)
      .on('error', reject)
      .end()
  })
}

let listening: string | undefined
