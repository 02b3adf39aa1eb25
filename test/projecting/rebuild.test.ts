import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { balances } from '../../projections/balances/project.ts'
import { openBalanceReader } from '../../projections/balances/query.ts'
import { projections } from '../../projections/registry.ts'
import { stats as statistics } from '../../projections/stats/project.ts'
import { openStatsReader } from '../../projections/stats/query.ts'
import { listBalances } from '../../src/ledger/read/record-balances.ts'
import { installProjections, readBuilds } from '../../src/projecting/builds.ts'
import type { Projection } from '../../src/projecting/projection.ts'
import type { Progress } from '../../src/projecting/rebuild/progress.ts'
import { abandon, rebuild, rollback, verifyBuild } from '../../src/projecting/rebuild.ts'
import { startProjecting } from '../../src/projecting/runner.ts'
import { listWithheld, retryParked, skipParked } from '../../src/projecting/withheld.ts'
import { readerOf } from '../ledger/read/reading.ts'
import { accrual, consumption, day, dayAfter } from '../support/builders.ts'
import { type BookHandle, ledgerOfFile } from '../support/ledger.ts'
import { projectedOfFile } from './projected.ts'
import { tally } from './tally/tally.ts'

const daybook = ledgerOfFile()
const { projection: tallied, poison } = tally()
const all = [...projections, tallied]
const projected = projectedOfFile(daybook, all)
const reader = readerOf(daybook)

function options(projection: Projection, { signal = new AbortController().signal } = {}) {
  return {
    db: projected.rebuildPool,
    projection,
    workers: 2,
    slice: 40,
    signal,
    onProgress: (_progress: Progress) => {},
  }
}

async function bookWith(events: number): Promise<BookHandle> {
  const book = await daybook.book()
  await record(book, events)
  return book
}

/** Earned and taken on days to and fro, by twenty entities. */
async function record(book: BookHandle, events: number): Promise<void> {
  await Promise.all(
    Array.from({ length: events }, (_, number) => {
      const where = {
        entity: `e${number % 20}`,
        policy: 'sick',
        effectiveOn: dayAfter('2025-06-01', (number * 37) % 400),
      }
      return book.record(number % 3 === 2 ? consumption('0.25', where) : accrual('1.5', where))
    }),
  )
}

async function buildsOf(projection: Projection): Promise<string[]> {
  const builds = (await readBuilds(projected.pool)).filter((build) => build.projection === projection.name)
  return builds.map(({ build, state }) => `${build} ${state}`)
}

// There are no requests here: theirs are in test/projections/absences.test.ts.
test.each(all.filter(({ reads }) => reads !== 'requests and claims'))(
  '$name: wrong rows are found, repaired by a rebuild, and come back with a roll-back',
  async (projection) => {
    const book = await bookWith(120)
    await projected.catchUp(book.id)
    expect(await verifyBuild(options(projection))).toEqual([])
    const { build } = await projected.task(projection, book.id)
    const { table, columns } = projection.rebuilt.tables.at(-1)!
    await daybook.admin.query(`update ${build.table(table)} set ${columns[0]} = ${columns[0]} + 1 where book_id = $1`, [
      book.id,
    ])
    expect(await verifyBuild(options(projection))).toMatchObject([
      expect.stringContaining(`${book.id} at 125: ${table}`),
    ])

    const before = await buildsOf(projection)
    const outcome = await rebuild(options(projection))
    expect(outcome).toMatchObject({ outcome: 'switched', build: build.number + 1 })
    expect(outcome).toMatchObject({ repaired: [expect.stringContaining(book.id)] })
    expect(await buildsOf(projection)).toEqual([
      ...before.slice(0, -1),
      `${build.number} kept`,
      `${build.number + 1} active`,
    ])
    expect(await verifyBuild(options(projection))).toEqual([])

    // The kept one catches up before it is read again; that it is wrong is what somebody wanted back.
    await record(book, 10)
    expect(await rollback(options(projection))).toEqual({ outcome: 'switched', build: build.number })
    expect((await buildsOf(projection)).at(-1)).toBe(`${build.number + 1} kept`)
    expect(await verifyBuild(options(projection))).toMatchObject([
      expect.stringContaining(`${book.id} at 135: ${table}`),
    ])
    expect(await rollback(options(projection))).toEqual({ outcome: 'switched', build: build.number + 1 })
    await projected.catchUp(book.id, { only: projection })
    expect(await verifyBuild(options(projection))).toEqual([])

    // A third build: of the older ones only the last is kept.
    expect(await rebuild(options(projection))).toMatchObject({ outcome: 'switched', repaired: [] })
    expect(await buildsOf(projection)).toEqual([`${build.number + 1} kept`, `${build.number + 2} active`])
    await expect(daybook.admin.query(`select from ${build.table(table)}`)).rejects.toMatchObject({ code: '42P01' })
  },
)

test('there is nothing to go back to before the first rebuild', async () => {
  const { projection } = tally({ name: 'lonely' })
  await installProjections(projected.pool, [projection])
  expect(await rollback(options(projection))).toEqual({ outcome: 'nothing-kept' })
})

test.each(projections)('$name: broken off again and again, a rebuild goes on where it was', async (projection) => {
  const book = await bookWith(400)
  await projected.catchUp(book.id)
  const restarts: number[] = []
  for (let attempt = 0; attempt < 6; attempt++) {
    const stop = new AbortController()
    const seen: Progress[] = []
    const outcome = await rebuild({
      ...options(projection, { signal: stop.signal }),
      onProgress(progress) {
        seen.push(progress)
        if (progress.phase !== 'rebuilding' || seen.length > 3) stop.abort()
      },
    })
    expect(outcome).toMatchObject({ outcome: 'interrupted' })
    restarts.push(seen.findLast(({ phase }) => phase === 'rebuilding')!.done)
    await record(book, 5)
  }
  expect(restarts).toEqual(restarts.toSorted((a, b) => a - b))
  expect(restarts.at(-1)).toBeGreaterThan(restarts[0]!)
  expect(await rebuild(options(projection))).toMatchObject({ outcome: 'switched', repaired: [] })
  await projected.expectFreshFold(book.id, projection)
})

test.each(projections)(
  '$name: killed in the middle of a statement, a rebuild goes on where it was',
  async (projection) => {
    const book = await bookWith(300)
    await projected.catchUp(book.id)
    for (let kill = 0; kill < 5; kill++) {
      const running = rebuild(options(projection)).then(
        ({ outcome }) => outcome,
        () => 'killed',
      )
      await sleep(kill * 9)
      await daybook.admin.query(
        `select pg_terminate_backend(pid)
         from pg_stat_activity
        where application_name = 'daybook rebuild' and datname = current_database()`,
      )
      await running
      // Whoever was killed could not give back its lease.
      await daybook.admin.query('update projections.builds set leased_till = null')
    }
    expect(await rebuild(options(projection))).toMatchObject({ outcome: 'switched' })
    await projected.expectFreshFold(book.id, projection)
  },
)

test('while a read model is rebuilt, a second rebuild, a fresh start and a roll-back are refused; what runs ends well', async () => {
  await bookWith(50)
  let begun: () => void = () => {}
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve
  })
  const first = rebuild({ ...options(balances), onProgress: () => begun() })
  await hasBegun
  const refused = 'balances is being rebuilt or rolled back by another process'
  await Promise.all([
    expect(rebuild(options(balances))).rejects.toThrow(refused),
    expect(abandon(projected.pool, balances)).rejects.toThrow(refused),
    expect(rollback(options(balances))).rejects.toThrow(refused),
  ])
  expect(await first).toMatchObject({ outcome: 'switched' })
  expect(await abandon(projected.pool, balances)).toBe(false)
})

test('what was begun can be given up', async () => {
  await bookWith(50)
  const stop = new AbortController()
  stop.abort()
  expect(await rebuild(options(statistics, { signal: stop.signal }))).toMatchObject({ outcome: 'interrupted' })
  expect(await buildsOf(statistics)).toContainEqual(expect.stringContaining('building'))
  expect(await abandon(projected.pool, statistics)).toBe(true)
  expect(await buildsOf(statistics)).not.toContainEqual(expect.stringContaining('building'))
})

test('under writes and reads: no read fails, every answer is that of the record, and the new build is right', async () => {
  const book = await bookWith(200)
  const processes = [0, 1].map(() =>
    startProjecting({
      pool: projected.pool,
      projections,
      wakeups: { next: (_book, _after, signal) => sleep(20, undefined, { signal }).catch(() => {}) },
      watcher: {
        batch: () => {},
        parked: () => {},
        trouble: (message, error) => troubles.push(`${message}: ${String(error)}`),
      },
      limits: { gatherMs: 5, pollMs: 20 },
    }),
  )
  const troubles: string[] = []
  const bySnapshots = openBalanceReader(reader.db)
  const stats = openStatsReader(reader.db)
  let stopped = false
  let reads = 0
  const read = async (entity: number): Promise<void> => {
    for (let turn = 0; !stopped; turn++) {
      const asked = {
        reach: 'everybody' as const,
        book: book.id,
        entity: `e${entity}`,
        asOf: dayAfter('2025-06-01', (turn * 17) % 420),
        limit: 10,
      }
      const balances = (await bySnapshots.list(asked))!
      const { items } = (await listBalances(reader.db, { ...asked, knownAt: { position: balances.knownAt } }))!
      expect(balances.items).toEqual(items)
      expect(await stats.read({ book: book.id, top: 3, asOf: day('2026-01-01') })).toMatchObject({ book: book.id })
      reads += 1
    }
  }
  const write = async (): Promise<void> => {
    while (!stopped) await record(book, 20)
  }
  const work = Promise.all([write(), read(1), read(2), read(3)])
  try {
    for (const goesBack of [true, false]) {
      for (const projection of projections) {
        expect(await rebuild(options(projection))).toMatchObject({ outcome: 'switched', repaired: [] })
        if (goesBack) expect(await rollback(options(projection))).toMatchObject({ outcome: 'switched' })
      }
    }
  } finally {
    stopped = true
    await work
    await Promise.all(processes.map((process) => process.close()))
  }
  expect(troubles).toEqual([])
  expect(reads).toBeGreaterThan(20)
  await projected.catchUp(book.id)
  await projected.expectFreshFold(book.id)
})

test('what was skipped is tried again by a rebuild', async () => {
  const book = await bookWith(60)
  await book.record(accrual('13', { entity: 'e3' }))
  await book.record(accrual('1', { entity: 'e3' }))
  poison.throws = '13'
  await projected.catchUp(book.id)
  const task = await projected.task(tallied, book.id)
  await skipParked(projected.pool, task, { entity: 'e3', position: 66, reason: 'a test' }, 100)
  poison.throws = undefined
  const outcome = await rebuild(options(tallied))
  expect(outcome).toMatchObject({ outcome: 'switched', repaired: [expect.stringContaining(book.id)] })
  expect(await listWithheld(projected.pool, { book: book.id })).toEqual([])
  expect(await verifyBuild(options(tallied))).toEqual([])
})

test('what sets cannot hold is rebuilt batch by batch, and parked; with more of it than before there is no switch', async () => {
  const { projection: own, poison: itsPoison } = tally({ name: 'brittle' })
  const [table] = own.rebuilt.tables
  const brittle: Projection = {
    ...own,
    rebuilt: {
      slicedBy: 'entities',
      tables: [
        {
          ...table!,
          select: ({ transactions }) => `
      select book_id, entity_id, trim_scale(sum(amount / case when amount = 13 then 0 else 1 end)) as total, count(*) as events
        from ${transactions} as t
       group by book_id, entity_id`,
        },
      ],
    },
  }
  await installProjections(projected.pool, [brittle])
  const book = await bookWith(60)
  await book.record(accrual('13', { entity: 'e3' }))
  await book.record(accrual('1', { entity: 'e3' }))
  itsPoison.throws = '13'
  await projected.catchUp(book.id, { only: brittle })
  const parked = [{ entity: 'e3', position: 66, state: 'parked' }]
  expect(await listWithheld(projected.pool, { projection: 'brittle', book: book.id })).toMatchObject(parked)
  expect(await rebuild(options(brittle))).toMatchObject({ outcome: 'switched', build: 2, repaired: [] })
  expect(await listWithheld(projected.pool, { projection: 'brittle', book: book.id })).toMatchObject(parked)
  await projected.expectFreshFold(book.id, brittle)

  const task = await projected.task(brittle, book.id)
  itsPoison.throws = undefined
  expect(await retryParked(projected.pool, task, 'e3', 100)).toMatchObject({ outcome: 'applied' })
  itsPoison.throws = '13'
  expect(await rebuild(options(brittle))).toMatchObject({ outcome: 'parked', build: 3 })
  expect(await buildsOf(brittle)).toEqual(['1 kept', '2 active', '3 building'])
})
