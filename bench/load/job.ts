import type { Range } from './number-set.ts'
import type { Workload } from './workload.ts'

/** What a load generator is asked to do. Everything in it can be sent to another process. */
export interface Job {
  /** On 127.0.0.1: a load is for this machine only. */
  readonly port: number
  readonly key: string
  /** Distinguishes the keys of this load from those of all others. */
  readonly run: string
  readonly workload: Workload
  readonly connections: number
  /** Load before anything is counted. */
  readonly warmUpSeconds: number
  /** How long it is measured, or at most, where `requests` says when it is over. */
  readonly seconds: number
  /** Ends the measurement after so many answers. */
  readonly requests?: number
  /** Requests started a second, whether or not the service keeps up; otherwise one starts when the last is answered. */
  readonly perSecond?: number
}

export interface Latencies {
  readonly count: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** What came of it. Rates and latencies are of the measured part, keys of the whole load. */
export interface LoadReport {
  readonly run: string
  readonly seconds: number
  /** Commands (or reads) answered as they should be, a second; a bulk request holds many. */
  readonly rate: number
  /** By HTTP status. */
  readonly answers: Readonly<Record<string, Latencies>>
  /** Numbers of the commands that were answered as recorded. */
  readonly acknowledged: readonly Range[]
  /** Numbers of the commands that nobody knows the outcome of: their connection broke. */
  readonly unknown: readonly Range[]
  /** Answers that no correct service gives, at most a few of them. */
  readonly wrong: readonly string[]
  /** Requests that came due while every connection was waiting for an answer. */
  readonly notStarted: number
  /** Rate in each tenth of `requests`. */
  readonly tenths: readonly number[]
  readonly cpuSeconds: number
}

export type Message =
  | { readonly type: 'measuring' }
  | { readonly type: 'measured' }
  | { readonly type: 'done'; readonly report: LoadReport }
