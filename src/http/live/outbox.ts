import type { WebSocket } from '@fastify/websocket'

/** What is on its way to one client. So much of it waits at most, and one message more. */
export class Outbox {
  readonly #socket: WebSocket
  readonly #mostBytes: number

  constructor(socket: WebSocket, mostBytes: number) {
    this.#socket = socket
    this.#mostBytes = mostBytes
  }

  /** @returns at once while there is room for more, else when all of it is taken; or when the socket is gone */
  async send(text: string): Promise<void> {
    const taken = Promise.withResolvers<void>()
    this.#socket.send(text, () => taken.resolve())
    if (this.#socket.bufferedAmount > this.#mostBytes) await taken.promise
  }

  /** Answers a ping, unless its sender takes nothing. */
  pong(data: Buffer): void {
    if (this.#socket.bufferedAmount <= this.#mostBytes) this.#socket.pong(data)
  }
}
