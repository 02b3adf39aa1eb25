import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { parseIssuers } from '../../src/identity/issuers/setting.ts'

const LEAST = { issuer: 'https://login.example.com/a', audience: 'daybook', books: ['main'] }
const whyNot = (...issuers: unknown[]) => parseIssuers(JSON.stringify(issuers)).why
const whyNotWith = (more: object) => whyNot({ ...LEAST, ...more })

describe('DAYBOOK_OIDC', () => {
  test('needs an issuer, an audience and books, and has what is usual for the rest', () => {
    const { issuers } = parseIssuers(JSON.stringify([LEAST]))
    expect(issuers).toEqual([
      {
        issuer: 'https://login.example.com/a',
        audiences: ['daybook'],
        books: ['main'],
        jwksUri: null,
        entityClaim: ['sub'],
        rolesClaim: null,
        roleMap: new Map(),
        requiredClaims: new Map(),
        algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
        privateAddresses: [],
        client: null,
      },
    ])
    expect(whyNot({ ...LEAST, books: undefined })).toBe('/0/books is missing')
    expect(whyNot({ ...LEAST, audience: undefined })).toBe('/0/audience is missing')
    expect(whyNot(LEAST, { ...LEAST, issuer: undefined })).toBe('/1/issuer is missing')
  })

  test.each([
    ['no JSON', '{', /^the whole is not JSON: /],
    ['no list', '{}', /^the whole must be a list of 1 to 16 login servers$/],
    ['an empty list', '[]', /^the whole must be a list/],
    [
      'a name that stands twice',
      '[{"issuer":"https://a.example","issuer":"https://b.example"}]',
      /^\/0\/issuer stands twice/,
    ],
    ['something else in the list', '[7]', /^\/0 must be an object$/],
  ])('refuses %s', (_what, text, why) => {
    expect(parseIssuers(text).why).toMatch(why)
  })

  test('names a client for the console, whose secret is in a file and is printed by nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'daybook-'))
    const file = join(folder, 'secret')
    await writeFile(file, 'hunter2\n')
    const { issuers } = parseIssuers(JSON.stringify([{ ...LEAST, clientId: 'console', clientSecretFile: file }]))
    const client = issuers![0]!.client!
    expect(client).toMatchObject({ id: 'console', scopes: ['profile', 'email'] })
    expect(client.secret!()).toBe('hunter2')
    expect(JSON.stringify(issuers) + inspect(issuers, { depth: 9, showHidden: true })).not.toContain('hunter2')
    await writeFile(file, '')
    expect(whyNotWith({ clientId: 'console', clientSecretFile: file })).toMatch(
      /^\/0\/clientSecretFile names the file ".*", which is empty$/,
    )
    await rm(folder, { recursive: true })
    expect(whyNotWith({ clientId: 'console', clientSecretFile: file })).toMatch(/, which cannot be read: ENOENT$/)
  })

  test('asks for scopes only of a client, and for openid in any case', () => {
    const scopesOf = (scopes: string[]) =>
      parseIssuers(JSON.stringify([{ ...LEAST, clientId: 'console', scopes }])).issuers?.[0]?.client
    expect(scopesOf(['openid', 'groups'])).toEqual({ id: 'console', secret: null, scopes: ['groups'] })
    expect(whyNotWith({ clientId: 'console', scopes: ['a b'] })).toBe('/0/scopes/0 must be a scope, without blanks')
    expect(whyNotWith({ scopes: ['groups'] })).toMatch(/^\/0\/scopes goes with a clientId/)
    expect(whyNotWith({ clientSecretFile: '/x' })).toMatch(/^\/0\/clientSecretFile goes with a clientId/)
  })

  test('refuses members that it does not know, and names them', () => {
    expect(whyNotWith({ audiences: ['x'] })).toMatch(
      /^\/0\/audiences is no member: there are issuer, audience, books, /,
    )
    expect(whyNotWith({ roleMap: { a: { role: 'hr', book: 'main' } }, rolesClaim: 'x' })).toMatch(
      /^\/0\/roleMap\/a\/book is no member: there are role, books$/,
    )
  })

  test.each([
    'https://login.microsoftonline.com/common/v2.0',
    'https://login.microsoftonline.com/organizations/v2.0',
    'https://login.microsoftonline.com/Consumers/v2.0',
    'https://login.microsoftonline.com/{tenantid}/v2.0',
    'https://sts.windows.net/%7Btenantid%7D/',
    'https://*.example.com',
  ])('refuses an issuer that stands for many: %s', (issuer) => {
    expect(whyNotWith({ issuer })).toMatch(/^\/0\/issuer must name one login server/)
  })

  test.each([
    ['accounts.google.com', 'it is no URL'],
    ['http://login.example.com', 'it is not https'],
    ['https://user:secret@login.example.com', 'it has credentials in it'],
    ['https://login.example.com/#a', 'it has a part behind #'],
    ['https://10.0.0.7/realms/a', 'its address is private'],
    ['https://127.0.0.1', 'its address is loopback'],
    ['https://login.example.com/a b', 'it has blanks in it'],
  ])('refuses an issuer that nobody would call: %s', (issuer, why) => {
    expect(whyNotWith({ issuer })).toBe(`/0/issuer is not called: ${why}`)
    expect(whyNotWith({ jwksUri: issuer })).toBe(`/0/jwksUri is not called: ${why}`)
  })

  test('refuses an issuer with a query, and one that stands twice', () => {
    expect(whyNotWith({ issuer: 'https://login.example.com/?a' })).toBe('/0/issuer must have no query')
    expect(whyNot(LEAST, { ...LEAST, audience: 'other' })).toMatch(/^\/1\/issuer stands twice/)
  })

  test('takes one on this machine by http, and one in a network that is named', () => {
    for (const issuer of ['http://127.0.0.1:8080', 'http://localhost:8080/a', 'http://[::1]:8080']) {
      expect(whyNotWith({ issuer })).toBeUndefined()
    }
    expect(whyNotWith({ issuer: 'https://10.0.0.7/a', privateAddresses: '10.0.0.0/8' })).toBeUndefined()
    expect(whyNotWith({ privateAddresses: ['ten'] })).toMatch(/^\/0\/privateAddresses must be addresses/)
    // What is not on this machine is not called by http, whatever is named.
    expect(whyNotWith({ issuer: 'http://10.0.0.7/a', privateAddresses: '10.0.0.0/8' })).toMatch(/it is not https$/)
  })

  test('gives nothing outside of its books, and not on every book', () => {
    expect(whyNotWith({ books: [] })).toBe('/0/books must be a list of 1 to 100 texts')
    expect(whyNotWith({ books: 'main' })).toBe('/0/books must be a list of 1 to 100 texts')
    expect(whyNotWith({ books: ['*'] })).toBe('/0/books/0 must be the id of a book')
    expect(whyNotWith({ books: ['main', 'main'] })).toBe('/0/books must not name anything twice')
    const roleMap = { a: [{ role: 'hr', books: ['other'] }] }
    expect(whyNotWith({ rolesClaim: 'x', roleMap })).toBe(
      '/0/roleMap/a/0/books must be among those of the login server: other is not',
    )
  })

  test('knows the roles it gives, and gives everybody none but employee', () => {
    const mapped = (roleMap: unknown) => whyNotWith({ rolesClaim: 'x', roleMap })
    expect(mapped({ a: 'boss' })).toMatch(/^\/0\/roleMap\/a must be a role: employee, hr, /)
    expect(mapped({ a: 'constructor' })).toMatch(/must be a role/)
    expect(mapped({ a: [] })).toBe('/0/roleMap/a must give a role')
    expect(mapped({ a: null })).toBe('/0/roleMap/a must be an object')
    expect(mapped({})).toMatch(/^\/0\/roleMap must map/)
    expect(mapped({ a: 'admin', '*': 'hr' })).toBe('/0/roleMap/* must give no role but employee: everybody has it')
    expect(mapped({ a: ['admin', { role: 'hr' }] })).toBeUndefined()
  })

  test('has a claim of roles where it maps values of one, and only there', () => {
    expect(whyNotWith({ roleMap: { a: 'hr' } })).toBe(
      '/0/rolesClaim is missing: it says where the values of roleMap stand',
    )
    expect(whyNotWith({ rolesClaim: 'groups' })).toBe('/0/roleMap is missing: without it the claim of roles gives none')
    expect(whyNotWith({ roleMap: { '*': 'employee' } })).toBeUndefined()
  })

  test('has no symmetric algorithm, and not none', () => {
    for (const algorithm of ['HS256', 'none', 'rs256', 'RS1']) {
      expect(whyNotWith({ algorithms: [algorithm] })).toBe('/0/algorithms/0 must be one of RS256, PS256, ES256, EdDSA')
    }
    expect(whyNotWith({ algorithms: [] })).toMatch(/^\/0\/algorithms must be a list/)
  })

  test('may stand in a file, and says at the start what is wrong', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'daybook-oidc-'))
    try {
      const file = join(folder, 'oidc.json')
      await writeFile(file, `${JSON.stringify([LEAST], null, 2)}\n`)
      expect(parseConfig({ DAYBOOK_OIDC_FILE: file }).config?.issuers).toHaveLength(1)
      expect(parseConfig({}).config?.issuers).toEqual([])
      await writeFile(file, JSON.stringify([{ ...LEAST, books: [] }]))
      expect(parseConfig({ DAYBOOK_OIDC_FILE: file }).problems).toEqual([
        'DAYBOOK_OIDC: /0/books must be a list of 1 to 100 texts. Login servers (OpenID Connect) whose tokens are taken, what they give, and at which people sign in.',
      ])
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
