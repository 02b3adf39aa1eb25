import type { PoolClient } from 'pg'
import { begin, commit } from '../db/transaction.ts'
import { type Checkpoint, CheckpointMoved } from './checkpoint.ts'

/** How the checkpoint of one follower in one book is claimed and moved. */
export interface Claims<Claimed extends Checkpoint, Refused extends string> {
  /** Whose it is, for whoever reads about a failure. */
  readonly whose: string
  /**
   * Locks the checkpoint's row until the transaction ends, and leaves it to others who hold it: `for update skip locked`.
   * What else it reads stands in statements behind the lock, so that they see what was committed before it was granted.
   * @returns why it is not claimed, where it is not
   */
  claim(tx: PoolClient): Promise<Claimed | Refused>
  /** Moves the checkpoint if it is at `from`. @returns how many rows that were */
  move(tx: PoolClient, from: number, to: number): Promise<number>
}

export interface TakenBatch<Claimed extends Checkpoint> {
  readonly claimed: Claimed
  /** The checkpoint now. */
  readonly position: number
}

/**
 * Takes the next batch of a book and moves its checkpoint in one database transaction: exactly once, whoever dies when.
 * For followers that write nowhere but to this database.
 * @param tx a connection outside of any transaction; it is left as it is where this throws
 * @param take writes what comes of the batch, and returns the last position of it
 * @throws CheckpointMoved, and whatever `take` or the database throws: then nothing of the batch is there, unless COMMIT
 *   itself was under way
 */
export async function takeClaimed<Claimed extends Checkpoint, Refused extends string>(
  tx: PoolClient,
  claims: Claims<Claimed, Refused>,
  take: (claimed: Claimed) => Promise<number>,
): Promise<TakenBatch<Claimed> | Refused> {
  const [, claimed] = await Promise.all([begin(tx), claims.claim(tx)])
  if (typeof claimed === 'string' || claimed.head <= claimed.position) {
    await tx.query('rollback')
    return typeof claimed === 'string' ? claimed : { claimed, position: claimed.position }
  }
  const position = await take(claimed)
  // One after the other: only a checkpoint that has moved may be committed.
  if ((await claims.move(tx, claimed.position, position)) !== 1) throw new CheckpointMoved(claims.whose)
  await commit(tx)
  return { claimed, position }
}
