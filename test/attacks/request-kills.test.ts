import { afterEach, expect, test } from 'vitest'
import { type DurableServer, durableServer } from '../support/database.ts'
import { type Answer, Client, freePort, type Service, startService } from '../support/service.ts'
import { expectSoundBook } from './sound-book.ts'

// Requests are submitted, approved, changed and cancelled by many clients, and the service is killed in the middle, again
// and again. No request is left approved with its hold, or freed with its status: every one is what its history says.

const BOOK = '/v1/books/main'
const CLIENTS = 12
const KILLS = 8
const KEY = 'a-key-that-outlives-every-process'

let server: DurableServer | undefined
let service: Service | undefined

afterEach(async () => {
  await service?.kill()
  await server?.remove()
})

interface Shown {
  readonly id: string
  readonly status: string
  readonly version: number
  readonly total: string
  readonly history: readonly unknown[]
}

test('kill -9 of the service while requests are decided', async () => {
  server = await durableServer()
  const url = server.url
  const port = await freePort()
  const start = async (): Promise<void> => {
    service = await startService({ DATABASE_URL: url }, { port, key: KEY })
  }
  await start()
  const client = new Client({ url: `http://127.0.0.1:${port}`, key: KEY }, { connections: CLIENTS })
  const terms = { resource: 'leave', unit: 'day', scale: 1, dayExclusive: true, overdraftLimit: '0' }
  expect((await client.put(`${BOOK}/policies/annual`, 'policy', terms)).status).toBe(201)
  expect((await client.put(`${BOOK}/entities/m1`, 'm1', {})).status).toBe(201)

  let stopping = false
  let answered = 0
  let wake = (): void => {}
  /** Posts until there is an answer. */
  const post = async (path: string, key: string, body: object): Promise<Answer> => {
    for (;;) {
      const answer = await client
        .post(`${BOOK}/${path}`, key, body, { 'daybook-actor': 'manager:m1' })
        .catch(() => undefined)
      if (answer !== undefined && answer.status < 500) {
        answered += 1
        wake()
        return answer
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const last = new Map<string, Shown>()
  const work = async (worker: number): Promise<void> => {
    const entity = `e${worker}`
    await post('accruals', `earn-${entity}`, { entity, policy: 'annual', amount: '200', effectiveOn: '2025-01-01' })
    for (let round = 0; !stopping; round++) {
      const id = `${entity}-${round}`
      const day = `2025-${String((round % 12) + 1).padStart(2, '0')}`
      const span = { from: `${day}-03`, to: `${day}-14` }
      const steps = [
        ['', { id, entity, policy: 'annual', ...span }],
        [`/${id}/approve`, { expectedVersion: 1 }],
        [`/${id}/change`, { expectedVersion: 2, to: `${day}-10` }],
        [`/${id}/${round % 2 === 0 ? 'reject' : 'cancel'}`, { expectedVersion: 3 }],
      ] as const
      for (const [path, body] of steps.slice(0, 1 + (round % 4))) {
        const { status, body: answer } = await post(`requests${path}`, `${id}${path}`, body)
        if (status === 201) last.set(id, (answer as { request: Shown }).request)
      }
      if (last.get(id)?.total !== '0.0' && last.has(id)) {
        const { version } = last.get(id)!
        const { body } = await post(`requests/${id}/cancel`, `${id}-end`, { expectedVersion: version })
        last.set(id, (body as unknown as { request: Shown }).request)
      }
    }
  }
  const workers = Array.from({ length: CLIENTS }, (_, worker) => work(worker))
  for (let round = 0; round < KILLS; round++) {
    const wanted = answered + 60 + round * 13
    while (answered < wanted) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    await service!.kill()
    await start()
  }
  stopping = true
  await Promise.all(workers)
  expect(last.size).toBeGreaterThan(50)
  for (const [id, request] of last) {
    expect((await client.get(`${BOOK}/requests/${id}`)).body).toEqual(request)
  }
  client.close()
  await expectSoundBook(url, 'main')
})
