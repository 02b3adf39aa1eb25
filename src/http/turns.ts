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
