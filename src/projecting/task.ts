import type { BuildState } from './build-state.ts'
import type { Build, Projection } from './projection.ts'

/** One book to be applied to one build of a projection. */
export interface Task {
  readonly projection: Projection
  readonly build: Build
  readonly book: string
  /** What the build is taken to be. */
  readonly expected: BuildState
  /** Nothing after this position is applied, unless undefined. */
  readonly notBeyond?: number
}
