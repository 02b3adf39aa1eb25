import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseIssuers } from '../../src/identity/issuers/setting.ts'
import { AUDIENCE, startLoginServer } from '../support/login-server.ts'
import { type Person, person, tokenOf } from './people.ts'
import { type JsonObject, must, type Reply, serviceOfFile } from './service-of-file.ts'

// Whoever makes a calendar feed is asked about when it is read: a user is known then, and whoever came with a token of a login
// server is not.

const server = await startLoginServer(['ann'])
const { issuers, why } = parseIssuers(
  JSON.stringify([{ issuer: server.issuer, audience: AUDIENCE, books: ['feeds'], roleMap: { '*': 'employee' } }]),
)
if (issuers === undefined) throw new Error(why)

const service = serviceOfFile({ issuers })
const BOOK = 'feeds'
const PATH = `/v1/books/${BOOK}`

beforeAll(async () => {
  await must(service.call('PUT', PATH, { body: {} }))
  for (const entity of ['ann', 'ben']) await must(service.call('PUT', `${PATH}/entities/${entity}`, { body: {} }))
})
afterAll(() => server.close())

const make = (key: string, entity = 'ann') => service.call('POST', `${PATH}/calendar-feeds`, { key, body: { entity } })

const read = (url: string) => service.call('GET', new URL(url).pathname, { key: null })

/** What is the same of every address that is none. */
function problem({ status, body }: Reply): unknown {
  return { status, ...(body as JsonObject), instance: '' }
}

describe('a feed of a user', () => {
  const ROLES = [{ book: BOOK, role: 'employee', entity: 'ann' }]

  async function feedOfUser(): Promise<{ readonly who: Person; readonly token: string; readonly url: string }> {
    const who = await person(service, ROLES)
    const token = await tokenOf(service, who)
    const { url } = (await must(make(token))).body as { url: string }
    expect((await read(url)).status).toBe(200)
    return { who, token, url }
  }

  const change = (who: Person, roles: readonly object[]) =>
    must(service.call('PUT', `/v1/users/${who.id}`, { body: { email: who.email, name: 'Some Body', roles } }))

  test.each([
    ['who is ended', (who: Person) => must(service.call('DELETE', `/v1/users/${who.id}`))],
    ['whose role is withdrawn', (who: Person) => change(who, [{ book: BOOK, role: 'payroll' }])],
    ['who is nobody of the book any more', (who: Person) => change(who, [{ book: 'main', role: 'hr' }])],
    ['whose role is over', (who: Person) => change(who, [{ ...ROLES[0], until: '2020-01-01' }])],
  ])('%s is no more, exactly like one that never was', async (_who, end) => {
    const { who, url } = await feedOfUser()
    await end(who)
    const never = await read(url.replace(/.{8}\.ics$/, 'AAAAAAAA.ics'))
    expect(problem(await read(url))).toEqual(problem(never))
    expect(never.status).toBe(404)
  })

  test('shows what they may see by then: as another person of the book, that one', async () => {
    const { who, url } = await feedOfUser()
    const body = { resource: 'leave', unit: 'day', scale: 1, dayExclusive: true, overdraftLimit: null }
    await must(service.call('PUT', `${PATH}/policies/annual`, { body }))
    const today = new Date().toISOString().slice(0, 10)
    const taken = { entity: 'ann', policy: 'annual', amount: '1', effectiveOn: today }
    const { headers } = await must(service.call('POST', `${PATH}/consumptions`, { body: taken }))
    const atLeast = { 'daybook-min-position': String(headers['daybook-position']) }
    const shown = async () => (await service.call('GET', new URL(url).pathname, { key: null, headers: atLeast })).text
    expect(await shown()).toContain('BEGIN:VEVENT')
    await change(who, [{ book: BOOK, role: 'employee', entity: 'ben' }])
    expect(await shown()).not.toContain('BEGIN:VEVENT')
    expect((await read(url)).status).toBe(200)
  })

  test('goes on when they sign out: it is theirs, and not of a session', async () => {
    const { token, url } = await feedOfUser()
    await must(service.call('DELETE', '/v1/sessions', { key: token }))
    expect((await service.call('GET', '/v1/me', { key: token })).status).toBe(401)
    expect((await read(url)).status).toBe(200)
  })
})

test('whoever comes with a token of a login server makes none: nobody could be asked about them later', async () => {
  const token = await server.token('ann', {})
  expect((await service.call('GET', `${PATH}/entities/ann`, { key: token })).status).toBe(200)
  const listed = async () =>
    (await must(service.call('GET', `${PATH}/calendar-feeds?limit=1000`))).body as { items: JsonObject[] }
  const before = (await listed()).items.length
  expect(await make(token)).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  expect((await listed()).items).toHaveLength(before)
})
