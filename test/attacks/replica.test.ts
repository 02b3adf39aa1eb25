import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { listBalances } from '../../src/ledger/read/record-balances.ts'
import { dayAfter } from '../support/builders.ts'
import { type DurableServer, durableServer } from '../support/database.ts'
import { type Answer, Client, type Service, startService } from '../support/service.ts'
import { type Standby, standbyOf } from '../support/standby.ts'

// A real streaming standby, which the service reads from: behind at times, away at times, and never wrong.

const BOOK = '/v1/books/main'
const program = fileURLToPath(new URL('../../src/cli/daybook.ts', import.meta.url))

let primary: DurableServer
let standby: Standby
let service: Service
let client: Client
let record: Pool

beforeAll(async () => {
  primary = await durableServer()
  // The first start migrates; a standby that lacks the tables could not be read.
  const first = await startService({ DATABASE_URL: primary.url })
  await first.stop()
  standby = await standbyOf(primary)
  service = await startService({ DATABASE_URL: primary.url, DATABASE_REPLICA_URL: standby.url })
  client = new Client(service)
  record = openPool({ url: primary.url, max: 2, applicationName: 'attack', role: 'daybook_service' })
  const terms = { resource: 'leave', unit: 'day', scale: 2, dayExclusive: false, overdraftLimit: null }
  expect((await client.put(`${BOOK}/policies/annual`, 'policy', terms)).status).toBe(201)
})

afterAll(async () => {
  client.close()
  await record.end()
  await service.stop()
  await standby.remove()
  await primary.remove()
})

let commands = 0

async function post(entity = 'e1', effectiveOn = '2026-01-31'): Promise<number> {
  const body = { entity, policy: 'annual', amount: '1.25', effectiveOn }
  const answer = await client.post(`${BOOK}/accruals`, `k${++commands}`, body)
  expect(answer.status).toBe(201)
  return Number(answer.headers['daybook-position'])
}

function read(path: string, atLeast?: number): Promise<Answer> {
  return client.get(`${BOOK}${path}`, atLeast === undefined ? {} : { 'daybook-min-position': String(atLeast) })
}

const positionOf = ({ headers }: Answer): number => Number(headers['daybook-position'])

const READS = [
  '/balances?entity=e1&policy=annual',
  '/balances?entity=e1&policy=annual&asOf=2020-01-01',
  '/entities/e1/balances',
  '/entities/e1/statement?policy=annual',
  '/transactions?entity=e1',
  '/policies/annual',
  '/events?limit=2',
  '/stats',
  '',
]

test('a read that asks for a position gets it, or something later', async () => {
  for (const path of READS) {
    const position = await post()
    const answer = await read(path, position)
    expect([path, answer.status]).toEqual([path, 200])
    expect(positionOf(answer)).toBeGreaterThanOrEqual(position)
  }
})

describe('while the standby does not replay', () => {
  let before: number
  beforeAll(async () => {
    before = await post()
    for (const path of READS) expect((await read(path, before)).status).toBe(200)
    await standby.pause()
  })
  afterAll(() => standby.resume())

  test('commands are taken; reads answer as of what it has, and say so', async () => {
    const position = await post()
    expect(position).toBe(before + 1)
    for (const path of READS) {
      const answer = await read(path)
      expect([path, answer.status, positionOf(answer)]).toEqual([path, 200, before])
    }
    // A replay of a command is answered from the primary.
    commands -= 1
    expect(await post()).toBe(position)
  })

  test('a read that asks for more is told to come again, and never gets less', async () => {
    const position = await post()
    const answers = await Promise.all(READS.map((path) => read(path, position)))
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 503, body: { code: 'not-caught-up' } })
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    }
  })

  test('a read that waits is answered as soon as it replays again', async () => {
    const position = await post()
    const waiting = READS.map((path) => read(path, position))
    await standby.resume()
    for (const answer of await Promise.all(waiting)) {
      expect(answer.status).toBe(200)
      expect(positionOf(answer)).toBeGreaterThanOrEqual(position)
    }
  })
})

test('written to and back-dated, paused and resumed, rebuilt: every answer is the sum of the record at its position', async () => {
  let stopped = false
  let compared = 0
  const write = async (worker: number): Promise<void> => {
    for (let turn = 0; !stopped; turn++) await post(`e${turn % 3}`, dayAfter('2025-06-01', (turn * 37 + worker) % 400))
  }
  const compare = async (worker: number): Promise<void> => {
    for (let turn = worker; !stopped; turn++) {
      const asOf = dayAfter('2025-05-01', (turn * 53) % 460)
      const entity = `e${turn % 3}`
      const { status, body, text } = await read(`/balances?entity=${entity}&policy=annual&asOf=${asOf}`)
      expect([status, status === 200 ? '' : text]).toEqual([200, ''])
      const { items, knownAt } = body as { items: unknown[]; knownAt: number }
      const asked = {
        reach: 'everybody' as const,
        book: 'main',
        entity,
        policy: 'annual',
        asOf,
        limit: 10,
        knownAt: { position: knownAt },
      }
      expect(items).toEqual((await listBalances(record, asked))!.items)
      expect((await read('/stats')).status).toBe(200)
      compared += 1
    }
  }
  const work = Promise.all([write(1), write(2), compare(1), compare(2), compare(3)])
  for (let round = 0; round < 3; round++) {
    await standby.pause()
    const position = await post()
    const waiting = read('/balances?entity=e1&policy=annual', position)
    await standby.resume()
    expect((await waiting).status).toBe(200)
    for (const name of ['balances', 'stats']) {
      await promisify(execFile)(process.execPath, [program, 'projections', 'rebuild', name], {
        env: { ...process.env, DATABASE_URL: primary.url },
      })
    }
  }
  stopped = true
  await work
  expect(compared).toBeGreaterThan(100)
})

test('without its standby the service is not ready, and takes commands all the same', async () => {
  await standby.stop()
  const position = await post()
  expect((await read('/balances?entity=e1')).status).toBe(503)
  const { status, text } = await client.get('/readyz')
  expect([status, text]).toEqual([503, expect.stringMatching(/replica: cannot be asked/)])
  await standby.start()
  let answer = await read('/balances?entity=e1', position)
  for (; answer.status === 503; answer = await read('/balances?entity=e1', position)) {
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  }
  expect(positionOf(answer)).toBeGreaterThanOrEqual(position)
  expect((await client.get('/readyz')).status).toBe(200)
})
