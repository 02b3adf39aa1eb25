import type { ClientBase, Pool, PoolClient } from 'pg'
import type { Projection } from './projection.ts'
import { buildOf, tableNames, tablesText } from './tables.ts'
import { inTransaction } from './transaction.ts'

/** `active`: read, and kept up to date. `kept`: the one before it, for a roll-back. `building`: not read yet. */
export type BuildState = 'building' | 'active' | 'kept'

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
      // The key arbitrates: whoever comes second waits here, and then has nothing to do.
      const { rowCount } = await tx.query(
        `insert into projections.builds (projection, build, version, state, tables, switched_at)
         select $1, 1, $2, 'active', $3, now()
          where not exists (select from projections.builds where projection = $1)
             on conflict (projection, build) do nothing`,
        [projection.name, projection.version, await tablesOf(projection, 1)],
      )
      if (rowCount === 0) return
      await createTables(tx, projection, 1)
    })
  }
}

/** All builds, by projection, oldest first. */
export async function readBuilds(db: Pool | ClientBase): Promise<BuildRow[]> {
  const { rows } = await db.query<BuildRow>(
    `select projection, build, version, state, started_at as "startedAt", switched_at as "switchedAt"
       from projections.builds
      order by projection, build`,
  )
  return rows
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
    await tx.query(
      `insert into projections.builds (projection, build, version, state, tables)
       values ($1, $2, $3, 'building', $4)`,
      [projection.name, number, projection.version, await tablesOf(projection, number)],
    )
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
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE || attempt === SWITCH_ATTEMPTS) throw error
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
  await tx.query(
    `update projections.builds
        set state = case when build = $2 then 'active' else 'kept' end,
            switched_at = case when build = $2 then now() else switched_at end
      where projection = $1
        and (build = $2 or state = 'active')`,
    [projection.name, next.build],
  )
}

// Whoever changes which builds there are does it alone; whoever reads or fills them does not wait.
async function lockBuilds(tx: ClientBase, projection: string): Promise<void> {
  await tx.query('select from projections.builds where projection = $1 order by build for update', [projection])
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
  const { rows } = await tx.query<{ tables: string[] }>(
    'select tables from projections.builds where projection = $1 and build = $2',
    [projection, build],
  )
  for (const table of rows[0]!.tables) await tx.query(`drop table ${table}`)
  for (const table of ['withheld', 'checkpoints', 'builds']) {
    await tx.query(`delete from projections.${table} where projection = $1 and build = $2`, [projection, build])
  }
}
