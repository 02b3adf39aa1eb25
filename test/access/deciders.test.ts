import { beforeAll, expect, test } from 'vitest'
import { dayIn } from '../../src/domain/calendar-date.ts'
import { type JsonObject, must, type Reply, serviceOfFile } from '../http/service-of-file.ts'
import { policy } from '../support/builders.ts'

/*
 * Whoever has to decide about somebody's request may read it, and nothing else of them: here `hanna` decides by a role of the
 * policy, and `sven` stands in for her.
 */

const service = serviceOfFile()
const approval = { approval: ['hr'], roles: { hr: ['hanna'] }, cancellation: 'free' as const }

let path: string
let book: string

function put(at: string, body: object): Promise<Reply> {
  return must(service.call('PUT', `${path}/${at}`, { body }))
}

async function ask(id: string, entity: string, resource: string, day: string): Promise<void> {
  const body = { id, entity, policy: resource, from: day, to: day, reason: `why ${id}` }
  await must(service.call('POST', `${path}/requests`, { body }))
}

async function keyOf(entity: string, also: object = {}): Promise<string> {
  const roles = [{ book, role: 'employee', entity, ...also }]
  const { body } = await must(service.call('POST', '/v1/keys', { body: { name: 'a test', roles } }))
  return (body as JsonObject)['key'] as string
}

async function listed(key: string, query = ''): Promise<readonly string[]> {
  const { body } = await must(service.call('GET', `${path}/requests${query}`, { key }))
  return (body as { items: { id: string }[] }).items.map(({ id }) => id)
}

/** A time zone in which it is another day than in UTC, and whether that is the one after. */
function otherDay(): { readonly timeZone: string; readonly isAhead: boolean } {
  const isAhead = new Date().getUTCHours() >= 11
  return { timeZone: isAhead ? 'Pacific/Kiritimati' : 'Pacific/Pago_Pago', isAhead }
}

function dayFromNow(days: number, timeZone = 'UTC'): string {
  return dayIn(timeZone, new Date(Date.now() + days * 86_400_000))
}

beforeAll(async () => {
  book = await service.book({
    training: policy({ resource: 'training', requests: approval }),
    anybody: policy({ resource: 'anybody' }),
  })
  path = `/v1/books/${book}`
  for (const entity of ['emma', 'hanna', 'sven', 'boris']) await put(`entities/${entity}`, { kind: 'person' })
  await put('entities/emma', { kind: 'person', manager: 'boris' })
  for (const policy of ['training', 'anybody']) {
    for (const entity of ['emma', 'hanna']) {
      const body = { entity, policy, amount: '9', effectiveOn: '2026-01-01' }
      await must(service.call('POST', `${path}/accruals`, { body }))
    }
  }
  await ask('to-hr', 'emma', 'training', '2026-06-01')
  await ask('to-anybody', 'emma', 'anybody', '2026-06-02')
  await ask('of-hanna', 'hanna', 'training', '2026-06-03')
})

test('whoever decides by a role of the policy reads what waits for them, beside their own', async () => {
  const key = await keyOf('hanna')
  expect(await listed(key)).toEqual(['to-hr', 'of-hanna'])
  expect(await listed(key, '?waitingFor=hanna')).toEqual(['to-hr'])
  expect(await listed(key, '?entity=emma')).toEqual(['to-hr'])
  expect(await service.call('GET', `${path}/requests/to-hr`, { key })).toMatchObject({
    status: 200,
    body: { id: 'to-hr', reason: 'why to-hr' },
  })
  expect(await service.call('GET', `${path}/requests/to-hr/absences`, { key })).toMatchObject({ body: { items: [] } })
})

test('what anybody may decide is nobody’s to read for that', async () => {
  for (const entity of ['hanna', 'sven']) {
    const key = await keyOf(entity)
    expect(await listed(key, `?waitingFor=${entity}`)).not.toContain('to-anybody')
    expect((await service.call('GET', `${path}/requests/to-anybody`, { key })).status).toBe(404)
  }
})

test('of whom they decide about they read nothing else, nor find it out by a filter', async () => {
  const key = await keyOf('hanna')
  expect((await service.call('GET', `${path}/entities/emma`, { key })).status).toBe(404)
  expect(await listed(key, '?manager=boris')).toEqual([])
  expect(await listed(key, '?manager=boris&waitingFor=hanna')).toEqual([])
})

test('whoever stands in reads the same on the days of the book, and not after', async () => {
  const key = await keyOf('sven')
  expect(await listed(key)).toEqual([])
  await put('entities/hanna/delegations/sven', { from: dayFromNow(-1), to: dayFromNow(1) })
  expect(await listed(key)).toEqual(['to-hr'])
  await put('entities/hanna/delegations/sven', { from: dayFromNow(-9), to: dayFromNow(-1) })
  expect(await listed(key)).toEqual([])
})

test('what was decided waits for nobody, and is out of reach again', async () => {
  await ask('decided', 'emma', 'training', '2026-06-04')
  const key = await keyOf('hanna')
  expect(await listed(key)).toContain('decided')
  const decision = { body: { expectedVersion: 1 }, headers: { 'daybook-actor': 'employee:hanna' } }
  await must(service.call('POST', `${path}/requests/decided/approve`, decision))
  expect(await listed(key)).not.toContain('decided')
  expect((await service.call('GET', `${path}/requests/decided`, { key })).status).toBe(404)
})

test('a refused decision tells whom an approval names no more than reading does', async () => {
  await ask('waits', 'emma', 'training', '2026-06-05')
  await ask('is-over', 'emma', 'training', '2026-06-08')
  const [key, decision] = [await keyOf('hanna'), { idempotencyKey: 'hanna agrees', body: { expectedVersion: 1 } }]
  const decide = async (id: string, expectedVersion: number, { verb = 'approve', query = '' } = {}) => {
    const { status, text } = await service.call('POST', `${path}/requests/${id}/${verb}${query}`, {
      key,
      body: { expectedVersion },
    })
    return `${status} ${text.replaceAll(id, 'the-id').replace(/"instance":"[^"]*"/, '')}`
  }
  const whole = { code: 'version-conflict', currentVersion: 1, request: { reason: 'why waits' } }
  const early = await service.call('POST', `${path}/requests/waits/approve`, { key, body: { expectedVersion: 7 } })
  expect(early).toMatchObject({ status: 409, body: whole })
  const first = await must(service.call('POST', `${path}/requests/is-over/approve`, { key, ...decision }))
  const again = await service.call('POST', `${path}/requests/is-over/approve`, { key, ...decision })
  expect([again.status, again.text]).toEqual([201, first.text])
  for (const version of [1, 2, 7]) {
    for (const how of [{}, { verb: 'reject' }, { query: '?dryRun=true' }]) {
      const missing = await decide('nothing', version, how)
      expect(await decide('is-over', version, how), `${version} ${JSON.stringify(how)}`).toBe(missing)
      expect(missing).toMatch(/^404 /)
    }
  }
})

test('a refused decision shows the request to a key that decides about everybody only where it reads requests', async () => {
  await ask('of-machines', 'emma', 'anybody', '2026-06-09')
  const refusedTo = async (...names: string[]) => {
    const rights = names.map((right) => ({ book, right }))
    const made = await must(service.call('POST', '/v1/keys', { body: { name: 'a test', rights } }))
    const key = (made.body as JsonObject)['key'] as string
    return service.call('POST', `${path}/requests/of-machines/approve`, { key, body: { expectedVersion: 7 } })
  }
  expect(await refusedTo('requests:decide', 'requests:read')).toMatchObject({
    status: 409,
    body: { currentVersion: 1, request: { id: 'of-machines' } },
  })
  const { status, body } = await refusedTo('requests:decide')
  expect(status).toBe(409)
  expect(body).not.toHaveProperty('request')
  expect(body).not.toHaveProperty('currentVersion')
})

test('whom an approval names is told of no balance, and of nothing else that is taken; a manager is', async () => {
  await ask('named', 'emma', 'training', '2026-06-10')
  const [key, body] = [await keyOf('hanna'), { expectedVersion: 1 }]
  const approved = (query: string, by = key) =>
    service.call('POST', `${path}/requests/named/approve${query}`, { key: by, body, idempotencyKey: 'hanna approves' })
  const told = { request: { id: 'named', total: '1.00' }, balances: [] }
  const lines = [{ type: 'reversal' }, { type: 'consumption', policy: 'training', amount: '-1.00' }]
  const tried = await must(approved('?dryRun=true'))
  expect(tried.body).toMatchObject({ ...told, transactions: lines })
  const recorded = await must(approved(''))
  expect(recorded.body).toMatchObject({ ...told, transactions: lines })
  expect((await must(approved(''))).text).toBe(recorded.text)

  await ask('of-the-team', 'emma', 'anybody', '2026-06-11')
  const { body: asManager } = await must(
    service.call('POST', `${path}/requests/of-the-team/approve`, { key: await keyOf('boris'), body }),
  )
  expect(asManager).toMatchObject({ request: { id: 'of-the-team' }, balances: [{ entity: 'emma', policy: 'anybody' }] })
})

test('a manager is told no balance of what is hr’s alone to know, also where they decide about it', async () => {
  const requests = { approval: ['manager'], cancellation: 'free' }
  await put('policies/secret', { ...policy({ resource: 'secret' }), requests, kindVisibleTo: 'hr' })
  const accrual = { entity: 'emma', policy: 'secret', amount: '9', effectiveOn: '2026-01-01' }
  await must(service.call('POST', `${path}/accruals`, { body: accrual }))
  await ask('secret', 'emma', 'secret', '2026-06-12')
  const key = await keyOf('boris')
  expect((await service.call('GET', `${path}/entities/emma/balances?policy=secret`, { key })).body).toMatchObject({
    items: [],
  })
  const { body } = await must(
    service.call('POST', `${path}/requests/secret/approve`, { key, body: { expectedVersion: 1 } }),
  )
  expect(body).toMatchObject({ request: { id: 'secret' }, balances: [] })
})

test('a role, and standing in for a manager, end with a day of the book and not of UTC', async () => {
  const { timeZone, isAhead } = otherDay()
  const elsewhere = await service.book()
  const at = `/v1/books/${elsewhere}`
  await must(service.call('PUT', at, { body: { timeZone } }))
  await must(service.call('PUT', `${at}/entities/emma`, { body: { manager: 'boris' } }))
  const today = dayFromNow(0, timeZone)
  const inUtc = dayFromNow(0)
  const key = async (entity: string, until?: string): Promise<string> => {
    const roles = [{ book: elsewhere, role: 'employee', entity, ...(until === undefined ? {} : { until }) }]
    const { body } = await must(service.call('POST', '/v1/keys', { body: { name: 'a test', roles } }))
    return (body as JsonObject)['key'] as string
  }
  const statusOf = async (by: string): Promise<number> =>
    (await service.call('GET', `${at}/entities/emma`, { key: by })).status

  expect(await statusOf(await key('emma', today))).toBe(200)
  // Where the book is ahead, the day of UTC is over there.
  expect(await statusOf(await key('emma', inUtc))).toBe(isAhead ? 404 : 200)

  const standIn = await key('sven')
  await must(service.call('PUT', `${at}/entities/boris/delegations/sven`, { body: { from: today, to: today } }))
  expect(await statusOf(standIn)).toBe(200)
  await must(service.call('PUT', `${at}/entities/boris/delegations/sven`, { body: { from: inUtc, to: inUtc } }))
  expect(await statusOf(standIn)).toBe(404)
})
