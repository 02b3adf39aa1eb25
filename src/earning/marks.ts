import type { CalendarDate } from '../domain/calendar-date.ts'

/** How far the rules of an account have come. */
export interface Mark {
  readonly through: CalendarDate
  /** The assignments that were worked out then. */
  readonly assignments: readonly string[]
  /** The position of the book that it was worked out from. */
  readonly seen: number
}
