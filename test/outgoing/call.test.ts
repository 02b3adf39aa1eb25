import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type CallOptions, openCalls } from '../../src/outgoing/call.ts'
import { parseRanges } from '../../src/outgoing/ranges.ts'

const open = new Set<Server>()
afterEach(async () => {
  for (const server of open) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  open.clear()
})

async function listening(server: Server): Promise<number> {
  open.add(server.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const RULES = { allowed: [], loopbackHttp: true } satisfies CallOptions

/** A receiver on loopback, and calls that are led to it by name. */
async function receiver(listener: RequestListener, options: Partial<CallOptions> = {}) {
  const port = await listening(createServer(listener))
  const callOut = openCalls({ ...RULES, resolve: async () => ['127.0.0.1'], ...options })
  return {
    port,
    call: (more: { keepBytes?: number; url?: string; signal?: AbortSignal } = {}) =>
      callOut({
        url: `http://receiver.example:${port}/hook?a=1`,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
        ...more,
      }),
  }
}

describe('what a call comes to', () => {
  test('it is sent as it was given, to the address that was looked up, with the name that was named', async () => {
    const seen: unknown[] = []
    const { call, port } = await receiver((request, response) => {
      request.on('data', (data: Buffer) => seen.push(request.method, request.url, request.headers.host, String(data)))
      request.on('end', () => response.writeHead(202, { 'Retry-After': '7' }).end('thanks'))
    })
    expect(await call()).toMatchObject({
      outcome: 'answered',
      status: 202,
      headers: { 'retry-after': '7' },
      body: Buffer.from('thanks'),
      isWhole: true,
    })
    expect(seen).toEqual(['POST', '/hook?a=1', `receiver.example:${port}`, '{}'])
  })

  test('a redirect is an answer, and nobody goes where it leads', async () => {
    const paths: (string | undefined)[] = []
    const { call, port } = await receiver((request, response) => {
      paths.push(request.url)
      response.writeHead(307, { location: `http://127.0.0.1:${port}/elsewhere` }).end()
    })
    expect(await call()).toMatchObject({ outcome: 'answered', status: 307 })
    expect(paths).toEqual(['/hook?a=1'])
  })

  test('one that does not answer is given up, and so is a name server', async () => {
    const silent = await receiver(() => {}, { timeoutMs: 50 })
    expect(await silent.call()).toEqual({ outcome: 'failed', why: 'it took too long' })
    const nameless = await receiver(() => {}, { timeoutMs: 50, resolve: () => new Promise(() => {}) })
    expect(await nameless.call()).toEqual({ outcome: 'failed', why: 'it took too long' })
  })

  test('whoever does not want the call any more ends it', async () => {
    const ending = new AbortController()
    const { call } = await receiver(() => ending.abort())
    expect(await call({ signal: ending.signal })).toEqual({ outcome: 'failed', why: 'it was given up' })
  })

  test('of a body without an end its beginning is kept, and the connection is closed', async () => {
    let closed = (): void => {}
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve
    })
    const { call } = await receiver((_request, response) => {
      response.on('close', closed).writeHead(200)
      const more = (): void => void (response.destroyed || response.write('x'.repeat(500), () => setImmediate(more)))
      more()
    })
    expect(await call()).toMatchObject({
      outcome: 'answered',
      status: 200,
      body: Buffer.alloc(1_024, 'x'),
      isWhole: false,
    })
    await isClosed
  })

  test('a body that does not end in time leaves the status, and what came of it', async () => {
    const { call } = await receiver((_request, response) => void response.writeHead(200).write('so far'), {
      timeoutMs: 100,
    })
    expect(await call()).toMatchObject({
      outcome: 'answered',
      status: 200,
      body: Buffer.from('so far'),
      isWhole: false,
    })
  })

  test('more is kept where more is asked for', async () => {
    const { call } = await receiver((_request, response) => void response.end('x'.repeat(5_000)))
    expect(await call({ keepBytes: 5_000 })).toMatchObject({ body: Buffer.alloc(5_000, 'x'), isWhole: true })
    expect(await call({ keepBytes: 4_999 })).toMatchObject({ body: Buffer.alloc(4_999, 'x'), isWhole: false })
  })

  test('a connection that is refused, reset, or ended without an answer is said so', async () => {
    const reset = await receiver((request) => request.socket.resetAndDestroy())
    expect(await reset.call()).toEqual({ outcome: 'failed', why: 'the connection was reset' })
    const ended = await receiver((request) => request.socket.destroy())
    expect(await ended.call()).toEqual({ outcome: 'failed', why: 'the connection was ended without an answer' })
    const [gone] = [...open]
    const { port } = gone!.address() as AddressInfo
    gone!.close()
    expect(await reset.call({ url: `http://receiver.example:${port}/` })).toEqual({
      outcome: 'failed',
      why: 'the connection was refused',
    })
  })
})

describe('what is called', () => {
  test.each([
    ['ftp://receiver.example/', 'it is not https'],
    ['http://receiver.example/', 'it is not https', { loopbackHttp: false }],
    ['no url', 'it is no URL'],
    ['https://me:secret@receiver.example/', 'it has credentials in it'],
    ['https://receiver.example/#part', 'it has a part behind #'],
    ['https://127.0.0.1/', 'its address is loopback'],
    ['https://2130706433/', 'its address is loopback'],
    ['https://0x7f.1/', 'its address is loopback'],
    ['https://[::ffff:10.0.0.1]/', 'its address is private'],
    ['https://[64:ff9b::a9fe:a9fe]/', 'its address is link-local'],
    ['http://8.8.8.8/', 'it is not https'],
    ['http://10.0.0.1/', 'it is not https', { allowed: parseRanges('10.0.0.0/8')! }],
  ])('%s is not: %s', async (url, why, options: Partial<CallOptions> = {}) => {
    const callOut = openCalls({ ...RULES, resolve: async (host) => [host], ...options })
    expect(await callOut({ url, method: 'GET', headers: {} })).toEqual({ outcome: 'forbidden', why })
  })

  test('a name that leads to this machine or its network is not, by any of its addresses', async () => {
    const addresses = ['127.0.0.1', '::1', '10.0.0.1', '169.254.169.254', '::ffff:127.0.0.1']
    const callOut = openCalls({ ...RULES, resolve: async () => addresses })
    expect(await callOut({ url: 'https://receiver.example/', method: 'GET', headers: {} })).toEqual({
      outcome: 'forbidden',
      why: 'its address is loopback',
    })
    const nowhere = openCalls({ ...RULES, resolve: async () => [] })
    expect(await nowhere({ url: 'https://receiver.example/', method: 'GET', headers: {} })).toEqual({
      outcome: 'forbidden',
      why: 'its name has no address',
    })
  })

  test('a name is looked up once for each call, and what it was then is what is called', async () => {
    let asked = 0
    // To this machine for the check, and from then on to its network: whoever asks again is led there.
    const resolve = async (): Promise<string[]> => {
      asked += 1
      return asked === 1 ? ['127.0.0.1'] : ['10.0.0.1']
    }
    let called = 0
    const { call } = await receiver(
      (_request, response) => {
        called += 1
        response.end()
      },
      { resolve },
    )
    expect(await call()).toMatchObject({ outcome: 'answered', status: 200 })
    expect({ asked, called }).toEqual({ asked: 1, called: 1 })
    // No connection was kept: the next call is not made where the name led before.
    expect(await call()).toEqual({ outcome: 'forbidden', why: 'it is not https' })
    expect({ asked, called }).toEqual({ asked: 2, called: 1 })
  })

  test('of several addresses only those that may be called are', async () => {
    const { call } = await receiver((_request, response) => void response.end(), {
      resolve: async () => ['10.255.255.1', 'fd00::1', '127.0.0.1'],
    })
    expect(await call()).toMatchObject({ outcome: 'answered', status: 200 })
  })

  test('no proxy of the environment is used', async () => {
    const before = process.env['http_proxy']
    process.env['http_proxy'] = 'http://127.0.0.1:9'
    try {
      const { call } = await receiver((_request, response) => void response.end())
      expect(await call()).toMatchObject({ outcome: 'answered', status: 200 })
    } finally {
      if (before === undefined) delete process.env['http_proxy']
      else process.env['http_proxy'] = before
    }
  })
})

test('by TLS the name is what the certificate has to say, whatever the address', async () => {
  const [cert, key] = await Promise.all(
    ['cert', 'key'].map((part) => readFile(new URL(`receiver.${part}.pem`, import.meta.url), 'utf8')),
  )
  const port = await listening(createTlsServer({ cert, key }, (_request, response) => void response.end('by TLS')))
  const options = { allowed: parseRanges('127.0.0.1')!, loopbackHttp: false, resolve: async () => ['127.0.0.1'] }
  const get = (host: string, ca?: string) =>
    openCalls({ ...options, ...(ca === undefined ? {} : { ca }) })({
      url: `https://${host}:${port}/`,
      method: 'GET',
      headers: {},
    })
  expect(await get('receiver.example', cert)).toMatchObject({ outcome: 'answered', body: Buffer.from('by TLS') })
  expect(await get('another.example', cert)).toMatchObject({ outcome: 'failed', why: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  expect(await get('receiver.example')).toMatchObject({ outcome: 'failed', why: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
})
