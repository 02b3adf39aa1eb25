/** Where a follower stands in a book. */
export interface Checkpoint {
  /** The last position that it has fully taken. */
  readonly position: number
  /** Up to where there is something for it: at or after the position. */
  readonly head: number
}

/** A checkpoint is not where its claim found it: somebody wrote past the lock, and nothing of the batch may stay. */
export class CheckpointMoved extends Error {
  constructor(whose: string) {
    super(`the checkpoint of ${whose} moved under its lock`)
    this.name = 'CheckpointMoved'
  }
}
