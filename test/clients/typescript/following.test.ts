import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect as connectTo, createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  connect,
  type Daybook,
  each,
  eachEvent,
  type FollowingState,
  follow,
  must,
  type Schema,
} from '../../../clients/typescript/src/index.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { Client, type Service, startService } from '../../support/service.ts'

// What the client for TypeScript walks and follows: each once, none left out, whatever breaks.

let database: TestDatabase
let service: Service
let client: Client
beforeAll(async () => {
  database = await testDatabase()
  service = await startService({ DATABASE_URL: database.url })
  client = new Client(service)
})
afterAll(async () => {
  client.close()
  await service.stop()
  await database.drop()
})

const TERMS = { resource: 'annual-leave', unit: 'day', scale: 1, dayExclusive: true, overdraftLimit: '0' }

test('a list is walked page by page: nobody is missed or repeated while others are added', async () => {
  const book = await bookOf('listed')
  const { key } = service
  const daybook = connect({ url: service.url, key })
  for (let i = 0; i < 25; i++) await accrue(book, `e${10 + i}`)
  const params = { path: { book }, query: { limit: 10 } }
  const seen: string[] = []
  for await (const { entity } of each(daybook, '/v1/books/{book}/transactions', { params })) {
    if (seen.length === 12) await accrue(book, 'e00')
    seen.push(entity)
  }
  expect(seen).toEqual([...Array.from({ length: 25 }, (_, i) => `e${10 + i}`), 'e00'])
})

test('what is no list, or refused, throws the problem', async () => {
  const daybook = connect({ url: service.url, key: service.key })
  const walk = async () => {
    for await (const item of each(daybook, '/v1/books/{book}/transactions', { params: { path: { book: 'none' } } }))
      void item
  }
  await expect(walk()).rejects.toMatchObject({ name: 'Refused', problem: { code: 'unknown-book' } })
})

test('the history is walked to its end', async () => {
  const book = await bookOf('history')
  for (let i = 0; i < 5; i++) await accrue(book, 'ada')
  const positions: number[] = []
  const daybook = connect({ url: service.url, key: service.key })
  for await (const { position } of eachEvent(daybook, { book, after: 2 })) positions.push(position)
  expect(positions).toEqual([3, 4, 5, 6, 7])
})

test('a connection that is cut again and again costs no event, and repeats none', async () => {
  const book = await bookOf('cut')
  const between = await cutter(service.port)
  const daybook = connect({ url: between.url, key: service.key, clientId: 'window-1' })
  const heard: number[] = []
  const states: FollowingState['is'][] = []
  const following = follow(daybook, {
    book,
    subscribe: {},
    after: 2,
    onEvent: ({ position }) => heard.push(position),
    onState: ({ is }) => states.push(is),
  })
  for (let round = 0; round < 4; round++) {
    const before = heard.length
    for (let i = 0; i < 5; i++) await accrue(book, 'ada')
    await eventually(() => expect(heard.length).toBeGreaterThan(before))
    between.cut()
    await accrue(book, 'ben')
  }
  await eventually(() => expect(heard).toHaveLength(24))
  expect(heard).toEqual(Array.from({ length: 24 }, (_, i) => 3 + i))
  expect(states.filter((is) => is === 'waiting').length).toBeGreaterThanOrEqual(4)
  following.stop()
  expect(states.at(-1)).toBe('ended')
  await between.close()
})

test('what the client itself causes is not told to it', async () => {
  const book = await bookOf('echo')
  const [mine, theirs] = ['window-1', 'window-2'].map((clientId) =>
    connect({ url: service.url, key: service.key, clientId }),
  )
  const heard: number[] = []
  const live = Promise.withResolvers<void>()
  const following = follow(mine!, {
    book,
    subscribe: { entities: ['ada'] },
    onEvent: ({ position }) => heard.push(position),
    onState: ({ is }) => (is === 'live' ? live.resolve() : undefined),
  })
  await live.promise
  const first = await accrualBy(mine!, book)
  const second = await accrualBy(theirs!, book)
  await eventually(() => expect(following.position).toBeGreaterThanOrEqual(second))
  expect(heard).toEqual([second])
  expect(second).toBe(first + 1)
  following.stop()
})

test.each([
  ['whose key has ended is told so, and does not come back', true],
  ['whose key was never any is told so', false],
])('somebody %s', async (_what, wasGood) => {
  const book = await bookOf(`ended-${wasGood}`)
  const role = { book, role: 'auditor' }
  const { body } = await client.call<{ id: string; key: string }>('POST', '/v1/keys', {
    body: { name: 'x', roles: [role] },
  })
  const key = wasGood ? body.key : 'nobody'
  const live = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<FollowingState>()
  follow(connect({ url: service.url, key }), {
    book,
    subscribe: {},
    onEvent: () => {},
    onState: (state) => {
      if (state.is === 'live') live.resolve()
      if (state.is === 'ended') ended.resolve(state)
    },
  })
  if (wasGood) {
    await live.promise
    await client.call('DELETE', `/v1/keys/${body.id}`)
  }
  expect(await ended.promise).toMatchObject({ is: 'ended', problem: { code: 'unauthenticated' } })
})

async function bookOf(book: string): Promise<string> {
  await client.put(`/v1/books/${book}`, `book-${book}`, {})
  await client.put(`/v1/books/${book}/policies/annual-leave`, `policy-${book}`, TERMS)
  return book
}

let accruals = 0

async function accrue(book: string, entity: string): Promise<void> {
  const body = { entity, policy: 'annual-leave', amount: '1', effectiveOn: '2026-01-01' }
  const { status } = await client.post(`/v1/books/${book}/accruals`, `a-${++accruals}`, body)
  expect(status).toBe(201)
}

async function accrualBy(daybook: Daybook, book: string): Promise<number> {
  const body: Schema<'Accrual'> = { entity: 'ada', policy: 'annual-leave', amount: '1', effectiveOn: '2026-01-01' }
  const { position } = await must(daybook.POST('/v1/books/{book}/accruals', { params: { path: { book } }, body }))
  return position!
}

/** Passes connections on to the service, and ends all of them when it is told to. */
async function cutter(port: number): Promise<{ readonly url: string; cut(): void; close(): Promise<void> }> {
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = connectTo(port, '127.0.0.1')
    near.pipe(far).pipe(near)
    for (const socket of [near, far]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => open.delete(socket))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of open) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    async close() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
