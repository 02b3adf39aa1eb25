import { connect, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import type { App } from '../../src/http/route.ts'
import { ANY_AMOUNT, accrual } from '../support/builders.ts'
import { must, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile({ bodyLimitBytes: 100_000, bulkBodyLimitBytes: 4_000_000 })
/** The key of a machine. */
let machine: string
beforeAll(async () => {
  machine = await service.keyOf('admin')
})

const items = JSON.stringify(
  Array.from({ length: 2_000 }, (_, index) => ({
    idempotencyKey: `i${index}`,
    ...accrual('0.01', { entity: `e${index}` }),
  })),
)

function head(path: string, framing: string): string {
  return `POST /v1/books/BOOK/${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer KEY\r\nIdempotency-Key: h\r\nContent-Type: application/json\r\n${framing}\r\n\r\n`
}

function get(path: string, accept: string): string {
  return `GET /v1/books/BOOK/${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer KEY\r\nAccept: ${accept}\r\n\r\n`
}

const SENT: readonly (readonly [head: string, body?: string | Buffer])[] = [
  [head('accruals', 'Content-Length: 1000'), '{"entity":'],
  [head('accruals', 'Transfer-Encoding: chunked'), '10\r\n{"ent'],
  [head('accruals', 'Content-Length: 90000'), 'x'.repeat(80_000)],
  // More than is taken.
  [head('accruals', 'Content-Length: 1000000'), 'x'.repeat(500_000)],
  [head('bulk', 'Content-Length: 1000000'), items.slice(0, 100_000)],
  [head('bulk', 'Content-Encoding: gzip\r\nContent-Length: 1000'), gzipSync(items).subarray(0, 500)],
  // Refused before the body is read.
  [head('accruals', 'Content-Length: 1000').replace('KEY', 'wrong'), '{'],
  [head('accruals', 'Content-Length: 1000').replace('json', 'xml'), '<'],
  [head('nothing', 'Content-Length: 1000'), '{'],
  // As a whole; nobody waits for what is streamed back.
  [head('bulk', `Content-Length: ${items.length}`), items],
  [get('events', 'application/x-ndjson')],
  [get('events', 'text/event-stream')],
  [get('live', '*/*')],
]

test.each<[how: string, hangUp: (socket: Socket) => void]>([
  ['closes', (socket) => socket.end()],
  ['resets', (socket) => socket.resetAndDestroy()],
])('a client that %s its connection, wherever it is, is no error of the service', async (_how, hangUp) => {
  const book = await service.book(ANY_AMOUNT)
  const app = await service.another({})
  const port = Number(new URL(await service.listen(app)).port)
  const before = service.log.length
  for (const turns of [1, 5, 20, 100]) {
    for (const [head, body = ''] of SENT) {
      const gone = gotRequest(app)
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      socket.resume()
      socket.write(Buffer.concat([Buffer.from(head.replace('BOOK', book).replace('KEY', machine)), Buffer.from(body)]))
      const { closed } = await gone
      for (let count = 0; count < turns; count++) await turn()
      hangUp(socket)
      await closed
    }
  }
  await must(service.call('GET', `/v1/books/${book}`))
  // It waits for whatever is still under way.
  await app.close()
  expect(service.log.slice(before).filter(({ level }) => Number(level) >= WARNING)).toEqual([])
})

// Was once an error of the database: an address that nobody knew any more was no JSON.
test('a command whose connection is gone once it has come is recorded, with the address that it came from', async () => {
  const book = await service.book(ANY_AMOUNT)
  const app = await service.another({})
  const port = Number(new URL(await service.listen(app)).port)
  const { type: _type, ...said } = accrual('1', { entity: 'e1' })
  const line = JSON.stringify(said)
  const gone = Promise.withResolvers<void>()
  app.server.prependOnceListener('request', (request, response) => {
    request.once('end', () => request.socket.destroy())
    response.once('close', gone.resolve)
  })
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(head('accruals', `Content-Length: ${line.length}`).replace('BOOK', book).replace('KEY', machine) + line)
  await gone.promise
  await app.close()
  const last = async (): Promise<unknown> => {
    const { body } = await must(service.call('GET', `/v1/books/${book}/events?limit=1000`))
    return (body as unknown as { items: readonly object[] }).items.at(-1)
  }
  const recorded = { transactions: [{ entity: 'e1' }], erasable: { client: { ip: '127.0.0.1' } } }
  await expect.poll(last).toMatchObject(recorded)
})

/** Of pino. */
const WARNING = 40

/** The next request, and when its answer is over. */
function gotRequest(app: App): Promise<{ readonly closed: Promise<void> }> {
  const { promise, resolve } = Promise.withResolvers<{ readonly closed: Promise<void> }>()
  app.server.once('request', (_request, response) => {
    const closed = Promise.withResolvers<void>()
    response.once('close', () => closed.resolve())
    resolve({ closed: closed.promise })
  })
  return promise
}
