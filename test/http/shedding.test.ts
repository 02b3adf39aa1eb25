import { once } from 'node:events'
import { connect } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Ledger } from '../../src/ledger/ledger.ts'
import { must, serviceOfFile } from './service-of-file.ts'

// What happens to commands while there is no room for them. Whether there is, a test says here for itself.

const service = serviceOfFile()
/** The key of a machine. */
let machine: string
beforeAll(async () => {
  machine = await service.keyOf('integration')
})
let full = true
let submitted = 0
let address: string

beforeAll(async () => {
  const { ledger } = service.backend
  const crowded: Ledger = {
    ...ledger,
    isFull: () => full,
    submit(command) {
      submitted += 1
      return ledger.submit(command)
    },
    stats: () => ledger.stats(),
    close: () => ledger.close(),
  }
  address = await service.listen(await service.another({ ledger: crowded }))
})

function post(path: string, { key = machine }: { key?: string } = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, 'idempotency-key': path, 'content-type': 'application/json' }
  const body = JSON.stringify({ entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2026-01-01' })
  return fetch(`${address}${path}`, { method: 'POST', headers, body })
}

describe('while there is no room', () => {
  test('a command is refused before it is looked at, with all that a problem has', async () => {
    full = true
    const book = await service.book()
    const reply = await post(`/v1/books/${book}/accruals`)
    expect(reply.status).toBe(503)
    expect(reply.headers.get('content-type')).toBe('application/problem+json')
    expect(reply.headers.get('retry-after')).toBe('1')
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await reply.json()).toEqual({
      type: '/problems/unavailable',
      title: 'Unavailable',
      status: 503,
      detail: 'Too many commands are waiting.',
      instance: `urn:daybook:request:${reply.headers.get('daybook-request-id')}`,
      code: 'unavailable',
    })
    expect(submitted).toBe(0)
  })

  test('reads are answered, and so is who has no key', async () => {
    full = true
    const headers = { authorization: `Bearer ${machine}` }
    expect((await fetch(`${address}/v1/books`, { headers })).status).toBe(200)
    expect((await fetch(`${address}/livez`)).status).toBe(200)
    expect((await post('/v1/books/main/accruals', { key: 'another' })).status).toBe(401)
  })

  test('a key of the API is told so while it is one, and once it is ended that it is not known', async () => {
    full = true
    const roles = [{ book: '*', role: 'integration' }]
    const { body } = await service.call('POST', '/v1/keys', { body: { name: 'of a machine', roles } })
    const { id, key } = body as { id: string; key: string }
    expect((await post('/v1/books/main/accruals', { key })).status).toBe(503)
    await must(service.call('DELETE', `/v1/keys/${id}`))
    await expect.poll(async () => (await post('/v1/books/main/accruals', { key })).status).toBe(401)
  })

  test('many at once are all refused, each on its own; on one connection in their order', async () => {
    full = true
    const replies = await Promise.all(Array.from({ length: 200 }, () => post('/v1/books/main/accruals')))
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([503]))
    expect(new Set(replies.map(({ headers }) => headers.get('daybook-request-id'))).size).toBe(200)

    const { hostname, port } = new URL(address)
    const socket = connect(Number(port), hostname)
    const head = `host: x\r\nauthorization: Bearer ${machine}\r\n`
    socket.write(`POST /v1/books/main/accruals HTTP/1.1\r\n${head}content-length: 2\r\n\r\n{}`)
    socket.write(`GET /v1/books HTTP/1.1\r\n${head}connection: close\r\n\r\n`)
    let text = ''
    socket.on('data', (data: Buffer) => {
      text += data.toString()
    })
    await once(socket, 'close')
    expect([...text.matchAll(/HTTP\/1.1 (\d+)/g)].map((match) => match[1])).toEqual(['503', '200'])
  })

  test('the same command is taken once there is room', async () => {
    const book = await service.book()
    full = true
    expect((await post(`/v1/books/${book}/accruals`)).status).toBe(503)
    full = false
    const reply = await post(`/v1/books/${book}/accruals`)
    expect(reply.status).toBe(201)
    expect(reply.headers.get('idempotency-replayed')).toBeNull()
  })
})
