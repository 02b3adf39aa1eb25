import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { BOOK } from '../load/workload.ts'
import type { HttpProcess } from '../processes/http-process.ts'
import { Wrong } from '../scenario.ts'

interface ExportedEvent {
  readonly position: number
  readonly recordedAt: string
  readonly previousHash: string
  readonly hash: string
}

/**
 * Exports the history as any client does and hashes it again as the contract says: RFC 8785 by a library, SHA-256.
 * @returns how many events there are
 */
export async function checkChain({ port, key }: HttpProcess): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/books/${BOOK}/events?after=0`, {
    headers: { authorization: `Bearer ${key}`, accept: 'application/x-ndjson' },
  })
  if (answer.status !== 200) throw new Wrong(`the history was answered with ${answer.status}`)
  let last: ExportedEvent = { position: 0, recordedAt: '', previousHash: '', hash: '0'.repeat(64) }
  for await (const line of linesOf(answer.body!)) {
    const { erasable: _erasable, hash, ...hashed } = JSON.parse(line) as ExportedEvent & { erasable: unknown }
    const event: ExportedEvent = { ...hashed, hash }
    const problem = problemOf(event, last, sha256(canonicalize(hashed)!))
    if (problem !== undefined) throw new Wrong(`event ${event.position}: ${problem}`)
    last = event
  }
  return last.position
}

function problemOf(event: ExportedEvent, before: ExportedEvent, hash: string): string | undefined {
  if (event.position !== before.position + 1) return `comes after ${before.position}`
  if (event.previousHash !== before.hash) return 'does not name the hash before it'
  if (event.recordedAt < before.recordedAt) return 'is earlier than the one before it'
  return event.hash === hash ? undefined : 'does not have the hash of its content'
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
  let rest = ''
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop()!
    yield* lines
  }
  if (rest !== '') yield rest
}
