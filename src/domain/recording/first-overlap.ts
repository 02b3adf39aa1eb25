import type { WorkTime } from '../calendar/work-time.ts'
import type { CalendarDate } from '../calendar-date.ts'
import type { Minor } from '../quantity.ts'
import type { Portion, TransactionAt } from '../transaction.ts'
import { claimed, type DayHolders, FREE_DAY, withHours } from './book-state.ts'
import { dayConflict } from './day-rule.ts'
import { hoursOfDay } from './hours-of-day.ts'

/** What a recorded line has of a day, or is to have. */
export interface LineOfDay extends TransactionAt {
  readonly entity: string
  readonly date: CalendarDate
  readonly portion: Portion
  /** At the finest scale; null: it has the portion. */
  readonly hours: Minor | null
}

/** The first day that two lines would have at once. */
export interface DayOverlap {
  readonly entity: string
  readonly date: CalendarDate
  /** What the later of the two would claim. */
  readonly portion: Portion
  readonly takenBy: TransactionAt
}

/**
 * The first line that has no room left on its day beside those before it, by the rule that a new line is held to. A line that
 * alone takes more than its day has overlaps with nothing.
 * @param lines by day and entity, each day's in the order in which they were recorded
 * @param times by what each entity works
 */
export function firstOverlap(
  lines: readonly LineOfDay[],
  times: ReadonlyMap<string, WorkTime>,
): DayOverlap | undefined {
  let holders: DayHolders = FREE_DAY
  let day: LineOfDay | undefined
  for (const line of lines) {
    const { entity, date, portion, hours } = line
    if (day?.entity !== entity || day.date !== date) holders = FREE_DAY
    day = line
    const conflict = dayConflict(holders, FREE_DAY, () => hoursOfDay(times.get(entity)!, date), { portion, hours })
    if (conflict !== undefined && conflict.holder !== null) {
      return { entity, date, portion, takenBy: { position: conflict.holder.position, line: conflict.holder.line } }
    }
    const by = { position: line.position, line: line.line }
    holders = hours === null ? claimed(holders, portion, by) : withHours(holders, { ...by, hours })
  }
  return undefined
}
