import { afterEach, expect, test } from 'vitest'
import { type DurableServer, databaseUrl, durableServer } from '../support/database.ts'
import { type Answer, Client, freePort, type Service, startService } from '../support/service.ts'
import { expectSoundBook } from './sound-book.ts'

// Load from many clients, and a kill -9 in the middle, ten times over. Every answered command is there, once, as it was
// answered; retries with the same keys finish the rest.

const BOOK = '/v1/books/main'
const CLIENTS = 16
const KILLS = 10
const KEY = 'a-key-that-outlives-every-process'

let server: DurableServer | undefined
let services: Service[] = []

afterEach(async () => {
  await Promise.all(services.map((service) => service.kill()))
  services = []
  await server?.remove()
  server = undefined
})

test('kill -9 of the service, ten times under load', async () => {
  server = await durableServer()
  const url = server.url
  const port = await freePort()
  const start = async () => {
    services = [await startService({ DATABASE_URL: url }, { port, key: KEY })]
  }
  await start()
  const load = await Load.start(`http://127.0.0.1:${port}`)
  for (let round = 0; round < KILLS; round++) {
    await load.answers(50 + round * 17)
    await services[0]!.kill()
    await start()
  }
  await load.finish()
  await expectSoundBook(url, 'main')
})

test('kill -9 of PostgreSQL, ten times under load; the service goes on by itself', async () => {
  server = await durableServer()
  const port = await freePort()
  services = [await startService({ DATABASE_URL: server.url }, { port, key: KEY })]
  const load = await Load.start(`http://127.0.0.1:${port}`)
  for (let round = 0; round < KILLS; round++) {
    await load.answers(50 + round * 17)
    await server.kill()
    await server.restart()
  }
  await load.finish()
  expect(services[0]!.process.exitCode).toBeNull()
  await expectSoundBook(server.url, 'main')
})

test('two services on one database, one of them killed again and again', async () => {
  server = await durableServer()
  const url = server.url
  const ports = [await freePort(), await freePort()] as const
  services = await Promise.all(ports.map((port) => startService({ DATABASE_URL: url }, { port, key: KEY })))
  const load = await Load.start(...ports.map((port) => `http://127.0.0.1:${port}`))
  for (let round = 0; round < KILLS / 2; round++) {
    await load.answers(100)
    await services[round % 2]!.kill()
    services[round % 2] = await startService({ DATABASE_URL: url }, { port: ports[round % 2]!, key: KEY })
  }
  await load.finish()
  await expectSoundBook(url, 'main')
})

test('the embedded server is started again when it is killed, and a killed service finds its data', async () => {
  server = await durableServer()
  const dataDir = server.dataDir
  const port = await freePort()
  const environment = { DAYBOOK_DATA_DIR: dataDir, DATABASE_URL: '' }
  services = [await startService(environment, { port, key: KEY })]
  const load = await Load.start(`http://127.0.0.1:${port}`)
  await load.answers(100)
  await server.kill()
  await load.answers(100)
  await services[0]!.kill()
  services = [await startService(environment, { port, key: KEY })]
  await load.answers(100)
  await load.finish()
  await server.restart()
  await expectSoundBook(databaseUrl(server.url, 'daybook'), 'main')
})

interface Sent {
  readonly key: string
  readonly path: string
  readonly body: object
}

/** Clients that post one command after the other, and post it again under its key until it is answered. */
class Load {
  readonly #clients: Client[]
  readonly #answered = new Map<string, { sent: Sent; answer: Answer }>()
  readonly #workers: Promise<void>[] = []
  #stopping = false
  #wake: () => void = () => {}

  private constructor(clients: Client[]) {
    this.#clients = clients
  }

  static async start(...urls: string[]): Promise<Load> {
    const load = new Load(urls.map((url) => new Client({ url, key: KEY }, { connections: CLIENTS })))
    const [client] = load.#clients
    const terms = { resource: 'leave', unit: 'day', scale: 1, dayExclusive: true, overdraftLimit: '0' }
    expect((await client!.put(`${BOOK}/policies/annual`, 'policy', terms)).status).toBe(201)
    for (let worker = 0; worker < CLIENTS; worker++) load.#workers.push(load.#work(worker))
    return load
  }

  /** Resolves once `count` more commands are answered. */
  async answers(count: number): Promise<void> {
    const wanted = this.#answered.size + count
    while (this.#answered.size < wanted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** Stops the clients; every answer given must be what the record says, and what a replay says. */
  async finish(): Promise<void> {
    this.#stopping = true
    await Promise.all(this.#workers)
    const [client] = this.#clients
    const recorded = await eventsByKey(client!)
    for (const { sent, answer } of this.#answered.values()) {
      const event = recorded.get(sent.key)
      expect(event !== undefined, `${sent.key} was answered ${answer.status}`).toBe(answer.status === 201)
      if (answer.status === 201)
        expect(event).toMatchObject({ position: answer.body['position'], hash: answer.body['hash'] })
    }
    for (const { sent, answer } of [...this.#answered.values()].slice(-100)) {
      if (answer.status !== 201) continue
      const again = await client!.post(sent.path, sent.key, sent.body)
      expect([again.status, again.text, again.headers['idempotency-replayed']]).toEqual([201, answer.text, 'true'])
    }
    for (const each of this.#clients) each.close()
  }

  async #work(worker: number): Promise<void> {
    for (let count = 0; !this.#stopping; count++) {
      const sent = command(worker, count)
      const answer = await this.#untilAnswered(sent, worker)
      this.#answered.set(sent.key, { sent, answer })
      this.#wake()
    }
  }

  async #untilAnswered(sent: Sent, worker: number): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      const client = this.#clients[(worker + attempt) % this.#clients.length]!
      try {
        const answer = await client.post(sent.path, sent.key, sent.body)
        if (answer.status === 503) expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
        else if (answer.status === 201 || answer.status === 409) return answer
        else throw new TypeError(`unexpected answer: ${answer.text}`)
      } catch (error) {
        if (error instanceof TypeError) throw error
      }
      // Nobody listens, or nobody can answer, for a moment: leave it the processor.
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

// Half of the days are asked for twice, so that some commands are refused.
function command(worker: number, count: number): Sent {
  const key = `w${worker}-${count}`
  const entity = `e${worker % 4}`
  if (count % 3 === 0) {
    return { key, path: `${BOOK}/accruals`, body: { entity, policy: 'annual', amount: '2', effectiveOn: '2025-01-01' } }
  }
  const day = new Date(Date.UTC(2025, 0, 2 + (count % 600))).toISOString().slice(0, 10)
  return { key, path: `${BOOK}/consumptions`, body: { entity, policy: 'annual', amount: '1', effectiveOn: day } }
}

interface RecordedEvent {
  readonly position: number
  readonly hash: string
  readonly idempotencyKey: string
}

async function eventsByKey(client: Client): Promise<Map<string, RecordedEvent>> {
  const events = new Map<string, RecordedEvent>()
  for (let after: number | null = 0; after !== null; ) {
    const { body }: Answer<{ items: RecordedEvent[]; nextPosition: number | null }> = await client.get(
      `${BOOK}/events?after=${after}&limit=1000`,
    )
    for (const event of body.items) {
      expect(events.has(event.idempotencyKey)).toBe(false)
      events.set(event.idempotencyKey, event)
    }
    after = body.items.length === 0 ? null : body.nextPosition
  }
  return events
}
