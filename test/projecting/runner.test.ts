import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { projections } from '../../projections/registry.ts'
import { openWakeups, WAKEUP_CHANNEL } from '../../src/ledger/read/wakeups.ts'
import { waitForApplied } from '../../src/projecting/applied.ts'
import { installProjections, readBuilds } from '../../src/projecting/builds.ts'
import { type Lag, openLag } from '../../src/projecting/lag.ts'
import { openProjectingPool } from '../../src/projecting/pools.ts'
import type { Projection } from '../../src/projecting/projection.ts'
import {
  type BatchReport,
  type Projecting,
  type ProjectingLimits,
  startProjecting,
} from '../../src/projecting/runner.ts'
import { accrual, dayAfter } from '../support/builders.ts'
import { eventually } from '../support/eventually.ts'
import { type BookHandle, ledgerOfFile } from '../support/ledger.ts'
import { projectedOfFile } from './projected.ts'
import { tally } from './tally/tally.ts'

const daybook = ledgerOfFile()
const projected = projectedOfFile(daybook)

interface Started extends Projecting {
  lag(): Promise<readonly Lag[]>
  readonly batches: readonly BatchReport[]
  readonly troubles: readonly string[]
  readonly parked: readonly string[]
}

const started: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of started.splice(0)) await close()
})

/** A runner as one process of the service has it. */
function start({
  all = projections,
  limits = {},
  deaf = false,
}: {
  all?: readonly Projection[]
  limits?: Partial<ProjectingLimits>
  /** Hears of nothing: all it has is polling. */
  deaf?: boolean
} = {}): Started {
  const pool = openProjectingPool(daybook.url, { workers: 2, onError: () => {} })
  const wakeups = openWakeups({ url: daybook.url })
  const batches: BatchReport[] = []
  const troubles: string[] = []
  const parked: string[] = []
  const projecting = startProjecting({
    pool,
    projections: all,
    wakeups: deaf ? { next: (_book, _after, signal, ms) => sleep(ms, undefined, { signal }).catch(() => {}) } : wakeups,
    watcher: {
      batch: (report) => batches.push(report),
      parked: ({ entities }) => parked.push(...entities),
      trouble: (message) => troubles.push(message),
    },
    limits: { gatherMs: 10, pollMs: 50, ...limits },
  })
  const close = async (): Promise<void> => {
    await projecting.close()
    await wakeups.close()
    await pool.end()
  }
  started.push(close)
  return { lag: openLag(pool, all), close: () => projecting.close(), batches, troubles, parked }
}

async function record(book: BookHandle, events: number): Promise<number> {
  const recorded = await Promise.all(
    Array.from({ length: events }, (_, number) =>
      book.record(
        accrual('1.25', { entity: `e${number % 9}`, effectiveOn: dayAfter('2025-12-01', (number * 17) % 90) }),
      ),
    ),
  )
  return Math.max(...recorded.map(({ event }) => event.position))
}

async function expectApplied(book: BookHandle, position: number, all: readonly Projection[] = projections) {
  for (const projection of all) {
    const asked = { book: book.id, position, waitMs: 10_000 }
    expect(await waitForApplied(projected.rebuildPool, projection, asked), projection.name).toBe(true)
    await projected.expectFreshFold(book.id, projection)
  }
}

test('whatever is recorded is applied, in books that are there and in new ones', async () => {
  const first = await daybook.book()
  await record(first, 20)
  const { troubles } = start()
  await expectApplied(first, await record(first, 20))
  const second = await daybook.book()
  await expectApplied(second, await record(second, 20))
  expect(troubles).toEqual([])
})

test('it hears of new events at once, and finds them by itself where it does not', async () => {
  const book = await daybook.book()
  const first = await record(book, 3)
  const hearing = start({ limits: { pollMs: 60_000 } })
  await expectApplied(book, first)
  // The first poll found the book; only a wake-up can bring the next ones so soon. Another process wrote them.
  const position = await record(book, 3)
  await daybook.admin.query('select pg_notify($1, $2)', [WAKEUP_CHANNEL, `${book.id} ${position}`])
  await expectApplied(book, position)
  await hearing.close()
  const deaf = start({ deaf: true })
  await expectApplied(book, await record(book, 3))
  await expectApplied(book, await record(book, 3))
  expect([...hearing.troubles, ...deaf.troubles]).toEqual([])
})

test('two processes at once: every event is applied exactly once', async () => {
  const runners = [start({ limits: { batchTransactions: 17 } }), start({ limits: { batchTransactions: 23 } })]
  const books = await Promise.all(Array.from({ length: 6 }, () => daybook.book()))
  const ends = await Promise.all(books.map((book) => record(book, 150)))
  for (const [index, book] of books.entries()) await expectApplied(book, ends[index]!)
  const batches = runners.flatMap((runner) => runner.batches)
  for (const projection of projections) {
    for (const [index, book] of books.entries()) {
      const its = batches.filter((batch) => batch.book === book.id && batch.projection === projection.name)
      expect(its.reduce((sum, { events }) => sum + events, 0)).toBe(ends[index])
    }
  }
  expect(runners.every(({ batches: its }) => its.length > 0)).toBe(true)
  expect(runners.flatMap(({ troubles }) => troubles)).toEqual([])
})

test('a book that fails does not stop the others, nor a projection the others; it is tried again', async () => {
  const { projection: plain } = tally()
  let fails = true
  await installProjections(projected.pool, [plain])
  const bad = await daybook.book()
  const failing: Projection = {
    ...plain,
    async project(tx, batch) {
      if (batch.book === bad.id && fails) throw Object.assign(new Error('no memory'), { code: '53200' })
      await plain.project(tx, batch)
    },
  }
  const all = [...projections, failing]
  const runner = start({ all })
  const end = await record(bad, 5)
  await expectApplied(bad, end)
  const good = await daybook.book()
  await expectApplied(good, await record(good, 5), all)
  await eventually(() => expect(runner.troubles).toContain(`tally could not be applied to ${bad.id}`))
  const lag = (await runner.lag()).find((one) => one.projection === 'tally')
  expect(lag?.events).toBeGreaterThanOrEqual(end)
  fails = false
  await expectApplied(bad, end, [failing])
})

test('what cannot be applied is parked, and reported', async () => {
  const { projection, poison } = tally({ name: 'strict' })
  await installProjections(projected.pool, [projection])
  poison.throws = '13'
  const runner = start({ all: [projection] })
  const book = await daybook.book()
  await book.record(accrual('13', { entity: 'e2' }))
  await expectApplied(book, await record(book, 5), [projection])
  expect(runner.parked).toEqual(['e2'])
  expect(await runner.lag()).toMatchObject([{ projection: 'strict', parked: 1 }])
})

test('lag is counted against the true head, in events and in seconds', async () => {
  const { projection } = tally({ name: 'lagging' })
  await installProjections(projected.pool, [projection])
  const book = await daybook.book()
  const end = await record(book, 30)
  const slow: Projection = {
    ...projection,
    async project(tx, batch) {
      await sleep(400)
      await projection.project(tx, batch)
    },
  }
  const runner = start({ all: [slow] })
  const [before] = await runner.lag()
  expect(before).toMatchObject({ projection: 'lagging', version: 1, build: 1, builtBy: 1, parked: 0 })
  expect(before!.events).toBeGreaterThanOrEqual(end)
  expect(before!.books).toBeGreaterThanOrEqual(1)
  await eventually(async () => expect((await runner.lag())[0]!.seconds).toBeGreaterThan(0.5))
  await eventually(async () => expect(await runner.lag()).toMatchObject([{ books: 0, events: 0, seconds: 0 }]))
})

test('a read model that was never installed is all behind, and does not trouble the others', async () => {
  const { projection } = tally({ name: 'unheard' })
  const runner = start({ all: [...projections, projection] })
  const book = await daybook.book()
  await expectApplied(book, await record(book, 5))
  expect(await runner.lag()).toContainEqual(
    expect.objectContaining({ projection: 'unheard', build: null, builtBy: null }),
  )
  expect(runner.troubles).toEqual([])
})

test('what another version of the code has built is left alone', async () => {
  const { projection } = tally({ name: 'upgraded' })
  await installProjections(projected.pool, [projection])
  const runner = start({ all: [...projections, { ...projection, version: 2 }] })
  const book = await daybook.book()
  await expectApplied(book, await record(book, 5))
  await sleep(200)
  expect(runner.batches.filter((batch) => batch.projection === 'upgraded')).toEqual([])
  expect(await runner.lag()).toContainEqual(
    expect.objectContaining({ projection: 'upgraded', version: 2, build: 1, builtBy: 1 }),
  )
})

test('the database away: it goes on when it is back', async () => {
  const runner = start()
  const book = await daybook.book()
  await expectApplied(book, await record(book, 5))
  for (let kill = 0; kill < 5; kill++) {
    const recorded = record(book, 5)
    await daybook.admin.query(
      `select pg_terminate_backend(pid)
         from pg_stat_activity
        where application_name = 'daybook projecting' and datname = current_database()`,
    )
    await expectApplied(book, await recorded)
  }
  expect(runner.batches.length).toBeGreaterThan(0)
})

test('closing waits for the batch under way, and starts no other', async () => {
  const { projection } = tally({ name: 'closing' })
  await installProjections(projected.pool, [projection])
  let underWay = 0
  const slow: Projection = {
    ...projection,
    async project(tx, batch) {
      underWay += 1
      await sleep(150)
      await projection.project(tx, batch)
    },
  }
  const books = await Promise.all(Array.from({ length: 5 }, () => daybook.book()))
  await Promise.all(books.map((book) => record(book, 3)))
  const runner = start({ all: [slow] })
  await eventually(() => expect(underWay).toBeGreaterThan(0))
  await runner.close()
  const batches = runner.batches.length
  expect(batches).toBe(underWay)
  await sleep(200)
  expect(underWay).toBe(batches)
})

test('any number of processes install the read models at once', async () => {
  const fresh = Array.from({ length: 3 }, (_, number) => tally({ name: `fresh_${'abc'[number]}` }).projection)
  await Promise.all(Array.from({ length: 6 }, () => installProjections(projected.pool, fresh)))
  const builds = (await readBuilds(projected.pool)).filter(({ projection }) => projection.startsWith('fresh'))
  expect(builds.map(({ projection, build, state }) => `${projection} ${build} ${state}`)).toEqual([
    'fresh_a 1 active',
    'fresh_b 1 active',
    'fresh_c 1 active',
  ])
})
