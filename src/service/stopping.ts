/** One step of stopping, in words for the log. */
type Step = readonly [what: string, stop: () => Promise<unknown>]

export interface Stopping {
  /** To be undone when the service stops; what was opened last is closed first. */
  add(what: string, stop: () => Promise<unknown>): void
  /** Undoes everything, once; resolves to whether all of it went well. */
  stop(): Promise<boolean>
}

export interface StoppingOptions {
  readonly timeoutMs: number
  readonly onTrouble: (message: string, error?: unknown) => void
}

/**
 * Takes the service apart in the opposite order of its making, and ends the process on SIGTERM or SIGINT: with 0; with 1
 * where a step fails, where all of them take longer than `timeoutMs`, or on a second signal.
 */
export function stopOnSignal({ timeoutMs, onTrouble }: StoppingOptions): Stopping {
  const steps: Step[] = []
  let stopped: Promise<boolean> | undefined

  const undo = async (): Promise<boolean> => {
    let well = true
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      const [what, run] = step
      try {
        await run()
      } catch (error) {
        onTrouble(`${what} failed`, error)
        well = false
      }
    }
    return well
  }
  const onSignal = async (): Promise<void> => {
    if (stopped !== undefined) process.exit(1)
    setTimeout(() => {
      onTrouble('stopping took too long')
      process.exit(1)
    }, timeoutMs).unref()
    stopped = undo()
    process.exit((await stopped) ? 0 : 1)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void onSignal())

  return {
    add: (what, stop) => void steps.push([what, stop]),
    stop() {
      stopped ??= undo()
      return stopped
    },
  }
}
