import type { Pool } from 'pg'
import { afterEach, expect, test } from 'vitest'
import { verifyAudit } from '../../src/audit/verify.ts'
import { openPool } from '../../src/db/pool.ts'
import { type DurableServer, durableServer } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { Client, freePort, type Service, startService } from '../support/service.ts'

// Refused attempts, and a kill -9 in the middle: whatever was answered more than a second before is in the audit trail.

const KEY = 'a-key-that-outlives-every-process'
const KILLS = 4
const FIRST = `select from audit.entries where problem = 'invalid-request'`
/** What a process may lose. */
const MOST_LOST_MS = 1_000

let server: DurableServer | undefined
let service: Service | undefined
let db: Pool | undefined

afterEach(async () => {
  await service?.kill()
  await db?.end()
  await server?.remove()
  server = undefined
  service = undefined
  db = undefined
})

/** @returns when each attempt was answered, by the entity that it named */
async function attemptsUntil(
  client: Client,
  round: number,
  isOver: (answered: number) => boolean,
): Promise<Map<string, number>> {
  const answered = new Map<string, number>()
  for (let number = 0; !isOver(answered.size); number++) {
    const entity = `r${round}-${number}`
    const body = { entity, policy: 'none', amount: '1', effectiveOn: '2026-01-01' }
    const { status } = await client.post('/v1/books/main/accruals', entity, body)
    expect(status).toBe(422)
    answered.set(entity, performance.now())
  }
  return answered
}

async function entitiesInTrail(): Promise<ReadonlySet<string>> {
  const { rows } = await db!.query<{ entity: string }>(
    `select entity_id as entity from audit.entries where action = 'recordAccrual' and outcome = 'refused'`,
  )
  return new Set(rows.map(({ entity }) => entity))
}

test('kill -9 under refused attempts loses no more than the last second of them', async () => {
  server = await durableServer()
  const port = await freePort()
  for (let round = 0; round < KILLS; round++) {
    service = await startService({ DATABASE_URL: server.url }, { port, key: KEY })
    db ??= openPool({ url: server.url, max: 1, applicationName: 'daybook test' })
    const client = new Client(service)
    // Whatever the machine is busy with: it writes.
    await client.post('/v1/books/main/accruals', `first-${round}`, { entity: `first-${round}` })
    await eventually(async () => expect((await db!.query(FIRST)).rowCount).toBeGreaterThan(round))
    const start = performance.now()
    const answered = await attemptsUntil(client, round, () => performance.now() - start > 1_500 + 400 * round)
    const killedAt = performance.now()
    await service.kill()
    client.close()
    const found = await entitiesInTrail()
    const old = [...answered].filter(([, at]) => killedAt - at > MOST_LOST_MS)
    expect(old.length).toBeGreaterThan(0)
    expect(old.filter(([entity]) => !found.has(entity))).toEqual([])
    expect(await verifyAudit(db)).toMatchObject({ ok: true })
  }
})

test('a stop in order loses nothing', async () => {
  server = await durableServer()
  service = await startService({ DATABASE_URL: server.url }, { key: KEY })
  db = openPool({ url: server.url, max: 1, applicationName: 'daybook test' })
  const client = new Client(service)
  const answered = await attemptsUntil(client, 0, (count) => count === 200)
  client.close()
  expect(await service.stop()).toBe(0)
  const found = await entitiesInTrail()
  expect([...answered.keys()].filter((entity) => !found.has(entity))).toEqual([])
})
