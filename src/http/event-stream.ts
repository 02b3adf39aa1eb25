import type { Pool } from 'pg'
import { readEventPage, streamEvents } from '../ledger/read/events.ts'
import type { Wakeups } from '../ledger/read/wakeups.ts'

/** A stream that has nothing to say says so this often, and looks for itself whether that is true. */
const QUIET_MS = 5_000

/** Events of one read at the end of the history. */
const LIVE_EVENTS = 100

/** How long a client is to wait before it comes back after its connection broke. */
const RETRY_MS = 2_000

export interface Followed {
  readonly book: string
  readonly after: number
  /** Ends the stream. */
  readonly signal: AbortSignal
}

/**
 * The end of the history of every book, for those who follow it. All who wait at the same position share one read, so
 * that many streams cost the database little more than one.
 */
export class LiveEvents {
  readonly #db: Pool
  readonly #wakeups: Wakeups
  readonly #reads = new Map<string, Promise<readonly string[]>>()

  constructor(db: Pool, wakeups: Wakeups) {
    this.#db = db
    this.#wakeups = wakeups
  }

  /** History, then live, as `text/event-stream`: the id of each event is its position. Read only as fast as it is sent. */
  async *follow({ book, after, signal }: Followed): AsyncGenerator<string, void, undefined> {
    let position = after
    yield `retry: ${RETRY_MS}\n\n`
    for await (const texts of streamEvents(this.#db, { book, after })) {
      yield messages(texts, position)
      position += texts.length
      if (signal.aborted) return
    }
    while (!signal.aborted) {
      const texts = await this.#next(book, position)
      if (texts.length > 0) {
        yield messages(texts, position)
        position += texts.length
        continue
      }
      const asked = performance.now()
      await this.#wakeups.next(book, position, signal, QUIET_MS)
      if (performance.now() - asked >= QUIET_MS) yield ': nothing new\n\n'
    }
  }

  #next(book: string, after: number): Promise<readonly string[]> {
    const key = `${book} ${after}`
    const underway = this.#reads.get(key)
    if (underway !== undefined) return underway
    const read = readEventPage(this.#db, { book, after, limit: LIVE_EVENTS })
      .then((page) => page?.items ?? [])
      .finally(() => this.#reads.delete(key))
    this.#reads.set(key, read)
    return read
  }
}

function messages(texts: readonly string[], after: number): string {
  return texts.map((text, index) => `id: ${after + 1 + index}\ndata: ${text}\n\n`).join('')
}
