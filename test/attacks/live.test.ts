import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { LiveClient } from '../http/live-client.ts'
import { type DurableServer, durableServer } from '../support/database.ts'
import { Client, freePort, type Service, startService } from '../support/service.ts'

// Clients follow a book live through two processes, of which one is killed again and again while many write to the book
// through both. Whoever followed the one that died goes on with the other. Each hears of exactly what concerns it, in
// order: nothing is missed, nothing comes twice, and nobody is told of what they did themselves.

const KEY = 'a-key-that-outlives-every-process'
const BOOK = '/v1/books/main'
const ENTITIES = 4
const WRITERS = 8
const KILLS = 4
const COMMANDS_A_ROUND = 150

let server: DurableServer | undefined
const services: Service[] = []

afterEach(async () => {
  await Promise.all(services.map((service) => service.kill()))
  await server?.remove()
})

/** Follows until it has heard of all up to a position, whoever dies meanwhile. */
class Follower {
  readonly heard: number[] = []
  breaks = 0
  #upTo = Number.POSITIVE_INFINITY
  #client: LiveClient | undefined
  readonly #ports: readonly number[]
  readonly #subscription: object

  constructor(ports: readonly number[], subscription: object) {
    this.#ports = ports
    this.#subscription = subscription
  }

  /** Of the last it was told of. */
  #position = 0

  async run(): Promise<void> {
    for (let attempt = 0; this.#position < this.#upTo; attempt++) {
      const port = this.#ports[attempt % this.#ports.length]!
      const client = await LiveClient.open(`http://127.0.0.1:${port}${BOOK}/live`, {
        authorization: `Bearer ${KEY}`,
      }).catch(() => undefined)
      if (client === undefined) {
        await sleep(20)
        continue
      }
      this.#client = client
      client.send({ ...this.#subscription, after: this.#position })
      await this.#listen(client)
      this.breaks += 1
      client.drop()
    }
  }

  async #listen(client: LiveClient): Promise<void> {
    while (this.#position < this.#upTo) {
      const message = await client.next()
      if (message === undefined) return
      if ('position' in message) {
        this.#position = Number(message['position'])
        this.heard.push(this.#position)
      } else if ('caughtUp' in message) {
        this.#position = Number(message['caughtUp'])
      }
    }
  }

  /** Ends it once it has heard of everything. */
  endAt(position: number): void {
    this.#upTo = position
    // It may have heard of all already, and would wait for more.
    if (this.#position >= position) this.#client?.drop()
  }
}

interface Shown {
  readonly position: number
  readonly transactions: readonly { readonly entity: string }[]
  readonly erasable: { readonly client: { readonly session: string | null } }
}

test('kill -9 of the process that is followed, while many write through two', async () => {
  server = await durableServer()
  const ports = [await freePort(), await freePort()] as const
  const settings = { DATABASE_URL: server.url, DAYBOOK_LIVE_HEARTBEAT_MS: '100' }
  const start = async (index: 0 | 1): Promise<void> => {
    services[index] = await startService(settings, { port: ports[index], key: KEY })
  }
  await start(0)
  await start(1)
  const clients = ports.map((port) => new Client({ url: `http://127.0.0.1:${port}`, key: KEY }))
  const terms = { resource: 'leave', unit: 'day', scale: 0, dayExclusive: false, overdraftLimit: '0' }
  expect((await clients[0]!.put(`${BOOK}/policies/annual`, 'policy', terms)).status).toBe(201)
  for (let entity = 0; entity < ENTITIES; entity++) {
    await clients[0]!.put(`${BOOK}/entities/e${entity}`, `define-${entity}`, { manager: `m${entity % 2}` })
  }

  const followers = [
    { follower: new Follower(ports, { subscribe: {} }), wants: () => true },
    {
      follower: new Follower(ports, { subscribe: { entities: ['e1', 'e2'] }, clientId: 'window-1' }),
      wants: ({ transactions, erasable }: Shown) =>
        erasable.client.session !== 'window-1' && transactions.some(({ entity }) => ['e1', 'e2'].includes(entity)),
    },
    {
      follower: new Follower([ports[1], ports[0]], { subscribe: { managers: ['m0'] } }),
      wants: ({ transactions }: Shown) => transactions.some(({ entity }) => ['e0', 'e2'].includes(entity)),
    },
    { follower: new Follower(ports, { subscribe: {}, clientId: 'window-0' }), wants: isNotOf('window-0') },
  ]
  const following = followers.map(({ follower }) => follower.run())

  let stopping = false
  let answered = 0
  let last = 0
  let wake = (): void => {}
  const write = async (writer: number): Promise<void> => {
    for (let round = 0; !stopping; round++) {
      const entity = `e${(writer + round) % ENTITIES}`
      const body = { entity, policy: 'annual', amount: '1', effectiveOn: '2026-01-01' }
      // With the same key until there is an answer: the process may die after it has recorded.
      for (let attempt = writer; ; attempt++) {
        const answer = await clients[attempt % 2]!.post(`${BOOK}/accruals`, `${writer}-${round}`, body, {
          'daybook-client-id': `window-${writer % 3}`,
        }).catch(() => undefined)
        if (answer?.status === 201) {
          answered += 1
          last = Math.max(last, Number(answer.body['position']))
          wake()
          break
        }
        await sleep(10)
      }
    }
  }
  const writing = Array.from({ length: WRITERS }, (_, writer) => write(writer))
  for (let kill = 0; kill < KILLS; kill++) {
    const wanted = answered + COMMANDS_A_ROUND
    while (answered < wanted) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    const victim = (kill % 2) as 0 | 1
    await services[victim]!.kill()
    await start(victim)
  }
  stopping = true
  await Promise.all(writing)
  for (const { follower } of followers) follower.endAt(last)
  await Promise.all(following)

  const history = (await clients[0]!.get(`${BOOK}/events`, { accept: 'application/x-ndjson' })).text
  const events = history
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Shown)
  for (const { follower, wants } of followers) {
    const wanted = events.filter((event) => isAboutBalances(event) && wants(event)).map(({ position }) => position)
    expect(wanted.length).toBeGreaterThan(COMMANDS_A_ROUND)
    const firstLine = events.find(isAboutBalances)!.position
    expect(follower.heard.filter((position) => position >= firstLine)).toEqual(wanted)
    expect(follower.breaks).toBeGreaterThan(0)
  }
  for (const client of clients) client.close()
})

function isNotOf(clientId: string): (event: Shown) => boolean {
  return ({ erasable }) => erasable.client.session !== clientId
}

function isAboutBalances({ transactions }: Shown): boolean {
  return transactions.length > 0
}
