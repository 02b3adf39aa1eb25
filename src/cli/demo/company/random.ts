/** The same numbers every time: mulberry32, by Tommy Ettinger, which is in the public domain. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** @returns a whole number from 0 to `bound` - 1 */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound)
  }

  oneOf<T>(first: T, ...others: readonly T[]): T {
    return [first, ...others][this.below(others.length + 1)] ?? first
  }
}
