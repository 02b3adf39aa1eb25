import { beforeAll, describe, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { eventually } from '../support/eventually.ts'
import { LiveClient } from './live-client.ts'
import { type JsonObject, must, type Reply, serviceOfFile } from './service-of-file.ts'

// That somebody is away is for their team to know, and why only for those whom the policy tells: in the calendar, in feeds
// and live.

const service = serviceOfFile({ liveHeartbeatMs: 100 })
const DAY = nextMonday()
let url: string
let book: string
let path: string
beforeAll(async () => {
  url = await service.listen()
  book = await service.book({})
  path = `/v1/books/${book}`
  for (const [policy, kindVisibleTo] of [
    ['open', 'team'],
    ['usual', undefined],
    ['secret', 'hr'],
  ] as const) {
    const body = { resource: policy, unit: 'day', scale: 1, dayExclusive: true, overdraftLimit: null, kindVisibleTo }
    await must(service.call('PUT', `${path}/policies/${policy}`, { body }))
  }
  for (const [entity, body] of Object.entries({
    ann: { manager: 'mia', department: 'Research' },
    ben: { manager: 'mia', department: 'Research', name: 'Ben' },
    cid: { manager: 'mia', department: 'Sales' },
    mia: { manager: 'top' },
    zed: { manager: 'max', department: 'Research' },
  })) {
    await must(service.call('PUT', `${path}/entities/${entity}`, { body }))
  }
  await away('ann', 'secret', { from: day(0) })
  await away('ben', 'usual', { from: day(0), id: 'bens-request' })
  await away('ben', 'open', { from: day(1) })
  await away('ben', 'secret', { from: day(2) })
  await away('ben', 'usual', { from: day(3), approved: false })
  await away('ben', 'secret', { from: day(4), fromPortion: 'am' })
  await away('ben', 'usual', { from: day(4), fromPortion: 'pm' })
  await away('cid', 'usual', { from: day(0), approved: false })
  await away('mia', 'usual', { from: day(0) })
  await away('zed', 'open', { from: day(0) })
})

function nextMonday(): Date {
  const today = new Date()
  return new Date(today.getTime() + (7 + ((8 - today.getUTCDay()) % 7)) * 86_400_000)
}

function day(after: number): string {
  return new Date(DAY.getTime() + after * 86_400_000).toISOString().slice(0, 10)
}

interface Leave {
  readonly from: string
  readonly id?: string
  readonly fromPortion?: 'am' | 'pm'
  readonly approved?: boolean
}

/** Asks for a day, and waits until the calendar has it. */
async function away(entity: string, policy: string, { from, approved = true, ...also }: Leave): Promise<void> {
  const made = await must(
    service.call('POST', `${path}/requests`, { body: { entity, policy, from, to: from, ...also } }),
  )
  const { id } = (made.body as { request: { id: string } }).request
  const body = { expectedVersion: 1 }
  const last = approved ? await must(service.call('POST', `${path}/requests/${id}/approve`, { body })) : made
  const headers = { 'daybook-min-position': String(last.headers['daybook-position']) }
  await must(service.call('GET', `${path}/calendar?from=${from}&to=${from}`, { headers }))
}

async function keyOf(role: string, entity?: string): Promise<{ readonly id: string; readonly key: string }> {
  const roles = [{ book, role, ...(entity === undefined ? {} : { entity }) }]
  return (await must(service.call('POST', '/v1/keys', { body: { name: 'a test', roles } }))).body as never
}

async function calendarOf(key: string, query = ''): Promise<Reply> {
  return service.call('GET', `${path}/calendar?from=${day(0)}&to=${day(6)}${query}`, { key })
}

async function seen(key: string, query = ''): Promise<Record<string, JsonObject[]>> {
  const { body } = await must(calendarOf(key, query))
  const { items } = body as unknown as { items: { entity: string; days: JsonObject[] }[] }
  return Object.fromEntries(items.map(({ entity, days }) => [entity, days]))
}

const PENDING = { status: 'pending', resource: 'usual', transaction: null }
const bare = (after: number, portion = 'full') => ({ date: day(after), portion })

describe('the calendar', () => {
  test('shows an employee their own, and of the team who is away by what is approved', async () => {
    const { key } = await keyOf('employee', 'ann')
    const all = await seen(key)
    expect(all).toEqual({
      ann: [expect.objectContaining({ date: day(0), status: 'approved', resource: 'secret' })],
      ben: [bare(0), { ...bare(1), resource: 'open' }, bare(2), bare(4)],
      mia: [bare(0)],
    })
  })

  test('shows a manager of the team what kind it is, unless that is for hr alone; and of their own manager nothing of that', async () => {
    const { key } = await keyOf('employee', 'mia')
    const all = await seen(key)
    expect(Object.keys(all)).toEqual(['ann', 'ben', 'cid', 'mia'])
    expect(all['ann']).toEqual([bare(0)])
    expect(all['ben']).toEqual([
      expect.objectContaining({ ...bare(0), resource: 'usual', request: 'bens-request', status: 'approved' }),
      expect.objectContaining({ ...bare(1), resource: 'open', status: 'approved' }),
      bare(2),
      expect.objectContaining({ ...bare(3), ...PENDING }),
      bare(4, 'am'),
      expect.objectContaining({ ...bare(4, 'pm'), resource: 'usual' }),
    ])
    expect(all['cid']).toEqual([expect.objectContaining({ ...bare(0), ...PENDING })])
  })

  test('shows hr everything of everybody', async () => {
    const all = await seen((await keyOf('hr')).key)
    expect(Object.keys(all)).toEqual(['ann', 'ben', 'cid', 'mia', 'zed'])
    for (const days of Object.values(all)) {
      for (const one of days) expect(Object.keys(one)).toEqual(expect.arrayContaining(['status', 'resource']))
    }
  })

  test('pages as if what is hidden were not there, and filters by nothing that is', async () => {
    const { key } = await keyOf('employee', 'ann')
    const pages: unknown[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await must(calendarOf(key, `&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`))
      const { items, nextCursor } = body as unknown as { items: { entity: string }[]; nextCursor: string | null }
      pages.push(items.map(({ entity }) => entity))
      cursor = nextCursor
    }
    expect(pages).toEqual([['ann'], ['ben'], ['mia']])
    expect(await seen(key, '&status=pending')).toEqual({})
    // Of the others nobody says in which department they are; who the direct manager is, the team knows.
    expect(Object.keys(await seen(key, '&department=Research'))).toEqual(['ann'])
    expect(Object.keys(await seen(key, '&manager=mia'))).toEqual(['ann', 'ben'])
    expect(await seen(key, '&manager=max')).toEqual({})
    for (const hidden of ['zed', 'nobody']) expect(await seen(key, `&entity=${hidden}`)).toEqual({})
  })
})

describe('a feed', () => {
  interface Feed {
    readonly id: string
    readonly url: string
  }
  async function feedOf(key: string, body: object): Promise<Feed> {
    return (await must(service.call('POST', `${path}/calendar-feeds`, { key, body }))).body as never
  }
  const read = (feed: Feed) => service.call('GET', new URL(feed.url).pathname, { key: null })
  const summaries = ({ text }: Reply) =>
    Array.from(text.matchAll(/^(?:DTSTART;VALUE=DATE|SUMMARY):(.*)\r$/gm), ([, value]) => value!)

  test('shows what whoever made it sees, and nothing that names what is hidden', async () => {
    const { key } = await keyOf('employee', 'ann')
    const { text } = await read(await feedOf(key, { manager: 'mia' }))
    expect(text).toContain('SUMMARY:Ben away')
    for (const hidden of ['bens-request', 'secret', 'usual', 'not decided', 'cid', 'zed', 'SUMMARY:mia']) {
      expect(text).not.toContain(hidden)
    }
    const whole = await read(await feedOf((await keyOf('hr')).key, { manager: 'mia' }))
    expect(summaries(whole)).toContain('cid away\\, not decided')
  })

  test('of somebody who is hidden is as one of somebody who is not there', async () => {
    const { key } = await keyOf('employee', 'ann')
    const [hidden, missing] = [await feedOf(key, { entity: 'zed' }), await feedOf(key, { entity: 'nobody' })]
    const texts = [await read(hidden), await read(missing)].map(({ status, text }) => [
      status,
      text.replaceAll('zed', 'nobody'),
    ])
    expect(texts[0]).toEqual(texts[1])
  })

  test.each([
    ['whose key has ended', (id: string) => must(service.call('DELETE', `/v1/keys/${id}`))],
    ['whose role was withdrawn', (id: string) => regrant(id, { role: 'payroll', entity: null })],
    ['whose role is over', (id: string) => regrant(id, { until: '2020-01-01' })],
    ['who has a role on another book alone', (id: string) => regrant(id, { book: 'elsewhere' })],
  ])('of somebody %s is no more, exactly like one that never was', async (_who, end) => {
    const { id, key } = await keyOf('employee', 'ann')
    const feed = await feedOf(key, { manager: 'mia' })
    expect((await read(feed)).status).toBe(200)
    await end(id)
    const gone = await read(feed)
    const never = await read({ ...feed, url: feed.url.replace(/.{8}\.ics$/, 'AAAAAAAA.ics') })
    const shown = ({ status, body }: Reply) => ({ status, ...(body as JsonObject), instance: '' })
    expect(shown(gone)).toEqual(shown(never))
    expect(gone.status).toBe(404)
  })

  test('follows who is in the team of whoever made it', async () => {
    const { key } = await keyOf('employee', 'lea')
    const feed = await feedOf(key, { entity: 'zed' })
    expect((await read(feed)).text).not.toContain('SUMMARY')
    await must(service.call('PUT', `${path}/entities/zed`, { body: { manager: 'lea' } }))
    expect((await read(feed)).text).toContain('SUMMARY:zed away')
    await must(service.call('PUT', `${path}/entities/zed`, { body: { manager: 'max', department: 'Research' } }))
    expect((await read(feed)).text).not.toContain('SUMMARY')
  })

  test('is listed and revoked by whoever made it, and by those who make them for everybody; others cannot tell', async () => {
    const [ann, ben, hr] = [await keyOf('employee', 'ann'), await keyOf('employee', 'ben'), await keyOf('hr')]
    const feed = await feedOf(ann.key, { entity: 'ann' })
    const listed = async (key: string) => {
      const { body } = await must(service.call('GET', `${path}/calendar-feeds?limit=1000`, { key }))
      return (body as unknown as { items: { id: string }[] }).items.map(({ id }) => id)
    }
    expect(await listed(ann.key)).toEqual([feed.id])
    expect(await listed(ben.key)).toEqual([])
    expect(await listed(hr.key)).toContain(feed.id)
    const revoke = (id: string, key: string) => service.call('DELETE', `${path}/calendar-feeds/${id}`, { key })
    const problem = ({ status, text }: Reply, id: string) => [
      status,
      text.replaceAll(id, '').replace(/"instance":"[^"]*"/, ''),
    ]
    const [hidden, missing] = [await revoke(feed.id, ben.key), await revoke('0'.repeat(32), ben.key)]
    expect(problem(hidden, feed.id)).toEqual(problem(missing, '0'.repeat(32)))
    expect(hidden.status).toBe(404)
    expect((await revoke(feed.id, ann.key)).status).toBe(200)
    expect((await read(feed)).status).toBe(404)
  })

  test('has keys of its own for whoever makes their own feeds', async () => {
    const [ann, ben] = [await keyOf('employee', 'ann'), await keyOf('employee', 'ben')]
    const make = (key: string) =>
      service.call('POST', `${path}/calendar-feeds`, {
        key,
        body: { manager: 'mia' },
        idempotencyKey: 'one and the same',
      })
    const [first, second] = [await must(make(ann.key)), await must(make(ben.key))]
    expect(second.headers['idempotency-replayed']).toBeUndefined()
    expect((first.body as JsonObject)['id']).not.toBe((second.body as JsonObject)['id'])
    expect((await must(make(ann.key))).headers['idempotency-replayed']).toBe('true')
  })
})

describe('requests, of a kind that is for hr alone,', () => {
  const get = async (key: string, at: string) => service.call('GET', `${path}/requests${at}`, { key })
  const listed = async (key: string, query = '') => {
    const { body } = await must(get(key, `?limit=1000${query}`))
    return (body as unknown as { items: { id: string; entity: string; resource: string }[] }).items
  }
  const problem = ({ status, body }: Reply, id: string) =>
    JSON.stringify([status, { ...(body as JsonObject), instance: '' }]).replaceAll(id, 'the-id')
  const ask = async (entity: string, policy: string, after: number): Promise<string> => {
    const body = { entity, policy, from: day(after), to: day(after) }
    const made = await must(service.call('POST', `${path}/requests`, { body }))
    return (made.body as { request: { id: string } }).request.id
  }

  test('are their own, and those of everybody to hr; managers see what they have to decide, while they have', async () => {
    const [mia, ann, hr] = [await keyOf('employee', 'mia'), await keyOf('employee', 'ann'), await keyOf('hr')]
    const secrets = async (key: string, query = '') =>
      (await listed(key, query)).filter(({ resource }) => resource === 'secret').map(({ entity }) => entity)
    for (const query of ['', '&entity=ann', '&entity=ben', '&resource=secret', '&manager=mia', '&waitingFor=mia']) {
      expect(await secrets(mia.key, query), query).toEqual([])
    }
    expect((await listed(mia.key, '&entity=ben')).map(({ resource }) => resource)).toContain('usual')
    expect(await secrets(ann.key)).toEqual(['ann'])
    expect(await secrets(hr.key)).toEqual(['ann', 'ben', 'ben'])
    const [own] = (await listed(ann.key)).filter(({ resource }) => resource === 'secret')
    expect((await get(ann.key, `/${own!.id}`)).status).toBe(200)
    for (const at of ['', '/absences']) {
      const [hidden, missing] = [await get(mia.key, `/${own!.id}${at}`), await get(mia.key, `/nothing${at}`)]
      expect(problem(hidden, own!.id)).toBe(problem(missing, 'nothing'))
      expect(hidden.status).toBe(404)
    }
    // Nobody's approval asks her.
    for (const verb of ['approve', 'reject']) {
      const decide = (id: string) =>
        service.call('POST', `${path}/requests/${id}/${verb}`, { key: mia.key, body: { expectedVersion: 7 } })
      expect(problem(await decide(own!.id), own!.id)).toBe(problem(await decide('nothing'), 'nothing'))
    }
    const body = { id: own!.id, entity: 'mia', policy: 'usual', from: day(11), to: day(11) }
    const taken = await service.call('POST', `${path}/requests`, { key: mia.key, body })
    expect(taken).toMatchObject({ status: 409, body: { code: 'version-conflict' } })
    expect(taken.text).not.toContain('secret')
  })

  test('wait for a manager whom the approval asks, who decides and then does not know them any more', async () => {
    const terms = { resource: 'asked', unit: 'day', scale: 1, dayExclusive: true, overdraftLimit: null }
    const requests = { approval: ['manager'] }
    await must(service.call('PUT', `${path}/policies/asked`, { body: { ...terms, kindVisibleTo: 'hr', requests } }))
    const { key } = await keyOf('employee', 'mia')
    const id = await ask('ann', 'asked', 14)
    expect((await listed(key, '&waitingFor=mia')).map((one) => one.id)).toContain(id)
    expect((await listed(key)).map((one) => one.id)).toContain(id)
    const decide = () =>
      service.call('POST', `${path}/requests/${id}/approve`, {
        key,
        body: { expectedVersion: 1 },
        idempotencyKey: 'she approves',
      })
    const first = await must(decide())
    expect((await listed(key)).map((one) => one.id)).not.toContain(id)
    expect((await get(key, `/${id}`)).status).toBe(404)
    expect((await decide()).text).toBe(first.text)
  })

  test('are bare days in what a manager sees of others beside a request, whether by requests or by lines', async () => {
    const beside = await ask('cid', 'usual', 2)
    await must(
      service.call('POST', `${path}/consumptions`, {
        body: { entity: 'ann', policy: 'secret', amount: '1', effectiveOn: day(2) },
      }),
    )
    await ask('lou', 'secret', 2)
    await must(service.call('PUT', `${path}/entities/lou`, { body: { manager: 'mia' } }))
    const absences = async (key: string) => {
      const { body } = await must(get(key, `/${beside}/absences`))
      return (body as unknown as { items: JsonObject[] }).items
    }
    const seen = await absences((await keyOf('employee', 'mia')).key)
    expect(seen).toEqual([
      { entity: 'ann', days: [bare(2)] },
      { entity: 'ben', days: [bare(2)] },
    ])
    const all = await absences((await keyOf('hr')).key)
    expect(all.map(({ entity, resource, status }) => [entity, resource, status])).toEqual([
      ['ann', 'secret', 'approved'],
      ['ben', 'secret', 'approved'],
      ['lou', 'secret', 'pending'],
    ])
  })
})

describe('transactions, balances and statements, of a kind that is for hr alone,', () => {
  const get = async (key: string, at: string) => service.call('GET', `${path}${at}`, { key })
  const kinds = async (key: string, at: string) => {
    const { items } = (await must(get(key, at))).body as unknown as { items: { entity: string; resource: string }[] }
    return [...new Set(items.map(({ entity, resource }) => `${entity} ${resource}`))].toSorted()
  }
  const lists = ['/transactions?limit=1000', '/balances?limit=1000', `/balances?limit=1000&asOf=${day(5)}`]

  test('are their own, and those of everybody to hr; a manager is told as of somebody who has none', async () => {
    const [mia, ann, hr] = [await keyOf('employee', 'mia'), await keyOf('employee', 'ann'), await keyOf('hr')]
    await must(
      service.call('POST', `${path}/consumptions`, {
        body: { entity: 'mia', policy: 'secret', amount: '1', effectiveOn: day(20) },
      }),
    )
    for (const list of lists) {
      expect(
        (await kinds(mia.key, list)).filter((one) => one.endsWith('secret')),
        list,
      ).toEqual(['mia secret'])
      expect(await kinds(mia.key, list), list).toEqual(expect.arrayContaining(['ben open', 'ben usual']))
      expect(await kinds(ann.key, list), list).toContain('ann secret')
      expect(await kinds(hr.key, list), list).toEqual(expect.arrayContaining(['ann secret', 'ben secret']))
      for (const by of ['&entity=ben&policy=secret', '&policy=secret&entity=ann', '&resource=secret&entity=ben']) {
        expect(await kinds(mia.key, list + by), list + by).toEqual([])
        expect(await kinds(hr.key, list + by), list + by).toHaveLength(1)
      }
      expect(await kinds(mia.key, `${list}&policy=secret&entity=mia`), list).toEqual(['mia secret'])
    }
    expect(await kinds(mia.key, '/entities/ann/balances')).not.toContain('ann secret')
    expect(await kinds(hr.key, '/entities/ann/balances')).toContain('ann secret')
  })

  test('are not found one by one, nor in a statement', async () => {
    const [mia, ann, hr] = [await keyOf('employee', 'mia'), await keyOf('employee', 'ann'), await keyOf('hr')]
    const { items } = (await must(get(hr.key, '/transactions?entity=ann&policy=secret'))).body as unknown as {
      items: { id: string }[]
    }
    const { id } = items[0]!
    const problem = ({ status, body }: Reply, of: string) =>
      JSON.stringify([status, { ...(body as JsonObject), instance: '' }]).replaceAll(of, 'the-id')
    const hidden = await get(mia.key, `/transactions/${id}`)
    expect(problem(hidden, id)).toBe(problem(await get(mia.key, '/transactions/999999.1'), '999999.1'))
    expect(hidden.status).toBe(404)
    for (const { key } of [ann, hr]) expect((await get(key, `/transactions/${id}`)).status).toBe(200)
    const statement = async (key: string, entity: string) =>
      (await must(get(key, `/entities/${entity}/statement?policy=secret`))).body as unknown as {
        items: unknown[]
        closingBalance: string
      }
    const none = { items: [], openingBalance: '0.0', closingBalance: '0.0' }
    expect(await statement(mia.key, 'ann')).toMatchObject(none)
    for (const { key } of [ann, hr]) expect((await statement(key, 'ann')).items).not.toEqual([])
  })
})

/** Changes what a key may do, as nothing of the service does yet. */
async function regrant(id: string, change: object): Promise<void> {
  const pool = openPool({ url: service.database.url, max: 1, applicationName: 'daybook test' })
  await pool.query(REGRANT, [id, JSON.stringify(change)])
  await pool.end()
}

const REGRANT = `
  update access.keys
     set grants = (select json_agg(g::jsonb || $2::jsonb) from json_array_elements(grants) g)
   where key_id = $1`

test('live, a manager hears nothing of what is for hr alone; whose it is does', async () => {
  const follow = async (entity: string) => {
    const { key } = await keyOf('employee', entity)
    const client = await LiveClient.open(`${url}${path}/live`, { authorization: `Bearer ${key}` })
    client.send({ subscribe: {} })
    await client.next()
    return client
  }
  const [mia, ann] = [await follow('mia'), await follow('ann')]
  await away('ann', 'secret', { from: day(8) })
  await away('ann', 'usual', { from: day(9), approved: false })
  const kinds = async (client: LiveClient) => {
    for (const kinds: unknown[] = []; ; ) {
      const { type, transactions } = (await client.nextEvent()) as unknown as {
        type: string
        transactions: JsonObject[]
      }
      kinds.push([type, ...new Set(transactions.map(({ resource }) => resource))])
      if (transactions.some(({ resource }) => resource === 'usual')) return kinds
    }
  }
  expect(await kinds(mia)).toEqual([['request-submitted', 'usual']])
  expect(await kinds(ann)).toEqual([
    ['request-submitted', 'secret'],
    ['request-approved', 'secret'],
    ['request-submitted', 'usual'],
  ])
  mia.drop()
  ann.drop()
})

describe('a policy', () => {
  const put = (policy: string, body: object) => service.call('PUT', `${path}/policies/${policy}`, { body })
  const TERMS = { resource: 'new', unit: 'day', scale: 1, dayExclusive: true, overdraftLimit: null }

  test('says managers unless it says otherwise, and repeating it changes nothing', async () => {
    expect(await put('new', TERMS)).toMatchObject({ status: 201, body: { version: 1, kindVisibleTo: 'manager' } })
    for (const again of [{}, { kindVisibleTo: 'manager' }, { kindVisibleTo: null }]) {
      expect(await put('new', { ...TERMS, ...again })).toMatchObject({ status: 200, body: { version: 1 } })
    }
    const hr = { ...TERMS, kindVisibleTo: 'hr' }
    expect(await put('new', hr)).toMatchObject({ status: 201, body: { version: 2, kindVisibleTo: 'hr' } })
    expect(await put('new', hr)).toMatchObject({ status: 200, body: { version: 2, kindVisibleTo: 'hr' } })
    const { body } = await service.call('GET', `${path}/policies/new/versions`)
    expect(body).toMatchObject({ items: [{ kindVisibleTo: 'manager' }, { kindVisibleTo: 'hr' }] })
    expect(await put('new', { ...TERMS, kindVisibleTo: 'everybody' })).toMatchObject({ status: 400 })
    expect(await put('new', { ...TERMS, kindVisibleTo: 'team' })).toMatchObject({ status: 201, body: { version: 3 } })
  })

  test('decides from its day on what the team is told, of all days', async () => {
    const { key } = await keyOf('employee', 'ann')
    const shown = async () => (await seen(key))['ben']!.filter(({ resource }) => resource === 'usual')
    expect(await shown()).toEqual([])
    const body = { ...TERMS, resource: 'usual', kindVisibleTo: 'team' }
    await must(put('usual', { ...body, effectiveFrom: day(20) }))
    expect(await shown()).toEqual([])
    await must(put('usual', body))
    await eventually(async () => expect(await shown()).toHaveLength(2))
  })
})
