import { describe, expect, test } from 'vitest'
import { missingToEnd, missingToGive } from '../../src/access/held.ts'
import type { Granted, Principal } from '../../src/access/principal.ts'
import { type Right, ROLES, type Role } from '../../src/access/rights.ts'
import { type JsonObject, must, serviceOfFile } from '../http/service-of-file.ts'
import { day } from '../support/builders.ts'

// Nobody gives more than they have, nor takes it over by another secret.

const service = serviceOfFile()
const ROLE_NAMES = Object.keys(ROLES) as Role[]
const TODAY = day('2026-03-31')

function role(name: Role, book = 'main'): Granted {
  return { book, role: name, entity: null, until: null }
}

function right(name: Right, book = 'main'): Granted {
  return { book, right: name, entity: null, until: null }
}

function holder(...grants: Granted[]): Principal {
  return { kind: 'client', id: 'k1', credential: 'key:k1', grants, expiresAt: null }
}

async function keyWith(grants: object): Promise<JsonObject> {
  const { body } = await must(service.call('POST', '/v1/keys', { body: { name: 'a test', ...grants } }))
  return body as JsonObject
}

describe('what is missing to give', () => {
  test.each(ROLE_NAMES)('the role %s: nothing of an admin, something of whoever only makes keys', (name) => {
    expect(missingToGive([role(name)], holder(role('admin')), () => TODAY)).toBeUndefined()
    expect(missingToGive([role(name)], holder(right('keys:define')), () => TODAY)).toMatchObject({ book: 'main' })
  })

  test('is the first right that is not held on that book', () => {
    const maker = holder(right('keys:define'), right('balances:read'), right('stats:read', 'other'))
    expect(missingToGive([right('balances:read')], maker, () => TODAY)).toBeUndefined()
    expect(missingToGive([right('stats:read')], maker, () => TODAY)).toMatchObject({
      book: 'main',
      right: 'stats:read',
    })
    expect(missingToGive([right('stats:read', 'other')], maker, () => TODAY)).toMatchObject({
      book: 'other',
      right: 'keys:define',
    })
    expect(missingToGive([role('admin', '*')], holder(role('admin')), () => TODAY)).toMatchObject({
      book: '*',
      right: 'keys:define',
    })
  })
})

describe('what ends with a day', () => {
  const until = (name: Role, last: string | null, book = 'main'): Granted => ({
    ...role(name, book),
    until: last === null ? null : day(last),
  })

  test('is given until then, and not for longer', () => {
    const maker = holder(until('admin', '2026-04-30'))
    for (const [last, isMissing] of [
      ['2026-04-29', false],
      ['2026-04-30', false],
      ['2026-05-01', true],
      [null, true],
    ] as const) {
      const missing = missingToGive([until('hr', last)], maker, () => TODAY)
      expect(missing, String(last)).toEqual(
        isMissing ? { book: 'main', right: 'keys:define', until: last === null ? null : day(last) } : undefined,
      )
    }
    const both = holder(until('admin', '2026-04-30'), until('admin', '2026-06-30', '*'))
    expect(missingToGive([until('hr', '2026-06-30')], both, () => TODAY)).toBeUndefined()
  })

  test('is enough to take away what lasts longer, and not where it is over', () => {
    const lasting = [until('admin', null)]
    expect(missingToEnd(lasting, holder(until('admin', '2026-03-31')), () => TODAY)).toBeUndefined()
    expect(missingToEnd(lasting, holder(until('admin', '2026-03-30')), () => TODAY)).toMatchObject({ book: 'main' })
    expect(missingToEnd(lasting, holder(until('hr', null)), () => TODAY)).toMatchObject({ right: 'keys:define' })
  })

  test('lets nobody have a key, or the secret of one, that lasts longer; but end it', async () => {
    const LAST = '2998-12-31'
    const maker = await keyWith({ roles: [{ book: 'main', role: 'admin', until: LAST }] })
    const lasting = await keyWith({ roles: [{ book: 'main', role: 'hr' }] })
    const as = { key: maker['key'] as string }
    const make = (grants: object) => service.call('POST', '/v1/keys', { ...as, body: { name: 'made', ...grants } })
    for (const more of [{}, { until: '2999-01-01' }]) {
      expect(await make({ roles: [{ book: 'main', role: 'employee', entity: 'e1', ...more }] })).toMatchObject({
        status: 403,
        body: { code: 'forbidden', needs: 'keys:define' },
      })
      expect(await make({ rights: [{ book: 'main', right: 'balances:read', ...more }] })).toMatchObject({ status: 403 })
    }
    const { detail } = (await make({ roles: [{ book: 'main', role: 'hr' }] })).body as JsonObject
    expect(detail).toBe('The call needs the right keys:define on the book main without end.')
    const made = await must(make({ roles: [{ book: 'main', role: 'admin', until: LAST }] }))
    const id = (made.body as JsonObject)['id'] as string
    expect((await service.call('POST', `/v1/keys/${id}/rotate`, as)).status).toBe(201)
    expect((await service.call('POST', `/v1/keys/${lasting['id'] as string}/rotate`, as)).status).toBe(404)
    expect((await service.call('DELETE', `/v1/keys/${lasting['id'] as string}`, as)).status).toBe(204)
  })

  test('makes no users who last longer, and changes and invites none; but ends them', async () => {
    const maker = await keyWith({ roles: [{ book: '*', role: 'admin', until: '2998-12-31' }] })
    const as = { key: maker['key'] as string }
    const lasting = { email: 'lasting@example.com', name: 'Lasting', roles: [{ book: '*', role: 'admin' }] }
    const { body } = await must(service.call('POST', '/v1/users', { body: lasting }))
    const at = `/v1/users/${(body as JsonObject)['id'] as string}`
    const made = await service.call('POST', '/v1/users', { ...as, body: { ...lasting, email: 'two@example.com' } })
    const ending = [{ book: '*', role: 'admin', until: '2998-12-31' }]
    const changed = await service.call('PUT', at, { ...as, body: { ...lasting, roles: ending } })
    const invited = await service.call('POST', `${at}/invitation`, as)
    expect([made.status, changed.status, invited.status]).toEqual([403, 403, 403])
    expect((await service.call('DELETE', at, as)).status).toBe(204)
  })
})

test('a key that is over before it begins is not made', async () => {
  const make = (expiresAt: string) =>
    service.call('POST', '/v1/keys', {
      body: { name: 'a test', roles: [{ book: 'main', role: 'hr' }], expiresAt },
    })
  const refused = { status: 400, body: { errors: [{ in: 'body', pointer: '/expiresAt' }] } }
  for (const over of ['2020-01-01T00:00:00.000Z', new Date().toISOString(), '2999-02-30T00:00:00.000Z']) {
    expect(await make(over), over).toMatchObject(refused)
  }
  const made = await must(make('2999-02-28T00:00:00.000Z'))
  expect((await service.call('GET', '/v1/me', { key: (made.body as JsonObject)['key'] as string })).status).toBe(200)
})

describe('whoever may only make keys', () => {
  test('gives what they have, and no more', async () => {
    const maker = await keyWith({
      rights: [
        { book: 'main', right: 'keys:define' },
        { book: 'main', right: 'balances:read' },
      ],
    })
    const key = maker['key'] as string
    const made = (grants: object) => service.call('POST', '/v1/keys', { key, body: { name: 'made', ...grants } })
    expect((await made({ rights: [{ book: 'main', right: 'balances:read' }] })).status).toBe(201)
    expect(await made({ roles: [{ book: 'main', role: 'admin' }] })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    })
    expect(await made({ rights: [{ book: 'main', right: 'policies:define' }] })).toMatchObject({
      status: 403,
      body: { code: 'forbidden', needs: 'policies:define' },
    })
  })

  test('neither rotates nor ends a key that may do more: it is not there for them', async () => {
    const maker = await keyWith({ rights: [{ book: 'main', right: 'keys:define' }] })
    const admin = await keyWith({ roles: [{ book: 'main', role: 'admin' }] })
    const key = maker['key'] as string
    for (const id of [admin['id'] as string, '0'.repeat(16)]) {
      const rotated = await service.call('POST', `/v1/keys/${id}/rotate`, { key })
      const ended = await service.call('DELETE', `/v1/keys/${id}`, { key })
      expect([rotated.status, ended.status], id).toEqual([404, 404])
    }
    expect((await service.call('GET', '/v1/me', { key: admin['key'] as string })).status).toBe(200)
  })

  test('rotates their own without a body', async () => {
    const maker = await keyWith({ rights: [{ book: 'main', right: 'keys:define' }] })
    const rotated = await service.call('POST', `/v1/keys/${maker['id'] as string}/rotate`, {
      key: maker['key'] as string,
    })
    expect(rotated.status).toBe(201)
  })
})
