export interface Progress {
  readonly phase: 'rebuilding' | 'catching up' | 'comparing'
  /** Events. */
  readonly done: number
  readonly total: number
  /** How long the phase will take from now on, at the rate it went so far; undefined where nothing can be said yet. */
  readonly leftMs: number | undefined
}

export type TellProgress = (progress: Progress) => void

export interface RunningProgress {
  /** So much more is done. */
  add(events: number): void
  /** So much of what comes next is done. */
  within(events: number): void
}

/** Tells at once that a phase begins, and from then on how much of `total` is done and the milliseconds left. */
export function startProgress(phase: Progress['phase'], total: number, tell: TellProgress): RunningProgress {
  const started = performance.now()
  let added = 0
  const report = (done: number): void => {
    const capped = Math.min(done, total)
    const leftMs = capped > 0 ? ((performance.now() - started) / capped) * (total - capped) : undefined
    tell({ phase, done: capped, total, leftMs })
  }
  report(0)
  return {
    add(events) {
      added += events
      report(added)
    },
    within: (events) => report(added + events),
  }
}
