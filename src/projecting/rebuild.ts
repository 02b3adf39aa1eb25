import type { Pool } from 'pg'
import { abandonBuild, type BuildRow, readBuild, startBuild, switchTo } from './builds.ts'
import type { Build, Projection } from './projection.ts'
import { countEvents, countParked } from './rebuild/books.ts'
import { BuildRefused } from './rebuild/build-refused.ts'
import { catchUp } from './rebuild/catch-up.ts'
import { compareAll } from './rebuild/compare.ts'
import { fill } from './rebuild/fill.ts'
import { withLease } from './rebuild/lease.ts'
import type { RebuildOptions, Work } from './rebuild/work.ts'
import { buildOf } from './tables.ts'

export type RebuildOutcome =
  /** Readers read the new build; the one before it is kept. `repaired` says where that was not what the record says. */
  | {
      readonly outcome: 'switched'
      readonly build: number
      readonly events: number
      readonly repaired: readonly string[]
    }
  /** What is done stays done. */
  | { readonly outcome: 'interrupted'; readonly build: number }
  /** The new build is not what the record says: it is left as it is, and not read. */
  | { readonly outcome: 'differs'; readonly build: number; readonly differences: readonly string[] }
  /** The new build has parked more than the one that is read: it is left as it is, and not read. */
  | { readonly outcome: 'parked'; readonly build: number; readonly parked: number }

/**
 * Builds the tables of a projection anew beside those that are read: slices of the record, set by set; then what was
 * recorded meanwhile; then a comparison with a fresh fold; then the switch. Reads go on all the time.
 * @throws BuildRefused where another process is at it
 */
export async function rebuild(options: RebuildOptions): Promise<RebuildOutcome> {
  const { db, projection } = options
  return withLease(db, { projection: projection.name, signal: options.signal }, async (signal) => {
    const { build: number } = await startBuild(db, projection)
    const build = buildOf(projection.name, number)
    const work: Work = { ...options, build, expected: 'building', signal }
    if (!(await fill(work)) || !(await catchUp(work))) return { outcome: 'interrupted', build: number }
    await analyze(db, projection, build)
    const compared = await compareAll(work, await readBuild(db, projection.name, 'active'))
    if (compared === undefined) return { outcome: 'interrupted', build: number }
    const { wrong, repaired } = compared
    if (wrong.length > 0) return { outcome: 'differs', build: number, differences: wrong }
    const parked = await countParked(db, build)
    if (parked > (await countParked(db, await activeBuild(db, projection)))) {
      return { outcome: 'parked', build: number, parked }
    }
    if (!(await catchUp(work))) return { outcome: 'interrupted', build: number }
    await switchTo(db, projection, 'building')
    return { outcome: 'switched', build: number, events: await countEvents(db), repaired }
  })
}

export type RollbackOutcome =
  | { readonly outcome: 'switched'; readonly build: number }
  | { readonly outcome: 'interrupted' }
  | { readonly outcome: 'nothing-kept' }
  /** It was built by another version of the code, which alone can bring it up to date. */
  | { readonly outcome: 'other-version'; readonly version: number }

/**
 * Has readers read the kept build again, after it has caught up. The one that was read is kept in its place.
 * @throws BuildRefused where another process is at it: a rebuild compares with the build that is read
 */
export async function rollback(options: RebuildOptions): Promise<RollbackOutcome> {
  const { db, projection, signal } = options
  return withLease(db, { projection: projection.name, signal }, async (leased) => {
    const kept = await readBuild(db, projection.name, 'kept')
    if (kept === undefined) return { outcome: 'nothing-kept' }
    if (kept.version !== projection.version) return { outcome: 'other-version', version: kept.version }
    const build = buildOf(projection.name, kept.build)
    if (!(await catchUp({ ...options, build, expected: 'kept', signal: leased }))) return { outcome: 'interrupted' }
    await switchTo(db, projection, 'kept')
    return { outcome: 'switched', build: kept.build }
  })
}

/**
 * Drops what a rebuild has built so far.
 * @throws BuildRefused where another process is at it
 */
export async function abandon(db: Pool, projection: Projection): Promise<boolean> {
  const lease = { projection: projection.name, signal: new AbortController().signal }
  return withLease(db, lease, () => abandonBuild(db, projection))
}

/**
 * Compares the build that is read with a fresh fold of the record, book by book.
 * @returns where they differ, in words; undefined where it was broken off
 * @throws BuildRefused where another process switches meanwhile, or there is no build
 */
export async function verifyBuild(options: RebuildOptions): Promise<readonly string[] | undefined> {
  const { projection, db } = options
  const compared = await compareAll(
    { ...options, build: await activeBuild(db, projection), expected: 'active' },
    undefined,
  )
  return compared?.wrong
}

/** What is counted of a new table is nothing; and plans are made by it. */
async function analyze(db: Pool, projection: Projection, build: Build): Promise<void> {
  for (const { table } of projection.rebuilt.tables) await db.query(`analyze ${build.table(table)}`)
}

async function activeBuild(db: Pool, { name }: Projection): Promise<Build> {
  const active: BuildRow | undefined = await readBuild(db, name, 'active')
  if (active === undefined)
    throw new BuildRefused(`${name} has no tables in this database yet: start the service once.`)
  return buildOf(name, active.build)
}
