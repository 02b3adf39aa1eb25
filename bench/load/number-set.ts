/** Numbers from 0 on, of which most come in order: which commands of a load were acknowledged. */
export class NumberSet {
  #words = new Uint32Array(1_024)

  add(n: number): void {
    const word = n >>> 5
    if (word >= this.#words.length) {
      const grown = new Uint32Array(Math.max(word + 1, this.#words.length * 2))
      grown.set(this.#words)
      this.#words = grown
    }
    this.#words[word]! |= 1 << (n & 31)
  }

  has(n: number): boolean {
    return ((this.#words[n >>> 5] ?? 0) & (1 << (n & 31))) !== 0
  }

  /** First and last of each unbroken run, ascending. */
  ranges(): Range[] {
    const ranges: Range[] = []
    let first: number | undefined
    for (let n = 0; n <= this.#words.length * 32; n++) {
      if (this.has(n)) first ??= n
      else if (first !== undefined) {
        ranges.push([first, n - 1])
        first = undefined
      }
    }
    return ranges
  }
}

/** Both included. */
export type Range = readonly [first: number, last: number]

export function countIn(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0)
}
