import { connect, type Socket } from 'node:net'
import { type Answer, AnswerReader } from './answer-reader.ts'

export interface ConnectionEvents {
  /** Its bytes are only good until this returns. */
  readonly answered: (connection: Connection, answer: Answer) => void
  /** It broke while an answer was due. The next request opens it again. */
  readonly broken: (connection: Connection, error: Error) => void
}

const READ_BYTES = 1024 * 1024

/** All connections of the process read into it. */
const readBuffer = Buffer.allocUnsafe(READ_BYTES)

/**
 * A keep-alive HTTP/1.1 connection to this machine, one request at a time. It does as little as possible: generator,
 * service and database share the processors.
 */
export class Connection {
  sentAt = 0
  readonly #port: number
  readonly #events: ConnectionEvents
  readonly #reader = new AnswerReader()
  #socket: Socket | undefined
  #waiting = false
  #opening: PromiseWithResolvers<void> | undefined

  constructor(port: number, events: ConnectionEvents) {
    this.#port = port
    this.#events = events
  }

  /** Connects, and resolves once the service has answered on it: a crowd of new connections is another load. */
  open(): Promise<void> {
    this.#opening = Promise.withResolvers()
    this.send('GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n')
    return this.#opening.promise
  }

  /** @param request everything from the request line on, in latin-1 */
  send(request: string): void {
    this.#waiting = true
    this.sentAt = performance.now()
    this.#socket ??= this.#connect()
    this.#socket.write(request, 'latin1')
  }

  close(): void {
    this.#waiting = false
    this.#socket?.destroy()
  }

  #connect(): Socket {
    const callback = (length: number) => {
      this.#read(readBuffer.subarray(0, length))
      return true
    }
    const socket = connect({
      host: '127.0.0.1',
      port: this.#port,
      noDelay: true,
      onread: { buffer: readBuffer, callback },
    })
    let failure = new Error('the service closed the connection')
    socket.on('error', (error) => {
      failure = error
    })
    socket.on('close', () => {
      this.#socket = undefined
      this.#reader.forget()
      if (!this.#waiting) return
      this.#waiting = false
      if (this.#opening === undefined) this.#events.broken(this, failure)
      else this.#opening.reject(failure)
    })
    return socket
  }

  #read(piece: Buffer): void {
    const answer = this.#reader.push(piece)
    if (answer === undefined) return
    this.#waiting = false
    const opening = this.#opening
    this.#opening = undefined
    if (opening === undefined) this.#events.answered(this, answer)
    else opening.resolve()
  }
}
