import { afterEach, expect, test } from 'vitest'
import { type DurableServer, durableServer } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { type Answer, Client, freePort, type Service, startService } from '../support/service.ts'
import { expectSoundBook } from './sound-book.ts'

// A run over many people on two processes, killed in the middle, again and again: the next one finishes it, nothing is posted
// twice, nothing is missing.

const BOOK = '/v1/books/main'
const KEY = 'a-key-that-outlives-every-process'
/** By hand 10,000 people and 20 kills. */
const PEOPLE = Number(process.env['RUN_PEOPLE'] ?? 400)
const KILLS = Number(process.env['RUN_KILLS'] ?? 3)

let server: DurableServer | undefined
let services: Service[] = []

afterEach(async () => {
  await Promise.all(services.map((service) => service.kill()))
  services = []
  await server?.remove()
  server = undefined
})

async function ok<Body>(answer: Promise<Answer<Body>>): Promise<Body> {
  const { status, text, body } = await answer
  expect({ status, text: status < 300 ? '' : text }).toMatchObject({ text: '' })
  return body
}

interface ShownRun {
  readonly id: string
  readonly status: string
  readonly postings: { readonly accruals: number; readonly corrections: number }
  readonly accountsLeft: number
  readonly problems: readonly unknown[]
}

async function assignAll(client: Client): Promise<void> {
  const people = Array.from({ length: PEOPLE }, (_, at) => `e${at + 1}`)
  const assign = async (): Promise<void> => {
    for (let entity = people.pop(); entity !== undefined; entity = people.pop()) {
      const assignment = { policy: 'annual', from: '2025-01-01' }
      await ok(client.put(`${BOOK}/entities/${entity}/assignments/a`, `assign-${entity}`, assignment))
    }
  }
  await Promise.all(Array.from({ length: 16 }, assign))
}

/** How much everybody has, and how many transactions, as the record says. */
async function balances(client: Client): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  let cursor: string | null = null
  do {
    const query: string = `policy=annual&asOf=2026-12-31&limit=1000${cursor === null ? '' : `&cursor=${cursor}`}`
    const page: { items: { available: string; version: number }[]; nextCursor: string | null } = await ok(
      client.call('GET', `${BOOK}/balances?${query}`),
    )
    for (const { available, version } of page.items) {
      const name = `${available} in ${version}`
      found.set(name, (found.get(name) ?? 0) + 1)
    }
    cursor = page.nextCursor
  } while (cursor !== null)
  return found
}

test('kill -9 of either process in the middle of a run', async () => {
  server = await durableServer()
  const url = server.url
  const ports = [await freePort(), await freePort()] as const
  const start = (at: number): Promise<Service> =>
    startService({ DATABASE_URL: url, DAYBOOK_NIGHTLY: 'off' }, { port: ports[at]!, key: KEY })
  services = await Promise.all([start(0), start(1)])
  const clients = services.map((service) => new Client(service))
  const policy = {
    resource: 'leave',
    unit: 'day',
    scale: 2,
    dayExclusive: false,
    overdraftLimit: '0',
    earning: { every: 'month', levels: [{ yearAmount: '27' }] },
  }
  await ok(clients[0]!.put(`${BOOK}/policies/annual`, 'policy', policy))
  await assignAll(clients[0]!)
  for (let kill = 0; kill < KILLS; kill++) {
    const month = String((kill % 12) + 1).padStart(2, '0')
    const through = `${2025 + Math.floor(kill / 12)}-${month}-28`
    const other = clients[1 - (kill % 2)]!
    const { id } = await ok(other.post<ShownRun>(`${BOOK}/runs`, `run-${kill}`, { through }))
    const read = (): Promise<ShownRun> => ok(other.call<ShownRun>('GET', `${BOOK}/runs/${id}`))
    // In the middle: something is posted, and something is left.
    await eventually(async () => expect((await read()).accountsLeft).toBeLessThan(PEOPLE))
    await services[kill % 2]!.kill()
    services[kill % 2] = await start(kill % 2)
    await eventually(async () => expect(await read()).toMatchObject({ status: 'done', accountsLeft: 0, problems: [] }))
    expect((await read()).postings).toEqual({ accruals: PEOPLE, carryOvers: 0, lapses: 0, corrections: 0 })
  }
  const months = KILLS
  expect(await balances(clients[0]!)).toEqual(new Map([[`${(2.25 * months).toFixed(2)} in ${months}`, PEOPLE]]))
  await expectSoundBook(url, 'main')
}, 1_200_000)
