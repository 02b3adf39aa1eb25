import { COUNTED_OF_CALLS, type Counted, type Quota } from '../../../rate-limits.ts'

/** What one caller has left. It fills up again as time goes by, and may be below nothing: what was had is paid back. */
export type Allowance = { [What in Counted]: number } & { filledAtMs: number }

/**
 * For how many seconds a quota can be saved up. Requests are alike; a large body, and what it costs, comes at once.
 */
export const WINDOW_SECONDS: Readonly<Record<Counted, number>> = { requests: 1, bytes: 10, processor: 10 }

/** A request is had whole; of the rest nobody knows beforehand how much will be had. */
const LEAST = 1

/** Whoever has had too much waits no longer than this. */
const MOST_WAIT_SECONDS = 60

/** Callers that are remembered. More of them push out whoever has not called for the longest time, who then starts afresh. */
const MOST_CALLERS = 10_000

/** What callers have left of a quota that each of them has. Its size has a bound, however many callers come. */
export class Allowances {
  readonly quota: Quota
  /** What the quota names. */
  readonly limited: readonly Counted[]
  readonly #most: Readonly<Record<Counted, number>>
  readonly #mostCallers: number
  /** In the order in which they called last. */
  readonly #byCaller = new Map<string, Allowance>()

  constructor(quota: Quota, mostCallers = MOST_CALLERS) {
    this.quota = quota
    this.limited = COUNTED_OF_CALLS.filter((counted) => quota[counted] !== undefined)
    const most = (counted: Counted): number => (quota[counted] ?? 0) * WINDOW_SECONDS[counted]
    this.#most = { requests: most('requests'), bytes: most('bytes'), processor: most('processor') }
    this.#mostCallers = mostCallers
  }

  get size(): number {
    return this.#byCaller.size
  }

  /** @returns filled up to now */
  of(caller: string, nowMs: number): Allowance {
    const known = this.#byCaller.get(caller)
    const allowance = known ?? this.#full(nowMs)
    if (known === undefined) this.#makeRoom()
    else this.#byCaller.delete(caller)
    this.#byCaller.set(caller, allowance)
    this.#fill(allowance, nowMs)
    return allowance
  }

  /** What an allowance has run out of; of several, what takes longest to come back. */
  shortOf(allowance: Allowance): { readonly counted: Counted; readonly seconds: number } | undefined {
    let longest: { counted: Counted; seconds: number } | undefined
    for (const counted of this.limited) {
      const rate = this.quota[counted]
      if (rate === undefined || allowance[counted] >= LEAST) continue
      const seconds = Math.ceil((LEAST - allowance[counted]) / rate)
      if (longest === undefined || seconds > longest.seconds) longest = { counted, seconds }
    }
    return longest
  }

  /** Takes what was had. */
  take(allowance: Allowance, counted: Counted, amount: number): void {
    const rate = this.quota[counted]
    if (rate === undefined) return
    allowance[counted] = Math.max(allowance[counted] - amount, -rate * MOST_WAIT_SECONDS)
  }

  /** What can be saved up. */
  most(counted: Counted): number {
    return this.#most[counted]
  }

  #full(nowMs: number): Allowance {
    return { ...this.#most, filledAtMs: nowMs }
  }

  #fill(allowance: Allowance, nowMs: number): void {
    const seconds = Math.max(0, nowMs - allowance.filledAtMs) / 1_000
    for (const counted of this.limited) {
      const rate = this.quota[counted] ?? 0
      allowance[counted] = Math.min(this.#most[counted], allowance[counted] + rate * seconds)
    }
    allowance.filledAtMs = nowMs
  }

  /** For a tenth of them at once: to find the oldest costs a walk over all that were taken out before. */
  #makeRoom(): void {
    if (this.#byCaller.size < this.#mostCallers) return
    for (const oldest of this.#byCaller.keys()) {
      this.#byCaller.delete(oldest)
      if (this.#byCaller.size <= this.#mostCallers * 0.9) return
    }
  }
}
