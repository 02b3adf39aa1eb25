import { beforeAll, describe, expect, test } from 'vitest'
import { AS_STREAM, RIGHTS, type Right, ROLES, type Role, TEAM } from '../../src/access/rights.ts'
import { readReached } from '../../src/ledger/read/reached.ts'
import { readReachers } from '../../src/ledger/read/reachers.ts'
import { accrual, day } from '../support/builders.ts'
import { EventSourceClient } from './event-source.ts'
import { LiveClient } from './live-client.ts'
import { type JsonObject, must, serviceOfFile } from './service-of-file.ts'

// What happens, as each role sees it: by a WebSocket and by server-sent events, made of the table of rights.

const service = serviceOfFile({ liveHeartbeatMs: 100 })
let url: string
let world: World
beforeAll(async () => {
  url = await service.listen()
  world = await makeWorld()
})

/** Ann and Bob have Mia as their manager, and Zed has another one. */
interface World {
  readonly book: string
  readonly otherBook: string
  /** Before what happens. */
  readonly after: number
  /** Positions of what happens, by whom it is about. */
  readonly ann: number
  readonly bob: number
  readonly mia: number
  readonly zed: number
  /** About Ann and about Zed. */
  readonly both: number
  /** About all of them. */
  readonly last: number
}

async function makeWorld(): Promise<World> {
  const book = await service.book()
  for (const [entity, manager] of [
    ['ann', 'mia'],
    ['bob', 'mia'],
    ['mia', 'cleo'],
    ['zed', 'other'],
  ] as const) {
    await must(service.call('PUT', `/v1/books/${book}/entities/${entity}`, { body: { manager } }))
  }
  const { body } = await must(service.call('PUT', `/v1/books/${book}/policies/quiet`, { body: QUIET }))
  const after = (body as { position: number }).position
  const earned = (...entities: string[]) => earn(book, entities)
  return {
    book,
    otherBook: await service.book(),
    after,
    ann: await earned('ann'),
    zed: await earned('zed'),
    bob: await earned('bob'),
    mia: await earned('mia'),
    both: await earned('zed', 'ann'),
    last: await earned('zed', 'bob', 'mia', 'ann'),
  }
}

const QUIET = { resource: 'quiet', unit: 'day', scale: 0, dayExclusive: false, overdraftLimit: null }

async function earn(book: string, entities: readonly string[]): Promise<number> {
  const transactions = entities.map((entity) => accrual('5', { entity }))
  const { body } = await must(service.call('POST', `/v1/books/${book}/transactions`, { body: { transactions } }))
  return (body as { position: number }).position
}

interface Caller {
  readonly name: string
  readonly role: Role
  readonly entity?: string
}

const CALLERS: readonly Caller[] = [
  { name: 'employee', role: 'employee', entity: 'ann' },
  { name: 'manager', role: 'employee', entity: 'mia' },
  ...(['hr', 'payroll', 'auditor', 'integration', 'admin'] as const).map((role) => ({ name: role, role })),
]

async function headersOf({ role, entity }: Omit<Caller, 'name'>, book = world.book): Promise<Record<string, string>> {
  const roles = [{ book, role, ...(entity === undefined ? {} : { entity }) }]
  const { body } = await must(service.call('POST', '/v1/keys', { body: { name: 'a test', roles } }))
  return { authorization: `Bearer ${(body as { key: string }).key}` }
}

function holds(role: Role, right: Right): boolean {
  return (ROLES[role].rights as readonly Right[]).includes(right)
}

/** Whose data a caller sees, by the table; undefined: they may not follow. */
function seenBy({ role, entity }: Caller): readonly string[] | 'everything' | undefined {
  const { right } = RIGHTS.openLive
  expect(AS_STREAM.readEvents.right).toBe(right)
  if (!holds(role, right)) return undefined
  if (ROLES[role].extent === 'book') return holds(role, 'events:read') ? 'everything' : ['ann', 'bob', 'mia', 'zed']
  expect(TEAM).toContain(right)
  return entity === 'mia' ? ['mia', 'ann', 'bob'] : [entity!]
}

type Event = JsonObject & { readonly position: number; readonly transactions: { readonly entity: string }[] }

/** What comes over a WebSocket, up to the last event. */
async function overSocket(
  headers: Record<string, string>,
  subscribe: object = {},
  book = world.book,
): Promise<Event[] | number> {
  const client = await LiveClient.open(`${url}/v1/books/${book}/live`, headers).catch((error: unknown) =>
    Number(/(\d{3})/.exec((error as Error).message)?.[1]),
  )
  if (typeof client === 'number') return client
  client.send({ subscribe, after: world.after })
  const events: Event[] = []
  for (let message = await client.next(); ; message = await client.next()) {
    if (message === undefined) throw new Error('it was closed')
    if ('position' in message) events.push(message as Event)
    if (Number(message['caughtUp']) >= world.last) break
  }
  client.drop()
  return events
}

/** The same as server-sent events. */
async function overSse(headers: Record<string, string>, book = world.book): Promise<Event[] | number> {
  const client = await EventSourceClient.open(`${url}/v1/books/${book}/events?after=${world.after}`, headers)
  if (client.status !== 200) return client.status
  const events: Event[] = []
  while (events.at(-1)?.position !== world.last) {
    const { id, data } = (await client.nextData())!
    const event = JSON.parse(data) as Event
    expect(Number(id)).toBe(event.position)
    events.push(event)
  }
  client.drop()
  return events
}

const WHOLE = ['decision', 'erasable', 'erasableDigest', 'hash', 'idempotencyKey', 'previousHash'] as const

describe.each([
  ['a WebSocket', overSocket],
  [
    'server-sent events',
    (headers: Record<string, string>, _subscribe?: object, book?: string) => overSse(headers, book),
  ],
] as const)('over %s', (_name, follow) => {
  test.each(CALLERS)('$name sees what the table says, and nothing of others', async (caller) => {
    const seen = seenBy(caller)
    const events = await follow(await headersOf(caller))
    if (seen === undefined) {
      expect(events).toBe(403)
      return
    }
    if (typeof events === 'number') throw new Error(`refused with ${events}`)
    const of = (who: string) => seen === 'everything' || seen.includes(who)
    const expected = [
      ...(of('ann') ? [world.ann] : []),
      ...(of('zed') ? [world.zed] : []),
      ...(of('bob') ? [world.bob] : []),
      ...(of('mia') ? [world.mia] : []),
      ...(of('ann') || of('zed') ? [world.both] : []),
      world.last,
    ]
    expect(events.map(({ position }) => position)).toEqual(expected)
    for (const event of events) {
      const members = WHOLE.filter((member) => member in event)
      expect(members).toEqual(seen === 'everything' ? [...WHOLE] : [])
      if (seen === 'everything') continue
      for (const { entity } of event.transactions) expect(seen).toContain(entity)
      for (const who of ['ann', 'bob', 'mia', 'zed']) {
        if (!of(who)) expect(JSON.stringify(event)).not.toContain(`"${who}"`)
      }
    }
  })

  test.each(CALLERS)('$name cannot tell another book from one that is not there', async (caller) => {
    const headers = await headersOf(caller)
    expect(await follow(headers, {}, world.otherBook)).toBe(404)
    expect(await follow(headers, {}, 'nowhere')).toBe(404)
  })

  test('nobody follows without a key', async () => {
    expect([await follow({}), await follow({}, {}, 'nowhere')]).toEqual([401, 401])
  })
})

describe('a subscription to somebody', () => {
  const positions = (events: Event[] | number) => (events as Event[]).map(({ position }) => position)

  test.each([
    ['own', ['ann'], 'employee', ['ann', 'both', 'last']],
    ['team', ['bob'], 'manager', ['bob', 'last']],
    ['another person', ['zed'], 'employee', []],
    ['another person', ['zed'], 'manager', []],
    ['whoever is not there', ['nobody'], 'employee', []],
    ['whoever is not there', ['nobody'], 'hr', []],
    ['another person', ['zed'], 'hr', ['zed', 'both', 'last']],
  ] as const)('(%s: %j) shows to a caller who is %s: %j', async (_who, entities, name, expected) => {
    const headers = await headersOf(CALLERS.find((caller) => caller.name === name)!)
    expect(positions(await overSocket(headers, { entities }))).toEqual(expected.map((at) => world[at]))
  })

  test('who is hidden is told of as if they were not there: the same messages at the same pace', async () => {
    const headers = await headersOf({ role: 'employee', entity: 'ann' })
    const firsts = async (subscribe: object) => {
      const client = await LiveClient.open(`${url}/v1/books/${world.book}/live`, headers)
      client.send({ subscribe, after: world.after })
      const messages = [await client.next(), await client.next(), await client.next()]
      client.drop()
      return messages
    }
    const hidden = await firsts({ entities: ['zed'] })
    expect(hidden).toEqual([{ subscribed: world.after }, { caughtUp: world.last }, { caughtUp: world.last }])
    expect(await firsts({ entities: ['nobody'] })).toEqual(hidden)
    expect(await firsts({ managers: ['other'] })).toEqual(hidden)
    expect(await firsts({ managers: ['nobody'] })).toEqual(hidden)
  })
})

describe('while it is open', () => {
  test('a manager sees who comes to the team, and no more who leaves it', async () => {
    const { book } = world
    const client = await LiveClient.open(
      `${url}/v1/books/${book}/live`,
      await headersOf({ role: 'employee', entity: 'lea' }),
    )
    client.send({ subscribe: {} })
    await client.next()
    const move = async (entity: string, manager: string) => {
      const { body } = await must(service.call('PUT', `/v1/books/${book}/entities/${entity}`, { body: { manager } }))
      return (body as { position: number }).position
    }
    // What is told is what the team is when an event is read, so each is read before the team changes.
    expect(await client.positionsUpTo(await earn(book, ['kim']))).toEqual([])
    const came = await move('kim', 'lea')
    expect((await client.nextEvent())['position']).toBe(came)
    const first = await earn(book, ['kim'])
    expect((await client.nextEvent())['position']).toBe(first)
    await move('kim', 'other')
    await earn(book, ['kim'])
    const own = await earn(book, ['lea'])
    expect(await client.positionsUpTo(own)).toEqual([own])
    client.drop()
  })

  test('whoever stands in for a manager sees the team, for as long as that is', async () => {
    const book = await service.book()
    await must(service.call('PUT', `/v1/books/${book}/entities/e1`, { body: { manager: 'm1' } }))
    const headers = await headersOf({ role: 'employee', entity: 'd1' }, book)
    const client = await LiveClient.open(`${url}/v1/books/${book}/live`, headers)
    client.send({ subscribe: {} })
    await client.next()
    expect(await client.positionsUpTo(await earn(book, ['e1']))).toEqual([])
    const delegate = async (from: string, to: string) => {
      const path = `/v1/books/${book}/entities/m1/delegations/d1`
      const { body } = await must(service.call('PUT', path, { body: { from, to } }))
      return (body as { position: number }).position
    }
    const named = await delegate('2020-01-01', '2990-01-01')
    const first = await earn(book, ['e1'])
    expect(await client.positionsUpTo(first)).toEqual([named, first])
    const over = await delegate('2020-01-01', '2020-01-02')
    await earn(book, ['e1'])
    const own = await earn(book, ['d1'])
    expect(await client.positionsUpTo(own)).toEqual([over, own])
    client.drop()
  })
})

test('a request is seen with what was asked for, also where a step moves nothing', async () => {
  const book = await service.book()
  const terms = { approval: ['manager', 'hr'], roles: { hr: ['h1'] }, maxDaysAhead: null }
  const policy = { resource: 'asked', unit: 'day', scale: 0, dayExclusive: true, overdraftLimit: null, requests: terms }
  await must(service.call('PUT', `/v1/books/${book}/policies/asked`, { body: policy }))
  await must(service.call('PUT', `/v1/books/${book}/entities/e1`, { body: { manager: 'm1' } }))
  const client = await LiveClient.open(
    `${url}/v1/books/${book}/live`,
    await headersOf({ role: 'employee', entity: 'e1' }, book),
  )
  client.send({ subscribe: { requests: ['mine', 'theirs'] } })
  await client.next()
  for (const [id, entity] of [
    ['theirs', 'e2'],
    ['mine', 'e1'],
  ] as const) {
    const body = { id, entity, policy: 'asked', from: '2026-07-06', to: '2026-07-07' }
    await must(service.call('POST', `/v1/books/${book}/requests`, { body }))
  }
  const headers = { 'daybook-actor': 'manager:m1' }
  await must(service.call('POST', `/v1/books/${book}/requests/mine/approve`, { body: { expectedVersion: 1 }, headers }))
  expect(await client.nextEvent()).toMatchObject({
    type: 'request-submitted',
    data: { request: 'mine', entity: 'e1', from: '2026-07-06' },
    transactions: [
      { entity: 'e1', amount: '-1' },
      { entity: 'e1', amount: '-1' },
    ],
  })
  const step = await client.nextEvent()
  expect(step).toMatchObject({ type: 'request-step-approved', data: { request: 'mine', role: 'manager' } })
  expect(step).not.toHaveProperty('decision')
  client.drop()
})

test('who earns under what, hours and notices are seen by managers, but for what only hr knows', async () => {
  const book = await service.book()
  const body = {
    resource: 'care',
    unit: 'day',
    scale: 0,
    dayExclusive: false,
    overdraftLimit: null,
    kindVisibleTo: 'hr',
  }
  await must(service.call('PUT', `/v1/books/${book}/policies/care`, { body }))
  await must(service.call('PUT', `/v1/books/${book}/entities/e1`, { body: { manager: 'm1' } }))
  const open = async (entity: string) => {
    const headers = await headersOf({ role: 'employee', entity }, book)
    const client = await LiveClient.open(`${url}/v1/books/${book}/live`, headers)
    client.send({ subscribe: {} })
    await client.next()
    return client
  }
  const [manager, own, other] = await Promise.all([open('m1'), open('e1'), open('e2')])
  const put = (policy: string) =>
    must(
      service.call('PUT', `/v1/books/${book}/entities/e1/assignments/${policy}`, {
        body: { policy, from: '2026-01-01' },
      }),
    )
  const notice = (policy: string) => {
    const given = { entity: 'e1', policy, year: 2026, givenOn: '2026-10-01' }
    return must(service.call('POST', `/v1/books/${book}/notices`, { body: given }))
  }
  const hours = { entity: 'e1', from: '2026-02-02', hours: '8' }
  const made = [
    await put('sick'),
    await put('care'),
    await notice('sick'),
    await notice('care'),
    await must(service.call('POST', `/v1/books/${book}/worked-hours`, { body: hours })),
  ].map((reply) => (reply.body as { position: number }).position)
  const last = await earn(book, ['e1', 'm1', 'e2'])
  expect(await own.positionsUpTo(last)).toEqual([...made, last])
  expect(await manager.positionsUpTo(last)).toEqual([made[0], made[2], made[4], last])
  expect(await other.positionsUpTo(last)).toEqual([last])
  for (const client of [manager, own, other]) client.drop()
})

test('who reaches whom is the same from both ends', async () => {
  const book = await service.book()
  const chains = [
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'd'],
    ['e', 'c'],
    ['f', 'g'],
    ['g', 'f'],
  ] as const
  for (const [entity, manager] of chains) {
    await must(service.call('PUT', `/v1/books/${book}/entities/${entity}`, { body: { manager } }))
  }
  for (const [entity, delegate, to] of [
    ['c', 'x', '2990-01-01'],
    ['b', 'x', '2020-01-02'],
    ['x', 'y', '2990-01-01'],
    ['d', 'a', '2990-01-01'],
  ] as const) {
    const path = `/v1/books/${book}/entities/${entity}/delegations/${delegate}`
    await must(service.call('PUT', path, { body: { from: '2020-01-01', to } }))
  }
  const { db } = service.backend
  const everybody = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'x', 'y']
  const on = day('2026-07-06')
  const reachers = await readReachers(db, { book, entities: everybody, on })
  for (const one of everybody) {
    const reached = await readReached(db, { book, entities: [one], on })
    const fromBelow = everybody.filter((entity) => reachers.get(entity)?.has(one) === true)
    expect({ one, reached: reached.toSorted() }).toEqual({ one, reached: fromBelow })
  }
})
