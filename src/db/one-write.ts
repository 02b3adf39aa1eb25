import type { Writable } from 'node:stream'
import type { PoolClient } from 'pg'

/**
 * Sends statements in one write to the socket. The driver makes one of each, and a write costs more than most statements.
 * @param send issues the statements before it returns, on a connection that pipelines
 */
export function inOneWrite<T>(client: PoolClient, send: () => T): T {
  // The driver shows its connection to whoever asks, but not in its types.
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection
  stream.cork()
  try {
    return send()
  } finally {
    stream.uncork()
  }
}
