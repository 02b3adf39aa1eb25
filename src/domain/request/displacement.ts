import type { CalendarDate } from '../calendar-date.ts'
import type { Portion } from '../transaction.ts'

/*
 * Leave of which other leave takes days: those of annual leave on which somebody is ill. The request that takes them has a
 * policy that `displaces` the other's resource. Its events give the days back, and take them again where it has them no more.
 */

/** A day of a request that was given back, whole or in part, because other requests take it. */
export interface DisplacedDay {
  readonly date: CalendarDate
  /** What the request had of it. */
  readonly portion: Portion
  /** What that took. */
  readonly lines: readonly TakenLine[]
  /** Which requests take it, by id, and what each takes of it. */
  readonly by: readonly { readonly request: string; readonly portion: Portion }[]
}

/** What is taken of a day of another request from an event on. */
export interface Displacement {
  readonly date: CalendarDate
  /** What the other request had of it before anybody took it. */
  readonly of: Portion
  /** `none`: nothing any more. */
  readonly portion: Portion | 'none'
}

/** Why a day is not taken again: others hold it by now, nothing is worked on it, or nobody is employed. */
export type WhyLost = 'day-taken' | 'no-working-days' | 'outside-employment'

/** What the event of one request does to another. */
export interface DisplacedRequest {
  readonly request: string
  readonly entity: string
  readonly resource: string
  /** After the event. */
  readonly version: number
  readonly status: 'approved' | 'cancelled' | 'pending'
  readonly taken: readonly Displacement[]
  /** All days that it has then; absent: as before. */
  readonly days?: readonly { readonly date: CalendarDate; readonly portion: Portion }[]
  /** Days that are free again, and that it does not get back. */
  readonly lost?: readonly { readonly date: CalendarDate; readonly why: WhyLost }[]
}

/** What a line of a day takes from an account. */
export interface TakenLine {
  readonly policy: string
  /** In its normal spelling. */
  readonly amount: string
  /** Whether it claims the day: of several lines about one day one does, or none. */
  readonly claims: boolean
}
