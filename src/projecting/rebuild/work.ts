import type { Pool } from 'pg'
import type { BuildState } from '../builds.ts'
import type { Build, Projection } from '../projection.ts'
import type { TellProgress } from './progress.ts'

export interface RebuildOptions {
  /** See `openRebuildPool`. */
  readonly db: Pool
  readonly projection: Projection
  /** Statements side by side. */
  readonly workers: number
  /** Transactions, or positions, that a statement goes through; `SLICE` where nothing speaks for another size. */
  readonly slice?: number
  /** Breaks it off; the next call goes on from there. */
  readonly signal: AbortSignal
  readonly onProgress: TellProgress
}

/**
 * Enough that a statement's start does not count, few enough that its sorts stay in memory and a break costs little.
 */
export const SLICE = 50_000

/** A build that is filled, caught up or compared. */
export interface Work extends RebuildOptions {
  readonly build: Build
  readonly expected: BuildState
}
