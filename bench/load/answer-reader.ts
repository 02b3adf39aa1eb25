/** One answer, as bytes that are only good until they are read on. */
export interface Answer {
  readonly status: number
  readonly bytes: Buffer
  readonly bodyStart: number
  readonly end: number
}

const HEAD_END = Buffer.from('\r\n\r\n')
const LENGTH = Buffer.from('\r\ncontent-length: ')
const LAST_CHUNK = Buffer.from('0\r\n\r\n')

/** Puts the answers of one connection together, one at a time. Most come in one piece, and are not copied then. */
export class AnswerReader {
  /** The answer as far as it is there, in `#bytes` up to `#have`; empty where nothing is. */
  #bytes: Buffer = Buffer.alloc(0)
  #have = 0
  #bodyStart = 0
  /** 0 until the head is there; infinite where only the last chunk tells. */
  #end = 0

  /** @returns the answer once all of it is there */
  push(piece: Buffer): Answer | undefined {
    const bytes = this.#have === 0 ? piece : this.#kept(piece)
    if (this.#end === 0 && !this.#readHead(bytes)) return this.#keep(piece)
    if (this.#end === Number.POSITIVE_INFINITY) {
      if (!endsInLastChunk(bytes, this.#bodyStart)) return this.#keep(piece)
      const whole = withoutChunks(bytes, this.#bodyStart)
      return this.#answer(whole, whole.length)
    }
    return bytes.length < this.#end ? this.#keep(piece) : this.#answer(bytes, this.#end)
  }

  forget(): void {
    this.#bytes = Buffer.alloc(0)
    this.#have = 0
    this.#bodyStart = 0
    this.#end = 0
  }

  #answer(bytes: Buffer, end: number): Answer {
    const answer = { status: statusOf(bytes), bytes, bodyStart: this.#bodyStart, end }
    this.forget()
    return answer
  }

  #readHead(bytes: Buffer): boolean {
    const headEnd = bytes.indexOf(HEAD_END)
    if (headEnd === -1) return false
    this.#bodyStart = headEnd + HEAD_END.length
    this.#end = this.#bodyStart + lengthIn(bytes.subarray(0, headEnd))
    return true
  }

  #kept(piece: Buffer): Buffer {
    this.#reserve(piece.length)
    piece.copy(this.#bytes, this.#have)
    return this.#bytes.subarray(0, this.#have + piece.length)
  }

  #keep(piece: Buffer): undefined {
    this.#reserve(piece.length)
    this.#have += piece.copy(this.#bytes, this.#have)
  }

  #reserve(length: number): void {
    if (this.#bytes.length >= this.#have + length) return
    const wanted = Number.isFinite(this.#end) ? this.#end : 0
    const grown = Buffer.allocUnsafe(Math.max(wanted, 2 * (this.#have + length)))
    this.#bytes.copy(grown, 0, 0, this.#have)
    this.#bytes = grown
  }
}

// "HTTP/1.1 201 …"
function statusOf(bytes: Buffer): number {
  return (bytes[9]! - 48) * 100 + (bytes[10]! - 48) * 10 + bytes[11]! - 48
}

/** @returns infinite where the body comes in chunks */
function lengthIn(head: Buffer): number {
  const at = head.indexOf(LENGTH)
  if (at !== -1) return Number.parseInt(head.toString('latin1', at + LENGTH.length, at + LENGTH.length + 12), 10)
  const text = head.toString('latin1')
  if (/^transfer-encoding: *chunked/im.test(text)) return Number.POSITIVE_INFINITY
  const [, length] = /^content-length: *(\d+)/im.exec(text) ?? []
  if (length === undefined) throw new Error(`an answer without a length: ${text}`)
  return Number(length)
}

/** One request at a time: what the bytes end with, the answer ends with. */
function endsInLastChunk(bytes: Buffer, bodyStart: number): boolean {
  const at = bytes.length - LAST_CHUNK.length
  if (at < bodyStart || !bytes.subarray(at).equals(LAST_CHUNK)) return false
  return at === bodyStart || bytes[at - 1] === 10
}

function withoutChunks(bytes: Buffer, bodyStart: number): Buffer {
  const pieces = [bytes.subarray(0, bodyStart)]
  for (let at = bodyStart; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    const length = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    if (!(length > 0)) return Buffer.concat(pieces)
    pieces.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + length))
    at = lineEnd + 2 + length + 2
  }
}
