import { Worker } from 'node:worker_threads'
import type { BatchReport, Projecting, ProjectingWatcher } from '../projecting/runner.ts'

/** What the thread is given to do. */
export interface ProjectingTask {
  readonly url: string
  /** Books projected at the same time. */
  readonly workers: number
}

/** What the thread tells. */
export type Told =
  | { readonly batch: BatchReport }
  | { readonly parked: Parameters<ProjectingWatcher['parked']>[0] }
  | { readonly trouble: { readonly message: string; readonly error: Error } }
  /** A connection; it is made again. */
  | { readonly broke: Error }

export interface ProjectingThreadOptions extends ProjectingTask {
  readonly watcher: ProjectingWatcher & { broke(error: Error): void }
}

/** A thread that ended by itself is started again so much later. */
const RESTART_MS = 1_000

/**
 * Projects in a thread of its own: what a batch takes of the processor, no request waits for. Read models are behind
 * while it is away, and nothing else is.
 */
export function startProjectingThread({ watcher, ...task }: ProjectingThreadOptions): Projecting {
  let closing = false
  let restart: NodeJS.Timeout | undefined
  let running: { readonly worker: Worker; readonly ended: Promise<void> }

  const start = (): void => {
    const worker = new Worker(new URL('./projecting-worker.ts', import.meta.url), { workerData: task })
    worker.on('message', (told: Told) => hear(watcher, told))
    worker.on('error', (error) => watcher.trouble('the thread that projects failed', error))
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    void ended.then(() => {
      if (!closing) restart = setTimeout(start, RESTART_MS)
    })
    running = { worker, ended }
  }
  start()

  return {
    async close() {
      closing = true
      clearTimeout(restart)
      running.worker.postMessage('close')
      await running.ended
    },
  }
}

function hear(watcher: ProjectingThreadOptions['watcher'], told: Told): void {
  if ('batch' in told) watcher.batch(told.batch)
  else if ('parked' in told) watcher.parked(told.parked)
  else if ('broke' in told) watcher.broke(told.broke)
  else watcher.trouble(told.trouble.message, told.trouble.error)
}
