import { createHmac, createPublicKey, randomBytes, sign as signBytes } from 'node:crypto'
import { importJWK, type JWK, SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { parseIssuers } from '../../src/identity/issuers/setting.ts'
import { AUDIENCE, startLoginServer } from '../support/login-server.ts'
import { call, type JsonObject, must, type Reply, serviceOfFile } from './service-of-file.ts'

// Tokens of login servers, and of whoever would like to have one: against a real login server, over HTTP.

const PEOPLE = ['e1', 'e2', 'nobody-here', 'a machine']
const server = await startLoginServer(PEOPLE)
const other = await startLoginServer(PEOPLE)

const { issuers, why } = parseIssuers(
  JSON.stringify([
    {
      issuer: server.issuer,
      audience: AUDIENCE,
      books: ['first', 'second'],
      rolesClaim: 'groups',
      roleMap: {
        '*': 'employee',
        People: 'hr',
        Payers: [{ role: 'payroll', books: ['second'] }, 'auditor'],
        Root: 'admin',
      },
    },
    {
      issuer: other.issuer,
      audience: [AUDIENCE, 'daybook-console'],
      books: ['second'],
      jwksUri: `${other.issuer}/jwks`,
      entityClaim: ['employee', 'number'],
      rolesClaim: ['realm_access', 'roles'],
      roleMap: { '*': 'employee', hr: 'hr' },
      requiredClaims: { tenant: 'ours' },
      algorithms: ['ES256'],
    },
    // Nobody listens there.
    { issuer: 'http://127.0.0.1:9', audience: AUDIENCE, books: ['first'], roleMap: { '*': 'employee' } },
  ]),
)
if (issuers === undefined) throw new Error(why)

const service = serviceOfFile({ issuers })

beforeAll(async () => {
  for (const book of ['first', 'second', 'third']) {
    await must(service.call('PUT', `/v1/books/${book}`, { body: {} }))
    await must(service.call('PUT', `/v1/books/${book}/entities/e1`, { body: {} }))
  }
  await must(service.call('PUT', '/v1/books/second/entities/e2', { body: {} }))
  await must(service.call('PUT', '/v1/books/first/entities/ada@example.com', { body: {} }))
})
afterEach(() => {
  server.answer = undefined
})
afterAll(() => Promise.all([server.close(), other.close()]))

const me = (key: string): Promise<Reply> => service.call('GET', '/v1/me', { key })

async function refused(token: string): Promise<void> {
  const reply = await me(token)
  expect(reply).toMatchObject({
    status: 401,
    body: { code: 'unauthenticated', detail: 'The key or token is not known, or has ended.' },
  })
  expect(reply.headers['www-authenticate']).toBe('Bearer realm="daybook", error="invalid_token"')
}

/** Signs what a login server would not, with its own key unless another is given. */
async function forged(
  claims: object = {},
  { header = {}, algorithm = 'RS256', key }: { header?: object; algorithm?: string; key?: JWK } = {},
): Promise<string> {
  const jwk = key ?? server.keys[algorithm]!
  const now = Math.floor(Date.now() / 1_000)
  return new SignJWT({ iss: server.issuer, aud: AUDIENCE, sub: 'e1', iat: now, exp: now + 600, ...claims })
    .setProtectedHeader({ alg: algorithm, kid: jwk.kid!, typ: 'at+jwt', ...header })
    .sign(await importJWK(jwk, algorithm))
}

const encoded = (value: object | string): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** Signs texts as they are, which no library would. */
function signedText(header: string, claims: string): string {
  const signed = `${encoded(header)}.${encoded(claims)}`
  const key = { key: server.keys['RS256']! as never, format: 'jwk' } as const
  return `${signed}.${signBytes('sha256', Buffer.from(signed), key).toString('base64url')}`
}

function textOfClaims(more = ''): string {
  const now = Math.floor(Date.now() / 1_000)
  const claims = { iss: server.issuer, aud: AUDIENCE, sub: 'e1', exp: now + 600 }
  return `${JSON.stringify(claims).slice(0, -1)}${more}}`
}

const headerText = (more = ''): string => `{"alg":"RS256","kid":"${server.keys['RS256']!.kid}"${more}}`

describe('a token of a login server', () => {
  test.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('signed by %s says who calls', async (algorithm) => {
    const { status, body } = await me(await server.token('e1', { algorithm }))
    expect(status).toBe(200)
    expect(body).toMatchObject({
      kind: 'user',
      id: expect.stringMatching(/^sso-[0-9a-f]{32}$/) as string,
      roles: [
        { book: 'first', role: 'employee', entity: 'e1', until: null },
        { book: 'second', role: 'employee', entity: 'e1', until: null },
      ],
      rights: [],
      expiresAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    })
  })

  test('is the entity only in books that have it, and nothing where no book does', async () => {
    expect((await me(await server.token('e2'))).body).toMatchObject({
      roles: [{ book: 'second', role: 'employee', entity: 'e2' }],
    })
    expect(await me(await server.token('nobody-here'))).toMatchObject({ status: 403, body: { needs: 'me:read' } })
  })

  test('may do what its roles may, and nothing in other books', async () => {
    const key = await server.token('e1')
    const get = (path: string) => service.call('GET', path, { key })
    expect((await get('/v1/books/first/policies')).status).toBe(200)
    expect((await get('/v1/books/first/events')).status).toBe(403)
    expect(await get('/v1/books/third/entities/e1')).toMatchObject({ status: 404, body: { code: 'unknown-book' } })
    expect(await get('/v1/books/main')).toMatchObject({ status: 404, body: { code: 'unknown-book' } })
  })

  test('has the roles that its claim is mapped to, in the books that the mapping names; a value that is not mapped gives none', async () => {
    const rolesOf = async (groups: unknown) => {
      const { body } = await me(await server.token('nobody-here', { claims: { groups } }))
      const { roles } = body as { roles?: { book: string; role: string; entity: string | null }[] }
      return roles?.map(({ book, role, entity }) => `${book} ${role} ${entity ?? '-'}`)
    }
    expect(await rolesOf(['People', 'everybody', 'Payers'])).toEqual([
      'first hr -',
      'second hr -',
      'second payroll -',
      'first auditor -',
      'second auditor -',
    ])
    expect(await rolesOf('Root')).toEqual(['first admin -', 'second admin -'])
    for (const groups of [
      ['admin', 'hr'],
      ['*'],
      [['Root']],
      { Root: true },
      'root',
      7,
      null,
      ['__proto__', 'constructor'],
    ]) {
      expect(await rolesOf(groups)).toBeUndefined()
    }
  })

  test('does not give more than its roles: an admin of two books makes no book and no key for others', async () => {
    const key = await server.token('a machine', { claims: { groups: ['Root'] } })
    expect((await service.call('PUT', '/v1/books/another', { key, body: {} })).status).toBe(403)
    const made = await service.call('POST', '/v1/keys', {
      key,
      body: { name: 'a test', roles: [{ book: 'third', role: 'auditor' }] },
    })
    expect(made).toMatchObject({ status: 403, body: { needs: 'keys:define' } })
  })

  test('is somebody else at another login server, whatever its sub; and the same with every token', async () => {
    const idOf = async (key: string) => ((await me(key)).body as JsonObject)['id']
    const first = await idOf(await server.token('e1'))
    expect(await idOf(await server.token('e1', { seconds: 60 }))).toBe(first)
    const claims = { tenant: 'ours', employee: { number: 'e1' } }
    const second = await idOf(await other.token('e1', { algorithm: 'ES256', claims }))
    expect(second).toMatch(/^sso-/)
    expect(second).not.toBe(first)
  })

  test('claims may lie deeper, and others may have to be there', async () => {
    const of = async (claims: object, more: object = {}) =>
      me(await other.token('e2', { algorithm: 'ES256', claims, ...more }))
    const whole = { tenant: 'ours', employee: { number: 'e1' }, realm_access: { roles: ['hr'] } }
    expect((await of(whole)).body).toMatchObject({
      roles: [
        { book: 'second', role: 'employee', entity: 'e1' },
        { book: 'second', role: 'hr', entity: 'e1' },
      ],
    })
    expect((await of(whole, { audience: 'daybook-console' })).status).toBe(200)
    expect((await of({ ...whole, tenant: 'theirs' })).status).toBe(401)
    expect((await of({ employee: { number: 'e1' } })).status).toBe(401)
    expect((await of({ ...whole, employee: 'e1' })).body).toMatchObject({ roles: [{ role: 'hr', entity: null }] })
    // Of an algorithm that this login server is not pinned to.
    expect((await me(await other.token('e2', { algorithm: 'RS256', claims: whole }))).status).toBe(401)
  })

  test('a mail address names nobody unless the login server has tried it', async () => {
    const roles = async (claims: object) => (await me(await forged({ sub: 'ada@example.com', ...claims }))).status
    expect(await roles({})).toBe(403)
    expect(await roles({ email: 'ada@example.com', email_verified: false })).toBe(403)
    expect(await roles({ email: 'ada@example.com', email_verified: 'true' })).toBe(403)
    expect(await roles({ email: 'ada@example.com', email_verified: 1 })).toBe(403)
    expect(await roles({ email: 'eve@example.com', email_verified: true })).toBe(403)
    expect(await roles({ email: 'ada@example.com', email_verified: true })).toBe(200)
  })

  test('an entity that comes to be there is somebody within a second, on the same token', async () => {
    const key = await server.token('a machine', { claims: { groups: ['People'] } })
    expect((await me(key)).status).toBe(200)
    const late = await forged({ sub: 'late' })
    expect((await me(late)).status).toBe(403)
    await must(service.call('PUT', '/v1/books/first/entities/late', { body: {} }))
    await expect.poll(async () => (await me(late)).status, { timeout: 60_000 }).toBe(200)
  })

  test('may be the bootstrap key, where somebody chose one that looks so', async () => {
    const key = 'eyJzb21lYm9keSI6.chose.this'
    const app = await service.another({}, key)
    expect((await call(app, 'GET', '/v1/me', { key })).body).toMatchObject({ id: 'root' })
  })
})

describe('keys of a login server', () => {
  test('that cannot be had let nobody in, and are no failure of the service', async () => {
    const claims = { iss: 'http://127.0.0.1:9' }
    await refused(await forged(claims))
    expect(service.log).toContainEqual(
      expect.objectContaining({ msg: 'the keys of a login server cannot be fetched', issuer: 'http://127.0.0.1:9' }),
    )
  })

  test('that are new are fetched at the first token, and at most once a minute for keys that nobody knows', async () => {
    await must(me(await server.token('e1')))
    const before = server.asked.filter((path) => path === '/jwks').length
    for (let index = 0; index < 20; index += 1) {
      await refused(await forged({}, { header: { kid: `unknown-${index}` } }))
    }
    expect(server.asked.filter((path) => path === '/jwks').length - before).toBeLessThanOrEqual(1)
  })
})

describe('refused is a token', () => {
  const now = (): number => Math.floor(Date.now() / 1_000)

  test('without a signature', async () => {
    for (const alg of ['none', 'None', 'NONE', '']) {
      const unsigned = `${encoded({ alg, typ: 'JWT', kid: server.keys['RS256']!.kid })}.${encoded(textOfClaims())}.`
      await refused(unsigned)
      await refused(`${unsigned}AA`)
    }
    const [header, claims] = (await server.token('e1')).split('.')
    await refused(`${header}.${claims}.`)
    await refused(`${header}.${claims}`)
  })

  test('signed by HMAC with the public key', async () => {
    const { kty, n, e, kid } = server.keys['RS256']!
    const pem = createPublicKey({ key: { kty, n, e } as never, format: 'jwk' })
    const secrets = [
      pem.export({ type: 'spki', format: 'pem' }),
      pem.export({ type: 'spki', format: 'der' }),
      pem.export({ type: 'pkcs1', format: 'pem' }),
      n!,
    ]
    for (const secret of secrets) {
      const signed = `${encoded({ alg: 'HS256', typ: 'JWT', kid })}.${encoded(textOfClaims())}`
      await refused(`${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`)
    }
  })

  test('of which anything was changed', async () => {
    const token = await server.token('e1')
    const [header, , signature] = token.split('.')
    await refused(`${header}.${encoded(textOfClaims(',"groups":["Root"]'))}.${signature}`)
    await refused(`${encoded({ alg: 'RS256', kid: server.keys['RS256']!.kid })}.${token.split('.')[1]}.${signature}`)
    await refused(token.slice(0, -8))
    await refused(`${token}AAAA`)
    await refused(`${token}=`)
    await refused(`${token}.x`)
  })

  test.each([
    ['of an issuer that is not in the configuration', { iss: 'https://login.example.com' }],
    ['of an issuer that is written otherwise', { iss: `${server.issuer}/` }],
    ['without an issuer', { iss: undefined }],
    ['of two issuers', { iss: [server.issuer] }],
    ['for somebody else', { aud: 'elsewhere' }],
    ['for whatever begins alike', { aud: [`${AUDIENCE}2`, AUDIENCE.toUpperCase()] }],
    ['for nobody', { aud: undefined }],
    ['of nobody', { sub: undefined }],
    ['of an empty name', { sub: '' }],
    ['of a name that is no text', { sub: 7 }],
    ['that never expires', { exp: undefined }],
    ['whose expiry is a text', { exp: '9999999999' }],
    ['whose expiry is no instant', { exp: 1e300 }],
    ['that has expired', { exp: now() - 61 }],
    ['that does not hold yet', { nbf: now() + 3_600 }],
    ['whose beginning is a text', { nbf: '1' }],
    ['that is bound to a key of its sender', { cnf: { jkt: 'x' } }],
    ['that tells of a logout', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }],
  ])('%s', async (_what, claims) => {
    await refused(await forged(claims))
  })

  test('only a little after its end or before its beginning, since clocks differ', async () => {
    expect((await me(await forged({ exp: now() - 1 }))).status).toBe(200)
    expect((await me(await forged({ nbf: now() + 10 }))).status).toBe(200)
  })

  test('for several, where it is among them, is not refused', async () => {
    expect((await me(await forged({ aud: ['elsewhere', AUDIENCE] }))).status).toBe(200)
  })

  test.each(['logout+jwt', 'secevent+jwt', 'dpop+jwt', 'application/logout+jwt'])('of the type %s', async (typ) => {
    await refused(await forged({}, { header: { typ } }))
  })

  test.each([['JWT'], ['application/at+jwt'], [undefined]])('of the type %s is not refused', async (typ) => {
    expect((await me(await forged({}, { header: { typ } }))).status).toBe(200)
  })

  test('signed with a key of another type, or by another algorithm than that of its key', async () => {
    const { kid } = server.keys['RS256']!
    await refused(await forged({}, { algorithm: 'ES256', header: { kid } }))
    await refused(await forged({}, { algorithm: 'EdDSA', header: { kid } }))
    await refused(await forged({}, { algorithm: 'PS256', key: { ...server.keys['RS256']!, alg: 'PS256' } }))
    const { alg: _alg, ...bare } = server.keys['RS256']!
    await refused(await forged({}, { algorithm: 'RS512', key: { ...bare, alg: 'RS512' } }))
  })

  test('with the key of another login server, whosever id it names', async () => {
    const theirs = other.keys['RS256']!
    await refused(await forged({}, { key: theirs }))
    await refused(await forged({}, { key: { ...theirs, kid: server.keys['RS256']!.kid! } }))
    // Of the other one, with a key of this one: each has its own set.
    await refused(
      await forged({ iss: other.issuer, tenant: 'ours', employee: { number: 'e1' } }, { algorithm: 'ES256' }),
    )
  })

  test.each([
    ['a path', '../../../../dev/null'],
    ['SQL', "' or '1'='1"],
    ['a URL', 'https://attacker.example/jwks'],
    ['a name that every object has', '__proto__'],
    ['nothing', ''],
    ['a very long text', 'k'.repeat(4_000)],
    ['a text with a zero byte', 'RS256-1\0'],
  ])('whose key is named by %s', async (_what, kid) => {
    await refused(await forged({}, { header: { kid } }))
    await refused(await forged({}, { header: { kid }, key: other.keys['RS256']! }))
  })

  test('whose key has a number, a list or nothing for a name', async () => {
    for (const kid of ['7', '["RS256-1"]', 'null', '{}']) {
      await refused(signedText(`{"alg":"RS256","kid":${kid}}`, textOfClaims()))
    }
    await refused(signedText('{"alg":"RS256"}', textOfClaims()))
  })

  test('that brings its key along, or says where it is', async () => {
    const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...publicKey } = other.keys['RS256']!
    for (const header of [
      { jwk: publicKey },
      { jku: `${other.issuer}/jwks` },
      { x5u: `${other.issuer}/certificate` },
    ]) {
      const before = other.asked.length
      await refused(await forged({}, { header, key: other.keys['RS256']! }))
      // Also where it is signed rightly.
      await refused(await forged({}, { header }))
      expect(other.asked.length).toBe(before)
    }
  })

  test('with an extension that it says must be understood', async () => {
    for (const more of [
      ',"crit":["exp"],"exp":1',
      ',"crit":["https://example.com/x"],"https://example.com/x":true',
      ',"crit":[]',
      ',"crit":"b64"',
    ]) {
      await refused(signedText(headerText(more), textOfClaims()))
    }
  })

  test('whose body is not encoded (b64: false)', async () => {
    const claims = textOfClaims()
    for (const more of [',"b64":false,"crit":["b64"]', ',"b64":false', ',"b64":true,"crit":["b64"]']) {
      await refused(signedText(headerText(more), claims))
      const head = encoded(headerText(more))
      const key = { key: server.keys['RS256']! as never, format: 'jwk' } as const
      const signature = signBytes('sha256', Buffer.from(`${head}.${claims}`), key).toString('base64url')
      await refused(`${head}.${encoded(claims)}.${signature}`)
      await refused(`${head}..${signature}`)
    }
  })

  test('in which a name stands twice', async () => {
    await refused(signedText(headerText(), textOfClaims(',"sub":"e2"')))
    await refused(signedText(headerText(), textOfClaims(',"s\\u0075b":"e2"')))
    await refused(signedText(headerText(), textOfClaims(',"groups":["People"],"groups":["Root"]')))
    await refused(signedText(headerText(',"alg":"none"'), textOfClaims()))
    await refused(signedText(headerText(`,"kid":"${server.keys['ES256']!.kid}"`), textOfClaims()))
    // The same without: the text is signed as the tests think.
    expect((await me(signedText(headerText(), textOfClaims()))).status).toBe(200)
  })

  test('that is no JSON, or none of an object', async () => {
    for (const text of ['', '[]', '"x"', 'null', '{', '\ufeff{}', '{"a":'.repeat(200)]) {
      await refused(signedText(headerText(), text))
      await refused(signedText(text, textOfClaims()))
    }
    await refused('eyJ.eyJ.eyJ')
    await refused('eyJ...')
    await refused('eyJ.')
  })

  test('that is longer than 8 kB', async () => {
    const filled = async (letters: number) => forged({ more: 'x'.repeat(letters) })
    const empty = await filled(0)
    const room = Math.floor(((8_192 - empty.length) * 3) / 4) - 3
    expect((await me(await filled(room))).status).toBe(200)
    await refused(await filled(room + 9))
  })

  test('of which there is nothing but bytes by chance', async () => {
    for (let index = 0; index < 200; index += 1) {
      await refused(`eyJ${randomBytes(index + 1).toString('base64url')}.${randomBytes(40).toString('base64url')}.x`)
    }
  })

  test('and the log does not say what was in it', async () => {
    await refused(await forged({ sub: 'very-secret-name', aud: 'very-secret-name' }))
    const lines = service.log.filter(({ msg }) => msg === 'a token is not taken')
    expect(lines.length).toBeGreaterThan(0)
    expect(JSON.stringify(service.log)).not.toContain('very-secret-name')
    expect(JSON.stringify(service.log)).not.toContain('eyJ')
  })
})
