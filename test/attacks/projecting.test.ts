import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { projections } from '../../projections/registry.ts'
import { openPool } from '../../src/db/pool.ts'
import { waitForApplied } from '../../src/projecting/applied.ts'
import { openRebuildPool } from '../../src/projecting/pools.ts'
import { verifyBuild } from '../../src/projecting/rebuild.ts'
import { dayAfter } from '../support/builders.ts'
import { type DurableServer, durableServer } from '../support/database.ts'
import { Client, type Service, startService } from '../support/service.ts'

// Services that project are killed, and work side by side, while another one records without a pause. In the end the read
// models are what a fresh fold of the record gives: nothing is left out, and nothing was applied twice.

const BOOK = '/v1/books/main'
const KILLS = 20

let server: DurableServer
let services: Service[]
let writer: Client
let db: Pool
/** As the database's owner, who sees what others do. */
let owner: Pool

beforeEach(async () => {
  server = await durableServer()
  services = []
  // It records, and leaves the projecting to the others.
  const recording = await start({ DAYBOOK_PROJECTING_WORKERS: '0', DAYBOOK_LAG_BUDGET_MS: '86400000' })
  writer = new Client(recording)
  db = openRebuildPool(server.url, { workers: 2, onError: () => {} })
  owner = openPool({ url: server.url, max: 1, applicationName: 'attack' })
  const terms = { resource: 'leave', unit: 'day', scale: 2, dayExclusive: false, overdraftLimit: null }
  expect((await writer.put(`${BOOK}/policies/annual`, 'policy', terms)).status).toBe(201)
})

afterEach(async () => {
  writer.close()
  await Promise.all([db.end(), owner.end()])
  await Promise.all(services.map((service) => service.kill()))
  await server.remove()
})

async function start(environment: Record<string, string> = {}): Promise<Service> {
  const service = await startService({ DATABASE_URL: server.url, ...environment })
  services.push(service)
  return service
}

/** Records bulk after bulk, back-dated and reversed, until it is told to stop. @returns how to stop it */
function recording(name = ''): () => Promise<void> {
  let stopped = false
  const work = (async () => {
    for (let turn = 0; !stopped; turn++) {
      const accruals = Array.from({ length: 300 }, (_, index) => ({
        idempotencyKey: `${name}a${turn}-${index}`,
        type: 'accrual',
        entity: `e${(turn + index) % 40}`,
        policy: 'annual',
        amount: '1.25',
        effectiveOn: dayAfter('2024-01-01', (turn * 31 + index * 7) % 900),
      }))
      const { status, body } = await writer.call('POST', `${BOOK}/bulk`, { body: accruals })
      expect(status).toBe(200)
      const outcomes = body as unknown as { transactions: { id: string }[] }[]
      const reversals = outcomes.slice(0, 30).map(({ transactions: [transaction] }, index) => ({
        idempotencyKey: `${name}r${turn}-${index}`,
        type: 'reversal',
        transaction: transaction!.id,
      }))
      expect((await writer.call('POST', `${BOOK}/bulk`, { body: reversals })).status).toBe(200)
    }
  })()
  return async () => {
    stopped = true
    await work
  }
}

interface Progress {
  readonly head: number
  readonly applied: readonly number[]
}

async function progress(): Promise<Progress> {
  const { rows } = await db.query<{ head: number; applied: string }>(
    `select h.position as head,
            (select coalesce(json_agg(position order by projection), '[]')
               from projections.checkpoints
              where book_id = h.book_id) as applied
       from ledger.heads h
      where h.book_id = 'main'`,
  )
  const { head, applied } = rows[0]!
  return { head, applied: JSON.parse(applied) as number[] }
}

/** Waits until somebody is in the middle of a batch that will move a checkpoint from where it is. */
async function untilProjecting(before: Progress): Promise<void> {
  for (;;) {
    const { rowCount } = await owner.query(
      `select from pg_stat_activity
        where application_name = 'daybook projecting'
          and datname = current_database()
          and xact_start is not null
          and state <> 'idle'`,
    )
    const { applied } = await progress()
    if (rowCount! > 0 && applied.some((position, index) => position > (before.applied[index] ?? 0))) return
    await sleep(1)
  }
}

async function expectFreshFold(): Promise<void> {
  const { head } = await progress()
  for (const projection of projections) {
    expect(await waitForApplied(db, projection, { book: 'main', position: head, waitMs: 30_000 })).toBe(true)
    const options = { db, projection, workers: 2, signal: new AbortController().signal, onProgress: () => {} }
    expect(await verifyBuild(options)).toEqual([])
  }
}

/** How many events a process says it has applied; it says nothing of a read model of which it has applied no batch. */
async function projectedBy({ url }: Service, projection: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(
    new RegExp(`^daybook_projected_events_total\\{projection="${projection}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0,
  )
}

test('kill -9 of the service while it projects, twenty times', async () => {
  const stop = recording()
  let behind = 0
  // On a busy machine one now and then dies when it has just caught up: that one is killed once more.
  for (let kill = 0; behind < KILLS && kill < 2 * KILLS; kill++) {
    const before = await progress()
    const service = await start({ DAYBOOK_LAG_BUDGET_MS: '86400000' })
    await untilProjecting(before)
    await service.kill()
    const { head, applied } = await progress()
    if (applied.some((position) => position < head)) behind += 1
  }
  await stop()
  // Each of those died with work before it.
  expect(behind).toBe(KILLS)
  await start()
  await expectFreshFold()
}, 600_000)

test('two processes project one book at once: each event is applied by one of them, once', async () => {
  const pair = await Promise.all([start(), start()])
  const stop = recording()
  const enough = async (): Promise<boolean> => {
    const shares = await Promise.all(pair.map((service) => projectedBy(service, 'stats')))
    return shares.every((events) => events > 500)
  }
  while (!(await enough())) await sleep(50)
  await stop()
  await expectFreshFold()
  const { head } = await progress()
  for (const { name } of projections) {
    const shares = await Promise.all(pair.map((service) => projectedBy(service, name)))
    expect(shares[0]! + shares[1]!).toBe(head)
  }
  // One that projects nothing itself answers all the same, as of whatever is asked for.
  const answer = await writer.get(`${BOOK}/stats`, { 'daybook-min-position': String(head) })
  expect([answer.status, answer.headers['daybook-position']]).toEqual([200, String(head)])
})

test('kill -9 of PostgreSQL while they project: checkpoints and rows are lost together, and made again', async () => {
  await start()
  for (let kill = 0; kill < 5; kill++) {
    const stop = recording(`kill${kill}`)
    await untilProjecting(await progress())
    await stop()
    await server.kill()
    await server.restart()
  }
  await expectFreshFold()
})
