/** How hard a follower tries to take the next batch of one book. */
export interface Effort {
  /** In a row, up to now. */
  readonly failures: number
  /** How much the next batch takes at most. */
  readonly most: number
}

const FIRST_PAUSE_MS = 200
const LAST_PAUSE_MS = 30_000

/** The next batch is a quarter as large, but never empty: perhaps this one was too much at once. */
export function afterFailure({ failures, most }: Effort): Effort {
  return { failures: failures + 1, most: Math.max(1, Math.floor(most / 4)) }
}

/** The next batch is twice as large, up to `full`. */
export function afterSuccess({ most }: Effort, full: number): Effort {
  return { failures: 0, most: Math.min(most * 2, full) }
}

/** How long a book rests after so many failures in a row: twice as long each time, half a minute at most. */
export function restMs(failures: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LAST_PAUSE_MS)
}
