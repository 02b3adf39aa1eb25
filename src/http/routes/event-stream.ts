import type { Pool } from 'pg'
import { streamEvents } from '../../ledger/read/events.ts'
import type { Wakeups } from '../../ledger/read/wakeups.ts'
import { EndOfHistory } from '../live/end-of-history.ts'

/** A stream that has nothing to say says so this often, and looks for itself whether that is true. */
const QUIET_MS = 5_000

/** How long a client is to wait before it comes back after its connection broke. */
const RETRY_MS = 2_000

export interface FollowedBook {
  readonly book: string
  readonly after: number
  /** Ends the stream. */
  readonly signal: AbortSignal
}

/** The history of every book as server-sent events, for those who follow it. */
export class LiveEvents {
  readonly #db: Pool
  readonly #wakeups: Wakeups
  readonly #end: EndOfHistory

  constructor(db: Pool, wakeups: Wakeups) {
    this.#db = db
    this.#wakeups = wakeups
    this.#end = new EndOfHistory(db)
  }

  /** History, then live, as `text/event-stream`: the id of each event is its position. Read only as fast as it is sent. */
  async *follow({ book, after, signal }: FollowedBook): AsyncGenerator<string, void, undefined> {
    let position = after
    yield `retry: ${RETRY_MS}\n\n`
    for await (const texts of streamEvents(this.#db, { book, after })) {
      yield messages(texts, position)
      position += texts.length
      if (signal.aborted) return
    }
    while (!signal.aborted) {
      const texts = await this.#end.next(book, position)
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
}

function messages(texts: readonly string[], after: number): string {
  return texts.map((text, index) => `id: ${after + 1 + index}\ndata: ${text}\n\n`).join('')
}
