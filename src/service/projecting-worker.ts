import { parentPort, workerData } from 'node:worker_threads'
import { projections } from '../../projections/registry.ts'
import { openWakeups } from '../ledger/read/wakeups.ts'
import { openProjectingPool } from '../projecting/pools.ts'
import { startProjecting } from '../projecting/runner.ts'
import type { ProjectingTask, Told } from './projecting-thread.ts'

/*
 * A thread of its own: folds and prints read models, while the other one answers requests. Started by
 * projecting-thread.ts, ends when it is told to.
 */

const { url, workers } = workerData as ProjectingTask
const port = parentPort!
const tell = (told: Told): void => port.postMessage(told)

const wakeups = openWakeups({ url, onError: (error) => tell({ broke: error }) })
const pool = openProjectingPool(url, { workers, onError: (error) => tell({ broke: error }) })
const projecting = startProjecting({
  pool,
  projections,
  wakeups,
  limits: { workers },
  watcher: {
    batch: (batch) => tell({ batch }),
    parked: (parked) => tell({ parked }),
    trouble: (message, error) => tell({ trouble: { message, error: asError(error) } }),
  },
})

// The one thing that it is told.
port.once('message', () => void end())

async function end(): Promise<void> {
  await projecting.close()
  await wakeups.close()
  await pool.end()
  port.close()
}

/** What can be handed to another thread: no more than a message and where it was thrown. */
function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
