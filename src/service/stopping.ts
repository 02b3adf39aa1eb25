/** One step of stopping, in words for the log. */
export type Step = readonly [what: string, stop: () => Promise<unknown>]

/**
 * On SIGTERM or SIGINT: runs the steps one after the other and ends the process with 0; with 1 where a step fails, where
 * all of them take longer than `timeoutMs`, or on a second signal.
 */
export function stopOnSignal(
  steps: readonly Step[],
  { timeoutMs, onTrouble }: { timeoutMs: number; onTrouble: (message: string, error?: unknown) => void },
): void {
  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) process.exit(1)
    stopping = true
    setTimeout(() => {
      onTrouble('stopping took too long')
      process.exit(1)
    }, timeoutMs).unref()
    for (const [what, run] of steps) {
      try {
        await run()
      } catch (error) {
        onTrouble(`${what} failed`, error)
        process.exitCode = 1
      }
    }
    process.exit()
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop())
}
