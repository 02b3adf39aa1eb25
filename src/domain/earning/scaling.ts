import type { CalendarDate } from '../calendar-date.ts'
import { dayBefore } from '../calendar-date.ts'
import { type Fraction, ONE } from '../fraction.ts'
import type { DaySpan, Figures } from './part.ts'

/** By what amounts are multiplied, from day to day. */
export interface Scaling {
  /** Days from which it may be another: ascending. */
  readonly changes: readonly CalendarDate[]
  readonly on: (day: CalendarDate) => { readonly factor: Fraction; readonly figures: Figures }
}

const AS_IT_IS = { factor: ONE, figures: {} }

export const UNSCALED: Scaling = { changes: [], on: () => AS_IT_IS }

/** The pieces of a span within which nothing changes. */
export function steadyPieces(span: DaySpan, changes: readonly CalendarDate[]): readonly DaySpan[] {
  const within = changes.filter((day) => span.from < day && day <= span.to)
  if (within.length === 0) return [span]
  return [span.from, ...within].map((from, at) => ({
    from,
    to: within[at] === undefined ? span.to : dayBefore(within[at]),
  }))
}

/** Days in order, each once. */
export function inOrder(days: Iterable<CalendarDate>): readonly CalendarDate[] {
  return [...new Set(days)].toSorted()
}
