/** One step of stopping, in words for the log. */
type Step = readonly [what: string, stop: () => Promise<unknown>]

type OnTrouble = (message: string, error?: unknown) => void

export interface Stopping {
  /** Aborted as soon as the service is to stop: whoever waits for something while it starts gives up. */
  readonly signal: AbortSignal
  /** From now on troubles are told here; until then on stderr. */
  tell(onTrouble: OnTrouble): void
  /** To be undone when the service stops; what was opened last is closed first. */
  add(what: string, stop: () => Promise<unknown>): void
  /**
   * Runs a start. What it opens while the service is told to stop is closed as well: stopping waits for it to end.
   * @throws what the start throws, unless the service was told to stop: then it never returns, and the process ends
   */
  start(work: () => Promise<void>): Promise<void>
  /** Undoes everything, once; resolves to whether all of it went well. */
  stop(): Promise<boolean>
}

/** Ctrl-C goes to npm and to what it runs, and npm passes it on: the same key, twice. */
const ONE_SIGNAL_MS = 1_000

/**
 * Takes the service apart in the opposite order of its making, and ends the process on SIGTERM or SIGINT: with 0; with 1
 * where a step fails, where all of them take longer than `timeoutMs`, or on a second signal, a second or more after the
 * first. A signal that comes while the service starts is no other: with 0.
 */
export function stopOnSignal({ timeoutMs }: { readonly timeoutMs: number }): Stopping {
  const steps: Step[] = []
  const told = new AbortController()
  let onTrouble: OnTrouble = (message) => process.stderr.write(`${message}\n`)
  let starting: Promise<unknown> = Promise.resolve()
  let stopped: Promise<boolean> | undefined
  let toldAt = 0

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
    if (told.signal.aborted) {
      if (performance.now() - toldAt < ONE_SIGNAL_MS) return
      process.exit(1)
    }
    told.abort()
    toldAt = performance.now()
    setTimeout(() => {
      onTrouble('stopping took too long')
      process.exit(1)
    }, timeoutMs).unref()
    await starting
    stopped ??= undo()
    process.exit((await stopped) ? 0 : 1)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void onSignal())

  return {
    signal: told.signal,
    tell(other) {
      onTrouble = other
    },
    add: (what, stop) => void steps.push([what, stop]),
    async start(work) {
      const started = work()
      starting = started.catch(() => {})
      try {
        await started
      } catch (error) {
        if (told.signal.aborted) await forEver
        throw error
      }
    },
    stop() {
      stopped ??= undo()
      return stopped
    },
  }
}

/** The process ends before. */
const forEver = new Promise<never>(() => {})
