import { randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { type DurableServer, durableServer } from '../support/database.ts'
import { Client, freePort, type Service, startService } from '../support/service.ts'
import { answering, type Received, Receiver, signatureOf } from '../webhooks/receiver.ts'

// A receiver that takes its time, and a kill -9 of the service while it does, twenty times over: before it has answered, or
// when it just has. What was recorded comes all the same: every event, in the order of its book, with the right signature.

const BOOKS = ['main', 'other']
const KILLS = 20
const EVENTS = 4
const KEY = 'a-key-that-outlives-every-process'

let server: DurableServer | undefined
let service: Service | undefined
let receiver: SlowReceiver | undefined

afterEach(async () => {
  await service?.kill()
  await receiver?.close()
  await server?.remove()
})

test('kill -9 of the service while it sends to a slow receiver, twenty times', async () => {
  server = await durableServer()
  receiver = await SlowReceiver.start()
  const port = await freePort()
  const environment = {
    DATABASE_URL: server.url,
    DAYBOOK_SECRET_KEY: randomBytes(32).toString('hex'),
    DAYBOOK_WEBHOOK_HTTP: 'allow',
    DAYBOOK_WEBHOOK_LEASE_MS: '1000',
  }
  const start = async (): Promise<void> => {
    service = await startService(environment, { port, key: KEY })
  }
  await start()
  const client = new Client({ url: `http://127.0.0.1:${port}`, key: KEY })
  const secrets = new Map<string, string>()
  for (const book of BOOKS) secrets.set(book, await prepared(client, book, receiver.url))

  const recorded = new Map<string, string[]>(BOOKS.map((book) => [book, []]))
  for (let round = 0; round < KILLS; round++) {
    for (const book of BOOKS) recorded.get(book)!.push(...(await earn(client, book, round)))
    // Some of what waits is taken; then nothing is, and somebody waits for an answer.
    await receiver.takes(round % 3)
    await receiver.keepsWaiting()
    if (round % 2 === 1) receiver.answerAll()
    await service!.kill()
    receiver.forgetWaiting()
    await start()
  }
  receiver.answersAtOnce()
  await receiver.hasAll([...recorded.values()].flat())

  for (const book of BOOKS) {
    const came = receiver.received.filter(({ id }) => id.startsWith(`${book}.`))
    expect([...new Set(came.map(({ id }) => id))]).toEqual(recorded.get(book))
    expect(jumpsIn(came)).toEqual([])
    for (const one of came) {
      expect(one.signatures).toEqual([signatureOf(one, secrets.get(book)!)])
      const { data } = JSON.parse(one.body) as { data: { book: string; position: number } }
      expect(`${data.book}.${data.position}`).toBe(one.id)
    }
  }
  // Somebody was killed while sending, so something came again.
  expect(receiver.received.length).toBeGreaterThan(recorded.size * KILLS * EVENTS)
})

/** A book in which something can be earned, and its webhook. @returns the secret */
async function prepared(client: Client, book: string, url: string): Promise<string> {
  const at = `/v1/books/${book}`
  const terms = { resource: 'leave', unit: 'day', scale: 1, dayExclusive: true, overdraftLimit: '0' }
  if (book !== 'main') expect((await client.put(at, `${book}`, {})).status).toBe(201)
  expect((await client.put(`${at}/policies/annual`, `${book} policy`, terms)).status).toBe(201)
  const made = await client.put<{ secret: string }>(`${at}/webhooks/slow`, `${book} webhook`, { url, events: ['*'] })
  expect(made.status, made.text).toBe(201)
  return made.body.secret
}

/** @returns the ids of what a webhook is to be sent */
async function earn(client: Client, book: string, round: number): Promise<string[]> {
  const ids: string[] = []
  for (let number = 0; number < EVENTS; number++) {
    const body = { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2026-01-31' }
    const { status, headers } = await client.post(`/v1/books/${book}/accruals`, `${book} ${round} ${number}`, body)
    expect(status).toBe(201)
    ids.push(`${book}.${String(headers['daybook-position'])}`)
  }
  return ids
}

/** What came without all before it having come. */
function jumpsIn(came: readonly Received[]): string[] {
  const jumps: string[] = []
  let last: number | undefined
  for (const { id } of came) {
    const position = Number(id.split('.')[1])
    if (last !== undefined && position > last + 1) jumps.push(id)
    last = Math.max(last ?? 0, position)
  }
  return jumps
}

/** Answers when it is told to. */
class SlowReceiver {
  readonly #receiver: Receiver
  #waiting: (() => void)[] = []
  /** So many are answered as they come. */
  #answers = 0
  #came = (): void => {}

  private constructor(receiver: Receiver) {
    this.#receiver = receiver
    receiver.answer = (response) => {
      if (this.#answers > 0) {
        this.#answers--
        answering(204)(response)
      } else {
        this.#waiting.push(() => answering(204)(response))
      }
      this.#came()
    }
  }

  static async start(): Promise<SlowReceiver> {
    return new SlowReceiver(await Receiver.start())
  }

  get url(): string {
    return `http://127.0.0.1:${this.#receiver.port}/hook`
  }

  get received(): readonly Received[] {
    return this.#receiver.received
  }

  /** Answers so many more. */
  async takes(count: number): Promise<void> {
    const now = this.#waiting.splice(0, count)
    this.#answers = count - now.length
    for (const answer of now) answer()
    await this.#until(() => this.#answers === 0)
  }

  /** Until somebody waits for an answer. */
  async keepsWaiting(): Promise<void> {
    await this.#until(() => this.#waiting.length > 0)
  }

  answerAll(): void {
    for (const answer of this.#waiting.splice(0)) answer()
  }

  /** Nobody waits any more who was killed. */
  forgetWaiting(): void {
    this.#waiting = []
  }

  answersAtOnce(): void {
    this.#answers = Number.POSITIVE_INFINITY
    this.answerAll()
  }

  async hasAll(ids: readonly string[]): Promise<void> {
    await this.#until(() => {
      const came = new Set(this.#receiver.ids)
      return ids.every((id) => came.has(id))
    })
  }

  close(): Promise<void> {
    return this.#receiver.close()
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#came = resolve
      })
    }
  }
}
