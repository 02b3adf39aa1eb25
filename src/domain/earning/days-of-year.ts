import { type CalendarDate, dayBefore, dayInMonth, partsOf } from '../calendar-date.ts'
import type { DaySpan } from './part.ts'
import type { MonthDay } from './terms.ts'

/** Spans of days that follow one another without a gap: the one that a day is in. */
export type Periods = (day: CalendarDate) => DaySpan

/** Days are asked about in their order, and several times: the span that was found last is mostly the one. */
export function remembered(periods: Periods): Periods {
  let last: DaySpan | undefined
  return (day) => {
    if (last === undefined || day < last.from || last.to < day) last = periods(day)
    return last
  }
}

/** A day of every year. Its date may be one that its month does not always have: the month's last day stands for it. */
export interface DayOfYear {
  readonly month: number
  readonly date: number
}

export function dayOfYear(text: MonthDay): DayOfYear {
  return { month: Number(text.slice(0, 2)), date: Number(text.slice(3, 5)) }
}

/** The date of a day every so many months. */
export function everyMonths({ month, date }: DayOfYear, months: number): readonly DayOfYear[] {
  const first = ((month - 1) % months) + 1
  return Array.from({ length: 12 / months }, (_, turn) => ({ month: first + turn * months, date }))
}

/**
 * Periods that begin on the same days of every year. Each beginning is found from its date, never from the one before: what
 * begins on the 31st begins on 30 April, and on 31 May again.
 * @param days in the order of the year, never empty. Two that fall on the same day in a short month begin one period there
 */
export function beginningOn(days: readonly DayOfYear[]): Periods {
  return remembered((day) => {
    const [year, month, date] = partsOf(day)
    const at = days.findLastIndex(
      (start) =>
        start.month < month || (start.month === month && (start.date <= date || dayInMonth({ year, ...start }) <= day)),
    )
    return { from: beginning(days, year, at), to: dayBefore(beginning(days, year, at + 1)) }
  })
}

/** @param at -1: the last one of the year before; one more than there are: the first of the next */
function beginning(days: readonly DayOfYear[], year: number, at: number): CalendarDate {
  if (at < 0) return dayInMonth({ year: year - 1, ...days.at(-1)! })
  if (at === days.length) return dayInMonth({ year: year + 1, ...days[0]! })
  return dayInMonth({ year, ...days[at]! })
}
