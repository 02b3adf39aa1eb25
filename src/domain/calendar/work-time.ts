import type { CalendarHistory } from './calendar.ts'
import type { WorkPattern } from './work-pattern.ts'

/** Which days an entity works, and since when. */
export interface WorkTime {
  /** The calendar that the entity's definition names. */
  readonly calendar: string | null
  /** By `effectiveFrom`, ascending, one a day. */
  readonly patterns: readonly WorkPattern[]
  /** Every calendar named above that exists. */
  readonly calendars: ReadonlyMap<string, CalendarHistory>
}

/** An entity without a calendar works Monday to Friday, eight hours a day, and has no holidays. */
export const EVERY_DAY: WorkTime = { calendar: null, patterns: [], calendars: new Map() }
