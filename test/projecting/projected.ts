import type { Pool } from 'pg'
import { afterAll, beforeAll, expect } from 'vitest'
import { projections } from '../../projections/registry.ts'
import { type Advance, advance } from '../../src/projecting/advance.ts'
import { installProjections, readBuild } from '../../src/projecting/builds.ts'
import { addCheckpoint } from '../../src/projecting/checkpoint.ts'
import { openProjectingPool, openRebuildPool } from '../../src/projecting/pools.ts'
import type { Projection } from '../../src/projecting/projection.ts'
import { difference, digestOfBuild, digestOfRecord } from '../../src/projecting/rebuild/digest.ts'
import { buildOf } from '../../src/projecting/tables.ts'
import type { Task } from '../../src/projecting/task.ts'
import type { LedgerOfFile } from '../support/ledger.ts'

/** Read models over the database of a test file, projected when the test says so. */
export interface Projected {
  /** As the runner has it. */
  readonly pool: Pool
  /** As the command line has it. */
  readonly rebuildPool: Pool
  task(projection: Projection, book: string): Promise<Task>
  /** One batch. */
  advance(projection: Projection, book: string, most?: number): Promise<Advance>
  /** Every projection, or one, to the end of the book. */
  catchUp(book: string, options?: { only?: Projection; most?: number }): Promise<void>
  /** What is read must be what a fresh fold of the record gives. */
  expectFreshFold(book: string, only?: Projection): Promise<void>
}

export function projectedOfFile(daybook: LedgerOfFile, all: readonly Projection[] = projections): Projected {
  let pool: Pool
  let rebuildPool: Pool
  beforeAll(async () => {
    pool = openProjectingPool(daybook.url, { workers: 3, onError: () => {} })
    rebuildPool = openRebuildPool(daybook.url, { workers: 2, onError: () => {} })
    await installProjections(pool, all)
  })
  afterAll(() => Promise.all([pool.end(), rebuildPool.end()]))

  const projected: Projected = {
    get pool() {
      return pool
    },
    get rebuildPool() {
      return rebuildPool
    },
    async task(projection, book) {
      const active = await readBuild(pool, projection.name, 'active')
      return { projection, book, build: buildOf(projection.name, active!.build), expected: 'active' }
    },
    async advance(projection, book, most = 5_000) {
      const task = await projected.task(projection, book)
      await addCheckpoint(pool, book, task.build)
      return advance(pool, task, most)
    },
    async catchUp(book, { only, most } = {}) {
      for (const projection of only === undefined ? all : [only]) {
        for (let caughtUp = false; !caughtUp; ) {
          const advanced = await projected.advance(projection, book, most)
          if (advanced.outcome !== 'advanced') throw new Error(`${projection.name}: ${advanced.outcome}`)
          caughtUp = advanced.position === advanced.head
        }
      }
    },
    async expectFreshFold(book, only) {
      for (const projection of only === undefined ? all : [only]) {
        const { build } = await projected.task(projection, book)
        const built = await digestOfBuild(rebuildPool, projection, build, book)
        const fresh = await digestOfRecord(rebuildPool, projection, build, {
          book,
          position: built.position,
          workers: 1,
          slice: 1_000,
        })
        expect(difference(built, fresh)).toBeUndefined()
      }
    },
  }
  return projected
}
