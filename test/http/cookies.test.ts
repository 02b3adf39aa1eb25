import { createRemoteJWKSet, jwtVerify } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import type { App } from '../../src/http/route.ts'
import { asOwner, newMail, type Person, person } from './people.ts'
import {
  bootstrapKey,
  call,
  type JsonObject,
  type Method,
  matching,
  must,
  type Reply,
  serviceOfFile,
} from './service-of-file.ts'

// Sessions of browsers: a cookie comes along with whatever a page asks for, so a call must show that its user wants it.

const service = serviceOfFile()

const LISTED = 'https://hr.example.com'
const OURS = 'https://daybook.example.com'
const FOREIGN = 'https://evil.example.com'

let app: App
let somebody: Person
beforeAll(async () => {
  const config = { ...service.backend.config, corsOrigins: [LISTED], publicUrl: `${OURS}/` }
  app = await service.another({ config })
  somebody = await person(service, [{ book: '*', role: 'admin' }])
})

function signIn(headers: Record<string, string> = {}): Promise<Reply> {
  const { email, password } = somebody
  return call(app, 'POST', '/v1/sessions', { body: { email, password, cookie: true }, key: null, headers })
}

/** `name=value` of a new session. */
async function cookie(): Promise<string> {
  const { headers } = await must(signIn())
  return String(headers['set-cookie']).split(';', 1)[0]!
}

describe('a session by cookie', () => {
  test('has its token in a cookie for this host alone, which no script reads and no other site sends', async () => {
    const { status, body, headers } = await signIn()
    expect(status).toBe(201)
    expect(body).toMatchObject({ token: null, me: { id: somebody.id } })
    const [value, ...attributes] = String(headers['set-cookie']).split('; ')
    expect(value).toMatch(/^__Host-daybook=[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(attributes.toSorted()).toEqual([matching(/^Expires=/), 'HttpOnly', 'Path=/', 'SameSite=Strict', 'Secure'])
    const [expires] = attributes.filter((one) => one.startsWith('Expires='))
    expect(new Date(expires!.slice('Expires='.length)).toISOString()).toBe((body as JsonObject)['expiresAt'])
  })

  test('is not begun by a page of somebody else', async () => {
    for (const origin of [FOREIGN, 'null', `${OURS}.evil.example`]) {
      const reply = await signIn({ origin })
      expect(reply).toMatchObject({ status: 403, body: { code: 'forbidden' } })
      expect(reply.headers['set-cookie']).toBeUndefined()
    }
    for (const origin of [OURS, LISTED]) expect(await signIn({ origin })).toMatchObject({ status: 201 })
  })

  test('that is ended is forgotten by the browser', async () => {
    const own = { cookie: await cookie(), origin: OURS, 'x-daybook-csrf': '1' }
    const ended = await call(app, 'DELETE', '/v1/sessions', { key: null, headers: own })
    expect(ended.status).toBe(204)
    expect(String(ended.headers['set-cookie'])).toMatch(/^__Host-daybook=; .*Expires=Thu, 01 Jan 1970/)
    expect(await call(app, 'GET', '/v1/me', { key: null, headers: own })).toMatchObject({ status: 401 })
  })
})

type Case = readonly [who: string, headers: Record<string, string>, read: number, write: number]

describe.each<Case>([
  ['our page', { origin: OURS, 'x-daybook-csrf': '1' }, 200, 201],
  ['our page, without the header', { origin: OURS }, 200, 403],
  ['our page that reads', { 'sec-fetch-site': 'same-origin' }, 200, 403],
  ['our page, where the browser names no origin', { 'sec-fetch-site': 'same-origin', 'x-daybook-csrf': '1' }, 200, 201],
  ['an address that was typed', { 'sec-fetch-site': 'none' }, 200, 403],
  ['a page of a listed origin', { origin: LISTED, 'sec-fetch-site': 'same-site', 'x-daybook-csrf': '1' }, 200, 201],
  ['a page of a listed origin, without the header', { origin: LISTED }, 200, 403],
  ['a page of another origin', { origin: FOREIGN, 'x-daybook-csrf': '1' }, 403, 403],
  ['a page beside us', { origin: 'https://other.example.com', 'sec-fetch-site': 'same-site' }, 403, 403],
  ['a link beside us', { 'sec-fetch-site': 'same-site' }, 403, 403],
  ['a link elsewhere', { 'sec-fetch-site': 'cross-site', 'x-daybook-csrf': '1' }, 403, 403],
  ['a sandboxed page', { origin: 'null', 'sec-fetch-site': 'same-origin', 'x-daybook-csrf': '1' }, 403, 403],
  ['our name over another protocol', { origin: 'http://daybook.example.com', 'x-daybook-csrf': '1' }, 403, 403],
  ['whoever says nothing', { 'x-daybook-csrf': '1' }, 403, 403],
])('a call by cookie from %s', (_who, headers, read, write) => {
  test(`reads with ${read}, writes with ${write}`, async () => {
    const own = { ...headers, cookie: `other=1; ${await cookie()}` }
    const ask = (method: Method, url: string, body?: object) =>
      call(app, method, url, { key: null, headers: own, ...(body === undefined ? {} : { body }) })
    expect(await ask('GET', '/v1/me')).toMatchObject({ status: read })
    const made = await ask('POST', '/v1/users', {
      email: newMail(),
      name: 'x',
      roles: [{ book: '*', role: 'auditor' }],
    })
    expect(made).toMatchObject({ status: write })
    for (const { status, body } of [await ask('GET', '/v1/me'), made]) {
      if (status === 403) expect(body).toMatchObject({ code: 'forbidden' })
    }
    // Whatever a page may have done, the header says who calls.
    const { key } = (await must(service.call('POST', '/v1/keys', KEY_ASKED))).body as { key: string }
    expect(await call(app, 'GET', '/v1/me', { key, headers: own })).toMatchObject({ body: { kind: 'client' } })
  })
})

const KEY_ASKED = { body: { name: 'a machine', roles: [{ book: '*', role: 'auditor' }] } }

test('a cookie holds sessions alone: no key, and no bootstrap key', async () => {
  const { key } = (await must(service.call('POST', '/v1/keys', KEY_ASKED))).body as { key: string }
  for (const value of [key, bootstrapKey({ because: 'it is none in a cookie either' }), '', 'a.b.c']) {
    const headers = { cookie: `__Host-daybook=${value}`, origin: OURS }
    expect(await call(app, 'GET', '/v1/me', { key: null, headers })).toMatchObject({ status: 401 })
  }
})

test('without a name of its own the service takes the one it was called by', async () => {
  const headers = { cookie: await cookie(), host: 'daybook.local:8080' }
  const from = (origin: string) =>
    service.call('GET', '/v1/me', { key: null, headers: { ...headers, origin } }).then(({ status }) => status)
  expect(await from('https://daybook.local:8080')).toBe(200)
  expect(await from('https://daybook.local')).toBe(403)
})

test('whoever wants to check a token finds the keys, and no private one', async () => {
  const url = await service.listen()
  const { body } = await must(service.call('POST', '/v1/sessions', { body: somebodysMail(), key: null }))
  const { token } = body as { token: string }
  const keys = createRemoteJWKSet(new URL(`${url}/.well-known/jwks.json`))
  const { payload } = await jwtVerify(token, keys, { issuer: 'urn:daybook', audience: 'urn:daybook' })
  expect(payload.sub).toBe(somebody.id)
  const published = await service.call('GET', '/.well-known/jwks.json', { key: null })
  expect(published.headers['cache-control']).toBe('public, max-age=300')
  const { keys: listed } = published.body as { keys: object[] }
  for (const key of listed) {
    expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
  }
  expect(listed).toHaveLength((await asOwner(service, 'select from access.signing_keys')).length)
})

function somebodysMail() {
  const { email, password } = somebody
  return { email, password }
}
