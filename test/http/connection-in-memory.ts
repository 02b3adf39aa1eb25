import { once } from 'node:events'
import type { Server } from 'node:http'
import { Duplex } from 'node:stream'

/**
 * A connection to a server by a client that may stop taking what it is sent. No kernel has a part in it, whose buffers
 * would take megabytes first: what is not taken waits at once.
 */
export class ConnectionInMemory extends Duplex {
  /** As of a `net.Socket`. */
  bytesRead = 0
  /** How many bytes waited for the client when it was cut, or left. */
  waited = 0
  #taken = Buffer.alloc(0)
  #isDeaf = false

  static to(server: Server): ConnectionInMemory {
    const connection = new ConnectionInMemory()
    // As the documentation of Node has it for connections that it did not accept itself.
    server.emit('connection', connection)
    return connection
  }

  /** As of a `net.Socket`: with what has not left yet. */
  get bytesWritten(): number {
    return this.#taken.length + this.writableLength
  }

  say(bytes: Buffer | string): void {
    this.bytesRead += bytes.length
    this.push(bytes)
  }

  /** Takes what comes up to some text, and nothing any more from then on. */
  async takeNothingAfter(text: string): Promise<void> {
    while (!this.#taken.includes(text)) await once(this, 'taken')
    this.#isDeaf = true
  }

  override _read(): void {
    // What is said is pushed when it is said.
  }

  override _write(chunk: Buffer, _encoding: string, taken: () => void): void {
    if (this.#isDeaf) return
    this.#taken = Buffer.concat([this.#taken, chunk])
    taken()
    this.emit('taken')
  }

  override _destroy(error: Error | null, destroyed: (error: Error | null) => void): void {
    this.waited = this.writableLength
    destroyed(error)
  }
}
