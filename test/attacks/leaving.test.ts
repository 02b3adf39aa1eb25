import { afterEach, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { type DurableServer, durableServer } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { type Answer, Client, freePort, type Service, startService } from '../support/service.ts'
import { expectSoundBook } from './sound-book.ts'

/*
 * People leave while processes die, while others say the same, and while they themselves ask for leave: each is settled once,
 * nothing is left from the last day on, and whoever is refused is told why.
 */

const BOOK = '/v1/books/main'
const KEY = 'a-key-that-outlives-every-process'
/** By hand 20 kills and 100 people. */
const KILLS = Number(process.env['LEAVING_KILLS'] ?? 4)
const PEOPLE = Number(process.env['LEAVING_PEOPLE'] ?? 4)
const ON = '2026-06-30'

let server: DurableServer | undefined
let services: Service[] = []

afterEach(async () => {
  await Promise.all(services.map((service) => service.kill()))
  services = []
  await server?.remove()
  server = undefined
})

interface Left {
  readonly position: number
  readonly requests: readonly { readonly status: string }[]
  readonly accounts: readonly { readonly policy: string; readonly settled: string; readonly after: string }[]
  readonly code?: string
}

async function ok<Body>(answer: Promise<Answer<Body>>): Promise<Body> {
  const { status, text, body } = await answer
  expect({ status, text: status < 300 ? '' : text }).toMatchObject({ text: '' })
  return body
}

const POLICY = {
  resource: 'leave',
  unit: 'day',
  scale: 2,
  dayExclusive: false,
  overdraftLimit: '0',
  requests: { approval: [] },
  earning: { every: 'month', levels: [{ yearAmount: '24' }] },
}

async function startTwo(url: string): Promise<readonly Client[]> {
  const start = async (): Promise<Service> =>
    startService({ DATABASE_URL: url, DAYBOOK_NIGHTLY: 'off' }, { port: await freePort(), key: KEY })
  services = await Promise.all([start(), start()])
  return services.map((service) => new Client(service))
}

/** Hired at the beginning of 2025: 36.00 by the middle of 2026. Leave is what somebody has by hand until it is earned. */
async function hire(client: Client, entity: string): Promise<void> {
  await ok(client.put(`${BOOK}/entities/${entity}`, `hire-${entity}`, { hiredOn: '2025-01-01' }))
  for (const policy of ['annual', 'extra']) {
    const assignment = { policy, from: '2025-01-01' }
    await ok(client.put(`${BOOK}/entities/${entity}/assignments/${policy}`, `assign-${entity}-${policy}`, assignment))
  }
}

async function balance(client: Client, entity: string, asOf: string): Promise<readonly string[]> {
  const { items } = await ok(
    client.get<{ items: readonly { available: string }[] }>(`${BOOK}/entities/${entity}/balances?asOf=${asOf}`),
  )
  return items.map(({ available }) => available)
}

test('kill -9 between the steps: sent again, a call goes on where it was', async () => {
  server = await durableServer()
  const url = server.url
  const port = await freePort()
  const start = (): Promise<Service> => startService({ DATABASE_URL: url, DAYBOOK_NIGHTLY: 'off' }, { port, key: KEY })
  services = [await start()]
  const client = new Client({ url: `http://127.0.0.1:${port}`, key: KEY })
  const db = openPool({ url, max: 1, applicationName: 'attack', role: 'daybook_service' })
  const head = async (): Promise<number> => {
    const { rows } = await db.query<{ position: string }>(`select position from ledger.heads where book_id = 'main'`)
    return Number(rows[0]!.position)
  }
  await ok(client.put(`${BOOK}/policies/annual`, 'annual', POLICY))
  await ok(client.put(`${BOOK}/policies/extra`, 'extra', { ...POLICY, resource: 'extra' }))
  const answers: Left[] = []
  for (let kill = 0; kill < KILLS; kill++) {
    const entity = `e${kill}`
    await hire(client, entity)
    const given = { entity, policy: 'annual', amount: '5', effectiveOn: '2025-01-01' }
    await ok(client.post(`${BOOK}/accruals`, `give-${entity}`, given))
    for (const day of ['06', '07', '08', '09']) {
      const asked = { entity, policy: 'annual', from: `2026-07-${day}`, to: `2026-07-${day}` }
      await ok(client.post(`${BOOK}/requests`, `ask-${entity}-${day}`, { ...asked, decided: 'approved' }))
    }
    const before = await head()
    const body = { on: ON, settle: 'pay-out' }
    const leave = () => client.post<Left>(`${BOOK}/entities/${entity}/leaving`, `leave-${entity}`, body)
    const first = leave().catch(() => undefined)
    // Of about 43 events: the definition, the requests, the postings of two accounts, the settlement.
    const least = before + 1 + Math.floor((kill * 40) / KILLS)
    while ((await head()) < least);
    await services[0]!.kill()
    await first
    services = [await start()]
    const other = await client.post<Left>(`${BOOK}/entities/${entity}/leaving`, `leave-${entity}`, {
      ...body,
      on: '2026-05-31',
    })
    expect([409, 422]).toContain(other.status)
    answers.push(await ok(leave()))
    expect(await ok(leave())).toEqual(answers.at(-1))
    expect(await balance(client, entity, ON)).toEqual(['0.00', '0.00'])
    expect(await balance(client, entity, '2027-12-31')).toEqual(['0.00', '0.00'])
  }
  for (const { accounts, requests } of answers) {
    // 18 months of 2.00 each, and under the one policy the 5 by hand: the leave of July came back.
    expect(accounts).toMatchObject([
      { policy: 'annual', settled: '41.00', after: '0.00' },
      { policy: 'extra', settled: '36.00', after: '0.00' },
    ])
    expect(requests.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 'cancelled'))
  }
  const { rows } = await db.query(
    `select data ->> 'entity' as entity, count(*)::integer as times from ledger.events where type = 'settlement-recorded' group by 1`,
  )
  expect(rows.map(({ times }: { times: number }) => times)).toEqual(Array.from({ length: KILLS }, () => 1))
  await db.end()
  await expectSoundBook(url, 'main')
}, 600_000)

test('several calls at once, on two processes: what there is is paid out once', async () => {
  server = await durableServer()
  const clients = await startTwo(server.url)
  await ok(clients[0]!.put(`${BOOK}/policies/annual`, 'annual', POLICY))
  await ok(clients[0]!.put(`${BOOK}/policies/extra`, 'extra', { ...POLICY, resource: 'extra' }))
  for (let person = 0; person < PEOPLE; person++) {
    const entity = `e${person}`
    await hire(clients[0]!, entity)
    const body = { on: ON, settle: person % 2 === 0 ? 'pay-out' : 'forfeit' }
    const leave = (at: number, key: string) =>
      clients[at]!.post<Left>(`${BOOK}/entities/${entity}/leaving`, `${key}-${entity}`, body)
    const answers = await Promise.all([
      leave(0, 'one'),
      leave(1, 'one'),
      leave(1, 'two'),
      clients[0]!.post<Left>(`${BOOK}/entities/${entity}/leaving`, `other-${entity}`, { ...body, on: '2026-07-31' }),
    ])
    for (const { status, body } of answers) expect([201, 409], JSON.stringify(body)).toContain(status)
    const settlements = new Map(
      answers.filter(({ status }) => status === 201).map(({ body }) => [body.position, body.accounts]),
    )
    const paid = [...settlements.values()].flat().reduce((sum, { settled }) => sum + Number(settled), 0)
    const { leftOn } = await ok(clients[0]!.get<{ leftOn: string }>(`${BOOK}/entities/${entity}`))
    expect({ leftOn, paid }).toEqual({ leftOn, paid: leftOn === ON ? 72 : 76 })
    expect(await balance(clients[1]!, entity, leftOn)).toEqual(['0.00', '0.00'])
  }
  for (const client of clients) client.close()
  await expectSoundBook(server.url, 'main')
}, 600_000)

test('leave that is asked for at the same time: none is left after the last day, and none is paid out as well', async () => {
  server = await durableServer()
  const clients = await startTwo(server.url)
  await ok(clients[0]!.put(`${BOOK}/policies/annual`, 'annual', POLICY))
  await ok(clients[0]!.put(`${BOOK}/policies/extra`, 'extra', { ...POLICY, resource: 'extra' }))
  for (let person = 0; person < PEOPLE; person++) {
    const entity = `e${person}`
    await hire(clients[0]!, entity)
    await ok(clients[0]!.post(`${BOOK}/runs`, `run-${entity}`, { through: '2026-08-01', entities: [entity] }))
    const ask = (at: number, day: string) =>
      clients[at]!.post<Left>(`${BOOK}/requests`, `${day}-${entity}`, {
        entity,
        policy: 'annual',
        from: day,
        to: day,
        decided: 'approved',
      })
    const answers = await Promise.all([
      ...['2026-06-01', '2026-07-02', '2026-06-03', '2026-07-06'].map((day, at) => ask(at % 2, day)),
      clients[person % 2]!.post<Left>(`${BOOK}/entities/${entity}/leaving`, `leave-${entity}`, {
        on: ON,
        settle: 'pay-out',
      }),
      ...['2026-06-08', '2026-07-07', '2026-06-10', '2026-07-09'].map((day, at) => ask(at % 2, day)),
    ])
    for (const { status, body } of answers) expect([201, 409, 422], JSON.stringify(body)).toContain(status)
    const left = await ok(
      clients[0]!.post<Left>(`${BOOK}/entities/${entity}/leaving`, `leave-${entity}`, { on: ON, settle: 'pay-out' }),
    )
    expect(left.accounts.map(({ after }) => after)).toEqual(['0.00', '0.00'])
    expect(await balance(clients[1]!, entity, ON)).toEqual(['0.00', '0.00'])
    await eventually(async () => {
      const { items } = await ok(
        clients[1]!.get<{ items: readonly { days: readonly { date: string }[] }[] }>(
          `${BOOK}/requests?entity=${entity}&from=2026-07-01`,
        ),
      )
      expect(items.flatMap(({ days }) => days).filter(({ date }) => date > ON)).toEqual([])
    })
    expect(await balance(clients[1]!, entity, '2027-12-31')).toEqual(['0.00', '0.00'])
  }
  for (const client of clients) client.close()
  await expectSoundBook(server.url, 'main')
}, 600_000)
