import type { CalendarDate } from '../calendar-date.ts'
import type { HoursPerDay, Rota, WorkingDays } from './calendar.ts'

/** By what an entity works from a day on, until the next of its patterns. */
export interface WorkPattern {
  readonly effectiveFrom: CalendarDate
  /** null: the one that the entity's definition names. */
  readonly calendar: string | null
  /** Instead of those of the calendar, whose holidays stay off; null: those of the calendar. */
  readonly workingDays: WorkingDays | null
  /** Instead of `workingDays`; null: every week is the same. */
  readonly rota: Rota | null
  /** null: those of the calendar. */
  readonly hoursPerDay: HoursPerDay | null
}

export interface RecordedPattern extends WorkPattern {
  /** Of the entity: how many patterns were recorded up to it. */
  readonly version: number
  /** Position of the event that recorded it. */
  readonly position: number
}

/** The pattern that `day` falls under: the one with the latest beginning that is not after it. */
export function patternOn<Pattern extends Pick<WorkPattern, 'effectiveFrom'>>(
  patterns: readonly Pattern[],
  day: CalendarDate,
): Pattern | undefined {
  return patterns.findLast(({ effectiveFrom }) => effectiveFrom <= day)
}
