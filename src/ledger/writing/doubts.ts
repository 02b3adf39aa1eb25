/** Groups of a book whose keys are looked for before they are decided, after one in which a key was taken. */
const DOUBTED_GROUPS = 256

/** Beyond it the oldest are forgotten: that costs a group that is decided twice. */
const MOST_BOOKS = 1_000

/** The books whose commands may come again, for a while: most never do, and whoever retries does so more than once. */
export class Doubts {
  readonly #groups = new Map<string, number>()

  begin(book: string): void {
    this.#groups.delete(book)
    this.#groups.set(book, DOUBTED_GROUPS)
    if (this.#groups.size > MOST_BOOKS) this.#groups.delete(this.#groups.keys().next().value!)
  }

  /** Counts one more group. @returns whether its keys have to be looked for */
  count(book: string): boolean {
    const left = this.#groups.get(book)
    if (left === undefined) return false
    if (left > 1) this.#groups.set(book, left - 1)
    else this.#groups.delete(book)
    return true
  }
}
