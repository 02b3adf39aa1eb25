import type { ClientBase, Pool, PoolClient } from 'pg'
import { query, run } from '../db/statement.ts'
import { inTransaction } from '../db/transaction.ts'
import { sqlState } from '../ledger/failure.ts'
import type { BuildState } from './build-state.ts'
import {
  ADD_BUILD,
  ADD_FIRST_BUILD,
  DELETE_BUILD,
  DELETE_CHECKPOINTS,
  DELETE_WITHHELD,
  LOCK_BUILDS,
  READ_BUILDS,
  READ_TABLES,
  SWITCH_BUILDS,
} from './build-statements.ts'
import type { Projection } from './projection.ts'
import { buildOf, tableNames, tablesText } from './tables.ts'

export interface BuildRow {
  readonly projection: string
  readonly build: number
  /** Of the projection that fills it. */
  readonly version: number
  readonly state: BuildState
  readonly startedAt: Date
  readonly switchedAt: Date | null
}

/** How long a switch waits for whoever still uses the tables that it drops, before it lets him through and tries again. */
const SWITCH_PATIENCE_MS = 250
const SWITCH_ATTEMPTS = 20

/**
 * Makes the tables of read models that this database does not have yet. Any number of processes may do so at once; what
 * an older version of a projection built is left as it is, see `rebuild`.
 */
export async function installProjections(db: Pool, projections: readonly Projection[]): Promise<void> {
  for (const projection of projections) {
    await inTransaction(db, async (tx) => {
      const { name, version } = projection
      if ((await run(tx, ADD_FIRST_BUILD, [name, version, await tablesOf(projection, 1)])) === 0) return
      await createTables(tx, projection, 1)
    })
  }
}

/** All builds, by projection, oldest first. */
export async function readBuilds(db: Pool | ClientBase): Promise<BuildRow[]> {
  return query(db, READ_BUILDS, [])
}

/** The build of a projection in a state, if there is one. */
export async function readBuild(
  db: Pool | ClientBase,
  projection: string,
  state: BuildState,
): Promise<BuildRow | undefined> {
  return (await readBuilds(db)).find((build) => build.projection === projection && build.state === state)
}

/** @returns the build that is under way already, or a new and empty one */
export async function startBuild(db: Pool, projection: Projection): Promise<BuildRow> {
  return inTransaction(db, async (tx) => {
    await lockBuilds(tx, projection.name)
    const underWay = await readBuild(tx, projection.name, 'building')
    if (underWay?.version === projection.version) return underWay
    // What an older release began to build is of no use to this one.
    if (underWay !== undefined) await dropBuild(tx, underWay)
    const builds = (await readBuilds(tx)).filter((build) => build.projection === projection.name)
    const number = (builds.at(-1)?.build ?? 0) + 1
    await run(tx, ADD_BUILD, [projection.name, number, projection.version, await tablesOf(projection, number)])
    await createTables(tx, projection, number)
    return (await readBuild(tx, projection.name, 'building'))!
  })
}

/** Drops the build that is under way, if there is one. */
export async function abandonBuild(db: Pool, projection: Projection): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    await lockBuilds(tx, projection.name)
    const underWay = await readBuild(tx, projection.name, 'building')
    if (underWay !== undefined) await dropBuild(tx, underWay)
    return underWay !== undefined
  })
}

/**
 * Has readers read another build from now on: the one that was being built, or the kept one. The active one is kept; what
 * was kept before is dropped, unless it is what comes back. No read waits: readers ask which build is active, see
 * `active-build.ts`.
 */
export async function switchTo(db: Pool, projection: Projection, state: 'building' | 'kept'): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await inTransaction(db, (tx) => switchOnce(tx, projection, state))
      return
    } catch (error) {
      if (sqlState(error) !== LOCK_NOT_AVAILABLE || attempt === SWITCH_ATTEMPTS) throw error
    }
  }
}

const LOCK_NOT_AVAILABLE = '55P03'

async function switchOnce(tx: PoolClient, projection: Projection, state: 'building' | 'kept'): Promise<void> {
  // Who waits for a table holds up everybody behind him: so not for long.
  await tx.query(`set local lock_timeout = ${SWITCH_PATIENCE_MS}`)
  await lockBuilds(tx, projection.name)
  const next = await readBuild(tx, projection.name, state)
  if (next === undefined) throw new Error(`there is no ${state} build of ${projection.name}`)
  const kept = state === 'building' ? await readBuild(tx, projection.name, 'kept') : undefined
  if (kept !== undefined) await dropBuild(tx, kept)
  await run(tx, SWITCH_BUILDS, [projection.name, next.build])
}

async function lockBuilds(tx: ClientBase, projection: string): Promise<void> {
  await run(tx, LOCK_BUILDS, [projection])
}

async function createTables(tx: ClientBase, projection: Projection, number: number): Promise<void> {
  await tx.query(await tablesText(projection, buildOf(projection.name, number)))
}

async function tablesOf(projection: Projection, number: number): Promise<string[]> {
  const build = buildOf(projection.name, number)
  return (await tableNames(projection)).map((name) => build.table(name))
}

/** What a build is made of goes with it, and what is known about it. */
async function dropBuild(tx: ClientBase, { projection, build }: BuildRow): Promise<void> {
  const key = [projection, build] as const
  const [row] = await query(tx, READ_TABLES, key)
  for (const table of row!.tables) await tx.query(`drop table ${table}`)
  await run(tx, DELETE_WITHHELD, key)
  await run(tx, DELETE_CHECKPOINTS, key)
  await run(tx, DELETE_BUILD, key)
}
