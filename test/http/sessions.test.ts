import { createHash, createHmac } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { MOST_CHARACTERS } from '../../src/identity/weak-password.ts'
import { WrongPasswords } from '../../src/identity/wrong-passwords.ts'
import { openSeals } from '../../src/secrets/seals.ts'
import { eventually } from '../support/eventually.ts'
import { asOwner, invited, newMail, PASSWORD, person, signIn, tokenOf } from './people.ts'
import { call, identityOver, type JsonObject, matching, must, serviceOfFile } from './service-of-file.ts'

// People sign in, call by the token that they get, and sign out.

const service = serviceOfFile()

const AUDITOR = [{ book: '*', role: 'auditor' }]

function sessionOf(token: string): string {
  return decodeJwt<{ sid: string }>(token).sid
}

function me(key: string) {
  return service.call('GET', '/v1/me', { key })
}

describe('signing in', () => {
  test('gives a token of a session, which says who they are', async () => {
    const somebody = await person(service, [{ book: 'main', role: 'employee', entity: 'e1' }])
    const { status, body, headers } = await signIn(service, { ...somebody, email: somebody.email.toUpperCase() })
    const roles = [{ book: 'main', role: 'employee', entity: 'e1', until: null }]
    const { token, ...rest } = body as { token: string; id: string; expiresAt: string; me: JsonObject }
    expect({ status, ...rest }).toEqual({
      status: 201,
      id: matching(/^[0-9a-f]{32}$/),
      expiresAt: matching(/Z$/),
      me: { kind: 'user', id: somebody.id, roles, rights: [], expiresAt: rest.expiresAt },
    })
    expect(headers['cache-control']).toContain('no-store')
    const hours = (Date.parse(rest.expiresAt) - Date.now()) / 3_600_000
    expect(hours).toBeGreaterThan(11.9)
    expect(hours).toBeLessThanOrEqual(12)
    expect(await me(token)).toMatchObject({ status: 200, body: rest.me })
    expect(decodeJwt(token)).toEqual({
      iss: 'urn:daybook',
      aud: 'urn:daybook',
      sub: somebody.id,
      sid: rest.id,
      iat: expect.any(Number) as number,
      exp: Date.parse(rest.expiresAt) / 1_000,
    })
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'EdDSA', typ: 'session+jwt' })
  })

  test('says nothing of what was wrong', async () => {
    const somebody = await person(service, AUDITOR)
    const waiting = await invited(service)
    const replies = await Promise.all([
      signIn(service, { ...somebody, password: 'a wrong one, but a long one' }),
      signIn(service, { email: newMail(), password: PASSWORD }),
      signIn(service, { email: waiting.email, password: PASSWORD }),
      signIn(service, { email: 'no mail address', password: '' }),
      signIn(service, { ...somebody, password: 'x'.repeat(MOST_CHARACTERS + 1) }),
    ])
    const same = replies.map(({ status, body }) => ({ status, ...(body as JsonObject), instance: undefined }))
    expect(new Set(same.map((one) => JSON.stringify(one))).size).toBe(1)
    expect(same[0]).toMatchObject({ status: 401, code: 'invalid-credentials' })
  })

  test('takes one password however it is typed', async () => {
    const { id, email, token } = await invited(service)
    const [composed, decomposed] = ['für immer zu zweit am Fluß', 'fu\u0308r immer zu zweit am Fluß']
    expect(composed).not.toBe(decomposed)
    await must(service.call('POST', `/v1/invitations/${token}`, { body: { password: composed }, key: null }))
    const { body } = await must(signIn(service, { email, password: decomposed }))
    expect(body).toMatchObject({ me: { id } })
  })

  test('with wrong passwords in a row is slowed down for that person from that address, and for nobody else', async () => {
    const [somebody, other] = await Promise.all([person(service, AUDITOR), person(service, AUDITOR)])
    const wrong = { ...somebody, password: 'a wrong one, but a long one' }
    let now = 0
    const identity = { ...service.backend.identity, wrongPasswords: new WrongPasswords(() => now) }
    const app = await service.another({ identity })
    const tries = await Promise.all(Array.from({ length: 20 }, () => signIn(app, wrong)))
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(5)
    const [slow] = tries.filter(({ status }) => status === 429)
    expect(slow).toMatchObject({ body: { code: 'too-many-requests', limit: { counted: 'wrong-passwords' } } })
    expect(slow!.headers['retry-after']).toBe('1')
    expect(await signIn(app, { ...somebody, email: somebody.email.toUpperCase() })).toMatchObject({ status: 429 })
    expect(await signIn(app, other)).toMatchObject({ status: 201 })
    const payload = { email: somebody.email, password: somebody.password }
    const elsewhere = await app.inject({ method: 'POST', url: '/v1/sessions', remoteAddress: '192.0.2.7', payload })
    expect(elsewhere.statusCode).toBe(201)
    now += 1_000
    expect(await signIn(app, wrong)).toMatchObject({ status: 401 })
    now += 1_999
    expect(await signIn(app, somebody)).toMatchObject({ status: 429 })
    now += 1
    expect(await signIn(app, somebody)).toMatchObject({ status: 201 })
    expect(await signIn(app, wrong)).toMatchObject({ status: 401 })
  })

  test('of a crowd holds few passwords at once, and tells the others to come again', async () => {
    const crowd = await Promise.all(
      Array.from({ length: 150 }, () => signIn(service, { email: newMail(), password: 'a wrong one' })),
    )
    const byStatus = Map.groupBy(crowd, ({ status }) => status)
    expect(new Set(byStatus.keys())).toEqual(new Set([401, 503]))
    // Two that are hashed and fifty that wait, and those whose turn came meanwhile.
    expect(byStatus.get(503)!.length).toBeGreaterThan(20)
    expect(byStatus.get(503)![0]!.headers['retry-after']).toBe('1')
    expect(JSON.stringify(service.log)).not.toContain('a wrong one')
  })

  test('is not offered where passwords are off', async () => {
    const somebody = await person(service, AUDITOR)
    const { token } = await invited(service)
    const app = await service.another({ config: { ...service.backend.config, passwords: 'off' } })
    const body = { email: somebody.email, password: somebody.password }
    expect(await call(app, 'POST', '/v1/sessions', { body, key: null })).toMatchObject({ status: 404 })
    const choice = { body: { password: PASSWORD }, key: null }
    expect(await call(app, 'POST', `/v1/invitations/${token}`, choice)).toMatchObject({ status: 404 })
    expect(await call(app, 'POST', `/v1/users/${somebody.id}/invitation`)).toMatchObject({ status: 404 })
    const made = await call(app, 'POST', '/v1/users', { body: { email: newMail(), name: 'x', roles: AUDITOR } })
    expect(made).toMatchObject({ status: 201, body: { invitation: null, invitedUntil: null } })
  })
})

describe('a token', () => {
  test('of a session that began by a password is nobody’s once passwords are off', async () => {
    const token = await tokenOf(service, await person(service, AUDITOR))
    const { db } = service.backend.identity
    const statusWhere = async (passwords: boolean) => {
      const app = await service.another({ identity: identityOver(db, { passwords }) })
      return (await call(app, 'GET', '/v1/me', { key: token })).status
    }
    expect([await statusWhere(true), await statusWhere(false), await statusWhere(true)]).toEqual([200, 401, 200])
  })

  test('that was changed, or was signed by somebody else, is nobody’s', async () => {
    const token = await tokenOf(service, await person(service, AUDITOR))
    const [header = '', payload = '', signature = ''] = token.split('.')
    const { kid } = decodeProtectedHeader(token)
    const claims = decodeJwt(token)
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true })
    const ours = await published()
    const signed = (head: object) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', typ: 'session+jwt', ...head }).sign(privateKey)
    const mac = (head: object, secret: Buffer | string) => {
      const text = `${encoded(head)}.${payload}`
      return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
    }
    const forged = {
      payload: `${header}.${encoded({ ...claims, sub: 'root' })}.${signature}`,
      signature: `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
      'no signature': `${header}.${payload}.`,
      none: `${encoded({ alg: 'none', typ: 'session+jwt' })}.${payload}.`,
      'none, with a signature': `${encoded({ alg: 'none', kid, typ: 'session+jwt' })}.${payload}.${signature}`,
      'HS256 with the public key': mac({ alg: 'HS256', kid, typ: 'session+jwt' }, JSON.stringify(ours)),
      'HS256 with its x': mac({ alg: 'HS256', kid, typ: 'session+jwt' }, Buffer.from(ours.x!, 'base64url')),
      'another key': await signed({ kid }),
      'another key, without its id': await signed({}),
      'a key that it brings along': await signed({ kid, jwk: await exportJWK(publicKey) }),
      'a key at an address': await signed({ kid, jku: 'http://127.0.0.1:1/jwks.json' }),
      'an id that is SQL': await signed({ kid: `' or '1'='1` }),
    }
    for (const [how, key] of Object.entries(forged)) {
      expect({ how, status: (await me(key)).status }).toEqual({ how, status: 401 })
    }
    expect(await me(token)).toMatchObject({ status: 200 })
  })

  test('of this service that is not one of a session is nobody’s', async () => {
    const somebody = await person(service, AUDITOR)
    const token = await tokenOf(service, somebody)
    const { sid } = decodeJwt(token)
    const { keyId, key } = await service.backend.identity.sessions.keys.signer()
    const good = { iss: 'urn:daybook', aud: 'urn:daybook', sub: somebody.id, sid, exp: Date.now() / 1_000 + 60 }
    const signed = (claims: object, head: object = {}) =>
      new SignJWT({ ...good, ...claims })
        .setProtectedHeader({ alg: 'EdDSA', kid: keyId, typ: 'session+jwt', ...head })
        .sign(key)
    expect(await me(await signed({}))).toMatchObject({ status: 200 })
    const others = {
      'another type': await signed({}, { typ: 'JWT' }),
      'another audience': await signed({ aud: 'somebody' }),
      'another issuer': await signed({ iss: 'urn:other' }),
      expired: await signed({ exp: Date.now() / 1_000 - 1 }),
      'not yet valid': await signed({ nbf: Date.now() / 1_000 + 60 }),
      'without an end': await signed({ exp: undefined }),
      'without a session': await signed({ sid: undefined }),
      'of a session that is none': await signed({ sid: '0'.repeat(32) }),
      'of somebody else': await signed({ sub: '0'.repeat(16) }),
      'with what must be understood': await new SignJWT(good)
        .setProtectedHeader({ alg: 'EdDSA', kid: keyId, typ: 'session+jwt', crit: ['x'], x: 1 })
        .sign(key, { crit: { x: true } }),
    }
    for (const [how, key] of Object.entries(others)) {
      expect({ how, status: (await me(key)).status }).toEqual({ how, status: 401 })
    }
  })

  async function published() {
    const [key] = await service.backend.identity.sessions.keys.published()
    return key!
  }
})

describe('a session', () => {
  test('ends half an hour after its last use', async () => {
    const key = await tokenOf(service, await person(service, AUDITOR))
    const sid = sessionOf(key)
    await lastUsed(sid, '29 minutes')
    await eventually(async () => {
      // Looked up by then: and its use is noted, as it is not too late.
      expect(await me(key)).toMatchObject({ status: 200 })
      const [row] = await asOwner<{ recently: boolean }>(
        service,
        `select last_used_at > now() - interval '2 minutes' as recently from access.sessions where session_id = $1`,
        [sid],
      )
      expect(row).toEqual({ recently: true })
    })
    await lastUsed(sid, '30 minutes')
    await eventually(async () => expect((await me(key)).status).toBe(401))
    // It does not come back by being tried.
    expect(await me(key)).toMatchObject({ status: 401 })
  })

  test('ends twelve hours after it began, however much it is used', async () => {
    const key = await tokenOf(service, await person(service, AUDITOR))
    expect(await me(key)).toMatchObject({ status: 200 })
    await asOwner(service, 'update access.sessions set expires_at = now() where session_id = $1', [
      decodeJwt(key)['sid'],
    ])
    await eventually(async () => expect((await me(key)).status).toBe(401))
  })

  test('that is ended is refused, and on another process too', async () => {
    const other = await service.another({ identity: identityOver(service.backend.identity.db) })
    const key = await tokenOf(service, await person(service, AUDITOR))
    const there = () => call(other, 'GET', '/v1/me', { key })
    expect(await there()).toMatchObject({ status: 200 })
    expect(await service.call('DELETE', `/v1/sessions/${sessionOf(key)}`, { key })).toMatchObject({
      status: 204,
    })
    expect(await me(key)).toMatchObject({ status: 401 })
    // How soon: test/identity/recent.test.ts.
    await eventually(async () => expect((await there()).status).toBe(401))
  })

  test('is asked about again while a stream is open, which is no use of it', async () => {
    const { sessions } = service.backend.identity
    const keys = await Promise.all(['one', 'other'].map(async () => tokenOf(service, await person(service, AUDITOR))))
    const people = (await Promise.all(keys.map(async (key) => sessions.holderOf(key)))).map((holder) => holder!)
    const [one, other] = people
    await lastUsed(one!.session, '29 minutes')
    expect(await sessions.again(people)).toEqual(new Map(people.map((holder) => [holder.credential, holder])))
    await lastUsed(one!.session, '30 minutes')
    expect(await sessions.again(people)).toEqual(new Map([[other!.credential, other]]))
  })

  test('is listed with the others of whoever calls, who may end one or all of them', async () => {
    const [somebody, other] = await Promise.all([person(service, AUDITOR), person(service, AUDITOR)])
    const agent = { 'user-agent': 'a browser' }
    const { body } = await must(signIn(service, somebody, agent))
    const { id, token: key } = body as { id: string; token: string }
    const [second, theirs] = await Promise.all([tokenOf(service, somebody), tokenOf(service, other)])
    const listed = async () => ((await must(service.call('GET', '/v1/sessions', { key }))).body as JsonObject)['items']
    expect(await listed()).toHaveLength(2)
    expect(await listed()).toContainEqual({
      id,
      current: true,
      startedAt: matching(/Z$/),
      lastUsedAt: matching(/Z$/),
      expiresAt: matching(/Z$/),
      address: '127.0.0.1',
      userAgent: 'a browser',
    })
    const foreign = `/v1/sessions/${sessionOf(theirs)}`
    expect(await service.call('DELETE', foreign, { key })).toMatchObject({ status: 404 })
    expect(await service.call('DELETE', `/v1/sessions/${'0'.repeat(32)}`, { key })).toMatchObject({ status: 404 })
    expect(await me(theirs)).toMatchObject({ status: 200 })
    expect(await service.call('DELETE', '/v1/sessions', { key })).toMatchObject({ status: 204 })
    expect([await me(key), await me(second), await me(theirs)].map(({ status }) => status)).toEqual([401, 401, 200])
  })

  test('belongs to a person: machines have none', async () => {
    expect(await service.call('GET', '/v1/sessions')).toMatchObject({ status: 200, body: { items: [] } })
    expect(await service.call('DELETE', '/v1/sessions')).toMatchObject({ status: 204 })
  })

  test('of somebody whom a login server knows has roles of its own', async () => {
    const { sessions } = service.backend.identity
    const grants = [{ book: '*', role: 'payroll', entity: null, until: null }] as const
    const opened = await sessions.open({ of: { subject: 'oidc:1:ada', grants }, address: null, userAgent: null })
    expect(await me(opened!.token)).toMatchObject({
      status: 200,
      body: { kind: 'user', id: 'oidc:1:ada', roles: [{ book: '*', role: 'payroll' }] },
    })
  })

  function lastUsed(session: unknown, ago: string) {
    return asOwner(
      service,
      `update access.sessions set last_used_at = now() - $2::interval - interval '1 second' where session_id = $1`,
      [session, ago],
    )
  }
})

describe('what tokens are signed with', () => {
  const KEY = Buffer.alloc(32, 7)

  test('is the same on all processes that can read it, and each has its own where nothing encrypts it', async () => {
    const { db } = service.backend.identity
    const somebody = await person(service, AUDITOR)
    const signedBy = async (seals = true) => {
      const { sessions } = identityOver(db, seals ? { seals: openSeals([KEY]) } : {})
      const { token } = (await sessions.open({ of: { user: somebody.id }, address: null, userAgent: null }))!
      return { kid: decodeProtectedHeader(token).kid!, token }
    }
    const first = await signedBy()
    const [second, own, another] = [await signedBy(), await signedBy(false), await signedBy(false)]
    expect(second.kid).toBe(first.kid)
    expect(new Set([first.kid, own.kid, another.kid]).size).toBe(3)
    for (const { token } of [first, second, own, another]) expect(await me(token)).toMatchObject({ status: 200 })
    const rows = await asOwner<{ key_id: string; sealed_private_key: string | null }>(
      service,
      'select key_id, sealed_private_key, public_key from access.signing_keys',
    )
    expect(rows.find(({ key_id }) => key_id === first.kid)!.sealed_private_key).toMatch(/^v1\./)
    expect(rows.find(({ key_id }) => key_id === own.kid)!.sealed_private_key).toBeNull()
    expect(JSON.stringify(rows)).not.toContain('"d"')
  })

  test('is another after thirty days, and what the one before signed is taken a day longer', async () => {
    const { db } = service.backend.identity
    const somebody = await person(service, AUDITOR)
    const opened = async () => {
      const { sessions } = identityOver(db, { seals: openSeals([KEY]) })
      return (await sessions.open({ of: { user: somebody.id }, address: null, userAgent: null }))!.token
    }
    const age = (id: unknown, days: number) =>
      asOwner(service, `update access.signing_keys set created_at = now() - $2 * interval '1 day' where key_id = $1`, [
        id,
        days,
      ])
    const before = await opened()
    await age(decodeProtectedHeader(before).kid, 30)
    const after = await opened()
    expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid)
    const other = await service.another({ identity: identityOver(db) })
    for (const key of [before, after])
      expect(await call(other, 'GET', '/v1/me', { key })).toMatchObject({ status: 200 })
    await age(decodeProtectedHeader(before).kid, 32)
    const later = await service.another({ identity: identityOver(db) })
    expect(await call(later, 'GET', '/v1/me', { key: before })).toMatchObject({ status: 401 })
  })

  test('a key of the configuration that is gone leaves the service signing, with another one', async () => {
    const { db } = service.backend.identity
    const somebody = await person(service, AUDITOR)
    const { sessions } = identityOver(db, { seals: openSeals([createHash('sha256').update('another').digest()]) })
    const opened = await sessions.open({ of: { user: somebody.id }, address: null, userAgent: null })
    expect(await me(opened!.token)).toMatchObject({ status: 200 })
  })
})
