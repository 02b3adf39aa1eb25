import type { CalendarDate } from '../../../../src/domain/calendar-date.ts'
import type { EarningFacts } from '../../../../src/domain/earning/facts.ts'
import type { Level } from '../../../../src/domain/earning/terms.ts'
import { type Fraction, plus, ZERO } from '../../../../src/domain/fraction.ts'
import { versionInForce } from '../../../../src/domain/version-in-force.ts'
import { addedOn } from './naive-amounts.ts'
import { leaveYearBegins, spanAround } from './naive-beginnings.ts'
import { dayOf, numberOf } from './naive-days.ts'
import { type DayEarned, daysOfSpell, spells } from './naive-spells.ts'

/*
 * What somebody earns, once more and as slowly as can be: every day is looked at by itself, and asked what it adds. Where a
 * period begins is asked of every day, too. It shares with the service how fractions are computed, which version is in force
 * and which weeks are worked, and no rule of earning.
 */

export interface NaivePart {
  readonly assignment: string
  readonly from: string
  readonly to: string
  readonly period: string
  readonly leaveYear: string
  readonly postedOn: string
  readonly amount: Fraction
  readonly isLastOfYear: boolean
  readonly level: Level
}

/** Since when the service of a day is counted: for years of service. */
function serviceOf({ assignments, employments }: EarningFacts, number: number): number | null {
  const begun = <Item>(items: readonly Item[], from: (item: Item) => number): Item | undefined => {
    const inOrder = items.toSorted((a, b) => from(a) - from(b))
    return inOrder.filter((item) => from(item) <= number).at(-1) ?? inOrder[0]
  }
  const history = begun(assignments, (one) => numberOf(one.at(-1)!.from))
  const hired = begun(employments, ({ from }) => (from === null ? number : numberOf(from)))?.from ?? null
  const since =
    (history && (versionInForce(history, dayOf(number)).serviceSince ?? hired ?? history.at(-1)!.from)) ?? hired
  return since === null ? null : numberOf(since)
}

/** Days beyond the last one that is asked for, so that its period and its leave year are seen to their end. */
const BEYOND = 800

/** What `earnedParts` has to say. */
export function naiveParts(facts: EarningFacts, through: CalendarDate): readonly NaivePart[] {
  const last = numberOf(through)
  const leaveYear = spanAround((number) =>
    leaveYearBegins(versionInForce(facts.policy, dayOf(number)).leaveYear, serviceOf(facts, number), number),
  )
  const parts = facts.assignments.flatMap((history) => {
    const days = spells(facts, history, last + BEYOND).flatMap((spell) =>
      daysOfSpell(facts, history, spell, last + BEYOND),
    )
    const pieces: DayEarned[][] = []
    for (const day of days) {
      const before = pieces.at(-1)?.at(-1)
      const isSame =
        before?.key === day.key &&
        before.number === day.number - 1 &&
        before.rules === day.rules &&
        before.present.from <= day.number &&
        day.number <= before.present.to
      if (isSame) pieces.at(-1)!.push(day)
      else pieces.push([day])
    }
    return pieces
      .map((piece, at) => {
        const part = { from: piece[0]!.number, to: piece.at(-1)!.number }
        return { piece, part, next: pieces[at + 1]?.[0], posted: piece[0]!.postedOn(part) }
      })
      .filter(({ part, posted }) => part.from <= last && posted <= last)
      .map(({ piece, part, next, posted }): NaivePart => {
        const year = leaveYear(part.from)
        return {
          assignment: history[0].assignment,
          from: dayOf(part.from),
          to: dayOf(part.to),
          period: dayOf(piece[0]!.period.from),
          leaveYear: dayOf(year.from),
          postedOn: dayOf(posted),
          amount: piece.map((day) => addedOn(facts, history, day)).reduce(plus, ZERO),
          isLastOfYear: next === undefined || next.number > year.to,
          level: piece[0]!.held.level,
        }
      })
  })
  return parts.toSorted((a, b) => {
    const [one, other] = [a, b].map(({ postedOn, from, assignment }) => `${postedOn} ${from} ${assignment}`)
    return one! < other! ? -1 : 1
  })
}
