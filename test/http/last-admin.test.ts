import { beforeAll, describe, expect, test } from 'vitest'
import type { App } from '../../src/http/route.ts'
import { asOwner, type Person, person, tokenOf } from './people.ts'
import { call, must, serviceOfFile } from './service-of-file.ts'

// While DAYBOOK_ADMIN_KEY is unset, somebody must be left who can give rights.

const service = serviceOfFile({}, { calledBy: 'root', because: 'every other administrator is ended' })

const ADMIN = [{ book: '*', role: 'admin' }]
const AUDITOR = [{ book: '*', role: 'auditor' }]

beforeAll(async () => {
  // As the file's service is built: nothing of the configuration is a way back.
  expect(service.backend.config.adminKey).toBeUndefined()
})

/** Nobody is an administrator but who is made now. */
async function alone<T>(make: () => Promise<T>): Promise<T> {
  await asOwner(service, 'delete from access.users')
  await asOwner(service, 'update access.keys set ended_at = now()')
  return make()
}

async function keyOf(roles: object[]): Promise<{ id: string; key: string }> {
  const { body } = await must(service.call('POST', '/v1/keys', { body: { name: 'a key', roles } }))
  return body as { id: string; key: string }
}

const LAST = { status: 409, body: { code: 'last-admin' } }

describe('the last administrator of every book', () => {
  test('is a user who is neither ended nor given other roles', async () => {
    const last = await alone(() => person(service, ADMIN))
    const key = await tokenOf(service, last)
    const change = { email: last.email, name: 'x' }
    expect(await service.call('DELETE', `/v1/users/${last.id}`, { key })).toMatchObject(LAST)
    expect(
      await service.call('PUT', `/v1/users/${last.id}`, { key, body: { ...change, roles: AUDITOR } }),
    ).toMatchObject(LAST)
    const ending = [{ ...ADMIN[0], until: '2099-12-31' }]
    expect(
      await service.call('PUT', `/v1/users/${last.id}`, { key, body: { ...change, roles: ending } }),
    ).toMatchObject(LAST)
    // Nothing of it was done.
    expect(await service.call('GET', `/v1/users/${last.id}`)).toMatchObject({
      body: { name: 'Some Body', roles: [{ role: 'admin', until: null }] },
    })
    expect(await service.call('PUT', `/v1/users/${last.id}`, { key, body: { ...change, roles: ADMIN } })).toMatchObject(
      {
        status: 200,
      },
    )
  })

  test('is a key, too; and a user beside it is enough, once they can sign in', async () => {
    const last = await alone(() => keyOf(ADMIN))
    const end = () => service.call('DELETE', `/v1/keys/${last.id}`, { key: last.key })
    expect(await end()).toMatchObject(LAST)
    const invited = { body: { email: 'invited@example.com', name: 'x', roles: ADMIN }, key: last.key }
    await must(service.call('POST', '/v1/users', invited))
    expect(await end()).toMatchObject(LAST)
    const beside = await person(service, ADMIN)
    expect(await end()).toMatchObject({ status: 204 })
    expect(await service.call('DELETE', `/v1/users/${beside.id}`)).toMatchObject(LAST)
  })

  test('is one of two who end each other at once', async () => {
    const [one, other] = await alone(() => Promise.all([person(service, ADMIN), person(service, ADMIN)]))
    const ended = await Promise.all([one, other].map(({ id }) => service.call('DELETE', `/v1/users/${id}`)))
    expect(new Set(ended.map(({ status }) => status))).toEqual(new Set([204, 409]))
  })

  test('may be ended where the configuration has a way back, or where it is not the last', async () => {
    const last = await alone(() => person(service, ADMIN))
    const auditor = await person(service, AUDITOR)
    expect(await service.call('DELETE', `/v1/users/${auditor.id}`)).toMatchObject({ status: 204 })
    expect(await end(await withAdminKey(), last)).toMatchObject({ status: 204 })
  })

  test('is no user where nobody signs in by a password', async () => {
    const { app, key } = await alone(async () => {
      const app = await service.another({ config: { ...service.backend.config, passwords: 'off' } })
      await person(service, ADMIN)
      return { app, key: await keyOf(ADMIN) }
    })
    expect(await call(app, 'DELETE', `/v1/keys/${key.id}`)).toMatchObject(LAST)
    expect(await service.call('DELETE', `/v1/keys/${key.id}`)).toMatchObject({ status: 204 })
  })
})

function withAdminKey(): Promise<App> {
  return service.another({ config: { ...service.backend.config, adminKey: 'a-key-of-the-configuration' } })
}

function end(app: App, { id }: Person) {
  return call(app, 'DELETE', `/v1/users/${id}`)
}
