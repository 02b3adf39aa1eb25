import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import type { KindVisibleTo } from '../../src/domain/policy/policy.ts'
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
  /** Whose days are seen, and how much of them; of everybody all, unless given. */
  readonly seen?: Seen | undefined
  readonly cursor?: string | undefined
  /** Entities. */
  readonly limit: number
  /** Waits until the calendar knows this position, for so long; takes what there is, unless given. */
  readonly atLeast?: AtLeast | undefined
}

/** Who is away when. `position` is the last that the calendar knows. */
export interface Calendar extends Page<SeenAway> {
  readonly book: string
  readonly position: number
  readonly from: CalendarDate
  readonly to: CalendarDate
}

/** Whose days somebody sees. Who is in two of them is in the first. */
export interface Seen {
  readonly own: readonly string[]
  /** Whoever they are the manager of, or stand in for. */
  readonly reached: readonly string[]
  /** Whoever has the same manager, and that one. */
  readonly team: readonly string[]
  /** Who sees of what kind they are, by resource. */
  readonly kinds: ReadonlyMap<string, KindVisibleTo>
}

/** An entity that is away on any of the days, as somebody sees it. */
export interface SeenAway {
  readonly entity: string
  /** By date; never empty. */
  readonly days: readonly SeenDay[]
}

/** A day; what it is by is left out where it is hidden. */
export type SeenDay = Pick<AwayDay, 'date' | 'portion' | 'changedAt'> & Partial<AwayDay>

/** An entity that is away on any of the days. */
export interface EntityAway {
  readonly entity: string
  /** By date, then portion; never empty. */
  readonly days: readonly AwayDay[]
}

/** A day on which an entity is away by one request, or by one line of no request. */
export interface AwayDay {
  readonly date: CalendarDate
  readonly portion: Portion
  readonly status: AwayStatus
  /** null: by a line of no request. */
  readonly request: string | null
  /** The id of that line, which never changes; null: by a request. */
  readonly transaction: string | null
  readonly resource: string
  /** Of the request, after the event that last changed its days or what they are; of a line 1. */
  readonly version: number
  /** When that was recorded. */
  readonly changedAt: string
}
