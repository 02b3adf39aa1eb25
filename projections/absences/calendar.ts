import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import type { Portion } from '../../src/domain/transaction.ts'
import type { Page } from '../../src/ledger/read/cursor.ts'
import type { AtLeast } from '../../src/projecting/read-caught-up.ts'
import type { AwayStatus } from './away.ts'

export interface CalendarAsked {
  readonly book: string
  /** At most `MOST_CALENDAR_DAYS`, both included. */
  readonly from: CalendarDate
  readonly to: CalendarDate
  readonly entity?: string | undefined
  /** As entities are defined now, whenever the days are. */
  readonly department?: string | undefined
  readonly manager?: string | undefined
  readonly status?: AwayStatus | undefined
  readonly cursor?: string | undefined
  /** Entities. */
  readonly limit: number
  /** Waits until the calendar knows this position, for so long; takes what there is, unless given. */
  readonly atLeast?: AtLeast | undefined
}

/** Who is away when. `position` is the last that the calendar knows. */
export interface Calendar extends Page<EntityAway> {
  readonly book: string
  readonly position: number
  readonly from: CalendarDate
  readonly to: CalendarDate
}

/** An entity that is away on any of the days. */
export interface EntityAway {
  readonly entity: string
  /** By date, then portion; never empty. */
  readonly days: readonly AwayDay[]
}

/** A day on which an entity is away by one request. */
export interface AwayDay {
  readonly date: CalendarDate
  readonly portion: Portion
  readonly status: AwayStatus
  readonly request: string
  readonly resource: string
  /** Of the request, after the event that last changed its days or what they are. */
  readonly version: number
  /** When that was recorded. */
  readonly changedAt: string
}
