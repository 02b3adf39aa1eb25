import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { advance } from './advance.ts'
import { abandonBuild, type BuildRow, type BuildState, readBuild, startBuild, switchTo } from './builds.ts'
import { addCheckpoint } from './checkpoint.ts'
import { difference, digestOfBuild, digestOfRecord } from './digest.ts'
import { withLease } from './lease.ts'
import { startProgress, type TellProgress } from './progress.ts'
import type { Build, Projection } from './projection.ts'
import { rebuildBook } from './rebuild-book.ts'
import { buildOf } from './tables.ts'

export interface RebuildOptions {
  /** See `openRebuildPool`. */
  readonly db: Pool
  readonly projection: Projection
  /** Statements side by side. */
  readonly workers: number
  /** Breaks it off; the next call goes on from there. */
  readonly signal: AbortSignal
  readonly onProgress: TellProgress
}

export type RebuildOutcome =
  /** Readers read the new build; the one before it is kept. */
  | { readonly outcome: 'switched'; readonly build: number; readonly events: number }
  /** What is done stays done. */
  | { readonly outcome: 'interrupted'; readonly build: number }
  /** The new build is not what the record says: it is left as it is, and not read. */
  | { readonly outcome: 'differs'; readonly build: number; readonly differences: readonly string[] }
  /** The new build has parked more than the one that is read: it is left as it is, and not read. */
  | { readonly outcome: 'parked'; readonly build: number; readonly parked: number }

const BATCH_TRANSACTIONS = 5_000

/** What is recorded while a pass runs is applied by the next; after so many, the rest is left to the runners. */
const MOST_PASSES = 10
const FEW_EVENTS = 1_000

const BUSY_PAUSE_MS = 10

/**
 * Builds the tables of a projection anew beside those that are read: slices of the record, set by set; then what was
 * recorded meanwhile; then a comparison with a fresh fold; then the switch. Reads go on all the time.
 * @throws BeingBuilt where another process is at it
 */
export async function rebuild(options: RebuildOptions): Promise<RebuildOutcome> {
  const { db, projection } = options
  const { build: number } = await startBuild(db, projection)
  return withLease(db, { projection: projection.name, build: number, signal: options.signal }, async (signal) => {
    const build = buildOf(projection.name, number)
    const work: Work = { ...options, build, expected: 'building', signal }
    if (!(await fill(work)) || !(await catchUp(work))) return { outcome: 'interrupted', build: number }
    await analyze(db, projection, build)
    const differences = await compare(work)
    if (differences === undefined) return { outcome: 'interrupted', build: number }
    if (differences.length > 0) return { outcome: 'differs', build: number, differences }
    const parked = await countParked(db, build)
    if (parked > (await countParked(db, await activeBuild(db, projection)))) {
      return { outcome: 'parked', build: number, parked }
    }
    if (!(await catchUp(work))) return { outcome: 'interrupted', build: number }
    await switchTo(db, projection, 'building')
    return { outcome: 'switched', build: number, events: await countEvents(db) }
  })
}

export type RollbackOutcome =
  | { readonly outcome: 'switched'; readonly build: number }
  | { readonly outcome: 'interrupted' }
  | { readonly outcome: 'nothing-kept' }
  /** It was built by another version of the code, which alone can bring it up to date. */
  | { readonly outcome: 'other-version'; readonly version: number }

/** Has readers read the kept build again, after it has caught up. The one that was read is kept in its place. */
export async function rollback(options: RebuildOptions): Promise<RollbackOutcome> {
  const { db, projection, signal } = options
  const kept = await readBuild(db, projection.name, 'kept')
  if (kept === undefined) return { outcome: 'nothing-kept' }
  if (kept.version !== projection.version) return { outcome: 'other-version', version: kept.version }
  return withLease(db, { projection: projection.name, build: kept.build, signal }, async (leased) => {
    const build = buildOf(projection.name, kept.build)
    if (!(await catchUp({ ...options, build, expected: 'kept', signal: leased }))) return { outcome: 'interrupted' }
    await switchTo(db, projection, 'kept')
    return { outcome: 'switched', build: kept.build }
  })
}

/** Drops what a rebuild has built so far. */
export async function abandon(db: Pool, projection: Projection): Promise<boolean> {
  const underWay = await readBuild(db, projection.name, 'building')
  if (underWay === undefined) return false
  const lease = { projection: projection.name, build: underWay.build, signal: new AbortController().signal }
  return withLease(db, lease, () => abandonBuild(db, projection))
}

/**
 * Compares the build that is read with a fresh fold of the record, book by book.
 * @returns where they differ, in words; undefined where it was broken off
 */
export async function verifyBuild(options: RebuildOptions): Promise<readonly string[] | undefined> {
  const { projection, db } = options
  return compare({ ...options, build: await activeBuild(db, projection), expected: 'active' })
}

interface Work extends RebuildOptions {
  readonly build: Build
  readonly expected: BuildState
}

/** @returns whether it came to the end */
async function fill({ db, projection, build, workers, signal, onProgress }: Work): Promise<boolean> {
  const progress = startProgress('rebuilding', await countEvents(db), onProgress)
  for await (const { book, head } of allBooks(db)) {
    if (signal.aborted) return false
    const done = (part: number): void => progress.within(head * part)
    await rebuildBook(db, { projection, build, book, workers, signal, onProgress: done })
    progress.add(head)
  }
  return !signal.aborted
}

/** @returns whether it came to the end, or as near to it as those who write let it */
async function catchUp({ db, projection, build, expected, signal, onProgress }: Work): Promise<boolean> {
  for (let pass = 1; pass <= MOST_PASSES; pass++) {
    const behind = await countBehind(db, build)
    const progress = startProgress('catching up', behind, onProgress)
    for await (const { book } of allBooks(db)) {
      const task = { projection, build, book, expected }
      for (let caughtUp = false; !caughtUp; ) {
        if (signal.aborted) return false
        const advanced = await advance(db, task, BATCH_TRANSACTIONS)
        if (advanced.outcome === 'stale')
          throw new Error(`build ${build.number} of ${projection.name} is ${expected} no more`)
        if (advanced.outcome === 'busy') {
          await addCheckpoint(db, book, build)
          await sleep(BUSY_PAUSE_MS)
        } else {
          progress.add(advanced.position - advanced.from)
          caughtUp = advanced.position >= advanced.head
        }
      }
    }
    if (behind < FEW_EVENTS) return true
  }
  return true
}

async function compare(work: Work): Promise<readonly string[] | undefined> {
  const { db, projection, build, workers, signal, onProgress } = work
  const progress = startProgress('comparing', await countEvents(db), onProgress)
  const differences: string[] = []
  for await (const { book, head } of allBooks(db)) {
    if (signal.aborted) return undefined
    const built = await digestOfBuild(db, projection, build, book)
    const { position } = built
    const differs = difference(built, await digestOfRecord(db, projection, build, { book, position, workers }))
    if (differs !== undefined) differences.push(differs)
    progress.add(head)
  }
  return differences
}

/** What is counted of a new table is nothing; and plans are made by it. */
async function analyze(db: Pool, projection: Projection, build: Build): Promise<void> {
  for (const { table } of projection.rebuilt.tables) await db.query(`analyze ${build.table(table)}`)
}

async function activeBuild(db: Pool, { name }: Projection): Promise<Build> {
  const active: BuildRow | undefined = await readBuild(db, name, 'active')
  if (active === undefined) throw new Error(`${name} has no tables in this database yet: start the service once`)
  return buildOf(name, active.build)
}

const BOOKS_PER_PAGE = 1_000

/** All books, each with its head as it is when the page is read. */
async function* allBooks(db: Pool): AsyncGenerator<{ book: string; head: number }, void, undefined> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const { rows }: { rows: { book: string; head: number }[] } = await db.query<{ book: string; head: number }>(
      `select book_id as book, position as head
         from ledger.heads
        where book_id > $1
        order by book_id
        limit ${BOOKS_PER_PAGE}`,
      [after],
    )
    yield* rows
    after = rows.length < BOOKS_PER_PAGE ? undefined : rows.at(-1)!.book
  }
}

async function countEvents(db: Pool): Promise<number> {
  return countOf(db, 'select coalesce(sum(position), 0)::bigint as count from ledger.heads', [])
}

async function countBehind(db: Pool, { projection, number }: Build): Promise<number> {
  return countOf(
    db,
    `select coalesce(sum(h.position - coalesce(c.position, 0)), 0)::bigint as count
       from ledger.heads h
       left join projections.checkpoints c
              on c.book_id = h.book_id
             and c.projection = $1
             and c.build = $2`,
    [projection, number],
  )
}

async function countParked(db: Pool, { projection, number }: Build): Promise<number> {
  return countOf(
    db,
    `select count(*) as count
       from projections.withheld
      where projection = $1
        and build = $2
        and state = 'parked'`,
    [projection, number],
  )
}

async function countOf(db: Pool, text: string, values: unknown[]): Promise<number> {
  const { rows } = await db.query<{ count: number }>(text, values)
  return rows[0]!.count
}
