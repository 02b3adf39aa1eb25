/** Answers calls together: under load a read costs a row, not a round trip. */
export interface Batching<Asked, Answer> {
  /** Calls answered by one statement, at most. */
  readonly most: number
  /** Statements under way at once. */
  readonly atOnce: number
  /** Answers calls about one book, each in its place. Starts after all of them were made. */
  read(book: string, batch: readonly Asked[]): Promise<readonly Answer[]>
}

interface Waiting<Asked, Answer> {
  readonly asked: Asked
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/** @returns asks, together with whoever else asks about the same book meanwhile */
export function inBatches<Asked extends { readonly book: string }, Answer>(
  batching: Batching<Asked, Answer>,
): (asked: Asked) => Promise<Answer> {
  const batcher = new Batcher(batching)
  return (asked) => batcher.ask(asked)
}

class Batcher<Asked extends { readonly book: string }, Answer> {
  readonly #batching: Batching<Asked, Answer>
  /** By book; the one that waits longest first. */
  readonly #waiting = new Map<string, Waiting<Asked, Answer>[]>()
  #underWay = 0
  #scheduled = false

  constructor(batching: Batching<Asked, Answer>) {
    this.#batching = batching
  }

  ask(asked: Asked): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const waiting = { asked, resolve, reject }
      const ofBook = this.#waiting.get(asked.book)
      if (ofBook === undefined) this.#waiting.set(asked.book, [waiting])
      else ofBook.push(waiting)
      this.#schedule()
    })
  }

  // Whatever else this turn of the event loop brings goes along.
  #schedule(): void {
    if (this.#scheduled || this.#underWay >= this.#batching.atOnce || this.#waiting.size === 0) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#underWay += 1
      void this.#answerNext().finally(() => {
        this.#underWay -= 1
        this.#schedule()
      })
      this.#schedule()
    })
  }

  #answerNext(): Promise<void> {
    for (const [book, waiting] of this.#waiting) {
      const batch = waiting.splice(0, this.#batching.most)
      // Books take turns: one whose calls do not fit goes to the end.
      this.#waiting.delete(book)
      if (waiting.length > 0) this.#waiting.set(book, waiting)
      return this.#answer(book, batch)
    }
    return Promise.resolve()
  }

  async #answer(book: string, batch: readonly Waiting<Asked, Answer>[]): Promise<void> {
    try {
      const answers = await this.#batching.read(
        book,
        batch.map(({ asked }) => asked),
      )
      for (const [index, { resolve }] of batch.entries()) resolve(answers[index]!)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
}
