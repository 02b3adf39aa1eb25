import type { RequestDay } from '../../src/domain/request/request.ts'

/** A request by which somebody is away, or wants to be. */
export interface Away {
  readonly request: string
  readonly entity: string
  readonly resource: string
  readonly status: AwayStatus
  /** Of the request, after the event that last changed its days or what they are. */
  readonly version: number
  /** When that was recorded. */
  readonly changedAt: Date
  /** By date; never empty. */
  readonly days: readonly RequestDay[]
}

export type AwayStatus = 'approved' | 'pending'
