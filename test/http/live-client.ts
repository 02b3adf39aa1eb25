import { WebSocket } from 'ws'
import type { JsonObject } from './service-of-file.ts'

/** A client of `…/live`, and what it was sent. */
export class LiveClient {
  readonly #socket: WebSocket
  readonly #messages: JsonObject[] = []
  #wake: () => void = () => {}
  #closed: { readonly code: number; readonly reason: string } | undefined

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: Buffer) => {
      this.#messages.push(JSON.parse(data.toString()) as JsonObject)
      this.#wake()
    })
    socket.on('error', () => {})
    socket.on('close', (code, reason) => {
      this.#closed = { code, reason: reason.toString() }
      this.#wake()
    })
  }

  /** @param address such as `http://127.0.0.1:3000/v1/books/main/live` */
  static async open(address: string, headers: Readonly<Record<string, string>>): Promise<LiveClient> {
    const socket = new WebSocket(address.replace(/^http/, 'ws'), { headers })
    const client = new LiveClient(socket)
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    return client
  }

  send(message: unknown): void {
    this.#socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message))
  }

  /** The next message, whatever it is. @returns undefined once the socket is closed and there is no more */
  async next(): Promise<JsonObject | undefined> {
    for (;;) {
      const message = this.#messages.shift()
      if (message !== undefined || this.#closed !== undefined) return message
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** The next event. @throws where the socket closes first */
  async nextEvent(): Promise<JsonObject> {
    for (;;) {
      const message = await this.next()
      if (message === undefined) throw new Error(`closed: ${JSON.stringify(this.#closed)}`)
      if ('position' in message) return message
      if ('code' in message) throw new Error(JSON.stringify(message))
    }
  }

  /** All events up to where the service says that this was all, or beyond. @returns their positions */
  async positionsUpTo(position: number): Promise<number[]> {
    const positions: number[] = []
    for (;;) {
      const message = await this.next()
      if (message === undefined) throw new Error(`closed: ${JSON.stringify(this.#closed)}`)
      if (Number(message['caughtUp']) >= position) return positions
      if ('position' in message) positions.push(Number(message['position']))
      if (Number(message['position']) >= position) return positions
    }
  }

  /** How the service ended it. */
  async closed(): Promise<{ readonly code: number; readonly reason: string }> {
    while (this.#closed === undefined) await this.next()
    return this.#closed
  }

  /** Ends it as a process that dies does. */
  drop(): void {
    this.#socket.terminate()
  }
}
