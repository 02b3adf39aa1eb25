import { setTimeout as sleep } from 'node:timers/promises'
import { type EmbeddedServer, startEmbedded } from '../embedded.ts'
import { isAlive } from './postmaster.ts'

const LOOK_MS = 500

/** What the supervisor tells whoever runs the service. */
export interface Supervision {
  readonly onRestarted: () => void
  readonly onTrouble: (message: string, error: unknown) => void
  /** The server came back where its users cannot find it. */
  readonly onLost: (message: string) => void
}

/**
 * Looks after an embedded server: one that was killed is started again, on the same port, and recovers by itself.
 * @returns what to call before the server is stopped on purpose
 */
export function supervise(
  server: EmbeddedServer,
  options: { readonly dataDir: string; readonly durable: boolean },
  { onRestarted, onTrouble, onLost }: Supervision,
): () => Promise<void> {
  const stopping = new AbortController()
  const watching = watch()
  return async () => {
    stopping.abort()
    await watching
  }

  async function watch(): Promise<void> {
    let { pid } = server
    for (;;) {
      await sleep(LOOK_MS, undefined, { signal: stopping.signal, ref: false }).catch(() => {})
      if (stopping.signal.aborted) return
      if (isAlive(pid)) continue
      try {
        const again = await startEmbedded({ ...options, attachment: server.attachment })
        pid = again.pid
        if (again.url !== server.url) {
          onLost('The database was started again on another port, since its own was taken.')
          return
        }
        onRestarted()
      } catch (error) {
        onTrouble('The database is gone and does not start again; it is tried again.', error)
      }
    }
  }
}
