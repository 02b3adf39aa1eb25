import { beforeAll, expect, test } from 'vitest'
import { must, type Reply, serviceOfFile } from './service-of-file.ts'

// What a policy says is for hr alone to know, no manager reads out of balances, transactions and statements either.

const service = serviceOfFile()
const TERMS = { unit: 'day', scale: 1, dayExclusive: false, overdraftLimit: null }
const recorded: Record<string, string> = {}
let book: string
let path: string
beforeAll(async () => {
  book = await service.book({})
  path = `/v1/books/${book}`
  for (const [policy, kindVisibleTo] of [
    ['care', 'hr'],
    ['usual', undefined],
  ] as const) {
    const body = { ...TERMS, resource: `${policy}-days`, kindVisibleTo }
    await must(service.call('PUT', `${path}/policies/${policy}`, { body }))
  }
  for (const [entity, manager] of Object.entries({ ann: 'mia', ben: 'mia', mia: 'top', zed: 'max' })) {
    await must(service.call('PUT', `${path}/entities/${entity}`, { body: { manager } }))
    for (const policy of ['care', 'usual']) await earn(entity, policy)
  }
})

async function earn(entity: string, policy: string): Promise<void> {
  const body = { entity, policy, amount: '3', effectiveOn: '2026-02-03' }
  const { body: made } = await must(service.call('POST', `${path}/accruals`, { body }))
  recorded[`${entity} ${policy}`] = (made as { transactions: { id: string }[] }).transactions[0]!.id
}

async function keyOf(role: string, entity?: string): Promise<string> {
  const roles = [{ book, role, ...(entity === undefined ? {} : { entity }) }]
  return ((await must(service.call('POST', '/v1/keys', { body: { name: 'a test', roles } }))).body as { key: string })
    .key
}

const get = (key: string, at: string) => service.call('GET', path + at, { key })

/** A list, page by page: `ann care`. */
async function seen(key: string, at: string, query = '', limit = 1000): Promise<string[]> {
  const found: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await must(
      get(key, `${at}?limit=${limit}${query}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`),
    )
    const { items, nextCursor } = body as unknown as {
      items: { entity: string; policy: string }[]
      nextCursor: string | null
    }
    // Only the last page is short.
    if (nextCursor !== null) expect(items).toHaveLength(limit)
    found.push(...items.map(({ entity, policy }) => `${entity} ${policy}`))
    cursor = nextCursor
  }
  return found
}

/** An answer without what it is asked by. */
function bare({ status, text, headers }: Reply, ...names: string[]): unknown {
  const shown = names.reduce((left, name) => left.replaceAll(name, '…'), text)
  return [status, shown.replace(/"instance":"[^"]*"/, ''), headers['daybook-position']]
}

const OF_MIA = ['ann usual', 'ben usual', 'mia care', 'mia usual']

test.each(['/balances', '/transactions'])(
  '%s of a team leave them out, whatever is asked; own ones stay',
  async (at) => {
    const mia = await keyOf('employee', 'mia')
    for (const limit of [1, 2, 1000]) expect(await seen(mia, at, '', limit)).toEqual(OF_MIA)
    for (const query of ['&policy=care', '&resource=care-days'])
      expect(await seen(mia, at, query)).toEqual(['mia care'])
    for (const query of ['&entity=ann&policy=care', '&entity=ann&resource=care-days', '&entity=zed']) {
      expect(await seen(mia, at, query)).toEqual([])
    }
    expect(await seen(mia, at, '&entity=ann')).toEqual(['ann usual'])
    expect(await seen(mia, at, '&entity=mia')).toEqual(['mia care', 'mia usual'])
    expect(await seen(await keyOf('employee', 'ann'), at)).toEqual(['ann care', 'ann usual'])
  },
)

test('whoever reads them of the whole book is told', async () => {
  for (const role of ['hr', 'payroll', 'auditor', 'integration', 'admin']) {
    expect(await seen(await keyOf(role), '/balances', '&resource=care-days'), role).toHaveLength(4)
    if (role !== 'payroll') expect(await seen(await keyOf(role), '/transactions', '&policy=care')).toHaveLength(4)
  }
})

test('one transaction is answered like one that is missing', async () => {
  const mia = await keyOf('employee', 'mia')
  const read = (id: string) => get(mia, `/transactions/${id}`)
  const [hidden, missing] = [recorded['ann care']!, '999999.1']
  expect(await read(hidden)).toMatchObject({ status: 404, body: { code: 'unknown-transaction' } })
  expect(bare(await read(hidden), hidden)).toEqual(bare(await read(missing), missing))
  for (const shown of ['ann usual', 'mia care']) expect((await read(recorded[shown]!)).status).toBe(200)
  expect((await get(await keyOf('employee', 'ann'), `/transactions/${hidden}`)).status).toBe(200)
})

test('an entity has balances without them, today and of any day, as JSON and as CSV', async () => {
  const mia = await keyOf('employee', 'mia')
  const days = ['', '&asOf=2026-02-03', '&knownAt=1000000', '&policy=care', '&policy=care&asOf=2026-02-03']
  for (const query of days) {
    const shown = query.includes('policy') ? [] : ['ann usual']
    expect(await seen(mia, '/entities/ann/balances', query), query).toEqual(shown)
  }
  const csv = async (at: string) =>
    (await must(service.call('GET', path + at, { key: mia, headers: { accept: 'text/csv' } }))).text
  for (const at of ['/balances', '/entities/ann/balances']) {
    expect(await csv(at)).toContain('ann,usual')
    expect(await csv(at)).not.toContain('ann,care')
  }
  const one = '/entities/ann/balances?policy=care'
  expect(await csv(one)).toBe(await csv('/entities/zed/balances?policy=care'))
  expect(await seen(mia, '/entities/mia/balances', '&policy=care')).toEqual(['mia care'])
})

test('their statement is that of an account without transactions', async () => {
  const mia = await keyOf('employee', 'mia')
  const statement = (entity: string, query = '') => get(mia, `/entities/${entity}/statement?policy=care${query}`)
  for (const query of ['', '&from=2026-02-04', '&to=2026-02-03']) {
    const [hidden, none] = [await statement('ann', query), await statement('nobody', query)]
    expect(bare(hidden, 'ann')).toEqual(bare(none, 'nobody'))
    expect(hidden.body).toMatchObject({ items: [], openingBalance: '0.0', closingBalance: '0.0' })
  }
  expect((await statement('mia')).body).toMatchObject({ closingBalance: '3.0' })
})

test('what the policy says today decides about all that is recorded, and about whoever stands in as well', async () => {
  const zoe = await keyOf('employee', 'zoe')
  const body = { from: '2020-01-01', to: '2099-12-31' }
  await must(service.call('PUT', `${path}/entities/mia/delegations/zoe`, { body }))
  const say = (kindVisibleTo: string) =>
    must(service.call('PUT', `${path}/policies/usual`, { body: { ...TERMS, resource: 'usual-days', kindVisibleTo } }))
  const both = async () => [await seen(zoe, '/balances'), await seen(zoe, '/transactions')]
  expect(await both()).toEqual([
    ['ann usual', 'ben usual'],
    ['ann usual', 'ben usual'],
  ])
  await say('hr')
  expect(await both()).toEqual([[], []])
  await say('manager')
  expect((await both())[0]).toEqual(['ann usual', 'ben usual'])
})
