import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, isProblem, must, NoAnswer, type Options, Refused } from '../../../clients/typescript/src/index.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { keyWith } from '../../support/least-key.ts'
import { Client, type Service, startService } from '../../support/service.ts'
import { unreliable } from '../../support/unreliable.ts'

// What the client for TypeScript sends again: with the same key, and only what may be.

let database: TestDatabase
let service: Service
let client: Client
let key: string
beforeAll(async () => {
  database = await testDatabase()
  service = await startService({ DATABASE_URL: database.url })
  client = new Client(service)
  const terms = { resource: 'annual-leave', unit: 'day', scale: 1, dayExclusive: true, overdraftLimit: '0' }
  await client.put('/v1/books/main/policies/annual-leave', 'policy', terms)
  key = await keyWith(client, ['integration'])
})
afterAll(async () => {
  client.close()
  await service.stop()
  await database.drop()
})

const path = { book: 'main' }
const body = { entity: 'ada', policy: 'annual-leave', amount: '25', effectiveOn: '2026-01-01' }

test('a lost answer, a 503 and silence later a command is recorded once, and the first outcome is answered', async () => {
  const { position } = (await client.get<{ position: number }>('/v1/books/main')).body
  const between = await unreliable(service.url, { mishaps: ['answer-lost', 'refused', 'silence'], pageSize: 2 })
  const { waits, sleep } = waited()
  const daybook = connect({ url: between.url, key, patience: { attemptMs: 2_000, sleep } })
  const { data, response } = await daybook.POST('/v1/books/{book}/accruals', { params: { path }, body })
  expect(data).toMatchObject({ position: position + 1 })
  expect(response.headers.get('idempotency-replayed')).toBe('true')
  expect(between.passed).toHaveLength(4)
  const [first, ...again] = between.passed
  expect(first).toMatchObject({ key: expect.stringMatching(/^[0-9a-f]{32}$/) as string, body: JSON.stringify(body) })
  expect(again).toEqual([first, first, first])
  expect(waits).toHaveLength(3)
  // Of the 503, which asks for a second.
  expect(waits[1]).toBeGreaterThanOrEqual(1_000)
  expect((await client.get('/v1/books/main')).body).toMatchObject({ position: position + 1 })
  await between.close()
})

test('a key that the caller gave stays', async () => {
  const between = await unreliable(service.url, { mishaps: ['answer-lost'], pageSize: 2 })
  const daybook = connect({ url: between.url, key, patience: { sleep: waited().sleep } })
  const params = { path, header: { 'Idempotency-Key': 'form-1' } }
  await must(daybook.POST('/v1/books/{book}/accruals', { params, body }))
  expect(between.passed.map((passed) => passed.key)).toEqual(['form-1', 'form-1'])
  await between.close()
})

test('a no of the service is not asked again, and is a problem', async () => {
  const between = await unreliable(service.url, { mishaps: [], pageSize: 2 })
  const daybook = connect({ url: between.url, key })
  const asked = daybook.POST('/v1/books/{book}/consumptions', {
    params: { path },
    body: { ...body, amount: '1', entity: 'ben' },
  })
  const refused = await must(asked).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(Refused)
  expect((refused as Refused).problem).toMatchObject({
    code: 'insufficient-balance',
    available: '0.0',
    requested: '1.0',
  })
  expect(isProblem((refused as Refused).problem)).toBe(true)
  expect(between.passed).toHaveLength(1)
  await between.close()
})

interface Tried {
  readonly asked: string[]
  readonly thrown: unknown
  readonly waits: readonly number[]
}

test.each<
  [string, { status: number; retryAfter?: string; method?: 'POST'; attempts: number; firstWait?: [number, number] }]
>([
  ['a read that meets a 503', { status: 503, attempts: 4, firstWait: [100, 200] }],
  ['a Retry-After in seconds', { status: 503, retryAfter: '3', attempts: 4, firstWait: [3_000, 3_000] }],
  ['a Retry-After that is longer than anybody waits', { status: 503, retryAfter: '3600', attempts: 1 }],
  [
    'a Retry-After that is a date gone by',
    { status: 429, retryAfter: 'Wed, 01 Jan 2020 00:00:00 GMT', attempts: 4, firstWait: [100, 200] },
  ],
  ['what takes no key', { status: 503, method: 'POST', attempts: 1 }],
  ['a status that waiting does not change', { status: 404, attempts: 1 }],
])('%s', async (_what, { status, retryAfter, method, attempts, firstWait }) => {
  const { asked, thrown, waits } = await against(
    (reply) => reply.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end('away'),
    async (daybook) =>
      method === 'POST'
        ? must(daybook.POST('/v1/sessions', { body: { email: 'ada@example.com', password: 'x' } }))
        : must(daybook.GET('/v1/me')),
  )
  expect(thrown).toBeInstanceOf(NoAnswer)
  expect((thrown as NoAnswer).status).toBe(status)
  expect(asked).toHaveLength(attempts)
  expect(waits).toHaveLength(attempts - 1)
  if (firstWait !== undefined) {
    expect(waits[0]).toBeGreaterThanOrEqual(firstWait[0])
    expect(waits[0]).toBeLessThanOrEqual(firstWait[1])
  }
})

test('an answer that breaks off in its middle is none', async () => {
  const { asked, thrown } = await against(
    (reply) => {
      reply.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
      reply.write('{"kind": ')
      reply.socket?.end()
    },
    async (daybook) => must(daybook.GET('/v1/me')),
  )
  expect(thrown).toBeInstanceOf(NoAnswer)
  expect(asked).toHaveLength(4)
})

test('whoever gives up is not kept waiting', async () => {
  const given = new AbortController()
  const { asked, thrown } = await against(
    (reply) => {
      reply.writeHead(503).end()
      given.abort(new Error('enough'))
    },
    async (daybook) => must(daybook.GET('/v1/me', { signal: given.signal })),
  )
  expect(thrown).toEqual(new Error('enough'))
  expect(asked).toHaveLength(1)
})

test('by cookie, what changes something says that no other page sent it', async () => {
  const seen: Headers[] = []
  const daybook = connect({
    url: 'http://127.0.0.1',
    fetch: async ({ headers }) => {
      seen.push(headers)
      return Response.json({ items: [], nextCursor: null })
    },
  })
  await daybook.GET('/v1/sessions')
  await daybook.DELETE('/v1/sessions')
  expect(seen.map((headers) => headers.get('x-daybook-csrf'))).toEqual([null, '1'])
  expect(seen.map((headers) => headers.get('authorization'))).toEqual([null, null])
})

test('an option that there is not is said', () => {
  const mistaken = { url: 'http://127.0.0.1', apiKey: 'x' } as Options
  expect(() => connect(mistaken)).toThrow('connect knows no option apiKey')
})

/** Calls something that is not the service, and answers each request alike. */
async function against(
  answer: (reply: ServerResponse) => void,
  call: (daybook: ReturnType<typeof connect>) => Promise<unknown>,
): Promise<Tried> {
  const asked: string[] = []
  const server = createServer((request, reply) => {
    asked.push(request.url ?? '')
    answer(reply)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { waits, sleep } = waited()
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const daybook = connect({ url, key: 'x', patience: { attempts: 4, sleep } })
  const thrown = await call(daybook).then(
    () => undefined,
    (error: unknown) => error,
  )
  server.closeAllConnections()
  server.close()
  return { asked, thrown, waits }
}

/** Nobody waits in a test: it is written down for how long they would have. */
function waited(): { readonly waits: number[]; readonly sleep: (ms: number, signal: AbortSignal) => Promise<void> } {
  const waits: number[] = []
  return {
    waits,
    async sleep(ms, signal) {
      waits.push(ms)
      signal.throwIfAborted()
    },
  }
}
