import type { Pool } from 'pg'
import type { BuildState } from '../build-state.ts'
import type { Build, Projection } from '../projection.ts'
import type { TellProgress } from './progress.ts'

export interface RebuildOptions {
  /** See `openRebuildPool`. */
  readonly db: Pool
  readonly projection: Projection
  /** Statements side by side. */
  readonly workers: number
  /** Transactions, or positions, that a statement goes through; `SLICES` where nothing speaks for another size. */
  readonly slice?: number
  /** Breaks it off; the next call goes on from there. */
  readonly signal: AbortSignal
  readonly onProgress: TellProgress
}

/**
 * Of entities: enough that a statement's start does not count, few enough that its sorts stay in memory and a break costs
 * little. Of positions: their rows are added up, so that few slices write few rows; a second or two each.
 */
export const SLICES = { entities: 100_000, positions: 1_000_000 } as const

/** A build that is filled, caught up or compared. */
export interface Work extends RebuildOptions {
  readonly build: Build
  readonly expected: BuildState
}
