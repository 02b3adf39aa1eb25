import type { PoolClient } from 'pg'
import { socketOf } from './socket.ts'

/**
 * Sends statements in one write to the socket. The driver makes one of each, and a write costs more than most statements.
 * @param send issues the statements before it returns, on a connection that pipelines
 */
export function inOneWrite<T>(client: PoolClient, send: () => T): T {
  const socket = socketOf(client)
  socket.cork()
  try {
    return send()
  } finally {
    socket.uncork()
  }
}
