import { type Daybook, must, NoAnswer, type Schema } from '@daybook/client'
import { BEGINNING, type Walked } from '../../parts/chain.ts'
import { startWalker, type Walker } from './walker.ts'

export interface Verified {
  /** The book as it said to be before its history was read. */
  readonly head: Schema<'Book'>
  readonly walked: Walked
}

interface Verification {
  readonly book: string
  /** A hash that is looked for; empty: none. */
  readonly noted: string
  readonly signal: AbortSignal
  readonly onProgress: (verified: Verified) => void
}

/**
 * Reads the history up to where the book ends now, and computes and follows every hash here. A stream that breaks goes on behind
 * what came of it.
 * @throws Refused, NoAnswer; the reason of the signal
 */
export async function verifyHistory(daybook: Daybook, asked: Verification): Promise<Verified> {
  const { book, noted, signal, onProgress } = asked
  const head = await must(daybook.GET('/v1/books/{book}', { params: { path: { book } }, signal }))
  const walker = startWalker()
  let walked = BEGINNING
  const take: Walker['take'] = async (step) => {
    walked = await walker.take(step)
    signal.throwIfAborted()
    onProgress({ head, walked })
    return walked
  }
  try {
    await take({ is: 'begin', known: { book, noted, upTo: head.position } })
    while (walked.position < head.position) {
      const { position } = walked
      try {
        await readThrough(await historyAfter(daybook, asked, position), take, head.position)
      } catch (error) {
        if (signal.aborted || walked.position === position) throw error
        await take({ is: 'broken' })
      }
      if (walked.position === position) throw new NoAnswer('The history ended before the book does.')
    }
    return { head, walked }
  } finally {
    walker.close()
  }
}

async function readThrough(body: ReadableStream<Uint8Array>, take: Walker['take'], upTo: number): Promise<void> {
  const reader = body.getReader()
  try {
    while (true) {
      const { done, value } = await reader.read()
      const { position } = await take(done ? { is: 'end' } : { is: 'bytes', bytes: value })
      if (done || position >= upTo) return
    }
  } finally {
    // Nobody wants the rest.
    await reader.cancel().catch(() => undefined)
  }
}

async function historyAfter(
  daybook: Daybook,
  { book, signal }: Verification,
  after: number,
): Promise<ReadableStream<Uint8Array>> {
  const params = { path: { book }, query: { after } }
  const options = { params, signal, headers: { accept: 'application/x-ndjson' }, parseAs: 'stream' } as const
  const body = await must<unknown>(daybook.GET('/v1/books/{book}/events', options))
  // A cast: it is asked for as a stream.
  return body as ReadableStream<Uint8Array>
}
