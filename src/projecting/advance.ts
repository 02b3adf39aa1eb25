import type { Pool, PoolClient } from 'pg'
import { claim, moveCheckpoint } from './checkpoint.ts'
import { isOfTheData } from './failure.ts'
import { isolate } from './isolate.ts'
import { isEmpty, without } from './parts.ts'
import type { Batch } from './projection.ts'
import { readBatch } from './read-batch.ts'
import type { Task } from './task.ts'
import { begin, commit, onConnection } from './transaction.ts'

export type Advance =
  /** Somebody else is at it, or has to add the checkpoint first. */
  | { readonly outcome: 'busy' }
  /** The build is not what it was taken to be. */
  | { readonly outcome: 'stale' }
  | {
      readonly outcome: 'advanced'
      readonly from: number
      readonly position: number
      /** The end of the book when it was claimed, or what was not to be gone beyond. */
      readonly head: number
      readonly transactions: number
      /** Entities that were parked on the way. */
      readonly parked: readonly string[]
    }

/**
 * Applies the next events of a book: claim, read, fold and write, move the checkpoint, in one database transaction.
 * Whatever happens, either all of it is there afterwards or nothing.
 * @param most transactions in the batch
 * @throws what is nobody's fault in particular: the database away, a table missing, too much parked already
 */
export async function advance(db: Pool, task: Task, most: number): Promise<Advance> {
  return onConnection(db, async (tx) => {
    try {
      return await applyNext(tx, task, most, projectAll)
    } catch (error) {
      if (!(error instanceof NotApplicable)) throw error
      // Once more, with care: the batch is the same or longer, and whoever it fails for is parked.
      await tx.query('rollback')
      return applyNext(tx, task, most, isolate)
    }
  })
}

/** @returns the entities it parked */
type Apply = (tx: PoolClient, task: Task, batch: Batch, parked: ReadonlySet<string>) => Promise<readonly string[]>

async function applyNext(tx: PoolClient, task: Task, most: number, apply: Apply): Promise<Advance> {
  const { projection, build, book } = task
  const [, claimed] = await Promise.all([begin(tx), claim(tx, book, build, { expected: task.expected, wait: false })])
  if (typeof claimed === 'string') {
    await tx.query('rollback')
    return { outcome: claimed }
  }
  const { position: from, parked } = claimed
  const head = Math.min(claimed.head, task.notBeyond ?? claimed.head)
  if (head <= from) {
    await tx.query('rollback')
    return { outcome: 'advanced', from, position: from, head, transactions: 0, parked: [] }
  }
  const read = await readBatch(tx, projection.reads, { book, after: from, head, most })
  const batch = without(parked, { book, ...read, into: build })
  const newlyParked = isEmpty(batch) ? [] : await apply(tx, task, batch, parked)
  // One after the other: only a checkpoint that has moved may be committed.
  await moveCheckpoint(tx, book, build, { from, to: read.upTo })
  await commit(tx)
  const transactions = batch.transactions.length
  return { outcome: 'advanced', from, position: read.upTo, head, transactions, parked: newlyParked }
}

/** Something in the batch is such that it cannot be applied. */
class NotApplicable extends Error {}

async function projectAll(tx: PoolClient, { projection }: Task, batch: Batch): Promise<readonly string[]> {
  try {
    await projection.project(tx, batch)
    return []
  } catch (error) {
    throw isOfTheData(error) ? new NotApplicable(undefined, { cause: error }) : error
  }
}
