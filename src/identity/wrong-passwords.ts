/** So many in a row cost nothing: people mistype. */
const FREE = 5

/** The first that is too many costs this; each further one twice as much. */
const FIRST_SECONDS = 1

/** However many there were: nobody is locked out. */
const MOST_SECONDS = 60

/** After so long without one, they are forgotten. */
const FORGOTTEN_MS = 15 * 60_000

/** Beyond it the oldest are forgotten. Whoever has so many addresses is not slowed down by this, and by nothing that we could count. */
const MOST_REMEMBERED = 20_000

interface Tries {
  readonly count: number
  readonly lastMs: number
}

/** Slows down whoever guesses passwords: those of one person, from one address. From elsewhere the person signs in as ever. */
export class WrongPasswords {
  readonly #tries = new Map<string, Tries>()
  readonly #now: () => number

  /** @param now milliseconds of a clock that never runs backwards */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /**
   * Begins a try. It counts as a wrong one until it is said that it was not: many at once are no way around.
   * @param who is tried from where
   * @returns the seconds that are still to be waited; 0: it may be tried
   */
  begin(who: string): number {
    const now = this.#now()
    const before = this.#tries.get(who)
    const count = before === undefined || now - before.lastMs >= FORGOTTEN_MS ? 0 : before.count
    const waitMs = waitSeconds(count) * 1_000
    const leftMs = before === undefined || count === 0 ? 0 : before.lastMs + waitMs - now
    if (leftMs > 0) return Math.ceil(leftMs / 1_000)
    this.#tries.delete(who)
    if (this.#tries.size >= MOST_REMEMBERED) {
      const [oldest] = this.#tries.keys()
      this.#tries.delete(oldest!)
    }
    this.#tries.set(who, { count: count + 1, lastMs: now })
    return 0
  }

  /** The password was right. */
  succeed(who: string): void {
    this.#tries.delete(who)
  }

  /** Nobody found out whether it was right. */
  undo(who: string): void {
    const tries = this.#tries.get(who)
    if (tries !== undefined) this.#tries.set(who, { ...tries, count: tries.count - 1 })
  }
}

function waitSeconds(count: number): number {
  return count < FREE ? 0 : Math.min(MOST_SECONDS, FIRST_SECONDS * 2 ** (count - FREE))
}
