import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { balances } from '../../projections/balances/project.ts'
import { projections } from '../../projections/registry.ts'
import { advance } from '../../src/projecting/advance.ts'
import { moveCheckpoint } from '../../src/projecting/checkpoint.ts'
import { openProjectingPool } from '../../src/projecting/pools.ts'
import type { Projection } from '../../src/projecting/projection.ts'
import { HISTORY_POLICIES, happen, history } from '../ledger/read/history.ts'
import { accrual, dayAfter } from '../support/builders.ts'
import { type BookHandle, ledgerOfFile } from '../support/ledger.ts'
import { projectedOfFile } from './projected.ts'

const projection: Projection = balances
const daybook = ledgerOfFile()
const projected = projectedOfFile(daybook)

test('law: however the events are cut into batches, the read models are a fresh fold of the record', () =>
  fc.assert(
    fc.asyncProperty(history(), fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), async (steps, sizes) => {
      const book = await daybook.book(HISTORY_POLICIES)
      await happen(book, steps)
      for (const [index, most] of sizes.entries()) {
        for (const projection of projections) await projected.advance(projection, book.id, most)
        if (index % 5 === 0) await projected.expectFreshFold(book.id)
      }
      await projected.catchUp(book.id, { most: sizes[0]! })
      await projected.expectFreshFold(book.id)
    }),
    { numRuns: 20 },
  ))

test('a batch ends with a whole event, and holds one even where that is larger', async () => {
  const book = await daybook.book()
  const lines = Array.from({ length: 30 }, (_, number) => accrual('1', { effectiveOn: dayAfter('2026-01-01', number) }))
  for (let event = 0; event < 3; event++) await book.record({ transactions: lines })
  // The first five events define the book and its policies.
  expect(await projected.advance(projection, book.id, 45)).toMatchObject({ from: 0, position: 6, transactions: 30 })
  expect(await projected.advance(projection, book.id, 7)).toMatchObject({ from: 6, position: 7, transactions: 30 })
  expect(await projected.advance(projection, book.id, 30)).toMatchObject({ from: 7, position: 8, head: 8 })
  expect(await projected.advance(projection, book.id, 30)).toMatchObject({ from: 8, position: 8, transactions: 0 })
  await projected.expectFreshFold(book.id, projection)
})

test('who comes second leaves a book to who has claimed it', async () => {
  const book = await bookWithEvents(3)
  const task = await projected.task(projection, book.id)
  await projected.advance(projection, book.id)
  let release: () => void = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let claimed: () => void = () => {}
  const hasClaimed = new Promise<void>((resolve) => {
    claimed = resolve
  })
  await book.record(accrual('1'))
  const slow: Projection = {
    ...projection,
    async project(tx, batch) {
      claimed()
      await held
      await projection.project(tx, batch)
    },
  }
  const first = advance(projected.pool, { ...task, projection: slow }, 100)
  await hasClaimed
  expect(await advance(projected.pool, task, 100)).toEqual({ outcome: 'busy' })
  release()
  expect(await first).toMatchObject({ outcome: 'advanced', transactions: 1 })
  await projected.expectFreshFold(book.id, projection)
})

test('a build that is not what it was taken to be is not written to', async () => {
  const book = await bookWithEvents(1)
  await projected.catchUp(book.id)
  const task = await projected.task(projection, book.id)
  expect(await advance(projected.pool, { ...task, expected: 'kept' }, 100)).toEqual({ outcome: 'stale' })
})

test('a checkpoint that moved under its lock undoes the batch', async () => {
  const book = await bookWithEvents(2)
  await projected.advance(projection, book.id)
  await book.record(accrual('1'))
  const task = await projected.task(projection, book.id)
  const tampering: Projection = {
    ...projection,
    async project(tx, batch) {
      await projection.project(tx, batch)
      await moveCheckpoint(tx, book.id, task.build, { from: batch.after, to: batch.after + 1 })
    },
  }
  await expect(advance(projected.pool, { ...task, projection: tampering }, 100)).rejects.toThrow('moved under its lock')
  await projected.expectFreshFold(book.id, projection)
  await projected.catchUp(book.id)
  await projected.expectFreshFold(book.id)
})

// Half of the time the connection is ended at a random moment, the other half exactly between fold and commit.
test('killed twenty times while projecting: nothing is applied twice, nothing is left out', async () => {
  const book = await bookWithEvents(400)
  let kills = 0
  for (let round = 0; kills < 20; round++) {
    const pool = openProjectingPool(daybook.url, { workers: 1, onError: () => {} })
    const killing = round % 2 === 0 ? killAtRandom(round) : undefined
    for (const projection of projections) {
      const task = await projected.task(projection, book.id)
      const doomed = killing === undefined ? dyingBeforeCommit(projection) : projection
      const died = await advance(pool, { ...task, projection: doomed }, 10).then(
        () => false,
        () => true,
      )
      if (died) kills += 1
      await projected.expectFreshFold(book.id, projection)
    }
    await killing
    await pool.end().catch(() => {})
    if (round % 3 === 2) for (const projection of projections) await projected.advance(projection, book.id, 7)
    if (round % 10 === 9) await record(book, 50)
  }
  await projected.catchUp(book.id)
  await projected.expectFreshFold(book.id)
})

async function killAtRandom(seed: number): Promise<void> {
  await sleep((seed * 7) % 23)
  await daybook.admin.query(
    `select pg_terminate_backend(pid)
       from pg_stat_activity
      where application_name = 'daybook projecting'
        and datname = current_database()
        and state <> 'idle'`,
  )
}

function dyingBeforeCommit(projection: Projection): Projection {
  return {
    ...projection,
    async project(tx, batch) {
      await projection.project(tx, batch)
      await tx.query('select pg_terminate_backend(pg_backend_pid())')
    },
  }
}

async function bookWithEvents(count: number): Promise<BookHandle> {
  const book = await daybook.book()
  await record(book, count)
  return book
}

async function record(book: BookHandle, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, number) =>
      book.record(
        accrual('1.25', { entity: `e${number % 7}`, effectiveOn: dayAfter('2025-11-01', (number * 13) % 200) }),
      ),
    ),
  )
}
