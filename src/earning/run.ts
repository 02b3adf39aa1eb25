import type { CalendarDate } from '../domain/calendar-date.ts'
import type { Json } from '../ledger/rows/canonical.ts'
import type { RunStatus } from './runs.sql.ts'

/** Up to which day, and for whom; null: for everybody, under every policy. */
export interface RunAsked {
  readonly through: CalendarDate
  readonly entities: readonly string[] | null
  readonly policies: readonly string[] | null
}

/** How many of each kind were posted. */
export interface PostingCounts {
  readonly accruals: number
  readonly carryOvers: number
  readonly lapses: number
  readonly corrections: number
}

/** An account that could not be worked out. The others were. */
export interface RunProblem {
  readonly entity: string
  readonly policy: string
  readonly assignment: string | null
  readonly code: string
  readonly detail: string
}

/** A run, and how far it has come. */
export interface Run {
  readonly id: string
  readonly through: CalendarDate
  readonly status: RunStatus
  /** How many are worked out in it. */
  readonly entities: number
  readonly accounts: number
  /** Those that are still to be worked out. */
  readonly accountsLeft: number
  readonly postings: PostingCounts
  /** What the postings come to, by policy. */
  readonly amounts: { readonly [policy: string]: string }
  readonly startedAt: string
  readonly finishedAt: string | null
  /** The position of the book when it had finished. */
  readonly position: number | null
  readonly problems: readonly RunProblem[]
}

/** What a run says of nobody. */
export type BareRun = Pick<Run, 'finishedAt' | 'position' | 'startedAt' | 'status' | 'through'> & {
  readonly id: string | null
}

/** A run without how many it is about, what was posted for them, and what could not be. */
export function bareRun({ id, through, status, startedAt, finishedAt, position }: BareRun): BareRun {
  return { id, through, status, startedAt, finishedAt, position }
}

export const NO_POSTINGS: PostingCounts = { accruals: 0, carryOvers: 0, lapses: 0, corrections: 0 }

/** By which name a kind of posting is counted. */
export const COUNTED_AS: { readonly [kind: string]: keyof PostingCounts } = {
  accrual: 'accruals',
  'carry-over': 'carryOvers',
  lapse: 'lapses',
  correction: 'corrections',
}

/** What was asked for, so that the same key with something else is refused. */
export function fingerprintOf({ through, entities, policies }: RunAsked): { readonly [member: string]: Json } {
  const sorted = (ids: readonly string[] | null): Json => (ids === null ? null : [...new Set(ids)].toSorted())
  return { through, entities: sorted(entities), policies: sorted(policies) }
}
