import { KEPT_ACCOUNT_DAYS, KEPT_ACCOUNTS, type Tip } from './tip.ts'

/**
 * Where the books that nobody is writing to just now ended, as this process left them: the next command is decided
 * without opening its book again. The oldest are forgotten; together they hold no more than one book may.
 */
export class KeptTips {
  readonly #most: number
  readonly #tips = new Map<string, Tip>()
  #accounts = 0
  #days = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Takes a tip out, for whoever moves it on. */
  take(book: string): Tip | undefined {
    const tip = this.#tips.get(book)
    if (tip === undefined) return undefined
    this.#tips.delete(book)
    this.#accounts -= tip.size.accounts
    this.#days -= tip.size.days
    return tip
  }

  /** @param tip whose last group is committed */
  keep(book: string, tip: Tip): void {
    this.take(book)
    const settled = tip.settled()
    this.#tips.set(book, settled)
    this.#accounts += settled.size.accounts
    this.#days += settled.size.days
    while (this.#tips.size > this.#most || this.#accounts > KEPT_ACCOUNTS || this.#days > KEPT_ACCOUNT_DAYS) {
      this.take(this.#tips.keys().next().value!)
    }
  }
}
