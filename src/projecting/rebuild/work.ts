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
  /** Breaks it off; the next call goes on from there. */
  readonly signal: AbortSignal
  readonly onProgress: TellProgress
}

/** A build that is filled, caught up or compared. */
export interface Work extends RebuildOptions {
  readonly build: Build
  readonly expected: BuildState
}
