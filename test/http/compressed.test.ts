import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { ANY_AMOUNT, accrual } from '../support/builders.ts'
import { type JsonObject, matching, must, type Reply, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile({ bodyLimitBytes: 10_000, bulkBodyLimitBytes: 1_000_000 })

const EARNED = Buffer.from(JSON.stringify({ entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2026-01-31' }))

function accrue(book: string, body: Buffer, encoding: string, idempotencyKey = 'k'): Promise<Reply> {
  const headers = { 'content-encoding': encoding }
  return service.call('POST', `/v1/books/${book}/accruals`, { body, headers, idempotencyKey })
}

test.each<[encoding: string, body: Buffer]>([
  ['gzip', gzipSync(EARNED)],
  ['GZIP', gzipSync(EARNED)],
  ['x-gzip', gzipSync(EARNED)],
  ['zstd', zstdCompressSync(EARNED)],
  ['zstd', zstdFrame(EARNED, 23)],
  ['identity', EARNED],
])('a body in %s is the command that it says', async (encoding, body) => {
  const book = await service.book(ANY_AMOUNT)
  const first = await must(accrue(book, body, encoding))
  const again = await must(service.call('POST', `/v1/books/${book}/accruals`, { body: EARNED, idempotencyKey: 'k' }))
  expect(again).toMatchObject({ headers: { 'idempotency-replayed': 'true' }, text: first.text })
})

test.each<[type: string, body: Buffer]>([
  ['application/json', Buffer.from(JSON.stringify([{ idempotencyKey: 'a', ...accrual('1') }]))],
  ['application/x-ndjson', Buffer.from(JSON.stringify({ idempotencyKey: 'a', ...accrual('1') }))],
])('a bulk of %s may be compressed', async (type, body) => {
  const book = await service.book(ANY_AMOUNT)
  for (const [encoding, sent] of [
    ['gzip', gzipSync(body)],
    ['zstd', zstdCompressSync(body)],
  ] as const) {
    const headers = { 'content-type': type, 'content-encoding': encoding }
    const { text } = await must(
      service.call('POST', `/v1/books/${book}/bulk`, { body: sent, headers, idempotencyKey: null }),
    )
    expect(text).toMatch(/"status":201/)
  }
})

/** A frame of one block that is not compressed, and that asks for a window of so many bits. */
function zstdFrame(body: Buffer, windowLog: number): Buffer {
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (windowLog - 10) << 3])
  const block = Buffer.alloc(3)
  block.writeUIntLE((body.length << 3) | 1, 0, 3)
  return Buffer.concat([header, block, body])
}

const flipped = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes)
  copy.writeUInt8(copy.readUInt8(copy.length - 6) ^ 1, copy.length - 6)
  return copy
}

test.each<[what: string, encoding: string, body: Buffer, status: number, message: RegExp]>([
  ['cut off', 'gzip', gzipSync(EARNED).subarray(0, -3), 400, /as gzip: it is cut off/],
  ['cut off', 'zstd', zstdCompressSync(EARNED).subarray(0, -3), 400, /as zstd: it is cut off/],
  ['empty', 'gzip', Buffer.alloc(0), 400, /body/],
  ['empty', 'zstd', Buffer.alloc(0), 400, /body/],
  ['not compressed', 'gzip', EARNED, 400, /cannot be decompressed as gzip/],
  ['not compressed', 'zstd', EARNED, 400, /cannot be decompressed as zstd/],
  ['damaged', 'gzip', flipped(gzipSync(EARNED)), 400, /cannot be decompressed as gzip/],
  ['followed by something', 'gzip', Buffer.concat([gzipSync(EARNED), Buffer.from('more')]), 400, /as gzip/],
  [
    'followed by something',
    'zstd',
    Buffer.concat([zstdCompressSync(EARNED), Buffer.from('more')]),
    400,
    /something follows/,
  ],
  ['followed by another command', 'gzip', Buffer.concat([gzipSync(EARNED), gzipSync(EARNED)]), 400, /is not JSON/],
  ['a window of 128 MiB', 'zstd', zstdFrame(EARNED, 27), 400, /cannot be decompressed as zstd/],
  ['too large once it comes out', 'gzip', gzipSync(Buffer.alloc(10_000_000, ' ')), 413, /decompresses to is larger/],
  [
    'too large once it comes out',
    'zstd',
    zstdCompressSync(Buffer.alloc(10_000_000, ' ')),
    413,
    /decompresses to is larger/,
  ],
  ['in another encoding', 'deflate', deflateSync(EARNED), 415, /send it as gzip, as zstd/],
  ['in two encodings', 'gzip, gzip', gzipSync(gzipSync(EARNED)), 415, /send it as gzip, as zstd/],
  ['in one that objects are born with', 'constructor', EARNED, 415, /send it as gzip, as zstd/],
])('%s in %s: refused, and nothing is recorded', async (_what, encoding, body, status, message) => {
  const book = await service.book(ANY_AMOUNT)
  const reply = await accrue(book, body, encoding)
  expect(reply).toMatchObject({ status, body: { detail: matching(message) } })
  const { body: after } = await service.call('GET', `/v1/books/${book}`)
  expect((after as JsonObject)['position']).toBe(5)
})
