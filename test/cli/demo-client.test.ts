import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { Call } from '../../src/cli/demo/calls.ts'
import { read, readList, record, refusalOf } from '../../src/cli/demo/client.ts'
import { Failure } from '../../src/cli/demo/failure.ts'

// What the demo makes of a service's answers.

const call: Call = {
  method: 'POST',
  path: '/v1/books/b/accruals',
  idempotencyKey: 'k-1',
  body: { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2025-01-25' },
}

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

test('201 is new; a replay, or a definition that is there already, is not', async () => {
  expect(await record(await serving((_, response) => response.writeHead(201).end('{}')), call)).toBe('new')
  const replayed = { 'idempotency-replayed': 'true' }
  expect(await record(await serving((_, response) => response.writeHead(201, replayed).end('{}')), call)).toBe(
    'replayed',
  )
  expect(await record(await serving((_, response) => response.writeHead(200).end('{}')), call)).toBe('replayed')
})

test('a call carries its key, the key of the service, and who acts', async () => {
  const seen: IncomingMessage['headers'][] = []
  const access = await serving((request, response) => {
    seen.push(request.headers)
    response.writeHead(201).end('{}')
  })
  await record(access, call)
  await record(access, { ...call, actor: 'manager:m1' })
  expect(seen).toMatchObject([
    { 'idempotency-key': 'k-1', authorization: 'Bearer secret' },
    { 'idempotency-key': 'k-1', 'daybook-actor': 'manager:m1' },
  ])
  expect(seen[0]).not.toHaveProperty('daybook-actor')
})

test('a refusal is told in the words of the service', async () => {
  const problem = { code: 'insufficient-balance', detail: '8.00 requested, 4.00 available.', status: 409 }
  const access = await serving((_, response) => response.writeHead(409).end(JSON.stringify(problem)))
  await expect(record(access, call)).rejects.toThrow(
    new Failure(
      'POST /v1/books/b/accruals was answered with 409 insufficient-balance: 8.00 requested, 4.00 available.',
    ),
  )
})

test('a refusal that is expected is an answer, and none where the call is accepted', async () => {
  const problem = { code: 'rule-violated', rule: 'blackouts', detail: 'Against the rule.', status: 422 }
  const refusing = await serving((_, response) => response.writeHead(422).end(JSON.stringify(problem)))
  expect(await refusalOf(refusing, call)).toMatchObject({ status: 422, code: 'rule-violated', rule: 'blackouts' })
  expect(await refusalOf(await serving((_, response) => response.writeHead(201).end('{}')), call)).toBeUndefined()
})

test('a list is read page after page', async () => {
  const asked: string[] = []
  const access = await serving(({ url = '' }, response) => {
    asked.push(url)
    const isFirst = !url.includes('cursor')
    response.end(JSON.stringify(isFirst ? { items: [1, 2], nextCursor: 'c' } : { items: [3], nextCursor: null }))
  })
  expect(await readList(access, '/v1/books/b/balances', { asOf: '2025-12-31' })).toEqual([1, 2, 3])
  expect(asked).toEqual([
    '/v1/books/b/balances?asOf=2025-12-31&limit=1000',
    '/v1/books/b/balances?asOf=2025-12-31&limit=1000&cursor=c',
  ])
})

test('a read that is refused is a failure', async () => {
  const access = await serving((_, response) => response.writeHead(404).end(JSON.stringify({ code: 'not-found' })))
  await expect(read(access, '/v1/books/b')).rejects.toThrow('GET /v1/books/b was answered with 404 not-found')
})

test('what is no problem document is shown as it is', async () => {
  const access = await serving((_, response) => response.writeHead(502).end('<h1>Bad gateway</h1>'))
  await expect(record(access, call)).rejects.toThrow('was answered with 502 <h1>Bad gateway</h1>')
})

test('503 and a broken connection are tried again, with the same key', async () => {
  let answers = 0
  const access = await serving((request, response) => {
    answers += 1
    if (answers === 1) response.writeHead(503, { 'retry-after': '0' }).end('{}')
    else if (answers === 2) request.socket.destroy()
    else response.writeHead(201).end('{}')
  })
  expect(await record(access, call)).toBe('new')
  expect(answers).toBe(3)
})

test('503 for good is a failure in the end', async () => {
  const problem = JSON.stringify({ code: 'unavailable', detail: 'The database cannot be reached.' })
  const access = await serving((_, response) => response.writeHead(503, { 'retry-after': '0' }).end(problem))
  await expect(record(access, call)).rejects.toThrow('503 unavailable: The database cannot be reached.')
})

async function serving(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ url: string; key: string }> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  closing.push(() => server.close())
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key: 'secret' }
}
