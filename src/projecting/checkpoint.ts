import type { ClientBase, Pool } from 'pg'
import { query, run } from '../db/statement.ts'
import type { Checkpoint } from '../following/checkpoint.ts'
import type { BuildState } from './build-state.ts'
import {
  ADD_CHECKPOINT,
  type CheckpointKey,
  CLAIM,
  CLAIM_WAITING,
  MOVE_CHECKPOINT,
  READ_FRAME,
  READ_PARKED,
} from './checkpoint-statements.ts'
import type { Build } from './projection.ts'

/** A build of one book, claimed: nobody else applies anything to it until the transaction ends. */
export interface Claimed extends Checkpoint {
  /** Nothing of these entities is applied until they are retried. */
  readonly parked: ReadonlySet<string>
}

/**
 * Why a book is not claimed.
 * - `busy`: somebody else holds the claim, or the book has no checkpoint yet
 * - `stale`: the build is not what it was expected to be, or the book is just being rebuilt
 */
export type NotClaimed = 'busy' | 'stale'

/**
 * Claims a book for a build.
 * @param expected what the build must be; somebody may have switched to another one meanwhile
 * @param wait for whoever holds the claim, or leave it to him
 */
export async function claim(
  tx: ClientBase,
  book: string,
  build: Build,
  { expected, wait }: { expected: BuildState; wait: boolean },
): Promise<Claimed | NotClaimed> {
  const key = keyOf({ book, build })
  // The frame is read by statements of their own behind the lock: they see what was committed before it was granted.
  const [[checkpoint], [frame], parked] = await Promise.all([
    query(tx, wait ? CLAIM_WAITING : CLAIM, key),
    query(tx, READ_FRAME, key),
    query(tx, READ_PARKED, key),
  ])
  if (checkpoint === undefined) return 'busy'
  if (frame === undefined || frame.rebuilding || frame.state !== expected) return 'stale'
  return {
    position: checkpoint.position,
    head: frame.head,
    parked: new Set(parked.map(({ entity_id }) => entity_id)),
  }
}

/** Lets a book be claimed for a build: nothing of it is applied yet. */
export async function addCheckpoint(db: Pool | ClientBase, book: string, build: Build): Promise<void> {
  await run(db, ADD_CHECKPOINT, keyOf({ book, build }))
}

/** @returns how many checkpoints were where the claim found this one, and have moved: one, or somebody wrote past the lock */
export function moveCheckpoint(
  tx: ClientBase,
  book: string,
  build: Build,
  { from, to }: { from: number; to: number },
): Promise<number> {
  return run(tx, MOVE_CHECKPOINT, [...keyOf({ book, build }), from, to])
}

/** The key of the checkpoint row of a book in a build. */
export function keyOf({ book, build }: { readonly book: string; readonly build: Build }): CheckpointKey {
  return [book, build.projection, build.number]
}
