import { type IncomingMessage, request } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { catalogue, type ProblemCode } from '../../src/contract/problem-catalogue.ts'
import { ANY_AMOUNT, accrual } from '../support/builders.ts'
import { meeting, onceEach } from '../support/meeting.ts'
import { type JsonObject, must, serviceOfFile } from './service-of-file.ts'

/*
 * Whatever bytes a client sends, it is answered with one of the documented problems and nothing is recorded, or one event
 * is recorded for each command that is answered 201. Over real connections: bodies that are cut, compressed, and come
 * in pieces.
 */

const service = serviceOfFile({ bodyLimitBytes: 4_000, bulkBodyLimitBytes: 6_000 })
/** The key of a machine. */
let machine: string
beforeAll(async () => {
  machine = await service.keyOf('integration')
})
let port: number
let book: string
beforeAll(async () => {
  port = Number(new URL(await service.listen()).port)
  book = await service.book(ANY_AMOUNT)
})

/** A request as bytes, still to be spoilt. */
interface Bytes {
  readonly path: string
  readonly method: 'POST' | 'PUT'
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
}

const earned = { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2026-01-31' }
let keys = 0

function key(): string {
  keys += 1
  return `bytes-${keys}`
}

const item = (): object => ({ idempotencyKey: key(), ...accrual('1') })

interface Said {
  readonly method: 'POST' | 'PUT'
  readonly path: string
  /** What the body says; a text as it is. */
  readonly said: unknown
  readonly type?: string
}

/** Sound ones: a single command, a batch, a definition that changes something, bulks. */
const SOUND: readonly (() => Said)[] = [
  () => ({
    method: 'POST',
    path: 'accruals',
    said: { ...earned, reason: 'é "quoted" \\', metadata: { a: [1, { b: null }] } },
  }),
  () => ({ method: 'POST', path: 'transactions', said: { transactions: [accrual('1'), accrual('2')] } }),
  () => ({
    method: 'PUT',
    path: 'policies/changing',
    said: { resource: 'r', unit: 'u', scale: 0, dayExclusive: false, overdraftLimit: null, name: key() },
  }),
  () => ({
    method: 'POST',
    path: 'bulk',
    said: [item(), { idempotencyKey: key(), transactions: [accrual('1')] }, item()],
  }),
  () => ({
    method: 'POST',
    path: 'bulk',
    type: 'application/x-ndjson',
    said: `${JSON.stringify(item())}\n\n${JSON.stringify(item())}\r\n`,
  }),
]

const sound: fc.Arbitrary<Bytes> = fc.constantFrom(...SOUND).map((make) => {
  const { said, type = 'application/json', ...also } = make()
  const body = Buffer.from(typeof said === 'string' ? said : JSON.stringify(said))
  return { ...also, body, headers: { 'content-type': type, 'idempotency-key': key() } }
})

type Spoil = (bytes: Bytes) => Bytes

function inBody(change: (body: Buffer) => Buffer): Spoil {
  return (bytes) => ({ ...bytes, body: change(bytes.body) })
}

function inText(change: (text: string) => string): Spoil {
  return inBody((body) => Buffer.from(change(body.toString())))
}

const at = fc.nat({ max: 300 })

/** Says a member once more, in one spelling or another, before or behind. */
function twice(nth: number, escaped: boolean): Spoil {
  return inText((text) => {
    const members = [...text.matchAll(/"([A-Za-z]+)":("[^"]*"|null|false|0)/g)]
    const found = members[nth % Math.max(members.length, 1)]
    if (found === undefined) return text
    const [member, name = '', value] = found
    const spelt = escaped ? `\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}` : name
    return text.replace(member, () => `"${spelt}":${value},${member}`)
  })
}

const HEADERS: readonly Bytes['headers'][] = [
  { 'content-type': 'application/json; charset=latin1' },
  { 'content-type': 'application/json; charset="UTF-8"' },
  { 'content-type': 'text/json' },
  { 'idempotency-key': '"quoted key"' },
  { 'idempotency-key': '"' },
  { 'idempotency-key': '' },
  { 'content-encoding': 'gzip' },
  { 'content-encoding': 'br' },
]

function withHeaders(headers: Bytes['headers']): Spoil {
  return (bytes) => ({ ...bytes, headers: { ...bytes.headers, ...headers } })
}

const spoiling: fc.Arbitrary<Spoil> = fc.oneof(
  fc.tuple(at, fc.boolean()).map(([nth, escaped]) => twice(nth, escaped)),
  fc.constantFrom('\ufeff', ' ', '\0', '\n', '[').map((before) => inText((text) => before + text)),
  fc.constantFrom(' ', '}', '\n{}', '\0', ',').map((behind) => inText((text) => text + behind)),
  at.map((end) => inBody((body) => body.subarray(0, end))),
  fc.tuple(at, fc.nat({ max: 255 })).map(([place, value]) =>
    inBody((body) => {
      const copy = Buffer.from(body)
      if (place < copy.length) copy.writeUInt8(value, place)
      return copy
    }),
  ),
  fc
    .constantFrom('"bytes-x"', '" x"', 'x"', '\\u0020x ', '\\ud800', '')
    .map((spelt) => inText((text) => text.replace(/"idempotencyKey":"[^"]*"/, () => `"idempotencyKey":"${spelt}"`))),
  fc
    .constantFrom('"1', '1e3', '-1', '\\u0031', '1\\u0000')
    .map((amount) => inText((text) => text.replace('"amount":"1"', () => `"amount":"${amount}"`))),
  at.map((size) => inText((text) => text.replace('{', () => `{"more":"${'x'.repeat(size * 30)}",`))),
  fc.constantFrom(...HEADERS).map(withHeaders),
)

const compressing: fc.Arbitrary<Spoil> = fc
  .constantFrom<[encoding: string, compress: (body: Buffer) => Buffer][]>(
    ['gzip', (body) => gzipSync(body)],
    ['zstd', (body) => zstdCompressSync(body)],
    ['deflate', (body) => deflateSync(body)],
  )
  .map(([encoding, compress]) => (bytes) => ({
    ...inBody(compress)(bytes),
    headers: { ...bytes.headers, 'content-encoding': encoding },
  }))

interface Sending {
  /** Of a declared body, in pieces with a turn of others between them. */
  readonly pieces: number
  readonly chunked: boolean
  /** The connection ends before the body does. */
  readonly isCut: boolean
}

const sending: fc.Arbitrary<Sending> = fc.record({
  pieces: fc.integer({ min: 1, max: 4 }),
  chunked: fc.boolean(),
  isCut: fc.oneof({ arbitrary: fc.constant(false), weight: 9 }, { arbitrary: fc.constant(true), weight: 1 }),
})

interface Answer {
  readonly status: number
  readonly text: string
  readonly isReplayed: boolean
}

/** @returns undefined where the connection ended without an answer */
async function send(
  { method, path, body, headers }: Bytes,
  { pieces, chunked, isCut }: Sending,
): Promise<Answer | undefined> {
  const length = body.length + (isCut ? 10 : 0)
  const answered = Promise.withResolvers<IncomingMessage | undefined>()
  const sent = request(
    {
      host: '127.0.0.1',
      port,
      agent: false,
      method,
      path: `/v1/books/${book}/${path}`,
      headers: {
        ...headers,
        authorization: `Bearer ${machine}`,
        ...(chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(length) }),
      },
    },
    answered.resolve,
  )
  sent.on('error', () => answered.resolve(undefined))
  const size = Math.max(Math.ceil(body.length / pieces), 1)
  for (let start = 0; start < body.length; start += size) {
    sent.write(body.subarray(start, start + size))
    await turn()
  }
  if (isCut) {
    sent.flushHeaders()
    if (sent.socket === null) await new Promise((resolve) => sent.once('socket', resolve))
    sent.socket?.end()
  } else sent.end()
  const response = await answered.promise
  if (response === undefined) return undefined
  let text = ''
  try {
    for await (const chunk of response) text += String(chunk)
  } catch {
    return undefined
  }
  return { status: response.statusCode!, text, isReplayed: response.headers['idempotency-replayed'] === 'true' }
}

async function positionNow(): Promise<number> {
  const { body } = await must(service.call('GET', `/v1/books/${book}`))
  return (body as { position: number }).position
}

/** How many events an answer says that it made; fails where it says anything that is not documented. */
function recordedBy({ status, text, isReplayed }: Answer): number {
  if (isReplayed) return 0
  const outcomes =
    status === 200 && /"index":0/.test(text) ? outcomesOf(text) : [{ status, ...(JSON.parse(text) as JsonObject) }]
  for (const outcome of outcomes) {
    if (outcome.status < 400) continue
    const { code, status } = ('problem' in outcome ? outcome.problem : outcome) as { code: ProblemCode; status: number }
    expect(Object.keys(catalogue)).toContain(code)
    expect(catalogue[code].status).toBe(status)
    expect(status).toBeLessThan(500)
  }
  return outcomes.filter((outcome) => outcome.status === 201 && !('replayed' in outcome)).length
}

function outcomesOf(text: string): (JsonObject & { status: number })[] {
  const list = text.startsWith('[') ? text : `[${text.trim().split('\n').join(',')}]`
  return JSON.parse(list) as (JsonObject & { status: number })[]
}

test('law: whatever bytes are sent, as many events are recorded as the answer says, or a documented problem is answered', async () => {
  const made = fc.record({
    bytes: sound,
    spoilt: fc.array(spoiling, { maxLength: 2 }),
    compressed: fc.option(compressing, { nil: undefined }),
    after: fc.option(spoiling, { nil: undefined, freq: 3 }),
    how: sending,
  })
  // It fails where nothing gets through, or nothing is refused.
  await meeting(onceEach('200', '201', '400', '413', '415'), (met: Record<string, number>) =>
    fc.assert(
      fc.asyncProperty(made, async ({ bytes, spoilt, compressed, after, how }) => {
        // Keys are said once a run: what fast-check tries again is another command.
        const own = { ...bytes, headers: { ...bytes.headers, 'idempotency-key': key() } }
        const sent = [...spoilt, compressed, after].reduce((left, spoil) => spoil?.(left) ?? left, own as Bytes)
        const before = await positionNow()
        const answer = await send(sent, how)
        const status = String(answer?.status)
        if (status in met) met[status]! += 1
        const recorded = (await positionNow()) - before
        if (how.isCut || answer === undefined) {
          expect(recorded).toBe(0)
          expect(answer?.status ?? 400).toBeGreaterThanOrEqual(400)
        } else expect(recorded).toBe(recordedBy(answer))
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 400) },
    ),
  )
})
