import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Principal } from '../../src/access/principal.ts'
import { openPool } from '../../src/db/pool.ts'
import { parseIssuers } from '../../src/identity/issuers/setting.ts'
import { IssuerTokens } from '../../src/identity/issuers/tokens.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { AUDIENCE, startLoginServer } from '../support/login-server.ts'

// How long the keys of a login server hold, and how often it is asked for them: a real one, and a clock of the test.

const MINUTE = 60_000

let database: TestDatabase
let db: ReturnType<typeof openPool>
beforeAll(async () => {
  database = await testDatabase()
  db = openPool({ url: database.url, max: 2, applicationName: 'daybook test', role: 'daybook_service' })
})
afterAll(async () => {
  await db.end()
  await database.drop()
})

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function world(more: object = {}) {
  const server = await startLoginServer(['e1', 'e2'])
  closers.push(() => server.close())
  const issuer = { issuer: server.issuer, audience: AUDIENCE, books: ['main'], ...more }
  const { issuers, why } = parseIssuers(JSON.stringify([issuer]))
  if (issuers === undefined) throw new Error(why)
  let now = 0
  const troubles: string[] = []
  const open = () =>
    new IssuerTokens(issuers, {
      db,
      onTrouble: (_issuer, why) => troubles.push(why),
      onRefused() {},
      onError(error) {
        throw error
      },
      now: () => now,
    })
  const tokens = open()
  return {
    server,
    troubles,
    holderOf: (token: string) => tokens.holderOf(token),
    /** Who somebody is to this process, and to one that has never seen their token. */
    again: async (holder: Principal) =>
      Promise.all([tokens, open()].map(async (process) => (await process.again([holder])).get(holder.credential))),
    isTaken: async (token: string) => (await tokens.holderOf(token)) !== undefined,
    /** Whether somebody is told at once, without waiting for anything. */
    isRemembered: (token: string) => !(tokens.holderOf(token) instanceof Promise),
    fetches: () => server.asked.filter((path) => path === '/jwks').length,
    pass: (ms: number) => {
      now += ms
    },
  }
}

test('a verified token is told at once, and its login server is not asked again', async () => {
  const { server, isTaken, isRemembered, fetches } = await world()
  const token = await server.token('e1')
  expect(isRemembered(token)).toBe(false)
  expect(await isTaken(token)).toBe(true)
  expect(isRemembered(token)).toBe(true)
  for (const one of ['RS256', 'PS256', 'ES256', 'EdDSA']) {
    expect(await isTaken(await server.token('e1', { algorithm: one }))).toBe(true)
  }
  expect(fetches()).toBe(1)
})

test('many at once ask once', async () => {
  const { server, isTaken, fetches } = await world()
  const tokens = [await server.token('e1'), await server.token('e2')]
  const taken = await Promise.all(Array.from({ length: 50 }, (_, index) => isTaken(tokens[index % 2]!)))
  expect(new Set(taken)).toEqual(new Set([true]))
  expect(fetches()).toBe(1)
})

test('new keys are found at the first token, once a minute; those that were taken back end with the next answer', async () => {
  const { server, isTaken, pass, fetches } = await world()
  const before = await server.token('e1')
  expect(await isTaken(before)).toBe(true)
  await server.rotate()
  const after = await server.token('e1')
  pass(MINUTE - 1)
  expect(await isTaken(after)).toBe(false)
  expect(fetches()).toBe(1)
  expect(await isTaken(before)).toBe(true)
  pass(1)
  expect(await isTaken(after)).toBe(true)
  expect(fetches()).toBe(2)
  // It was remembered, and its key is not there any more.
  expect(await isTaken(before)).toBe(false)
  await server.rotate()
  pass(MINUTE - 1)
  expect(await isTaken(await server.token('e1'))).toBe(false)
  expect(fetches()).toBe(2)
})

test('by and by they are asked for again, beside the calls: keys that are taken back end although nobody brings new ones', async () => {
  const { server, isTaken, pass, fetches } = await world()
  const token = await server.token('e1')
  expect(await isTaken(token)).toBe(true)
  await server.rotate()
  pass(10 * MINUTE)
  expect(await isTaken(token)).toBe(true)
  await eventually(() => expect(fetches()).toBe(2))
  await eventually(async () => expect(await isTaken(token)).toBe(false))
})

test('while the login server is away, known keys work for an hour; after that nobody is known, and then again', async () => {
  const { server, isTaken, pass, troubles } = await world()
  const token = await server.token('e1')
  const another = await server.token('e2')
  expect(await isTaken(token)).toBe(true)
  server.answer = () => null
  for (let minute = 1; minute < 60; minute += 1) {
    pass(MINUTE)
    expect(await isTaken(token)).toBe(true)
  }
  // Not remembered, and verified with the same keys.
  expect(await isTaken(another)).toBe(true)
  pass(MINUTE)
  expect(await isTaken(token)).toBe(false)
  expect(await isTaken(another)).toBe(false)
  expect(troubles.length).toBeGreaterThan(0)
  expect(troubles.length).toBeLessThanOrEqual(60)
  server.answer = undefined
  pass(MINUTE)
  expect(await isTaken(token)).toBe(true)
})

test('a login server that is away at the start is asked again after five seconds, not for every token', async () => {
  const { server, isTaken, pass, troubles } = await world({ jwksUri: undefined })
  const token = await server.token('e1')
  server.answer = () => ({ status: 503, body: 'not now' })
  for (let index = 0; index < 20; index += 1) expect(await isTaken(token)).toBe(false)
  expect(troubles).toEqual([expect.stringMatching(/openid-configuration answers 503$/)])
  server.answer = undefined
  expect(await isTaken(token)).toBe(false)
  pass(5_000)
  expect(await isTaken(token)).toBe(true)
})

test.each([
  ['that is no JSON', '<html>'],
  ['that is none', '{}'],
  ['in which keys are no list', '{"keys":{}}'],
  ['in which a name stands twice', '{"keys":[],"keys":[]}'],
  ['of more keys than any needs', JSON.stringify({ keys: Array.from({ length: 101 }, () => ({ kty: 'RSA' })) })],
  ['that is larger than any', `{"keys":[],"more":"${'x'.repeat(300_000)}"}`],
])('a set of keys %s lets nobody in, and those before it stay', async (_what, body) => {
  const { server, isTaken, pass, troubles } = await world()
  const answer = (path: string) => (path === '/jwks' ? { status: 200, body } : undefined)
  const token = await server.token('e1')
  server.answer = answer
  expect(await isTaken(token)).toBe(false)
  expect(troubles).toHaveLength(1)
  server.answer = undefined
  pass(5_000)
  expect(await isTaken(token)).toBe(true)
  server.answer = answer
  pass(11 * MINUTE)
  expect(await isTaken(token)).toBe(true)
  await eventually(() => expect(troubles).toHaveLength(2))
  expect(await isTaken(token)).toBe(true)
})

test('symmetric and private keys, and keys without an id, in a set are passed over', async () => {
  const { server, isTaken, pass } = await world()
  const token = await server.token('e1')
  const { RS256: rsa, ES256: ec } = server.keys
  const publicOf = ({ kty, n, e, alg, kid }: Record<string, unknown>) => ({ kty, n, e, alg, kid })
  const isTakenWith = async (keys: readonly object[]) => {
    server.answer = (path) => (path === '/jwks' ? { status: 200, body: JSON.stringify({ keys }) } : undefined)
    pass(61 * MINUTE)
    return isTaken(token)
  }
  const whole = publicOf(rsa as never)
  expect(await isTakenWith([{ kty: 'oct', k: 'c2VjcmV0', kid: rsa!.kid, alg: 'RS256' }])).toBe(false)
  expect(await isTakenWith([rsa!])).toBe(false)
  expect(await isTakenWith([{ ...whole, kid: undefined }])).toBe(false)
  expect(await isTakenWith([{ ...whole, kid: 7 }])).toBe(false)
  expect(await isTakenWith([{ ...whole, use: 'enc' }])).toBe(false)
  expect(await isTakenWith([{ ...whole, alg: 'PS256' }])).toBe(false)
  expect(await isTakenWith([{ ...ec!, d: undefined, kid: rsa!.kid }])).toBe(false)
  // Two of one id: nobody can say which is meant.
  expect(await isTakenWith([whole, { ...whole, e: 'AAEAAQ' }])).toBe(false)
  expect(await isTakenWith([null as never, { kty: 'oct', k: 'c2VjcmV0', kid: 'other' }, whole])).toBe(true)
})

test('a description of another issuer is not believed, and where keys are is not followed into the network', async () => {
  const { server, isTaken, pass, troubles } = await world()
  const token = await server.token('e1')
  const describedAs = async (description: object) => {
    server.answer = (path) =>
      path.startsWith('/.well-known/') ? { status: 200, body: JSON.stringify(description) } : undefined
    pass(5_000)
    return isTaken(token)
  }
  expect(await describedAs({ issuer: `${server.issuer}/`, jwks_uri: `${server.issuer}/jwks` })).toBe(false)
  expect(await describedAs({ issuer: server.issuer })).toBe(false)
  expect(await describedAs({ issuer: server.issuer, jwks_uri: 'https://10.0.0.1/jwks' })).toBe(false)
  expect(await describedAs({ issuer: server.issuer, jwks_uri: 'file:///etc/passwd' })).toBe(false)
  expect(troubles).toEqual([
    expect.stringContaining('is another issuer'),
    expect.stringContaining('names no jwks_uri'),
    expect.stringContaining('its address is private'),
    expect.stringContaining('it is not https'),
  ])
  expect(await describedAs({ issuer: server.issuer, jwks_uri: `${server.issuer}/jwks` })).toBe(true)
})

test('a redirect is not followed', async () => {
  const elsewhere = createServer((_request, response) => void response.end('{"keys":[]}'))
  elsewhere.listen(0, '127.0.0.1')
  await once(elsewhere, 'listening')
  closers.push(() => new Promise((resolve) => elsewhere.close(resolve)))
  let asked = 0
  elsewhere.on('request', () => (asked += 1))
  const { server, isTaken, troubles } = await world()
  const token = await server.token('e1')
  server.answer = () => ({
    status: 302,
    body: '',
    location: `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`,
  })
  expect(await isTaken(token)).toBe(false)
  expect(troubles).toEqual([expect.stringMatching(/ answers 302$/)])
  expect(asked).toBe(0)
})

test('whoever has a stream open is asked about again: until the token expires or its key is taken back, on any process', async () => {
  const { server, holderOf, again, pass } = await world()
  const holder = (await holderOf(await server.token('e1')))!
  expect(holder.credential).toMatch(/^token:[0-9a-f]{32}:[\w-]+:[\w-]+$/)
  expect(await again(holder)).toEqual([holder, holder])
  const expired = { ...holder, expiresAt: new Date(Date.now() - 31_000).toISOString() }
  expect(await again(expired)).toEqual([undefined, undefined])
  expect(await again({ ...holder, credential: 'token:0:aHR0cHM6Ly9hLmV4YW1wbGU:a' })).toEqual([undefined, undefined])
  await server.rotate()
  pass(61 * MINUTE)
  expect(await again(holder)).toEqual([undefined, undefined])
})

test('a token is remembered until it expires', async () => {
  const { server, isTaken, isRemembered } = await world()
  // Expired, and within what clocks may differ: it is not kept for longer than that.
  const token = await server.token('e1', { seconds: 1 })
  expect(await isTaken(token)).toBe(true)
  expect(isRemembered(token)).toBe(true)
})
