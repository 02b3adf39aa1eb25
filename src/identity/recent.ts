/*
 * What credentials say is looked up, and what was found is kept for a moment: whoever is ended anywhere is refused everywhere
 * within a second.
 */

/** From then on it is looked up again, beside the call that it lets in. */
const FRESH_MS = 300

/** From then on a call waits for that. */
const STALE_MS = 800

/** What is remembered. Beyond it the oldest are forgotten, and looked up again. */
export const MOST_REMEMBERED = 20_000

interface Kept<Found> {
  /** undefined: there is none. */
  readonly found: Found | undefined
  readonly at: number
}

/** Answers of the database about credentials, less than a second old. */
export class Recent<Found> {
  readonly #lookUp: (id: string) => Promise<Found | undefined>
  readonly #onError: (error: Error) => void
  readonly #kept = new Map<string, Kept<Found>>()
  readonly #asked = new Map<string, Promise<Kept<Found>>>()

  /** @param onError of what is done beside calls */
  constructor(lookUp: (id: string) => Promise<Found | undefined>, onError: (error: Error) => void) {
    this.#lookUp = lookUp
    this.#onError = onError
  }

  /** What there is under an id. A promise only where it has to be looked up. */
  of(id: string): Found | undefined | Promise<Found | undefined> {
    const kept = this.#kept.get(id)
    const age = kept === undefined ? Number.POSITIVE_INFINITY : performance.now() - kept.at
    if (kept === undefined || age >= STALE_MS) return this.#look(id).then(({ found }) => found)
    if (age >= FRESH_MS) this.#look(id).catch(this.#onError)
    return kept.found
  }

  /** Whether something was found under an id when it was last looked up. */
  isKnown(id: string): boolean {
    return this.#kept.get(id)?.found !== undefined
  }

  /** Of what changed on this process: it is looked up when it is next asked for. */
  forget(id: string): void {
    this.#kept.delete(id)
    this.#asked.delete(id)
  }

  #look(id: string): Promise<Kept<Found>> {
    const asked = this.#asked.get(id)
    if (asked !== undefined) return asked
    const looking = this.#keep(id).finally(() => {
      if (this.#asked.get(id) === looking) this.#asked.delete(id)
    })
    this.#asked.set(id, looking)
    return looking
  }

  async #keep(id: string): Promise<Kept<Found>> {
    // What is found is as old as the question.
    const at = performance.now()
    const kept = { found: await this.#lookUp(id), at }
    this.#kept.delete(id)
    if (this.#kept.size >= MOST_REMEMBERED) {
      const [oldest] = this.#kept.keys()
      this.#kept.delete(oldest!)
    }
    this.#kept.set(id, kept)
    return kept
  }
}
