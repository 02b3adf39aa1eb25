import type { Pool } from 'pg'
import { recountOnce } from '../commands/recount-once.ts'
import type { Checkpoint } from '../following/checkpoint.ts'
import type { Reached } from '../following/follow-books.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { lateFactsAfter, requestsAbout } from '../ledger/read/late-facts.ts'
import type { KeptWaiting, WaitingRequest } from './late-facts-checkpoint.ts'

export interface LateFactsOptions {
  readonly db: Pool
  readonly ledger: Pick<Ledger, 'submit'>
  /** Requests that are counted again at the same time. */
  readonly recounts: number
  /** Ends the run between two requests; what is left of it is found again. */
  readonly signal: AbortSignal
  /** A request stays as it was, for a reason that the next definition may take away. */
  readonly uncounted: (about: { readonly book: string; readonly request: string; readonly code: string }) => void
}

/** What a run found to do. */
export interface LateFactsReport {
  /** Requests that were looked at. */
  readonly looked: number
  /** Those that were counted otherwise, and are corrected. */
  readonly recounted: number
}

/** Above so many that wait, the whole run is done again later instead of keeping them all. */
const MOST_WAITING = 1_000

/**
 * Looks at every definition of a book that nobody has looked at, and has the requests that it concerns counted again. All
 * of that is found in the record, and each count has a key of its own, so that a run which ended midway, or two at once,
 * correct everything once.
 * @param at what is dealt with; requests that wait are counted again as well
 * @returns what is dealt with now
 * @throws Unavailable, or whatever the database throws: what is left is done by the next run
 */
export async function dealWithLateFacts(
  book: string,
  at: Checkpoint & KeptWaiting,
  options: LateFactsOptions,
): Promise<Reached<KeptWaiting> & { readonly report: LateFactsReport }> {
  const { db } = options
  const counting = new Run(book, options)
  await counting.count(at.waiting)
  if (at.head > at.position) {
    for (const fact of await lateFactsAfter(db, book, at.position)) {
      for await (const requests of requestsAbout(db, book, fact)) {
        await counting.count(requests.map((request) => ({ request, cause: fact.cause })))
      }
    }
  }
  const { waiting, looked, recounted } = counting
  const isTooMany = waiting.length > MOST_WAITING
  const reached = isTooMany ? { position: at.position, waiting: at.waiting } : { position: at.head, waiting }
  return { ...reached, report: { looked, recounted } }
}

class Run {
  readonly #book: string
  readonly #options: LateFactsOptions
  readonly waiting: WaitingRequest[] = []
  looked = 0
  recounted = 0

  constructor(book: string, options: LateFactsOptions) {
    this.#book = book
    this.#options = options
  }

  async count(requests: readonly WaitingRequest[]): Promise<void> {
    const { recounts, signal } = this.#options
    for (let at = 0; at < requests.length; at += recounts) {
      signal.throwIfAborted()
      await Promise.all(requests.slice(at, at + recounts).map((request) => this.#one(request)))
    }
  }

  async #one({ request, cause }: WaitingRequest): Promise<void> {
    this.looked += 1
    const verdict = await recountOnce(this.#options.ledger, this.#book, { request, cause })
    if (verdict.outcome === 'recorded') this.recounted += verdict.replayed ? 0 : 1
    if (verdict.outcome !== 'refused') return
    const { code } = verdict.refused.refusal
    // Nothing to count, or no difference.
    if (code === 'invalid-transition') return
    if (code === 'period-closed') this.waiting.push({ request, cause })
    else this.#options.uncounted({ book: this.#book, request, code })
  }
}
