import type { Cores } from '../processes/cores.ts'

/** What came of one scenario, as it is kept. */
export interface Result {
  readonly scenario: string
  readonly title: string
  /** Day and time, UTC. */
  readonly at: string
  readonly machine: Machine
  /** What was done, with sizes. */
  readonly about: string
  readonly unit: string
  readonly series: readonly Series[]
  readonly verdicts: readonly Verdict[]
  readonly tables: readonly Table[]
  /** What the oracle found to be true afterwards. */
  readonly checks: readonly string[]
}

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGib: number
  readonly platform: string
  readonly node: string
  readonly postgres: string
  readonly settings: readonly string[]
  readonly sqlClient: string
  readonly commit: string | undefined
}

/** One contestant, round by round. */
export interface Series {
  readonly name: string
  readonly rates: readonly number[]
  readonly p50Ms: readonly number[]
  readonly p99Ms: readonly number[]
  readonly cores: readonly Cores[]
}

/** A figure against what was asked of it. */
export interface Verdict {
  readonly what: string
  readonly level: 'bar' | 'aim'
  readonly value: number
  readonly unit: Unit
  readonly is: 'at least' | 'at most'
  readonly limit: number
}

export type Unit = '×' | 'ms' | 's' | 'MiB' | 'events/s' | 'transactions/s' | ''

export interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export function isMet({ value, is, limit }: Verdict): boolean {
  return is === 'at least' ? value >= limit : value <= limit
}
