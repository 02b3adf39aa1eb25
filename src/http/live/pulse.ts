import type { Socket } from 'node:net'
import type { WebSocket } from '@fastify/websocket'

/** So often in a row nothing may move before a client counts as gone. */
const MOST_SILENT_BEATS = 2

/**
 * Asks again and again whether a client is there: one that is says so, or at least takes something of what waits for it.
 * @param connection that the socket goes over
 * @param onSilent called once, when it has done neither for two beats
 * @returns ends the asking
 */
export function keepPulse(
  socket: WebSocket,
  connection: Socket,
  { everyMs, onSilent }: { readonly everyMs: number; readonly onSilent: () => void },
): () => void {
  let silent = 0
  let heard = connection.bytesRead
  let taken = takenOf(connection)
  let isWaiting = false
  const beat = setInterval(() => {
    // What a connection takes while nothing waits says little: its other end may be gone all the same.
    const isThere = connection.bytesRead !== heard || (isWaiting && takenOf(connection) !== taken)
    silent = isThere ? 0 : silent + 1
    heard = connection.bytesRead
    taken = takenOf(connection)
    isWaiting = socket.bufferedAmount > 0
    if (silent >= MOST_SILENT_BEATS) {
      clearInterval(beat)
      onSilent()
    } else if (!isWaiting) {
      socket.ping()
    }
  }, everyMs)
  return () => clearInterval(beat)
}

function takenOf({ bytesWritten, writableLength }: Socket): number {
  return bytesWritten - writableLength
}
