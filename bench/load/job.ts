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

/** What a contestant did while it was measured. */
export interface Counted {
  readonly seconds: number
  /** Commands (or reads) answered as they should be, a second; a bulk request holds many. */
  readonly rate: number
  /** By HTTP status; 200 where there is none. */
  readonly answers: Readonly<Record<string, Latencies>>
  /** What must not happen, at most a few of it. */
  readonly wrong: readonly string[]
  /** Rate in each tenth of `requests`. */
  readonly tenths: readonly number[]
  /** Of the process that made the load. */
  readonly cpuSeconds: number | undefined
}

/** What came of a load. What is counted is of the measured part, keys are of the whole load. */
export interface LoadReport extends Counted {
  readonly run: string
  /** Numbers of the commands that were answered as recorded. */
  readonly acknowledged: readonly Range[]
  /** Numbers of the commands that nobody knows the outcome of: their connection broke. */
  readonly unknown: readonly Range[]
  /** Requests that came due while every connection was waiting for an answer. */
  readonly notStarted: number
}

/** What a process that makes a load tells the one that started it. */
export type Message<Report> =
  | { readonly type: 'measuring' }
  | { readonly type: 'measured' }
  | { readonly type: 'done'; readonly report: Report }
