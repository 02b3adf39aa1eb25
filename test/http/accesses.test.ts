import { describe, expect, test } from 'vitest'
import type { Access } from '../../src/audit/read/accesses.ts'
import { verifyAudit } from '../../src/audit/verify.ts'
import { parseIssuers } from '../../src/identity/issuers/setting.ts'
import { eventually } from '../support/eventually.ts'
import { invited, person, tokenOf } from './people.ts'
import { call, type JsonObject, matching, must, serviceOfFile } from './service-of-file.ts'

/* What people see of who read what is about them; what is forgotten of what they did; and who may do what. */

const service = serviceOfFile()

async function keyOf(grants: object, also: object = {}): Promise<{ id: string; key: string }> {
  const { body } = await must(service.call('POST', '/v1/keys', { body: { name: 'a test', ...grants, ...also } }))
  return body as { id: string; key: string }
}

interface Team {
  readonly book: string
  readonly path: string
  /** A key as somebody. */
  readonly as: (role: string, entity?: string) => Promise<string>
  readonly accesses: (of: string, key: string) => Promise<readonly Access[]>
}

/** e1 has the manager m1, who has m2; e2 has nobody. */
async function team(): Promise<Team> {
  const book = await service.book()
  const path = `/v1/books/${book}`
  for (const [entity, manager] of [['m2'], ['m1', 'm2'], ['e1', 'm1'], ['e2'], ['s1']] as const) {
    await must(service.call('PUT', `${path}/entities/${entity}`, { body: manager === undefined ? {} : { manager } }))
  }
  return {
    book,
    path,
    as: async (role, entity) =>
      (await keyOf({ roles: [{ book, role, ...(entity === undefined ? {} : { entity }) }] })).key,
    accesses: async (of, key) => {
      const { body } = await must(service.call('GET', `${path}/entities/${of}/accesses?limit=1000`, { key }))
      return (body as unknown as { items: Access[] }).items
    },
  }
}

describe('who read what is about somebody', () => {
  test('is seen by themselves: when, what and by which role, and not who', async () => {
    const { path, as, accesses } = await team()
    const [own, hr, manager] = [await as('employee', 'e1'), await as('hr'), await as('employee', 'm1')]
    await must(service.call('GET', `${path}/entities/e1/balances`, { key: hr }))
    await must(service.call('GET', `${path}/balances`, { key: hr }))
    await must(service.call('GET', `${path}/entities/e1/balances`, { key: manager }))
    await must(service.call('GET', `${path}/entities/e1/balances`, { key: own }))
    await must(service.call('GET', `${path}/entities/e2/balances`, { key: hr }))
    const expected = [
      { action: 'listEntityBalances', by: { kind: 'client', role: 'hr' }, of: 'entity', times: 1 },
      { action: 'listBalances', by: { kind: 'client', role: 'hr' }, of: 'list', times: 1 },
      { action: 'listEntityBalances', by: { kind: 'manager', role: 'manager' }, of: 'entity', times: 1 },
    ]
    await eventually(async () => expect(await accesses('e1', own)).toMatchObject(expected))
    const [first] = await accesses('e1', own)
    expect(Object.keys(first!).toSorted()).toEqual(['action', 'at', 'by', 'of', 'times'])
  })

  test('a list of a manager is told to those below, and to nobody else', async () => {
    const { path, as, accesses } = await team()
    const [e1, e2, manager] = [await as('employee', 'e1'), await as('employee', 'e2'), await as('employee', 'm2')]
    const today = new Date().toISOString().slice(0, 10)
    await must(service.call('PUT', `${path}/entities/m1/delegations/s1`, { body: { from: today, to: '2999-12-31' } }))
    const standIn = await as('employee', 's1')
    await must(service.call('GET', `${path}/balances`, { key: manager }))
    await must(service.call('GET', `${path}/balances`, { key: standIn }))
    await must(service.call('GET', `${path}/balances`, { key: await as('payroll') }))
    await eventually(async () =>
      expect((await accesses('e1', e1)).map(({ by, of }) => `${by.role} ${of}`)).toEqual([
        'manager list',
        'manager list',
        'payroll list',
      ]),
    )
    expect((await accesses('e2', e2)).map(({ by, of }) => `${by.role} ${of}`)).toEqual(['payroll list'])
  })

  test('nobody sees that of others, and cannot tell them from those who are not there', async () => {
    const { path, as } = await team()
    const key = await as('employee', 'm1')
    const [other, missing] = await Promise.all(
      ['e1', 'nobody'].map((entity) => service.call('GET', `${path}/entities/${entity}/accesses`, { key })),
    )
    expect(other).toMatchObject({ status: 404, body: { code: 'not-found' } })
    expect(missing!.status).toBe(404)
    expect((await service.call('GET', `${path}/entities/m1/accesses`, { key })).status).toBe(200)
    expect((await service.call('GET', `${path}/entities/e1/accesses`, { key: await as('auditor') })).status).toBe(200)
    expect((await service.call('GET', `${path}/entities/e1/accesses`, { key: await as('integration') })).status).toBe(
      403,
    )
  })

  test('page by page, each once', async () => {
    const { path, as, accesses } = await team()
    const [own, hr] = [await as('employee', 'e1'), await as('hr')]
    for (let number = 0; number < 7; number++) {
      const headers = { 'user-agent': `agent ${number}` }
      await must(service.call('GET', `${path}/entities/e1/balances`, { key: hr, headers }))
    }
    await eventually(async () => expect(await accesses('e1', own)).toHaveLength(7))
    const walked: Access[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`
      const { body } = await must(service.call('GET', `${path}/entities/e1/accesses?limit=3${query}`, { key: own }))
      const page = body as unknown as { items: Access[]; nextCursor: string | null }
      walked.push(...page.items)
      cursor = page.nextCursor
    }
    expect(walked).toEqual(await accesses('e1', own))
  })

  test('is in what is exported about them, and so is what they called', async () => {
    const { path, as } = await team()
    const [own, hr] = [await as('employee', 'e1'), await as('hr')]
    await must(service.call('GET', `${path}/entities/e1/balances`, { key: hr }))
    expect((await service.call('GET', `${path}/transactions?entity=e2`, { key: own })).status).toBe(200)
    expect((await service.call('GET', `${path}/entities/e2`, { key: own })).status).toBe(404)
    await eventually(async () => {
      const { body } = await must(service.call('GET', `${path}/entities/e1/export`))
      expect(body).toMatchObject({
        accesses: expect.arrayContaining([
          expect.objectContaining({ action: 'listEntityBalances', by: { kind: 'client', role: 'hr' } }),
        ]) as object,
        calls: expect.arrayContaining([
          expect.objectContaining({ action: 'readEntity', problem: 'not-found', client: expect.anything() as object }),
        ]) as object,
      })
    })
  })
})

test('whoever is erased leaves no address in the audit trail, and the chain still verifies', async () => {
  const { book, path, as } = await team()
  const [own, hr] = [await as('employee', 'e1'), await as('hr')]
  const headers = { 'user-agent': 'the agent of e1' }
  expect((await service.call('GET', `${path}/entities/e2`, { key: own, headers })).status).toBe(404)
  for (const [of, agent] of [
    ['e1', 'hr about e1'],
    ['s1', 'hr about s1'],
  ] as const) {
    await must(service.call('GET', `${path}/entities/${of}/balances`, { key: hr, headers: { 'user-agent': agent } }))
  }
  const entries = async (): Promise<JsonObject[]> => {
    const { body } = await must(service.call('GET', `${path}/audit?limit=1000`))
    return (body as { items: JsonObject[] }).items
  }
  await eventually(async () =>
    expect(JSON.stringify(await entries())).toMatch(/the agent of e1.*hr about e1.*hr about s1/s),
  )
  const erase = (query: string) =>
    service.call('POST', `${path}/entities/e1/erase${query}`, { body: { reason: 'asked' } })
  const dry = await must(erase('?dryRun=true'))
  const { erased, found } = dry.body as { erased: JsonObject; found: { audit: number[] } }
  expect(erased['audit']).toBe(found.audit.length)
  expect(found.audit.length).toBeGreaterThan(0)
  expect(JSON.stringify(await entries())).toContain('the agent of e1')
  // What they do while they are erased, and a moment later, comes from nowhere, too.
  const racing = Promise.all(
    Array.from({ length: 20 }, () => service.call('GET', `${path}/entities/e2`, { key: own, headers })),
  )
  const done = await must(erase(''))
  await racing
  expect((done.body as { erased: JsonObject }).erased['audit']).toBeGreaterThan(0)
  const { rows: before } = await service.backend.db.query<{ at: Date }>(
    `select recorded_at as at from ledger.events where book_id = $1 and type = 'entity-erased'`,
    [book],
  )
  await eventually(async () => {
    const byThem = (await entries()).filter(({ actor }) => (actor as JsonObject)['id'] === 'e1')
    expect(byThem.reduce((sum, { times }) => sum + (times as number), 0)).toBeGreaterThanOrEqual(21)
    const old = byThem.filter(({ at }) => new Date(at as string) <= before[0]!.at)
    expect(old.map(({ client }) => client)).toEqual(old.map(() => null))
  })
  expect(JSON.stringify(await entries())).not.toContain('hr about e1')
  expect(await entries()).toContainEqual(
    expect.objectContaining({
      action: 'listEntityBalances',
      client: expect.objectContaining({ userAgent: 'hr about s1' }) as object,
    }),
  )
  expect(await verifyAudit(service.backend.db)).toMatchObject({ ok: true })
})

describe('who may do what, today', () => {
  test('keys with what they may on the book, until when, and when they were last used', async () => {
    const { book, path } = await team()
    const other = await service.book()
    const named = (name: string): object => ({ name })
    const today = new Date().toISOString().slice(0, 10)
    const one = await keyOf({ roles: [{ book, role: 'employee', entity: 'e1', until: today }] }, named('one'))
    const all = await keyOf({ roles: [{ book: '*', role: 'auditor' }] }, named('all'))
    const single = await keyOf(
      {
        rights: [
          { book, right: 'stats:read' },
          { book: other, right: 'stats:read' },
        ],
      },
      named('single'),
    )
    const over = await keyOf({ roles: [{ book, role: 'hr', until: '2020-01-01' }] }, named('over'))
    const elsewhere = await keyOf({ roles: [{ book: other, role: 'hr' }] }, named('elsewhere'))
    const ended = await keyOf({ roles: [{ book, role: 'hr' }] }, named('ended'))
    await must(service.call('DELETE', `/v1/keys/${ended.id}`))
    await must(service.call('GET', '/v1/me', { key: one.key }))
    const review = async (query = '') => {
      const { body } = await must(service.call('GET', `${path}/access-review?limit=1000${query}`, { key: all.key }))
      return body as unknown as {
        items: JsonObject[]
        bootstrap: JsonObject
        roles: JsonObject[]
        managers: JsonObject
      }
    }
    await eventually(async () => {
      const { items } = await review()
      expect(items.find(({ id }) => id === one.id)?.['lastUsedAt']).not.toBeNull()
    })
    const { items, bootstrap, roles, managers } = await review()
    const shown = new Map(items.map((item) => [item['id'], item]))
    expect(shown.get(one.id)).toMatchObject({
      kind: 'client',
      name: 'one',
      roles: [{ book, role: 'employee', entity: 'e1', until: today }],
      rights: [],
    })
    expect(shown.get(all.id)).toMatchObject({ roles: [{ book: '*', role: 'auditor', entity: null, until: null }] })
    expect(shown.get(single.id)).toMatchObject({ roles: [], rights: [{ book, right: 'stats:read' }] })
    expect([over, elsewhere, ended].filter(({ id }) => shown.has(id))).toEqual([])
    expect(bootstrap).toMatchObject({ kind: 'admin', id: 'root', roles: [{ book: '*', role: 'admin' }] })
    expect(roles.map(({ role }) => role)).toContain('payroll')
    expect(managers).toMatchObject({ about: 'team', rights: expect.arrayContaining(['requests:decide']) as object })
    expect(JSON.stringify(items)).not.toContain(one.key.slice(21))
  })

  test('users, with what they may on the book and when they last signed in, but not their mail addresses', async () => {
    const { book, path, as } = await team()
    const key = await as('auditor')
    const other = await service.book()
    const today = new Date().toISOString().slice(0, 10)
    const roles = [
      { book, role: 'employee', entity: 'e1', until: today },
      { book: other, role: 'hr' },
    ]
    const here = await person(service, roles)
    const everywhere = await invited(service, [{ book: '*', role: 'auditor' }])
    const over = await invited(service, [{ book, role: 'hr', until: '2020-01-01' }])
    const elsewhere = await invited(service, [{ book: other, role: 'hr' }])
    await tokenOf(service, here)
    const found = new Map<unknown, JsonObject>()
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`
      const { body } = await must(service.call('GET', `${path}/access-review?limit=1${query}`, { key }))
      const { items, nextCursor } = body as unknown as { items: JsonObject[]; nextCursor: string | null }
      for (const item of items) {
        expect(found.has(item['id'])).toBe(false)
        found.set(item['id'], item)
      }
      cursor = nextCursor
    }
    expect(found.get(here.id)).toEqual({
      kind: 'user',
      id: here.id,
      name: 'Some Body',
      roles: [{ book, role: 'employee', entity: 'e1', until: today }],
      rights: [],
      allowedAddresses: null,
      expiresAt: null,
      lastUsedAt: matching(/Z$/),
    })
    expect(found.get(everywhere.id)).toMatchObject({ roles: [{ book: '*', role: 'auditor' }], lastUsedAt: null })
    expect([over, elsewhere].filter(({ id }) => found.has(id))).toEqual([])
    expect([...found.values()].map(({ kind }) => kind)).toContain('client')
    const { body: user } = await must(service.call('GET', `/v1/users/${here.id}`))
    expect((user as JsonObject)['lastSignInAt']).toBe(found.get(here.id)!['lastUsedAt'])
  })

  test('what login servers give on the book, and on no other', async () => {
    const { book, path } = await team()
    const other = await service.book()
    const issuers = parseIssuers(
      JSON.stringify([
        {
          issuer: 'https://login.example.com/',
          audience: 'daybook',
          books: [book, other],
          rolesClaim: ['realm', 'groups'],
          roleMap: { '*': 'employee', payroll: { role: 'payroll', books: [other] } },
        },
        { issuer: 'https://other.example.com/', audience: 'x', books: [other], roleMap: { '*': 'employee' } },
      ]),
    ).issuers!
    const app = await service.another({ config: { ...service.backend.config, issuers } })
    const { status, body } = await call(app, 'GET', `${path}/access-review`)
    expect({ status, given: (body as JsonObject)['loginServers'] }).toEqual({
      status: 200,
      given: [
        {
          issuer: 'https://login.example.com/',
          entityClaim: ['sub'],
          rolesClaim: ['realm', 'groups'],
          roleMap: [{ value: '*', roles: ['employee'] }],
        },
      ],
    })
  })

  test('is for auditors and administrators', async () => {
    const { path, as } = await team()
    for (const [role, status] of [
      ['auditor', 200],
      ['admin', 200],
      ['hr', 403],
      ['payroll', 403],
    ] as const) {
      const key = await as(role)
      expect({ role, ...(await service.call('GET', `${path}/access-review`, { key })) }).toMatchObject({ role, status })
    }
  })
})
