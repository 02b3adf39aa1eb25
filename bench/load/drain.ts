import { connect } from 'node:net'
import { childOf, type Tell } from './child.ts'
import type { Counted } from './job.ts'

/*
 * A process of its own: asks for one long answer and reads it to its end, counting lines and nothing else.
 */

export interface DrainJob {
  readonly port: number
  readonly key: string
  readonly path: string
}

export interface Drained extends Counted {
  readonly lines: number
  readonly bytes: number
}

const READ_BYTES = 1024 * 1024
const LINE_FEED = 10
const CARRIAGE_RETURN = 13

childOf<DrainJob, Drained>(drain)

async function drain({ port, key, path }: DrainJob, tell: Tell): Promise<Drained> {
  const buffer = Buffer.allocUnsafe(READ_BYTES)
  const lines = new LineCount()
  let bytes = 0
  let status = ''
  const cpu = process.cpuUsage()
  const began = performance.now()
  tell('measuring')
  await new Promise<void>((resolve, reject) => {
    const callback = (length: number) => {
      if (bytes === 0) status = buffer.toString('latin1', 9, 12)
      bytes += length
      lines.count(buffer, length)
      return true
    }
    const socket = connect({ host: '127.0.0.1', port, onread: { buffer, callback } })
    socket.on('error', reject).on('close', () => resolve())
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${key}\r\n` +
        'accept: application/x-ndjson\r\nconnection: close\r\n\r\n',
    )
  })
  const seconds = (performance.now() - began) / 1_000
  tell('measured')
  const { user, system } = process.cpuUsage(cpu)
  return {
    seconds,
    rate: lines.total / seconds,
    answers: {},
    wrong: status === '200' ? [] : [`${path} was answered with ${status}`],
    tenths: [],
    cpuSeconds: (user + system) / 1e6,
    lines: lines.total,
    bytes,
  }
}

/** Lines of the body end in a line feed alone; those of the head and of the chunks' sizes have a carriage return before it. */
class LineCount {
  total = 0
  #last = 0

  count(buffer: Buffer, length: number): void {
    const piece = buffer.subarray(0, length)
    for (let at = piece.indexOf(LINE_FEED); at !== -1; at = piece.indexOf(LINE_FEED, at + 1)) {
      if ((at === 0 ? this.#last : piece[at - 1]) !== CARRIAGE_RETURN) this.total += 1
    }
    this.#last = piece[length - 1] ?? 0
  }
}
