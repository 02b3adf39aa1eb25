import type { Socket } from 'node:net'
import type { ClientBase } from 'pg'

/** What a connection reads from and writes to. The driver shows it to whoever asks, but not in its types. */
export function socketOf(client: ClientBase): Socket {
  return (client as unknown as { connection: { stream: Socket } }).connection.stream
}
