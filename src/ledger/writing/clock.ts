import { playedNow } from '../../world-clock.ts'

/** What the database's clock said, and when that was heard here. */
export interface ClockReading {
  /** RFC 3339, UTC, milliseconds. */
  readonly now: string
  /** On the clock of this process that is never set, in milliseconds. */
  readonly heardAt: number
}

/** A clock that is set meanwhile, or runs faster than another, is out by no more than it can be in this time. */
const SERVES_MS = 1_000

/** @param now as the database has just said; where the time of the world is played, that counts instead */
export function heardNow(now: string): ClockReading {
  return { now: playedNow()?.toISOString() ?? now, heardAt: performance.now() }
}

/**
 * What the database's clock says now, as far as can be told from what it said a moment ago: never later than it does.
 * @returns undefined where it has to be asked again
 */
export function clockNow({ now, heardAt }: ClockReading): string | undefined {
  const sinceMs = performance.now() - heardAt
  const played = playedNow()
  if (played !== undefined) return played.toISOString()
  return sinceMs > SERVES_MS ? undefined : new Date(Date.parse(now) + Math.floor(sinceMs)).toISOString()
}
