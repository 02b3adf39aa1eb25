import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt, importJWK, type JWK, SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseIssuers } from '../../src/identity/issuers/setting.ts'
import { openTokens } from '../../src/service/tokens.ts'
import { AUDIENCE, startLoginServer } from '../support/login-server.ts'
import { Browser } from './browser.ts'
import { asOwner } from './people.ts'
import { call, identityOver, type JsonObject, matching, must, serviceOfFile } from './service-of-file.ts'

// People sign in at a login server for the console: a real login server, and a browser that keeps its cookies.

const OURS = 'https://daybook.example.com'
const SECRET = 'the secret of the console, with a % and a : in it'
const CLIENT = 'daybook-console'
const callbackOf = (n: number) => `${OURS}/v1/sessions/oidc/${n}/callback`

const server = await startLoginServer(
  ['e1', 'e2'],
  [
    { clientId: CLIENT, secret: SECRET, redirectUri: callbackOf(0) },
    { clientId: 'another', secret: SECRET, redirectUri: callbackOf(0) },
  ],
)
const secretless = await startLoginServer(['e1'], [{ clientId: CLIENT, redirectUri: callbackOf(1) }])

const folder = mkdtempSync(join(tmpdir(), 'daybook-'))
const secretFile = join(folder, 'secret')
writeFileSync(secretFile, `${SECRET}\n`)
afterAll(() => rmSync(folder, { recursive: true }))

const console_ = { clientId: CLIENT, clientSecretFile: secretFile }
const roles = { rolesClaim: 'groups', roleMap: { '*': 'employee', People: 'hr', Root: 'admin' } }
const { issuers, why } = parseIssuers(
  JSON.stringify([
    { issuer: server.issuer, audience: AUDIENCE, books: ['first', 'second'], ...roles, ...console_ },
    { issuer: secretless.issuer, audience: AUDIENCE, books: ['first'], roleMap: { '*': 'employee' }, clientId: CLIENT },
    { issuer: 'https://login.example.com', audience: AUDIENCE, books: ['first'] },
    // Nobody listens there.
    { issuer: 'http://127.0.0.1:9', audience: AUDIENCE, books: ['first'], clientId: CLIENT },
  ]),
)
if (issuers === undefined) throw new Error(why)

const service = serviceOfFile({ issuers, publicUrl: `${OURS}/` })
let at: string
beforeAll(async () => {
  for (const book of ['first', 'second']) await must(service.call('PUT', `/v1/books/${book}`, { body: {} }))
  for (const entity of ['e1', 'e3']) await must(service.call('PUT', `/v1/books/first/entities/${entity}`, { body: {} }))
  at = await service.listen()
})
beforeEach(() => {
  server.person = 'e1'
  secretless.person = 'e1'
})
afterEach(() => {
  server.answer = undefined
  secretless.answer = undefined
  server.claims.clear()
})
afterAll(() => Promise.all([server.close(), secretless.close()]))

const browser = () => new Browser({ [OURS]: at })
const isBack = ({ origin }: URL) => origin === OURS

/** As far as back from the login server, with what it says. */
async function comeBack(by: Browser, n = 0): Promise<string> {
  const begun = await by.get(`${OURS}/v1/sessions/oidc/${n}`)
  expect(begun.status).toBe(302)
  return by.follow(begun.headers.get('location')!, isBack)
}

async function signIn(by = browser(), n = 0): Promise<Browser> {
  const answer = await by.get(await comeBack(by, n))
  expect({ status: answer.status, location: answer.headers.get('location') }).toEqual({ status: 302, location: '/' })
  return by
}

const asPage = { origin: OURS }

async function me(by: Browser): Promise<{ readonly status: number; readonly body: JsonObject }> {
  const answer = await by.get(`${OURS}/v1/me`, asPage)
  return { status: answer.status, body: (await answer.json()) as JsonObject }
}

async function refusedWith(answer: Response, expected: object): Promise<void> {
  expect(await answer.json()).toMatchObject(expected)
  expect(answer.headers.get('location')).toBeNull()
  const kept = answer.headers.getSetCookie().filter((line) => !/Expires=Thu, 01 Jan 1970/.test(line))
  expect(kept).toEqual([])
}

const ROUND_TRIP = { status: 400, code: 'sign-in-failed', reason: 'round-trip' }
const LOGIN_SERVER = { status: 400, code: 'sign-in-failed', reason: 'login-server' }
const TOKEN = { status: 400, code: 'sign-in-failed', reason: 'token' }
const AWAY_REPLY = { status: 502, body: { code: 'login-server-unavailable' } }
const AWAY = { status: 502, code: 'login-server-unavailable' }

/** Signs what the login server would not, with its own key unless another is given. */
async function signed(claims: object, { header = {}, key }: { header?: object; key?: JWK } = {}): Promise<string> {
  const jwk = key ?? server.keys['RS256']!
  const now = Math.floor(Date.now() / 1_000)
  return new SignJWT({ iss: server.issuer, aud: CLIENT, iat: now, exp: now + 120, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: jwk.kid!, ...header })
    .sign(await importJWK(jwk, 'RS256'))
}

describe('somebody who signs in at a login server', () => {
  test('is who a token of that login server would make them, by a session in a cookie', async () => {
    server.claims.set('e1', { groups: ['People'] })
    const { body: byToken } = await service.call('GET', '/v1/me', {
      key: await server.token('e1', { claims: { groups: ['People'] } }),
    })
    const by = await signIn()
    const { status, body } = await me(by)
    const { kind, id, roles } = byToken as JsonObject
    expect({ status, body }).toEqual({ status: 200, body: { kind, id, roles, rights: [], expiresAt: matching(/Z$/) } })
    expect(roles).toEqual([
      { book: 'first', role: 'employee', entity: 'e1', until: null },
      { book: 'first', role: 'hr', entity: 'e1', until: null },
      { book: 'second', role: 'hr', entity: null, until: null },
    ])
    const hours = (Date.parse(body['expiresAt'] as string) - Date.now()) / 3_600_000
    expect(hours).toBeGreaterThan(11.9)
    expect(hours).toBeLessThanOrEqual(12)
  })

  test('is sent there with PKCE, state and nonce, by a cookie that only this host gets back', async () => {
    const answer = await browser().get(`${OURS}/v1/sessions/oidc/0`)
    const to = new URL(answer.headers.get('location')!)
    expect(to.origin).toBe(server.issuer)
    expect(Object.fromEntries(to.searchParams)).toEqual({
      client_id: CLIENT,
      response_type: 'code',
      redirect_uri: callbackOf(0),
      scope: 'openid profile email',
      code_challenge_method: 'S256',
      code_challenge: matching(/^[\w-]{43}$/),
      state: matching(/^[\w-]{43}$/),
      nonce: matching(/^[\w-]{43}$/),
    })
    const [cookie, ...others] = answer.headers.getSetCookie()
    expect(others).toEqual([])
    expect(cookie).toMatch(/^__Host-daybook-sign-in=[\w.-]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('has nothing kept for them until they are back: whoever likes may begin', async () => {
    const count = 'select (select count(*) from access.spent) + (select count(*) from access.sessions) as rows'
    const before = await asOwner(service, count)
    await Promise.all(Array.from({ length: 20 }, () => browser().get(`${OURS}/v1/sessions/oidc/0`)))
    expect(await asOwner(service, count)).toEqual(before)
  })

  test('gets the cookie of a session as everybody else does, and brings nothing more back', async () => {
    const by = browser()
    const answer = await by.get(await comeBack(by))
    const cookies = answer.headers.getSetCookie()
    expect(cookies).toHaveLength(2)
    expect(cookies[0]).toMatch(/^__Host-daybook-sign-in=; .*Expires=Thu, 01 Jan 1970/)
    expect(cookies[1]).toMatch(/^__Host-daybook=[\w.-]+; Path=\/; Expires=.*; HttpOnly; Secure; SameSite=Strict$/)
    expect(by.cookies(OURS)).toMatch(/^__Host-daybook=[^;]+$/)
  })

  test('needs no secret where the client has none: PKCE is there', async () => {
    expect((await me(await signIn(browser(), 1))).status).toBe(200)
  })

  test('is the entity as soon as a book has it, and not beyond', async () => {
    server.person = 'e2'
    const by = await signIn()
    expect(await me(by)).toMatchObject({ status: 403, body: { needs: 'me:read' } })
    await must(service.call('PUT', '/v1/books/second/entities/e2', { body: {} }))
    await expect
      .poll(async () => (await me(by)).body['roles'])
      .toEqual([{ book: 'second', role: 'employee', entity: 'e2', until: null }])
  })

  test('calls by the rules of every cookie: an own origin, and a header where something changes', async () => {
    const by = await signIn()
    const url = `${at}/v1/books/first/live/tickets`
    const ask = (headers: Record<string, string>) =>
      fetch(url, { method: 'POST', headers: { cookie: by.cookies(OURS), ...headers } }).then(({ status }) => status)
    expect(await ask({ ...asPage, 'x-daybook-csrf': '1' })).toBe(201)
    expect(await ask(asPage)).toBe(403)
    expect(await ask({ origin: 'https://evil.example.com', 'x-daybook-csrf': '1' })).toBe(403)
  })

  test('sees that session among their own, and ends it', async () => {
    const by = await signIn()
    const own = { key: null, headers: { ...asPage, cookie: by.cookies(OURS), 'x-daybook-csrf': '1' } }
    const { body } = await service.call('GET', '/v1/sessions', own)
    const current = (body as { items: { id: string; current: boolean }[] }).items.find(({ current }) => current)
    expect(current).toBeDefined()
    expect(await service.call('DELETE', `/v1/sessions/${current!.id}`, own)).toMatchObject({ status: 204 })
    expect((await me(by)).status).toBe(401)
  })

  test('is out after 30 minutes without a call', async () => {
    const by = await signIn()
    const { sid } = decodeJwt<{ sid: string }>(by.cookies(OURS).split('=')[1]!)
    const idle = `update access.sessions set last_used_at = now() - interval '31 minutes' where session_id = $1`
    await asOwner(service, idle, [sid])
    await expect.poll(async () => (await me(by)).status).toBe(401)
  })
})

test('who signed in, and who did not, is in the audit trail', async () => {
  const { sid, sub } = decodeJwt<{ sid: string; sub: string }>((await signIn()).cookies(OURS).split('=')[1]!)
  await refusedWith(await browser().get(callbackOf(0)), ROUND_TRIP)
  const entries = async () => {
    const { body } = await must(service.call('GET', '/v1/audit?action=finishSignIn&limit=1000'))
    return (body as JsonObject)['items']
  }
  const accepted = { actor: { type: 'user', id: sub }, subject: `session:${sid}`, outcome: 'accepted', problem: null }
  const refused = { actor: { type: 'nobody', id: null }, subject: null, outcome: 'refused', problem: 'sign-in-failed' }
  for (const one of [accepted, refused]) {
    await expect.poll(entries, { timeout: 5_000 }).toContainEqual(expect.objectContaining(one))
  }
})

describe('nobody is signed in', () => {
  test('without the cookie that they began with', async () => {
    const back = await comeBack(browser())
    await refusedWith(await browser().get(back), ROUND_TRIP)
  })

  test('by what somebody else brought back: neither their own state nor that of the other is used up by it', async () => {
    const [mine, theirs] = [browser(), browser()]
    const [back, other] = [await comeBack(mine), await comeBack(theirs)]
    const cookie = mine.cookies(OURS)
    await refusedWith(await mine.get(other), ROUND_TRIP)
    // The cookie is gone from the browser; who still has it may go on.
    expect((await browser().get(back, { cookie })).status).toBe(302)
    expect((await theirs.get(other)).status).toBe(302)
  })

  test('twice by one round trip, not even by the browser that began', async () => {
    const by = browser()
    const back = await comeBack(by)
    const cookie = by.cookies(OURS)
    expect((await browser().get(back, { cookie })).status).toBe(302)
    await refusedWith(await browser().get(back, { cookie }), ROUND_TRIP)
  })

  test('by two at once with one round trip: one of them', async () => {
    const by = browser()
    const back = await comeBack(by)
    const cookie = by.cookies(OURS)
    const answers = await Promise.all([browser().get(back, { cookie }), browser().get(back, { cookie })])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([302, 400])
  })

  test('by a code that was used before', async () => {
    const [first, second] = [browser(), browser()]
    const used = new URL(await comeBack(first))
    expect((await first.get(used.href)).status).toBe(302)
    const back = new URL(await comeBack(second))
    back.searchParams.set('code', used.searchParams.get('code')!)
    await refusedWith(await second.get(back.href), LOGIN_SERVER)
  })

  test('at another login server than they began at', async () => {
    const by = browser()
    const back = (await comeBack(by)).replace('/oidc/0/', '/oidc/1/')
    await refusedWith(await by.get(back), ROUND_TRIP)
  })

  test.each([
    ['another one', 'https://login.example.com'],
    ['none', null],
  ])('where the answer says that it is of %s', async (_which, iss) => {
    const by = browser()
    const back = new URL(await comeBack(by))
    expect(back.searchParams.get('iss')).toBe(server.issuer)
    if (iss === null) back.searchParams.delete('iss')
    else back.searchParams.set('iss', iss)
    await refusedWith(await by.get(back.href), TOKEN)
  })

  test('whom the login server does not let in; what it says of that is not told on', async () => {
    server.person = undefined
    const by = browser()
    const back = await comeBack(by)
    expect(back).toContain('error=access_denied')
    const answer = await by.get(back)
    expect(await answer.clone().text()).not.toContain('<b>')
    await refusedWith(answer, LOGIN_SERVER)
  })

  test.each(['server_error', 'temporarily_unavailable'])('while the login server says %s', async (error) => {
    const by = browser()
    const back = new URL(await comeBack(by))
    back.searchParams.delete('code')
    back.searchParams.set('error', error)
    await refusedWith(await by.get(back.href), AWAY)
  })

  test('by a round trip that took more than ten minutes, or that this service never signed', async () => {
    const by = browser()
    const back = await comeBack(by)
    const [name = '', token = ''] = by.cookies(OURS).split('=')
    const claims = decodeJwt(token)
    const { key, keyId } = await service.backend.identity.sessions.keys.signer()
    const again = (seconds: number, typ = 'sign-in+jwt') =>
      new SignJWT({ ...claims, exp: Math.floor(Date.now() / 1_000) + seconds })
        .setProtectedHeader({ alg: 'EdDSA', kid: keyId, typ })
        .sign(key)
    expect(claims.exp! - Date.now() / 1_000).toBeLessThanOrEqual(600)
    const changed = token.replace(/[\w-]{4}$/, 'AAAA')
    for (const cookie of [await again(-1), await again(60, 'session+jwt'), changed, 'a.b.c', '']) {
      await refusedWith(await browser().get(back, { cookie: `${name}=${cookie}` }), ROUND_TRIP)
    }
    expect((await browser().get(back, { cookie: `${name}=${await again(60)}` })).status).toBe(302)
    // Nor is it a session.
    const headers = { ...asPage, cookie: `__Host-daybook=${token}` }
    expect(await service.call('GET', '/v1/me', { key: null, headers })).toMatchObject({ status: 401 })
    expect(await service.call('GET', '/v1/me', { key: token })).toMatchObject({ status: 401 })
  })

  test('and anybody is told where: at those with a client, by their numbers', async () => {
    expect(await service.call('GET', '/v1/sessions/oidc', { key: null })).toMatchObject({
      status: 200,
      body: {
        passwords: true,
        loginServers: [
          { n: '0', issuer: server.issuer },
          { n: '1', issuer: secretless.issuer },
          { n: '3', issuer: 'http://127.0.0.1:9' },
        ],
      },
    })
  })

  test('at a login server without a client, or of a number that there is not: both are answered alike', async () => {
    const answers = await Promise.all(
      [2, 4, 99].flatMap((n) =>
        [`/v1/sessions/oidc/${n}`, `/v1/sessions/oidc/${n}/callback?code=a&state=b`].map(async (url) => {
          const { status, body } = await service.call('GET', url, { key: null })
          return { status, ...(body as JsonObject), instance: undefined }
        }),
      ),
    )
    expect(answers[0]).toMatchObject({ status: 404, code: 'not-found' })
    for (const answer of answers) expect(answer).toEqual(answers[0])
  })

  test('who would choose where to come out: nothing of a call says so', async () => {
    const url = '/v1/sessions/oidc/0?redirect=https://evil.example.com'
    expect(await service.call('GET', url, { key: null })).toMatchObject({ status: 400 })
    const by = browser()
    const back = `${await comeBack(by)}&redirect=https://evil.example.com&return_to=//evil.example.com`
    expect((await by.get(back)).headers.get('location')).toBe('/')
  })
})

/** What the token endpoint answers instead, about whoever is on the way. */
async function withToken(token: (nonce: string) => Promise<string> | string): Promise<Response> {
  const by = browser()
  const begun = await by.get(`${OURS}/v1/sessions/oidc/0`)
  const to = begun.headers.get('location')!
  const back = await by.follow(to, isBack)
  const id_token = await token(new URL(to).searchParams.get('nonce')!)
  const body = JSON.stringify({ access_token: 'x', token_type: 'Bearer', expires_in: 60, id_token })
  server.answer = (path) => (path === '/token' ? { status: 200, body } : undefined)
  return by.get(back)
}

describe('an ID token', () => {
  test('is taken where it is as it should be', async () => {
    expect((await withToken((nonce) => signed({ sub: 'e1', nonce }))).status).toBe(302)
  })

  test.each<[string, object, object?]>([
    ['of another audience', { aud: 'another' }],
    ['of several audiences that was made for another one', { aud: [CLIENT, 'another'], azp: 'another' }],
    ['of another issuer', { iss: 'https://login.example.com' }],
    ['with another nonce', { nonce: 'another' }],
    ['without a nonce', { nonce: undefined }],
    ['after its end', { exp: Math.floor(Date.now() / 1_000) - 60 }],
    ['without an end', { exp: undefined }],
    ['of nobody', { sub: undefined }],
    ['of a login without a name', { sid: '' }],
    ['that tells of an event', { events: {} }],
    ['that is another kind of token', {}, { typ: 'logout+jwt' }],
    ['that brings a key', {}, { jwk: { kty: 'RSA' } }],
    ['that names an unknown key', {}, { kid: 'unknown' }],
  ])('%s is refused', async (_which, claims, header = {}) => {
    const answer = await withToken((nonce) => signed({ sub: 'e1', nonce, ...claims }, { header }))
    await refusedWith(answer, TOKEN)
  })

  test('that is not signed, or signed by somebody else, is refused', async () => {
    const strange = { ...secretless.keys['RS256']!, kid: server.keys['RS256']!.kid! }
    await refusedWith(await withToken((nonce) => signed({ sub: 'e1', nonce }, { key: strange })), TOKEN)
    const none = Buffer.from(JSON.stringify({ alg: 'none', kid: 'x' })).toString('base64url')
    const unsigned = await withToken(async (nonce) => {
      const [, claims] = (await signed({ sub: 'e1', nonce })).split('.')
      return `${none}.${claims}.`
    })
    await refusedWith(unsigned, TOKEN)
  })
})

describe('while the login server is away', () => {
  test('from the beginning, nobody is sent anywhere', async () => {
    await refusedWith(await browser().get(`${OURS}/v1/sessions/oidc/3`), AWAY)
    expect(service.log).toContainEqual(
      expect.objectContaining({ loginServer: '3', msg: 'nobody can sign in at a login server' }),
    )
  })

  test.each([
    ['what it says of itself', '/.well-known/openid-configuration'],
    ['its keys', '/jwks'],
  ])('for %s, on a process that has not asked yet, nobody is signed in', async (_what, path) => {
    const by = browser()
    const back = await comeBack(by)
    const { logger, primary, identity } = service.backend
    const tokens = openTokens({ issuers }, primary, logger)
    const fresh = await service.another({ identity: identityOver(identity.db, { tokens }) })
    const there = new Browser({ [OURS]: await service.listen(fresh) })
    server.answer = (asked) => (asked === path ? null : undefined)
    await refusedWith(await there.get(back, { cookie: by.cookies(OURS) }), AWAY)
  })

  test('or what it says of itself is of another one, or leads into the network, nobody is sent anywhere', async () => {
    const url = `${server.issuer}/.well-known/openid-configuration`
    const description = (await (await fetch(url)).json()) as object
    const whenItSays = async (more: object) => {
      const { logger, primary, identity } = service.backend
      const tokens = openTokens({ issuers }, primary, logger)
      const fresh = await service.another({ identity: identityOver(identity.db, { tokens }) })
      server.answer = () => ({ status: 200, body: JSON.stringify({ ...description, ...more }) })
      const answer = await call(fresh, 'GET', '/v1/sessions/oidc/0', { key: null })
      server.answer = undefined
      return answer
    }
    expect((await whenItSays({})).status).toBe(302)
    for (const more of [
      { issuer: 'https://login.example.com' },
      { token_endpoint: 'https://10.0.0.7/token' },
      { token_endpoint: 'ftp://login.example.com/token' },
      { authorization_endpoint: 'javascript:alert(1)' },
      { authorization_endpoint: undefined },
    ]) {
      expect(await whenItSays(more)).toMatchObject(AWAY_REPLY)
    }
  })

  test.each<[string, { status: number; body: string } | null]>([
    ['is gone', null],
    ['is broken', { status: 500, body: 'oops' }],
    ['sends elsewhere', { status: 302, body: '' }],
    ['answers no JSON', { status: 200, body: '<html>' }],
    ['does not know the client', { status: 401, body: '{"error":"invalid_client"}' }],
    ['answers without end', { status: 200, body: `"${'x'.repeat(100_000)}"` }],
  ])('or its token endpoint %s, nobody is signed in, and the next try works', async (_how, answer) => {
    const by = browser()
    const back = await comeBack(by)
    server.answer = (path) => (path === '/token' ? answer : undefined)
    await refusedWith(await by.get(back), AWAY)
    server.answer = undefined
    expect((await me(await signIn(by))).status).toBe(200)
  })
})
