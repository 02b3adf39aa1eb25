/** Values below this are counted one by one. */
const EXACT = 1_024
/** Steps per power of two above it: values are told apart to 0.2 %. */
const STEPS = 512
const POWERS = 22

/** Counts latencies by their size, in bounded memory, so that quantiles can be told afterwards. */
export class Histogram {
  readonly #counts = new Uint32Array(EXACT + STEPS * POWERS)
  #count = 0
  #maxUs = 0

  get count(): number {
    return this.#count
  }

  add(ms: number): void {
    const us = Math.round(ms * 1_000)
    this.#counts[Math.min(placeOf(us), this.#counts.length - 1)]! += 1
    this.#count += 1
    if (us > this.#maxUs) this.#maxUs = us
  }

  /** @returns milliseconds that this share of the values does not exceed; 0 where there are none */
  quantileMs(share: number): number {
    let left = Math.ceil(this.#count * share)
    for (let place = 0; place < this.#counts.length; place++) {
      left -= this.#counts[place]!
      if (left <= 0) return Math.min(valueAt(place), this.#maxUs) / 1_000
    }
    return this.maxMs
  }

  get maxMs(): number {
    return this.#maxUs / 1_000
  }
}

function placeOf(us: number): number {
  if (us < EXACT) return us
  const power = Math.floor(Math.log2(us)) - 10
  return EXACT + power * STEPS + Math.floor(us / 2 ** (power + 1)) - STEPS
}

/** The largest value that is counted at a place. */
function valueAt(place: number): number {
  if (place < EXACT) return place
  const power = Math.floor((place - EXACT) / STEPS)
  const step = ((place - EXACT) % STEPS) + STEPS
  return (step + 1) * 2 ** (power + 1) - 1
}
