import { describe, expect, test } from 'vitest'
import { missingToGive } from '../../src/access/held.ts'
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
    expect(missingToGive([right('stats:read')], maker, () => TODAY)).toEqual({ book: 'main', right: 'stats:read' })
    expect(missingToGive([right('stats:read', 'other')], maker, () => TODAY)).toEqual({
      book: 'other',
      right: 'keys:define',
    })
    expect(missingToGive([role('admin', '*')], holder(role('admin')), () => TODAY)).toEqual({
      book: '*',
      right: 'keys:define',
    })
  })
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
