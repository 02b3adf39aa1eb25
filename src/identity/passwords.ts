import argon2 from 'argon2'
import { Unavailable } from '../ledger/unavailable.ts'

/**
 * OWASP Password Storage Cheat Sheet, "Argon2id": at least 19 MiB of memory, two passes, one lane.
 * https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
const ARGON2ID = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Hashing takes a thread of Node's pool of four, and 19 MiB: half of the threads are left to others. */
const AT_ONCE = 2

/** A tenth of a second each, or less: whoever comes behind so many waits for seconds, and is better told so. */
const MOST_WAITING = 50

/** Hashes passwords, few at once, however many sign in. */
export class Passwords {
  /** Of a password that nobody has. */
  #nobodys: Promise<string> | undefined
  #running = 0
  readonly #waiting: (() => void)[] = []

  /** @returns a PHC string @throws Unavailable where too many wait */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => argon2.hash(plainOf(password), ARGON2ID))
  }

  /**
   * Takes as long for nobody's password as for somebody's.
   * @param kept what it was hashed to; null: nobody's
   * @throws Unavailable where too many wait
   */
  async isRight(password: string, kept: string | null): Promise<boolean> {
    this.#nobodys ??= argon2.hash('', ARGON2ID)
    const hashed = kept ?? (await this.#nobodys)
    const fits = await this.#inTurn(() => argon2.verify(hashed, plainOf(password)))
    return fits && kept !== null
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < AT_ONCE) this.#running += 1
    else await this.#turn()
    try {
      return await work()
    } finally {
      // Whoever is next takes the place over.
      const next = this.#waiting.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= MOST_WAITING) throw new Unavailable('Too many people are signing in.')
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}

/** Keyboards write one character in several ways: the same password, wherever it is typed (SP 800-63B-4, 3.1.1.2). */
function plainOf(password: string): string {
  return password.normalize('NFKC')
}
