import { randomUUID } from 'node:crypto'
import { decodeJwt, importJWK, type JWK, SignJWT } from 'jose'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseIssuers } from '../../src/identity/issuers/setting.ts'
import { openTokens } from '../../src/service/tokens.ts'
import { AUDIENCE, startLoginServer } from '../support/login-server.ts'
import { Browser } from './browser.ts'
import { LiveClient } from './live-client.ts'
import { asOwner } from './people.ts'
import { call, identityOver, type JsonObject, must, type Reply, serviceOfFile } from './service-of-file.ts'

// A login server says that a login has ended, and the sessions of it end on every process. The tokens are signed with the keys
// of a real one, as the specification has them: that one sends none to addresses of its own machine.

const OURS = 'https://daybook.example.com'
const CLIENT = 'daybook-console'
const client = (n: number) => ({ clientId: CLIENT, redirectUri: `${OURS}/v1/sessions/oidc/${n}/callback` })
const server = await startLoginServer(['e1', 'e2'], [client(0)])
const other = await startLoginServer(['e1'], [client(1)])

const shared = { audience: AUDIENCE, books: ['first'], roleMap: { '*': 'employee' } }
const { issuers, why } = parseIssuers(
  JSON.stringify([
    { issuer: server.issuer, ...shared, clientId: CLIENT },
    { issuer: other.issuer, ...shared, clientId: CLIENT },
    { issuer: 'https://login.example.com', ...shared },
  ]),
)
if (issuers === undefined) throw new Error(why)

const service = serviceOfFile({ issuers, publicUrl: OURS })
let at: string
/** Another process over the same database: what this one finds out is unknown to it. */
let elsewhere: string
beforeAll(async () => {
  await must(service.call('PUT', '/v1/books/first', { body: {} }))
  for (const entity of ['e1', 'e2']) await must(service.call('PUT', `/v1/books/first/entities/${entity}`, { body: {} }))
  at = await service.listen()
  const { logger, primary, identity } = service.backend
  const tokens = openTokens({ issuers }, primary, logger)
  elsewhere = await service.listen(await service.another({ identity: identityOver(identity.db, { tokens }) }))
})
beforeEach(() => {
  server.person = 'e1'
  other.person = 'e1'
})
afterEach(() => asOwner(service, 'delete from access.sessions'))
afterAll(() => Promise.all([server.close(), other.close()]))

interface Somebody {
  readonly cookie: string
  /** What the login server calls their login. */
  readonly sid: string
}

function goAndComeBack(n: number, by: Browser): Promise<string> {
  return by.follow(`${OURS}/v1/sessions/oidc/${n}`, ({ pathname }) => pathname.endsWith('/callback'))
}

async function signIn(n = 0, by = new Browser({ [OURS]: at })): Promise<Somebody> {
  expect((await by.get(await goAndComeBack(n, by))).status).toBe(302)
  const cookie = by.cookies(OURS)
  const { sid: session } = decodeJwt<{ sid: string }>(cookie.split('=')[1]!)
  const find = 'select login_session from access.sessions where session_id = $1'
  const [row] = await asOwner<{ login_session: string }>(service, find, [session])
  return { cookie, sid: row!.login_session }
}

async function isIn({ cookie }: Somebody, where = at): Promise<boolean> {
  const { status } = await fetch(`${where}/v1/me`, { headers: { cookie, origin: OURS } })
  expect([200, 401]).toContain(status)
  return status === 200
}

interface Forged {
  readonly header?: object
  readonly key?: JWK
  readonly from?: typeof server
}

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

async function logoutToken(claims: object, { header = {}, from = server, key }: Forged = {}): Promise<string> {
  const jwk = key ?? from.keys['RS256']!
  const now = Math.floor(Date.now() / 1_000)
  const usual = { iss: from.issuer, aud: CLIENT, iat: now, exp: now + 120, jti: randomUUID(), events: { [EVENT]: {} } }
  return new SignJWT({ ...usual, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: jwk.kid!, typ: 'logout+jwt', ...header })
    .sign(await importJWK(jwk, 'RS256'))
}

function send(token: string, { n = 0, more = '' } = {}): Promise<Reply> {
  return call(service.app, 'POST', `/v1/sessions/oidc/${n}/logout`, {
    key: null,
    idempotencyKey: null,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `logout_token=${token}${more}`,
  })
}

describe('a logout', () => {
  test('by the name of a login ends the session of it, and no other', async () => {
    const [mine, again] = [await signIn(), await signIn()]
    expect(mine.sid).not.toBe(again.sid)
    const { status, text, headers } = await send(await logoutToken({ sid: mine.sid }))
    expect({ status, text }).toEqual({ status: 200, text: '' })
    expect(headers['cache-control']).toBe('no-store')
    expect([await isIn(mine), await isIn(again)]).toEqual([false, true])
  })

  test('by the person ends all of theirs, and nobody else’s', async () => {
    const mine = [await signIn(), await signIn()]
    const same = await signIn(1)
    server.person = 'e2'
    const theirs = await signIn()
    expect(await send(await logoutToken({ sub: 'e1' }))).toMatchObject({ status: 200 })
    expect(await Promise.all([...mine, same, theirs].map((one) => isIn(one)))).toEqual([false, false, true, true])
  })

  test('by both ends that login, where it is that person’s', async () => {
    const mine = await signIn()
    expect(await send(await logoutToken({ sub: 'e2', sid: mine.sid }))).toMatchObject({ status: 200 })
    expect(await isIn(mine)).toBe(true)
    expect(await send(await logoutToken({ sub: 'e1', sid: mine.sid }))).toMatchObject({ status: 200 })
    expect(await isIn(mine)).toBe(false)
  })

  test('is in the audit trail, with the sessions that it ended', async () => {
    const mine = await signIn()
    await send(await logoutToken({ sid: mine.sid }))
    const { sid: session } = decodeJwt<{ sid: string }>(mine.cookie.split('=')[1]!)
    const entries = async () => {
      const { body } = await must(service.call('GET', '/v1/audit?action=endSessionsOfLogin&limit=1000'))
      return (body as JsonObject)['items']
    }
    await expect
      .poll(entries, { timeout: 5_000 })
      .toContainEqual(expect.objectContaining({ subject: `session:${session}`, outcome: 'accepted' }))
  })

  test('is answered alike whether there is such a login or not', async () => {
    const mine = await signIn()
    const [known, unknown] = [
      await send(await logoutToken({ sid: mine.sid })),
      await send(await logoutToken({ sid: 'x' })),
    ]
    const seen = ({ status, text }: Reply) => ({ status, text })
    expect(seen(unknown)).toEqual(seen(known))
  })

  test.each([
    ['without a type', undefined],
    ['of any type', 'JWT'],
  ])('may come in a token %s', async (_which, typ) => {
    const mine = await signIn()
    expect(await send(await logoutToken({ sid: mine.sid }, { header: { typ } }), { more: '&other=1' })).toMatchObject({
      status: 200,
    })
    expect(await isIn(mine)).toBe(false)
  })

  test('holds on another process within a second, and ends a WebSocket that is open there', async () => {
    const mine = await signIn()
    expect(await isIn(mine, elsewhere)).toBe(true)
    const live = await LiveClient.open(`${elsewhere}/v1/books/first/live`, { cookie: mine.cookie, origin: OURS })
    live.send({ subscribe: {}, after: 0 })
    expect(await live.next()).toEqual({ subscribed: 0 })
    expect(await send(await logoutToken({ sid: mine.sid }))).toMatchObject({ status: 200 })
    await expect.poll(() => isIn(mine, elsewhere)).toBe(false)
    expect(await live.closed()).toMatchObject({ code: 1008 })
  })
})

describe('a logout that comes while somebody is coming back', () => {
  /** Holds up whoever begins a session, after the exchange of the code: a session that is over is cleared away before. */
  async function heldUp(meanwhile: () => Promise<unknown>, comingBack: () => Promise<unknown>): Promise<void> {
    await asOwner(
      service,
      `insert into access.sessions (session_id, subject, grants, entities, started_at, last_used_at, expires_at)
       values ('${'0'.repeat(32)}', 'nobody', '[]', '{}', now(), now(), now() - interval '1 day')`,
    )
    const holding = new Client({ connectionString: service.database.url })
    await holding.connect()
    try {
      await holding.query('begin')
      await holding.query(`select from access.sessions where subject = 'nobody' for update`)
      const back = comingBack()
      const waiting = `select pid from pg_stat_activity
                        where wait_event_type = 'Lock' and query like '%delete from access.sessions where expires_at%'`
      await expect.poll(async () => (await asOwner(service, waiting)).length, { timeout: 60_000 }).toBe(1)
      await meanwhile()
      await holding.query('rollback')
      await back
    } finally {
      await holding.end()
    }
  }

  async function cameBack(by: Browser, meanwhile: (somebody: Somebody) => Promise<unknown>): Promise<Response> {
    const before = await signIn(0, by)
    // The same login: whoever is signed in there is sent back at once.
    const back = await goAndComeBack(0, by)
    let answer: Response | undefined
    await heldUp(
      () => meanwhile(before),
      async () => {
        answer = await by.get(back)
      },
    )
    return answer!
  }

  async function sessionsLeft(): Promise<number> {
    const find = `select session_id from access.sessions where issuer is not null`
    return (await asOwner(service, find)).length
  }

  test.each<[string, (sid: string) => object]>([
    ['by the name of the login', (sid) => ({ sid })],
    ['by the person', () => ({ sub: 'e1' })],
    ['by both', (sid) => ({ sub: 'e1', sid })],
  ])('%s, lets no session of it begin', async (_how, claims) => {
    const answer = await cameBack(new Browser({ [OURS]: at }), async ({ sid }) => {
      expect(await send(await logoutToken(claims(sid)))).toMatchObject({ status: 200 })
    })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'sign-in-failed', reason: 'login-server' })
    expect(answer.headers.get('set-cookie')).not.toContain('__Host-daybook=')
    expect(await sessionsLeft()).toBe(0)
  })

  test.each<[string, (sid: string) => object]>([
    ['of another person', () => ({ sub: 'e2' })],
    ['of another login', () => ({ sid: 'another' })],
    ['of this login, as another person’s', (sid) => ({ sub: 'e2', sid })],
  ])('%s, is no matter', async (_how, claims) => {
    const answer = await cameBack(new Browser({ [OURS]: at }), async ({ sid }) => {
      expect(await send(await logoutToken(claims(sid)))).toMatchObject({ status: 200 })
    })
    expect(answer.status).toBe(302)
    expect(await sessionsLeft()).toBe(2)
  })

  test('of another login server, is no matter', async () => {
    const answer = await cameBack(new Browser({ [OURS]: at }), async ({ sid }) => {
      const token = await logoutToken({ sid }, { from: other })
      expect(await send(token, { n: 1 })).toMatchObject({ status: 200 })
    })
    expect(answer.status).toBe(302)
  })

  test('at the same moment, leaves no session of a login that has ended, whichever comes first', async () => {
    for (let round = 0; round < 12; round += 1) {
      const by = new Browser({ [OURS]: round % 2 === 0 ? at : elsewhere })
      const { sid } = await signIn(0, by)
      const back = await goAndComeBack(0, by)
      const token = await logoutToken({ sid })
      const [answer, ended] = await Promise.all([by.get(back), send(token)])
      expect(ended.status).toBe(200)
      expect([302, 400]).toContain(answer.status)
      expect({ round, left: await sessionsLeft() }).toEqual({ round, left: 0 })
    }
  })

  test('after it was looked whether there was one, ends the session that begins', async () => {
    await asOwner(
      service,
      `create function access.wait_for_test() returns trigger language plpgsql as
         $$ begin perform pg_advisory_xact_lock(4711); return new; end $$;
       create trigger wait_for_test before insert on access.sessions for each row execute function access.wait_for_test();
       grant execute on function access.wait_for_test() to public`,
    )
    const by = new Browser({ [OURS]: at })
    const { sid } = await signIn(0, by)
    const back = await goAndComeBack(0, by)
    const holding = new Client({ connectionString: service.database.url })
    await holding.connect()
    try {
      await holding.query('select pg_advisory_lock(4711)')
      const waitingFor = async (text: string): Promise<number> => {
        const find = `select pid from pg_stat_activity where wait_event = 'advisory' and query like $1`
        return (await asOwner(service, find, [`%${text}%`])).length
      }
      const answer = by.get(back)
      await expect.poll(() => waitingFor('insert into access.sessions'), { timeout: 60_000 }).toBe(1)
      const ended = send(await logoutToken({ sid }))
      await expect.poll(() => waitingFor('daybook logins'), { timeout: 60_000 }).toBe(1)
      await holding.query('select pg_advisory_unlock(4711)')
      expect([(await answer).status, (await ended).status]).toEqual([302, 200])
      expect(await sessionsLeft()).toBe(0)
    } finally {
      await holding.end()
      await asOwner(service, 'drop trigger wait_for_test on access.sessions; drop function access.wait_for_test()')
    }
  })

  test('is forgotten after a while', async () => {
    await send(await logoutToken({ sid: 'long ago' }))
    await asOwner(service, `update access.ended_logins set ended_at = now() - interval '16 minutes'`)
    await send(await logoutToken({ sid: 'just now' }))
    const kept = await asOwner<{ login_session: string }>(service, 'select login_session from access.ended_logins')
    expect(kept.map((row) => row.login_session)).toEqual(['just now'])
  })
})

describe('a logout token', () => {
  const now = Math.floor(Date.now() / 1_000)

  test.each<[string, object, Forged?]>([
    ['with a nonce', { nonce: 'x' }],
    ['of another audience', { aud: 'another' }],
    ['for whoever calls by a token', { aud: AUDIENCE }],
    ['of another issuer', { iss: other.issuer }],
    ['signed by another login server', {}, { key: { ...other.keys['RS256']!, kid: server.keys['RS256']!.kid! } }],
    ['after its end', { exp: now - 60 }],
    ['without an end', { exp: undefined }],
    ['of yesterday', { iat: now - 86_400 }],
    ['without a time', { iat: undefined }],
    ['without a name of its own', { jti: undefined }],
    ['with a name that is no text', { jti: 7 }],
    ['without an event', { events: undefined }],
    ['of another event', { events: { 'http://example.com/other': {} } }],
    ['whose event is no object', { events: { [EVENT]: 'yes' } }],
    ['that is a token of somebody who calls', {}, { header: { typ: 'at+jwt' } }],
    ['that brings a key', {}, { header: { jwk: { kty: 'RSA' } } }],
    ['about nobody', { sid: undefined }],
    ['about a login without a name', { sid: '' }],
  ])('%s is refused, and nobody is signed out', async (_which, claims, forged = {}) => {
    const mine = await signIn()
    await refused(await logoutToken({ sid: mine.sid, ...claims }, forged))
    expect(await isIn(mine)).toBe(true)
  })

  test('that nobody signed is refused', async () => {
    const mine = await signIn()
    const [, claims = ''] = (await logoutToken({ sid: mine.sid })).split('.')
    const header = (alg: string) =>
      Buffer.from(JSON.stringify({ alg, kid: server.keys['RS256']!.kid, typ: 'logout+jwt' })).toString('base64url')
    for (const token of [
      `${header('none')}.${claims}.`,
      `${header('none')}.${claims}.AAAA`,
      `${header('HS256')}.${claims}.AAAA`,
      'x',
    ]) {
      await refused(token)
    }
    expect(await isIn(mine)).toBe(true)
  })

  test('works once, whichever process it comes to, also for a login that began meanwhile', async () => {
    const token = await logoutToken({ sub: 'e1' })
    expect(await send(token)).toMatchObject({ status: 200 })
    const later = await signIn()
    await refused(token)
    const form = { method: 'POST', body: new URLSearchParams({ logout_token: token }) }
    expect((await fetch(`${elsewhere}/v1/sessions/oidc/0/logout`, form)).status).toBe(400)
    expect(await isIn(later)).toBe(true)
  })

  test('of one login server says nothing about logins of another one', async () => {
    const mine = await signIn()
    await refused(await logoutToken({ sid: mine.sid }, { from: other }))
    expect(await send(await logoutToken({ sid: mine.sid }, { from: other }), { n: 1 })).toMatchObject({ status: 200 })
    expect(await isIn(mine)).toBe(true)
  })

  test('lets nobody in who shows it as their own', async () => {
    for (const typ of ['logout+jwt', 'JWT', 'at+jwt']) {
      const key = await logoutToken({ sub: 'e1', aud: AUDIENCE }, { header: { typ } })
      expect(await service.call('GET', '/v1/me', { key })).toMatchObject({ status: 401 })
    }
  })

  test('is taken as a form, once, of its size; and of login servers at which people sign in', async () => {
    const token = await logoutToken({ sub: 'e1' })
    expect(await send(token, { more: `&logout_token=${token}` })).toMatchObject({ status: 400 })
    expect(await send('x'.repeat(20_000))).toMatchObject({ status: 413 })
    const json = { key: null, body: { logout_token: token } }
    expect(await service.call('POST', '/v1/sessions/oidc/0/logout', json)).toMatchObject({ status: 415 })
    const [without, none] = [await send(token, { n: 2 }), await send(token, { n: 99 })]
    const seen = ({ status, body }: Reply) => ({ status, ...(body as JsonObject), instance: undefined })
    expect(seen(without)).toMatchObject({ status: 404, code: 'not-found' })
    expect(seen(none)).toEqual(seen(without))
  })
})

async function refused(token: string): Promise<void> {
  const reply = await send(token)
  expect(reply).toMatchObject({
    status: 400,
    body: { code: 'invalid-request', errors: [{ in: 'body', pointer: '/logout_token' }] },
  })
}

test('what was used is forgotten once it would be refused for its age', async () => {
  const spent = async () => {
    const [row] = await asOwner<{ n: string }>(service, 'select count(*)::text as n from access.spent')
    return Number(row!.n)
  }
  await send(await logoutToken({ sub: 'e1' }))
  expect(await spent()).toBeGreaterThan(0)
  const [latest] = await asOwner<{ latest: Date }>(service, 'select max(expires_at) as latest from access.spent')
  expect(latest!.latest.getTime() - Date.now()).toBeLessThan(3_700_000)
  await asOwner(service, `update access.spent set expires_at = now() - interval '1 second'`)
  await send(await logoutToken({ sub: 'e1' }))
  expect(await spent()).toBe(1)
})

test('a login server that is taken out of the configuration lets nobody in any more', async () => {
  const mine = await signIn()
  const { logger, primary, identity } = service.backend
  const tokens = openTokens({ issuers: issuers.slice(1) }, primary, logger)
  const app = await service.another({ identity: identityOver(identity.db, { tokens }) })
  const headers = { cookie: mine.cookie, origin: OURS }
  expect(await call(app, 'GET', '/v1/me', { key: null, headers })).toMatchObject({ status: 401 })
  expect(await isIn(mine)).toBe(true)
})
