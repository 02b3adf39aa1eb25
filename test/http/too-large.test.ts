import { once } from 'node:events'
import { connect } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { matching, serviceOfFile } from './service-of-file.ts'

/*
 * Many clients look for an answer only once they have sent all of their body (urllib, http.client), and take an error of
 * sending for the outcome. So what is refused before it is read is read all the same, and thrown away.
 */

const service = serviceOfFile({ bodyLimitBytes: 10_000, bulkBodyLimitBytes: 20_000 })
/** The key of a machine. */
let machine: string
beforeAll(async () => {
  machine = await service.keyOf('admin')
})
let url: string
beforeAll(async () => {
  url = await service.listen()
})

const LARGE = Buffer.alloc(20_000_000, 'x')

interface Sent {
  readonly path: string
  readonly type?: string
  readonly key?: string
  readonly method?: string
}

const REFUSED: readonly (readonly [what: string, sent: Sent, status: number])[] = [
  ['a command', { path: '/v1/books/main/accruals' }, 413],
  ['a definition', { path: '/v1/books/main', method: 'PUT' }, 413],
  ['a bulk', { path: '/v1/books/main/bulk' }, 413],
  ['a bulk of lines', { path: '/v1/books/main/bulk', type: 'application/x-ndjson' }, 413],
  ['another media type', { path: '/v1/books/main/accruals', type: 'text/csv' }, 415],
  ['from nobody', { path: '/v1/books/main/accruals', key: 'wrong' }, 401],
  ['by another method', { path: '/v1/books/main/balances' }, 405],
  ['at an address that cannot be read', { path: '/v1/books/%zz/accruals' }, 400],
]

/** Sends all of it before it looks for an answer, and takes an error of sending for the end, as Python's urllib does. */
async function sendFirst({ path, type = 'application/json', key = machine, method = 'POST' }: Sent, framing: Framing) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.pause()
  const [header, body] = framing
  const head = `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${key}\r\nIdempotency-Key: k\r\nContent-Type: ${type}\r\n${header}\r\n\r\n`
  const sent = Promise.withResolvers<void>()
  socket.once('error', sent.reject)
  socket.write(Buffer.concat([Buffer.from(head), body]), () => sent.resolve())
  await sent.promise
  let answer = ''
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
  socket.resume()
  await once(socket, 'close')
  return answer
}

type Framing = readonly [header: string, body: Buffer]

const FRAMINGS: readonly (readonly [how: string, framing: Framing])[] = [
  ['with its length', [`Content-Length: ${LARGE.length}`, LARGE]],
  [
    'in chunks',
    [
      'Transfer-Encoding: chunked',
      Buffer.concat([
        ...Array.from({ length: 20 }, (_, index) =>
          Buffer.concat([
            Buffer.from('f4240\r\n'),
            LARGE.subarray(index * 1_000_000, (index + 1) * 1_000_000),
            Buffer.from('\r\n'),
          ]),
        ),
        Buffer.from('0\r\n\r\n'),
      ]),
    ],
  ],
]

describe('what is refused unread is answered once it was sent', () => {
  test.each(
    FRAMINGS.flatMap(([how, framing]) =>
      REFUSED.map(([what, sent, status]) => [how, what, status, sent, framing] as const),
    ),
  )('%s, %s: %i', async (_how, _what, status, sent, framing) => {
    const answer = await sendFirst(sent, framing)
    expect(answer.slice(0, answer.indexOf('\r\n'))).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(answer).toMatch(/content-type: application\/problem\+json/i)
  })

  test('to clients that keep their connections, and on the same connection what they ask next', async () => {
    for (let round = 0; round < 5; round++) {
      const response = await fetch(`${url}/v1/books/main/bulk`, {
        method: 'POST',
        headers: { authorization: `Bearer ${machine}`, 'content-type': 'application/json' },
        body: LARGE,
      })
      expect(response.status).toBe(413)
      expect(await response.json()).toMatchObject({ code: 'too-large', detail: matching(/larger than/) })
      expect((await fetch(`${url}/livez`)).status).toBe(200)
    }
  })
})

test('a body that does not come to its end is not waited for longer than a request may take', async () => {
  const app = await service.another({ config: { ...service.backend.config, requestTimeoutMs: 1_000 } })
  const port = Number(new URL(await service.listen(app)).port)
  for (const [key, path, status] of [
    ['wrong', '/v1/books/main/accruals', 401],
    [machine, '/v1/books/main/accruals', 413],
    [machine, '/v1/books/%zz/accruals', 400],
  ] as const) {
    const socket = connect(port, '127.0.0.1')
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nIdempotency-Key: k\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{`,
    )
    let answer = ''
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
    await once(socket, 'close')
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1)
    expect(answer).toMatch(/connection: close/i)
  }
})
