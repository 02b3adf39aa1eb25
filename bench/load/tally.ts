import { Histogram } from './histogram.ts'
import type { Counted, Latencies } from './job.ts'
import type { Taken } from './script.ts'

/** Wrong answers that are kept to be shown. */
const WRONG_SHOWN = 5
const TENTHS = 10

/** What a load counts while it is measured; what goes wrong is counted always. */
export class Tally {
  readonly #requests: number | undefined
  readonly #histograms = new Map<number, Histogram>()
  readonly #wrong: string[] = []
  readonly #tenthEnds: number[] = []
  #measuring = false
  #began = 0
  #ended = 0
  #answers = 0
  #done = 0
  #cpu: NodeJS.CpuUsage = { user: 0, system: 0 }
  #cpuSeconds = 0

  /** @param requests how many make the whole, where that is known */
  constructor(requests?: number) {
    this.#requests = requests
  }

  begin(): void {
    this.#measuring = true
    this.#began = performance.now()
    this.#cpu = process.cpuUsage()
  }

  end(): void {
    if (!this.#measuring) this.begin()
    this.#measuring = false
    this.#ended = performance.now()
    const { user, system } = process.cpuUsage(this.#cpu)
    this.#cpuSeconds = (user + system) / 1e6
  }

  /** @returns whether this was the last answer that was wanted */
  take(status: number, ms: number, { done, wrong }: Taken): boolean {
    if (wrong !== undefined) this.wrong(wrong)
    if (!this.#measuring) return false
    let histogram = this.#histograms.get(status)
    if (histogram === undefined) this.#histograms.set(status, (histogram = new Histogram()))
    histogram.add(ms)
    this.#answers += 1
    this.#done += done
    if (this.#requests === undefined) return false
    if (this.#answers >= ((this.#tenthEnds.length + 1) * this.#requests) / TENTHS)
      this.#tenthEnds.push(performance.now())
    return this.#answers >= this.#requests
  }

  wrong(words: string): void {
    if (this.#wrong.length < WRONG_SHOWN) this.#wrong.push(words)
  }

  report(): Counted {
    const seconds = (this.#ended - this.#began) / 1_000
    return {
      seconds,
      rate: this.#done / seconds,
      answers: Object.fromEntries([...this.#histograms].map(([status, histogram]) => [status, latencies(histogram)])),
      wrong: this.#wrong,
      tenths: this.#tenths(),
      cpuSeconds: this.#cpuSeconds,
    }
  }

  #tenths(): number[] {
    const { length } = this.#tenthEnds
    if (this.#requests === undefined || length < TENTHS) return []
    const perTenth = this.#requests / TENTHS
    return this.#tenthEnds.map((end, index) => (perTenth * 1_000) / (end - (this.#tenthEnds[index - 1] ?? this.#began)))
  }
}

function latencies(histogram: Histogram): Latencies {
  return {
    count: histogram.count,
    p50Ms: histogram.quantileMs(0.5),
    p99Ms: histogram.quantileMs(0.99),
    maxMs: histogram.maxMs,
  }
}
