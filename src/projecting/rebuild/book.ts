import type { Pool, PoolClient } from 'pg'
import { query, run, statement, varying } from '../../db/statement.ts'
import { inTransaction } from '../../db/transaction.ts'
import { keyOf } from '../checkpoint.ts'
import { isOfTheData } from '../failure.ts'
import type { Build, Projection, RebuiltTable } from '../projection.ts'
import { BEGIN_CURSOR, END_CURSOR, GIVE_UP_CURSOR, MOVE_CURSOR, READ_CURSOR } from './cursor-statements.ts'
import { columnsOf } from './digest.ts'
import { countTransactions, nextEntity } from './entity-ranges.ts'
import { recordSlice, type Slice } from './record-slice.ts'

export interface BookRebuild {
  readonly projection: Projection
  readonly build: Build
  readonly book: string
  readonly workers: number
  readonly slice: number
  /** Between slices; what is done stays done. */
  readonly signal: AbortSignal
  /** @param part of the book that is done, 0 to 1 */
  readonly onProgress: (part: number) => void
}

/**
 * Fills a build with what the record says of one book, up to the head as it is now: slice by slice, each a statement for
 * every table. Broken off, it goes on after the last slice; done already, it does nothing. What is recorded meanwhile is
 * left to catching up.
 */
export async function rebuildBook(db: Pool, rebuild: BookRebuild): Promise<void> {
  const cursor = await openCursor(db, rebuild)
  if (cursor === undefined) return
  try {
    const bySlices = rebuild.projection.rebuilt.slicedBy === 'entities' ? byEntities : byPositions
    if (await bySlices(db, rebuild, cursor)) await finish(db, rebuild)
  } catch (error) {
    if (!isOfTheData(error)) throw error
    // Something recorded cannot be folded. Batch by batch it is found, and the entity it concerns parked.
    await startOver(db, rebuild)
  }
}

interface Cursor {
  readonly upTo: number
  /** '' before the first slice. */
  readonly after: string
}

/** @returns undefined where the book is done */
async function openCursor(db: Pool, { build, book }: BookRebuild): Promise<Cursor | undefined> {
  const key = keyOf({ book, build })
  await run(db, BEGIN_CURSOR, key)
  const [row] = await query(db, READ_CURSOR, key)
  return row === undefined || row.up_to === null ? undefined : { upTo: row.up_to, after: row.after! }
}

/** @returns whether it came to the end */
async function byEntities(db: Pool, rebuild: BookRebuild, { upTo, after: first }: Cursor): Promise<boolean> {
  const { build, book, projection, workers, slice: transactions, signal, onProgress } = rebuild
  // Slices run side by side: of those that were not noted as done some may be there, whole or not at all.
  for (const { table } of projection.rebuilt.tables) {
    await run(db, deleteEntitiesAfter(build.table(table)), [book, first])
  }
  for (let after: string | undefined = first; after !== undefined; ) {
    if (signal.aborted) return false
    const wave: Slice[] = []
    while (wave.length < workers && after !== undefined) {
      const last: string | undefined = await nextEntity(db, book, after, transactions)
      wave.push({ book, upTo, entities: { after, upTo: last } })
      after = last
    }
    await allDone(wave.map((slice) => inTransaction(db, (tx) => insertSlice(tx, rebuild, slice))))
    if (after !== undefined) {
      await moveCursor(db, rebuild, after)
      const transactions = await countTransactions(db, book, after)
      onProgress(transactions.upTo / Math.max(transactions.all, 1))
    }
  }
  return true
}

async function byPositions(db: Pool, rebuild: BookRebuild, { upTo, after: first }: Cursor): Promise<boolean> {
  for (let after = Number(first); after < upTo; ) {
    if (rebuild.signal.aborted) return false
    const slice = { book: rebuild.book, afterPosition: after, upTo: Math.min(after + rebuild.slice, upTo) }
    // Added to what is there, so it must not be done twice.
    await inTransaction(db, async (tx) => {
      await insertSlice(tx, rebuild, slice)
      await moveCursor(tx, rebuild, String(slice.upTo))
    })
    after = slice.upTo
    rebuild.onProgress(after / upTo)
  }
  return true
}

export const deleteEntitiesAfter = varying(
  (table: string) =>
    statement({ params: ['text', 'text'], text: `delete from ${table} where book_id = $1 and entity_id > $2` }),
  'projections.balance_snapshots_1',
)

export const deleteBook = varying(
  (table: string) => statement({ params: ['text'], text: `delete from ${table} where book_id = $1` }),
  'projections.balance_snapshots_1',
)

async function insertSlice(tx: PoolClient, { projection, build }: BookRebuild, slice: Slice): Promise<void> {
  const from = recordSlice(slice, undefined)
  for (const table of projection.rebuilt.tables) {
    await tx.query(
      `insert into ${build.table(table.table)} (book_id, ${columnsOf(table)})
       ${table.select(from)}
       ${projection.rebuilt.slicedBy === 'positions' ? addingUp(table, build) : ''}`,
      from.values,
    )
  }
}

function addingUp({ table, key, columns }: RebuiltTable, build: Build): string {
  const name = build.table(table).split('.')[1]
  const sums = columns.map((column) => `${column} = trim_scale(${name}.${column} + excluded.${column})`)
  return `on conflict (book_id, ${key.join(', ')}) do update set ${sums.join(', ')}`
}

/** Waits for all, also where one fails: none of them may write after that. */
async function allDone(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((one) => one.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

async function moveCursor(db: Pool | PoolClient, rebuild: BookRebuild, after: string): Promise<void> {
  await run(db, MOVE_CURSOR, [...keyOf(rebuild), after])
}

async function finish(db: Pool, rebuild: BookRebuild): Promise<void> {
  await run(db, END_CURSOR, keyOf(rebuild))
  rebuild.onProgress(1)
}

/** Leaves the book to catching up, from its first event on. */
async function startOver(db: Pool, { projection, build, book }: BookRebuild): Promise<void> {
  await inTransaction(db, async (tx) => {
    for (const { table } of projection.rebuilt.tables) {
      await run(tx, deleteBook(build.table(table)), [book])
    }
    await run(tx, GIVE_UP_CURSOR, keyOf({ book, build }))
  })
}
