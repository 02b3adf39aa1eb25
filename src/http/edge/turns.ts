/** So many at once; some more wait for their turn, in order; the rest are turned away. */
export class Turns {
  readonly #atOnce: number
  readonly #mostWaiting: number
  readonly #waiting = new Set<() => void>()
  #taken = 0

  constructor(atOnce: number, mostWaiting: number) {
    this.#atOnce = atOnce
    this.#mostWaiting = mostWaiting
  }

  /**
   * @param onTurn called once it is its turn: at once, or when others have left
   * @returns to be called when it is done, or does not want its turn any more; undefined where there is no room to wait
   */
  enter(onTurn: () => void): (() => void) | undefined {
    if (this.#taken < this.#atOnce) {
      this.#taken += 1
      onTurn()
      return () => this.#leave()
    }
    if (this.#waiting.size >= this.#mostWaiting) return undefined
    this.#waiting.add(onTurn)
    return () => {
      if (!this.#waiting.delete(onTurn)) this.#leave()
    }
  }

  /**
   * Does one piece of work when it is its turn.
   * @throws Error where there is no room to wait: for callers of whom there are never so many
   */
  async take<T>(work: () => Promise<T>): Promise<T> {
    const turn = Promise.withResolvers<void>()
    const leave = this.enter(turn.resolve)
    if (leave === undefined) throw new Error('more want a turn than may wait for one')
    await turn.promise
    try {
      return await work()
    } finally {
      leave()
    }
  }

  #leave(): void {
    const [next] = this.#waiting
    if (next === undefined) {
      this.#taken -= 1
      return
    }
    this.#waiting.delete(next)
    next()
  }
}
