import { connect, type Socket } from 'node:net'

/** One answer, as bytes that are only good until the callback returns. */
export interface Answer {
  readonly status: number
  readonly bytes: Buffer
  readonly bodyStart: number
  readonly end: number
}

export interface ConnectionEvents {
  readonly answered: (connection: Connection, answer: Answer) => void
  /** It broke while an answer was due. */
  readonly broken: (connection: Connection, error: Error) => void
}

const READ_BYTES = 1024 * 1024
const HEAD_END = Buffer.from('\r\n\r\n')
const CONTENT_LENGTH = Buffer.from('\r\ncontent-length: ')

/** All connections of the process read into it: what is left over when a callback returns is copied. */
const readBuffer = Buffer.allocUnsafe(READ_BYTES)

/**
 * A keep-alive HTTP/1.1 connection to this machine, one request at a time. It does as little as possible: generator,
 * service and database share the processors. Answers need a content-length.
 */
export class Connection {
  /** What the load wants to remember of the request under way. */
  current = 0
  sentAt = 0
  readonly #port: number
  readonly #events: ConnectionEvents
  #socket: Socket | undefined
  /** The answer as far as it is there, where it did not come in one piece. */
  #partial: Buffer | undefined
  #have = 0
  /** Of the answer under way; 0 until its head is there. */
  #bodyStart = 0
  #end = 0
  #waiting = false
  #closed = false

  constructor(port: number, events: ConnectionEvents) {
    this.#port = port
    this.#events = events
  }

  /** @param request everything from the request line on, in latin-1 */
  send(request: string): void {
    this.#waiting = true
    this.sentAt = performance.now()
    this.#socket ??= this.#connect()
    this.#socket.write(request, 'latin1')
  }

  close(): void {
    this.#closed = true
    this.#socket?.destroy()
  }

  #connect(): Socket {
    const socket = connect({
      host: '127.0.0.1',
      port: this.#port,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (length) => {
          this.#read(readBuffer.subarray(0, length))
          return true
        },
      },
    })
    let failure: Error | undefined
    socket.on('error', (error) => {
      failure = error
    })
    socket.on('close', () => {
      if (this.#socket !== socket) return
      this.#socket = undefined
      this.#forget()
      if (!this.#waiting || this.#closed) return
      this.#waiting = false
      this.#events.broken(this, failure ?? new Error('the service closed the connection'))
    })
    return socket
  }

  #read(chunk: Buffer): void {
    const bytes = this.#whole(chunk)
    if (bytes === undefined) return
    const bodyStart = this.#bodyStart
    const end = this.#end
    this.#forget()
    this.#waiting = false
    this.#events.answered(this, { status: statusOf(bytes), bytes, bodyStart, end })
  }

  /** @returns the bytes of the answer once all of them are there */
  #whole(chunk: Buffer): Buffer | undefined {
    if (this.#end > 0) {
      this.#have += chunk.copy(this.#partial!, this.#have)
      return this.#have < this.#end ? undefined : this.#partial
    }
    const bytes = this.#partial === undefined ? chunk : Buffer.concat([this.#partial, chunk])
    const headEnd = bytes.indexOf(HEAD_END)
    if (headEnd === -1) {
      this.#partial = Buffer.from(bytes)
      return undefined
    }
    this.#bodyStart = headEnd + HEAD_END.length
    this.#end = this.#bodyStart + contentLength(bytes.subarray(0, headEnd))
    if (bytes.length >= this.#end) return bytes
    this.#partial = Buffer.allocUnsafe(this.#end)
    this.#have = bytes.copy(this.#partial)
    return undefined
  }

  #forget(): void {
    this.#partial = undefined
    this.#bodyStart = 0
    this.#end = 0
    this.#have = 0
  }
}

// "HTTP/1.1 201 …"
function statusOf(bytes: Buffer): number {
  return (bytes[9]! - 48) * 100 + (bytes[10]! - 48) * 10 + bytes[11]! - 48
}

function contentLength(head: Buffer): number {
  const at = head.indexOf(CONTENT_LENGTH)
  if (at !== -1) return Number.parseInt(head.toString('latin1', at + CONTENT_LENGTH.length, at + CONTENT_LENGTH.length + 12), 10)
  const [, length] = /^content-length:\s*(\d+)/im.exec(head.toString('latin1')) ?? []
  if (length === undefined) throw new Error(`an answer without content-length: ${head.toString('latin1')}`)
  return Number(length)
}
