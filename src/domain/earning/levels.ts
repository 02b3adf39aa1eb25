import type { CalendarDate } from '../calendar-date.ts'
import type { AssignmentTerms } from './assignment.ts'
import type { Periods } from './days-of-year.ts'
import { dayAfterLength } from './length-of-time.ts'
import type { DaySpan } from './part.ts'
import { periodsBeginningIn, periodsOf } from './periods.ts'
import { periodsOfLevel } from './periods-of-level.ts'
import type { EarningTerms, Every, LeaveYear, Level } from './terms.ts'

/** A level, and what follows from since when somebody serves. */
export interface ReachedLevel {
  readonly level: Level
  /** The day on which it is reached. */
  readonly from: CalendarDate
  readonly every: Every
  readonly periods: Periods
  /** How many of its periods begin in a leave year. */
  readonly periodsIn: (leaveYear: DaySpan) => number
}

/** The levels of somebody who serves since a day, in the order in which they are reached. */
export function levelsSince(
  service: CalendarDate,
  { earning, leaveYear }: { earning: EarningTerms; leaveYear: LeaveYear | undefined },
): readonly ReachedLevel[] {
  return earning.levels.map((level) => {
    const { every, on } = periodsOfLevel(level, earning)
    const periods = periodsOf({ every, on, leaveYear, service })
    const from = dayAfterLength(service, level.after ?? { days: 0 })
    return { level, from, every, periods, periodsIn: counted(periods) }
  })
}

/** Of one year after the other: what was counted last is remembered. */
function counted(periods: Periods): (leaveYear: DaySpan) => number {
  let last = { year: '', number: 0 }
  return (leaveYear) => {
    if (last.year !== leaveYear.from)
      last = { year: leaveYear.from, number: periodsBeginningIn(leaveYear, periods).length }
    return last.number
  }
}

/** The level that a day falls under; undefined before the first. */
export function levelReachedBy(levels: readonly ReachedLevel[], day: CalendarDate): ReachedLevel | undefined {
  return levels.findLast(({ from }) => from <= day)
}

/** The level that is reached next after a day. */
export function levelReachedAfter(levels: readonly ReachedLevel[], day: CalendarDate): ReachedLevel | undefined {
  return levels.find(({ from }) => from > day)
}

/** What an assignment says of amounts stands in place of those of every level. */
export function atAmounts(earning: EarningTerms, amounts: AssignmentTerms['amounts']): EarningTerms {
  if (amounts === null) return earning
  const levels = earning.levels.map((level): Level => {
    const others = Object.entries(level).filter(([member]) => !AMOUNTS.includes(member))
    return { ...Object.fromEntries(others), ...amounts }
  })
  return { ...earning, levels }
}

const AMOUNTS: readonly string[] = [
  'amount',
  'yearAmount',
  'perHours',
  'inLastFullPeriodOfCalendarYear',
] satisfies readonly (keyof Level)[]
