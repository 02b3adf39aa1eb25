import { once } from 'node:events'
import { connect } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { type JsonObject, matching, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile({ requestTimeoutMs: 1_000 })
/** The key of a machine. */
let machine: string
beforeAll(async () => {
  machine = await service.keyOf('integration')
})
let url: string
beforeAll(async () => {
  url = await service.listen()
})

/** Sends what no HTTP library would. @returns everything that came back until the connection ended */
async function send(text: string): Promise<{ status: number; headers: string; body: JsonObject }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(text)
  let received = ''
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()))
  await once(socket, 'close')
  const [head = '', body = ''] = received.split('\r\n\r\n', 2)
  return {
    status: Number(head.split(' ', 2)[1]),
    headers: head,
    body: JSON.parse(body) as JsonObject,
  }
}

describe('what is no request is answered with a problem, and ends its connection', () => {
  test('no HTTP', async () => {
    const { status, headers, body } = await send('hello\r\n\r\n')
    expect(status).toBe(400)
    expect(headers).toMatch(/Content-Type: application\/problem\+json/)
    expect(body).toMatchObject({ code: 'invalid-request', instance: matching(/^urn:daybook:request:/) })
  })

  test('two lengths of one body', async () => {
    const { status } = await send(
      'POST /v1/books HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    )
    expect(status).toBe(400)
  })

  test('headers without end', async () => {
    const { status, body } = await send(`GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`)
    expect(status).toBe(431)
    expect(body).toMatchObject({ code: 'headers-too-large' })
  })

  test('a body that does not come', async () => {
    const { status, body } = await send(
      `POST /v1/books/main/accruals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${machine}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    )
    expect(status).toBe(408)
    expect(body).toMatchObject({ code: 'request-timeout' })
  })
})

test('an idempotency key that is sent twice is none', async () => {
  const book = await service.book()
  const body = JSON.stringify({ entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2026-01-31' })
  const { status, body: problem } = await send(
    `POST /v1/books/${book}/accruals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${machine}\r\nIdempotency-Key: a\r\n` +
      `Idempotency-Key: b\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  )
  expect(status).toBe(400)
  expect(problem).toMatchObject({ errors: [{ in: 'header', pointer: '/Idempotency-Key' }] })
})

test('a service that stops answers what is under way, and takes nothing more', async () => {
  const book = await service.book()
  const app = await service.another({})
  const address = await service.listen(app)
  const items = Array.from({ length: 3_000 }, (_, index) => ({
    idempotencyKey: `stopping-${index}`,
    type: 'accrual',
    entity: `e${index}`,
    policy: 'annual',
    amount: '1',
    effectiveOn: '2026-01-31',
  }))
  const response = fetch(`${address}/v1/books/${book}/bulk`, {
    method: 'POST',
    headers: { authorization: `Bearer ${machine}`, 'content-type': 'application/json' },
    body: JSON.stringify(items),
  })
  await once(app.server, 'request')
  const closed = app.close()
  const outcomes = (await (await response).json()) as { status: number }[]
  expect(outcomes.map(({ status }) => status)).toEqual(Array(3_000).fill(201))
  await closed
  await expect(fetch(`${address}/livez`)).rejects.toThrow('fetch failed')
})
