import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { exactFrom } from '../../src/domain/exact.ts'
import type { Minor } from '../../src/domain/quantity.ts'

/** Of how few people nothing is told: of one fewer than these. */
export const FEWEST_PEOPLE = 5

/**
 * From so many people on a month needs no names: at most `FEWEST_PEOPLE - 1` have something in the months before it that
 * nothing was told of yet, and no more of its own can be cancelled out by these.
 */
export const ENOUGH_PEOPLE = FEWEST_PEOPLE + (FEWEST_PEOPLE - 1)

/** What counts in a month that is over, of a figure of a resource in a unit. */
export interface ToldMonth {
  readonly resource: string
  readonly unit: string
  readonly figure: ToldFigure
  readonly lastDay: CalendarDate
  /** Whose amounts do not add up to nothing. */
  readonly people: number
  readonly amount: Minor
  /** What each of them has, signed; needed where they are fewer than `ENOUGH_PEOPLE`. */
  readonly amounts: readonly (readonly [entity: string, amount: string])[] | null
}

/** What is pending is never told: it is what is open, of few at any time. */
export type ToldFigure = 'accrued' | 'consumed' | 'adjusted'

/** A sum from the first month to the end of one. */
export interface ToldSum extends Pick<ToldMonth, 'resource' | 'unit' | 'figure' | 'lastDay'> {
  readonly sum: Minor
}

/**
 * The sums that may be told to somebody who must not know what a person has. Months are taken together until at least
 * `FEWEST_PEOPLE` have something in them, and only the sums at the ends of these spans are told: what lies between any two of
 * them is one or more whole spans. Months that are added later change nothing of what was told.
 * @param months by resource, unit, figure and month
 */
export function toldFigures(months: readonly ToldMonth[]): readonly ToldSum[] {
  const told: ToldSum[] = []
  let before: ToldMonth | undefined
  let sum = 0n
  let span = new Map<string, Minor>()
  for (const month of months) {
    const { resource, unit, figure, lastDay } = month
    if (before?.resource !== resource || before.unit !== unit || before.figure !== figure) {
      sum = 0n
      span = new Map()
    }
    before = month
    sum += month.amount
    if (month.people < ENOUGH_PEOPLE) addTo(span, month)
    if (month.people < ENOUGH_PEOPLE && span.size < FEWEST_PEOPLE) continue
    told.push({ resource, unit, figure, lastDay, sum })
    span = new Map()
  }
  return told
}

/** Whoever has nothing in a span after all is not in it. */
function addTo(span: Map<string, Minor>, { amounts }: ToldMonth): void {
  for (const [entity, text] of amounts ?? []) {
    const amount = (span.get(entity) ?? 0n) + exactFrom(text)
    if (amount === 0n) span.delete(entity)
    else span.set(entity, amount)
  }
}

/** The last sums that are told by a day, of one resource in one unit. */
export function toldBy(
  told: readonly ToldSum[],
  { resource, unit, asOf }: { readonly resource: string; readonly unit: string; readonly asOf: CalendarDate },
): Partial<Record<ToldFigure, Minor>> {
  const sums: Partial<Record<ToldFigure, Minor>> = {}
  for (const one of told) {
    if (one.resource === resource && one.unit === unit && one.lastDay <= asOf) sums[one.figure] = one.sum
  }
  return sums
}
