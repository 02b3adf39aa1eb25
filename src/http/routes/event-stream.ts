import type { Pool } from 'pg'
import type { Sight } from '../../access/held.ts'
import { ProblemError, problemText } from '../../contract/problem.ts'
import { streamEvents } from '../../ledger/read/events.ts'
import type { Wakeups } from '../../ledger/read/wakeups.ts'
import { EndOfHistory } from '../live/end-of-history.ts'
import { batchesOf, type EventBatch } from '../live/event-batch.ts'
import { seenOf } from '../live/view.ts'

/** A stream that has nothing to say says so this often, and looks for itself whether that is true. */
const QUIET_MS = 5_000

/** How long a client is to wait before it comes back after its connection broke. */
const RETRY_MS = 2_000

export interface FollowedBook {
  readonly book: string
  readonly after: number
  /** Ends the stream: with a message where its reason is a problem. */
  readonly signal: AbortSignal
  /** Of the request, for that. */
  readonly instance: string
  /** What whoever follows may see, now. */
  readonly sight: () => Sight
}

/** The history of every book as server-sent events, for those who follow it. */
export class LiveEvents {
  readonly #db: Pool
  readonly #wakeups: Wakeups
  readonly #end: EndOfHistory
  readonly #batchOf: (book: string, texts: readonly string[]) => EventBatch

  constructor(db: Pool, wakeups: Wakeups) {
    this.#db = db
    this.#wakeups = wakeups
    this.#end = new EndOfHistory(db)
    this.#batchOf = batchesOf(db)
  }

  /** History, then live, as `text/event-stream`: the id of each event is its position. Read only as fast as it is sent. */
  async *follow({ book, after, signal, instance, sight }: FollowedBook): AsyncGenerator<string, void, undefined> {
    let position = after
    yield `retry: ${RETRY_MS}\n\n`
    for await (const texts of streamEvents(this.#db, { book, after })) {
      if (signal.aborted) break
      const shown = await this.#shown(book, texts, { after: position, sight: sight() })
      position += texts.length
      if (shown !== '') yield shown
    }
    let saidAt = performance.now()
    while (!signal.aborted) {
      const texts = await this.#end.next(book, position)
      const shown = texts.length === 0 ? '' : await this.#shown(book, texts, { after: position, sight: sight() })
      if (signal.aborted) break
      position += texts.length
      // Said at its own rhythm, whatever happens that is not shown.
      const isQuiet = shown === '' && performance.now() - saidAt >= QUIET_MS
      if (shown !== '' || isQuiet) {
        yield isQuiet ? ': nothing new\n\n' : shown
        saidAt = performance.now()
      }
      if (texts.length > 0) continue
      await this.#wakeups.next(book, position, signal, Math.max(1, saidAt + QUIET_MS - performance.now()))
    }
    if (signal.reason instanceof ProblemError) {
      yield `event: problem\ndata: ${problemText(signal.reason.problem, instance)}\n\n`
    }
  }

  /** Events after a position, as messages. */
  async #shown(
    book: string,
    texts: readonly string[],
    { after, sight }: { readonly after: number; readonly sight: Sight },
  ): Promise<string> {
    if (sight.readsWhole) return texts.map((text, index) => message(after + 1 + index, text)).join('')
    const seen = await seenOf(sight, this.#batchOf(book, texts))
    return seen.map(({ event, text }) => message(event.position, text)).join('')
  }
}

function message(position: number, text: string): string {
  return `id: ${position}\ndata: ${text}\n\n`
}
