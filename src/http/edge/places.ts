import { ProblemError } from '../../contract/problem.ts'

/** So many of something at once, and no more: each is work for the database that must not crowd out everything else. */
export class Places {
  readonly #most: number
  readonly #what: string
  #taken = 0

  /** @param what is under way, for whoever has to wait */
  constructor(most: number, what: string) {
    this.#most = most
    this.#what = what
  }

  /**
   * @returns gives the place back; may be called again
   * @throws ProblemError where all are taken
   */
  take(): () => void {
    if (this.#taken >= this.#most) {
      throw new ProblemError({
        code: 'unavailable',
        detail: `Too many ${this.#what} are under way.`,
        retryAfterSeconds: 2,
      })
    }
    this.#taken += 1
    let held = true
    return () => {
      if (held) this.#taken -= 1
      held = false
    }
  }
}
