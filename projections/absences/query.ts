import type { Pool } from 'pg'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import type { Portion } from '../../src/domain/transaction.ts'
import type { Page } from '../../src/ledger/read/cursor.ts'
import { openActiveBuild } from '../../src/projecting/active-build.ts'
import { type AtLeast, readCaughtUp, WHATEVER_THERE_IS } from '../../src/projecting/read-caught-up.ts'
import type { AwayStatus } from './away.ts'
import { readCalendar } from './read-calendar.ts'
import { ABSENCES } from './version.ts'

/** Days that can be asked about at once: what is found is paged, what is looked at is not. */
export const MOST_CALENDAR_DAYS = 366

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

export interface CalendarReader {
  /**
   * Who is away on any day of a span, by entity. It follows the record at a distance: see `position`.
   * @returns undefined where the book does not exist, `'not-built'` where there is none that this version can read (yet),
   *   `'behind'` where it did not come as far as asked in time
   * @throws BadCursor
   */
  read(asked: CalendarAsked): Promise<Calendar | 'not-built' | 'behind' | undefined>
}

export function openCalendarReader(db: Pool): CalendarReader {
  const active = openActiveBuild(db, ABSENCES)
  return {
    read: (asked) =>
      readCaughtUp(db, ABSENCES, { book: asked.book, atLeast: asked.atLeast ?? WHATEVER_THERE_IS }, () =>
        active.read(async (build) => (build === undefined ? 'not-built' : readCalendar(db, build, asked))),
      ),
  }
}
