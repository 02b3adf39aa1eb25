import { beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { parseConfig } from '../../src/config.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import { must, serviceOfFile } from './service-of-file.ts'

// What pages of other origins may do, as a browser asks and as one that is no browser would.

const service = serviceOfFile()
/** Of a machine. */
let AUTHORIZATION: { authorization: string }
beforeAll(async () => {
  AUTHORIZATION = { authorization: `Bearer ${await service.keyOf('admin')}` }
})
const LISTED = 'https://hr.example.com'
const FOREIGN = 'https://evil.example'
let open: string
let shut: string
let full: string

beforeAll(async () => {
  await must(service.call('PUT', '/v1/books/main', { body: {} }))
  const { config, ledger } = service.backend
  const listing = { ...config, corsOrigins: [LISTED, 'http://localhost:5173'] }
  open = await service.listen(await service.another({ config: listing }))
  shut = await service.listen()
  const crowded: Ledger = {
    ...ledger,
    isFull: () => true,
    submit: (command) => ledger.submit(command),
    stats: () => ledger.stats(),
    close: () => ledger.close(),
  }
  full = await service.listen(await service.another({ config: listing, ledger: crowded }))
})

function preflight(url: string, origin: string): Promise<Response> {
  const headers = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,idempotency-key',
  }
  return fetch(url, { method: 'OPTIONS', headers })
}

function allowed({ headers }: Response): (string | null)[] {
  return ['access-control-allow-origin', 'access-control-allow-credentials', 'access-control-expose-headers'].map(
    (name) => headers.get(name),
  )
}

describe('a listed origin', () => {
  test.each(['/v1/books/main/accruals', '/v1/books', '/v1/nothing/here', '/openapi.json', '/v1/feeds/x'])(
    'is told by a preflight without a key that it may call %s',
    async (path) => {
      const reply = await preflight(`${open}${path}`, LISTED)
      expect(reply.status).toBe(204)
      expect(allowed(reply).slice(0, 2)).toEqual([LISTED, 'true'])
      expect(reply.headers.get('access-control-allow-methods')).toBe('GET, HEAD, POST, PUT, DELETE')
      expect(reply.headers.get('access-control-allow-headers')).toBe('authorization,idempotency-key')
      expect(reply.headers.get('vary')).toMatch(/\bOrigin\b/)
      expect(reply.headers.get('daybook-request-id')).toMatch(/./)
    },
  )

  test('may read what it is answered, problems and their headers included, and caches are told', async () => {
    const known = await fetch(`${open}/v1/books`, { headers: { ...AUTHORIZATION, origin: LISTED } })
    expect([known.status, ...allowed(known)]).toEqual([200, LISTED, 'true', expect.stringMatching(/Retry-After/)])
    for (const name of ['Daybook-Position', 'Daybook-Request-Id', 'ETag', 'Idempotency-Replayed', 'Link', 'RateLimit'])
      expect(known.headers.get('access-control-expose-headers')?.split(', ')).toContain(name)
    const unknown = await fetch(`${open}/v1/books`, { headers: { origin: LISTED } })
    expect([unknown.status, ...allowed(unknown).slice(0, 2)]).toEqual([401, LISTED, 'true'])
    const broken = await fetch(`${open}/v1/books/%zz`, { headers: { ...AUTHORIZATION, origin: LISTED } })
    expect([broken.status, ...allowed(broken).slice(0, 2)]).toEqual([400, LISTED, 'true'])
    const page = await fetch(`${open}/`, { headers: { origin: LISTED } })
    expect(page.headers.get('vary')).toBe('Origin, Accept')
    const compressed = await fetch(`${open}/openapi.json`, { headers: { origin: LISTED, 'accept-encoding': 'gzip' } })
    expect(compressed.headers.get('vary')).toBe('Origin, Accept-Encoding')
  })

  test('may read that there is no room', async () => {
    const headers = { ...AUTHORIZATION, origin: LISTED, 'idempotency-key': 'k', 'content-type': 'application/json' }
    const reply = await fetch(`${full}/v1/books/main/accruals`, { method: 'POST', headers, body: '{}' })
    expect([reply.status, ...allowed(reply).slice(0, 2)]).toEqual([503, LISTED, 'true'])
  })

  test('sends OPTIONS that is no preflight: there is no such method', async () => {
    const reply = await fetch(`${open}/v1/books`, { method: 'OPTIONS', headers: { ...AUTHORIZATION, origin: LISTED } })
    expect([reply.status, reply.headers.get('allow'), reply.headers.get('access-control-allow-origin')]).toEqual([
      405,
      'GET, HEAD',
      LISTED,
    ])
  })
})

describe.each([
  ['a foreign origin, where others are listed', () => open, FOREIGN],
  ['an origin that begins like a listed one', () => open, `${LISTED}.evil.example`],
  ['an origin that a sandbox hides', () => open, 'null'],
  ['any origin, where none is listed', () => shut, LISTED],
] as const)('%s', (_name, service, origin) => {
  test('is allowed nothing: a preflight is a method that there is not', async () => {
    const reply = await preflight(`${service()}/v1/books/main/accruals`, origin)
    expect([reply.status, ...allowed(reply)]).toEqual([401, null, null, null])
    const known = await fetch(`${service()}/v1/books/main/accruals`, {
      method: 'OPTIONS',
      headers: { ...AUTHORIZATION, origin, 'access-control-request-method': 'POST' },
    })
    expect([known.status, known.headers.get('allow'), ...allowed(known)]).toEqual([405, 'POST', null, null, null])
    const page = await preflight(`${service()}/openapi.json`, origin)
    expect([page.status, page.headers.get('allow'), ...allowed(page)]).toEqual([405, 'GET, HEAD', null, null, null])
    const nowhere = await preflight(`${service()}/nothing/here`, origin)
    expect([nowhere.status, ...allowed(nowhere)]).toEqual([404, null, null, null])
    expect(nowhere.headers.get('content-type')).toBe('application/problem+json')
  })

  test('is answered as if it were none, so that its page reads nothing', async () => {
    const reply = await fetch(`${service()}/v1/books`, { headers: { ...AUTHORIZATION, origin } })
    expect([reply.status, ...allowed(reply)]).toEqual([200, null, null, null])
  })

  test('gets no WebSocket', async () => {
    expect(await opened(service(), origin)).toBe(403)
  })
})

describe('a WebSocket', () => {
  test('is opened for a listed origin, for the own one, and for programs, which have none', async () => {
    expect(await opened(open, LISTED)).toBe('open')
    expect(await opened(open, open)).toBe('open')
    expect(await opened(open, open.replace('http:', 'https:'))).toBe('open')
    expect(await opened(open, undefined)).toBe('open')
    expect(await opened(shut, shut)).toBe('open')
    expect(await opened(shut, undefined)).toBe('open')
  })

  test('of a service that knows its public address is opened for pages of that, and of no other', async () => {
    const config = { ...service.backend.config, publicUrl: 'https://daybook.example.com/base' }
    const url = await service.listen(await service.another({ config }))
    expect(await opened(url, 'https://daybook.example.com')).toBe('open')
    expect(await opened(url, 'http://daybook.example.com')).toBe(403)
    expect(await opened(url, url)).toBe(403)
  })
})

test('origins are written as browsers do, and no star is one', () => {
  expect(parseConfig({}).config?.corsOrigins).toEqual([])
  const DAYBOOK_CORS_ORIGINS = 'https://a.example, http://localhost:5173'
  expect(parseConfig({ DAYBOOK_CORS_ORIGINS }).config?.corsOrigins).toEqual([
    'https://a.example',
    'http://localhost:5173',
  ])
  for (const origin of ['*', 'null', 'https://a.example/', 'https://A.example', 'https://a.example:443', 'a.example']) {
    expect(parseConfig({ DAYBOOK_CORS_ORIGINS: origin }).problems).toHaveLength(1)
  }
})

/** @returns the status of a handshake that was refused */
function opened(url: string, origin: string | undefined): Promise<'open' | number> {
  const address = `${url.replace(/^http/, 'ws')}/v1/books/main/live`
  const socket = new WebSocket(address, { headers: AUTHORIZATION, ...(origin === undefined ? {} : { origin }) })
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      socket.terminate()
      resolve('open')
    })
    socket.once('unexpected-response', (request, response) => {
      request.destroy()
      resolve(response.statusCode ?? 0)
    })
    socket.once('error', reject)
  })
}
