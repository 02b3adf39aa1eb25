import { randomUUID } from 'node:crypto'
import type { Checkpoint } from './checkpoint.ts'
import {
  type BookFollowed,
  type BookPage,
  type BooksBehind,
  type FollowOptions,
  follow,
  type RunningFollower,
  type Taken,
} from './follow.ts'
import { whileLeased } from './lease.ts'

/** Somebody else has the book now: what this process was about to do is theirs to do. */
export class LeaseLost extends Error {
  constructor(book: string) {
    super(`the lease of ${book} is somebody else's now`)
    this.name = 'LeaseLost'
  }
}

/** The checkpoints of one follower, a row a book; `Kept` is what it keeps beside the position. */
export interface LeasedCheckpoints<Kept extends object> {
  /** Of a page of books those where there is something after the checkpoint. */
  behind(page: BookPage): Promise<BooksBehind<BookFollowed>>
  /**
   * Leases a book, which gets a checkpoint where it has none.
   * @param lease a name that nobody else uses
   * @returns where to go on; undefined where somebody else has it, or there is no such book
   */
  lease(book: string, lease: string): Promise<(Checkpoint & Kept) | undefined>
  /** @returns whether it is still held */
  renew(book: string, lease: string): Promise<boolean>
  /** Moves the checkpoint if it is still leased, and at `from`. @returns whether it was */
  move(book: string, lease: string, from: number, to: Reached<Kept>): Promise<boolean>
  giveBack(book: string, lease: string): Promise<unknown>
}

/** How far a batch came: the checkpoint to be. */
export type Reached<Kept extends object> = Pick<Checkpoint, 'position'> & Kept

/**
 * Takes what is in a book after `at.position`, at most up to `at.head`. The checkpoint moves only afterwards, so that what
 * was taken by somebody who died is taken again: taking twice must come to the same as taking once.
 * @param options.signal ends the batch early, by throwing: following ends, or somebody else has the book now
 */
export type Take<Kept extends object> = (
  book: string,
  at: Checkpoint & Kept,
  options: { readonly most: number; readonly signal: AbortSignal },
) => Promise<Reached<Kept>>

/** Follows all books for what reaches beyond a database transaction: one process at a time is at a book, under a lease. */
export function followBooks<Kept extends object>(
  options: Omit<FollowOptions<BookFollowed>, 'follower'>,
  checkpoints: LeasedCheckpoints<Kept>,
  take: Take<Kept>,
): RunningFollower<BookFollowed> {
  const follower = {
    find: (page: BookPage) => checkpoints.behind(page),
    take: ({ book }: BookFollowed, most: number, signal: AbortSignal) =>
      takeLeased(checkpoints, book, { signal }, (at, leased) =>
        // Another process has dealt with it, or what was announced is of no concern here.
        at.head <= at.position ? Promise.resolve(at) : take(book, at, { most, signal: leased }),
      ),
  }
  return follow({ ...options, follower })
}

/** One book as `followBooks` takes it, also where nothing is after its checkpoint. */
export async function takeLeased<Kept extends object>(
  checkpoints: LeasedCheckpoints<Kept>,
  book: string,
  { signal }: { readonly signal: AbortSignal },
  take: (at: Checkpoint & Kept, signal: AbortSignal) => Promise<Reached<Kept>>,
): Promise<Taken> {
  const name = randomUUID()
  const at = await checkpoints.lease(book, name)
  if (at === undefined) return { outcome: 'busy' }
  const lease = {
    renew: () => checkpoints.renew(book, name),
    giveBack: () => checkpoints.giveBack(book, name),
  }
  const lost = new LeaseLost(book)
  return whileLeased(lease, { signal, lost }, async (leased) => {
    const reached = await take(at, leased)
    if (reached !== at && !(await checkpoints.move(book, name, at.position, reached))) throw lost
    return { outcome: 'taken', from: at.position, position: reached.position, head: at.head }
  })
}
