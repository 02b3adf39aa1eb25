import type { Pool, PoolClient } from 'pg'
import { onConnection } from '../db/transaction.ts'
import { type Claims, takeClaimed } from '../following/claim.ts'
import { type Claimed, claim, moveCheckpoint, type NotClaimed } from './checkpoint.ts'
import { isOfTheData } from './failure.ts'
import { isolate } from './isolate.ts'
import { isEmpty, without } from './parts.ts'
import type { Batch } from './projection.ts'
import { readBatch } from './read-batch.ts'
import type { Task } from './task.ts'

export type Advance = { readonly outcome: NotClaimed } | Advanced

export interface Advanced {
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
  let transactions = 0
  let newlyParked: readonly string[] = []
  const taken = await takeClaimed(tx, claimsOf(task), async ({ position: after, head, parked }) => {
    const read = await readBatch(tx, projection.reads, { book, after, head, most })
    const batch = without(parked, { book, ...read, into: build })
    transactions = batch.transactions.length
    if (!isEmpty(batch)) newlyParked = await apply(tx, task, batch, parked)
    return read.upTo
  })
  if (typeof taken === 'string') return { outcome: taken }
  const { claimed, position } = taken
  const { position: from, head } = claimed
  return { outcome: 'advanced', from, position, head, transactions, parked: newlyParked }
}

function claimsOf({ projection, build, book, expected, notBeyond }: Task): Claims<Claimed, NotClaimed> {
  return {
    whose: `${projection.name} in ${book}`,
    async claim(tx) {
      const claimed = await claim(tx, book, build, { expected, wait: false })
      if (typeof claimed === 'string' || notBeyond === undefined) return claimed
      return { ...claimed, head: Math.min(claimed.head, notBeyond) }
    },
    move: (tx, from, to) => moveCheckpoint(tx, book, build, { from, to }),
  }
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
