import type { CalendarDate } from '../calendar-date.ts'
import { fractionOf } from '../fraction.ts'
import { amountsOf } from './amount.ts'
import type { AssignmentHistory } from './assignment.ts'
import type { EarningFacts } from './facts.ts'
import { leaveYearsIn } from './leave-year-on.ts'
import type { EarnedPart } from './part.ts'
import { partsOfSpell } from './parts-of-spell.ts'
import type { PeriodPart } from './period-part.ts'
import { spellsOf } from './spells.ts'

/**
 * Everything that an entity earns under a policy, by all its assignments and since their beginning: exact amounts of periods
 * and of parts of periods, before anything that depends on the balance. A part that earns nothing is among them, since a
 * year's last part may have to take what rounding left.
 * @param through the last day of postings. What is posted by an earlier day is the beginning of what is posted by a later one
 * @returns by the day on which it is posted, then by the first day of the part, then by assignment
 * @throws Error where working time has to be counted, and a calendar or its public holidays are not known
 */
export function earnedParts(facts: EarningFacts, through: CalendarDate): readonly EarnedPart[] {
  const leaveYears = leaveYearsIn(facts)
  return facts.assignments
    .flatMap((history) => {
      const amountOf = amountsOf(facts, history)
      const parts = partsThrough(facts, history, through).map((part) => ({ part, year: leaveYears(part.part.from) }))
      return parts.flatMap(({ part, year }, at) => {
        const next = parts[at + 1]
        if (part.postedOn > through) return []
        const isLastOfYear = next === undefined || next.part.part.from > year.to
        return { ...namesOf(part), leaveYear: year, ...amountOf(part), ...limitsOf(part), isLastOfYear }
      })
    })
    .toSorted(asPosted)
}

/** The parts of an assignment that begin by a day, and the one after them. */
function partsThrough(facts: EarningFacts, history: AssignmentHistory, through: CalendarDate): readonly PeriodPart[] {
  const parts: PeriodPart[] = []
  for (const spell of spellsOf(facts, history)) {
    for (const part of partsOfSpell(facts, history, spell)) {
      parts.push(part)
      if (part.part.from > through) return parts
    }
  }
  return parts
}

function namesOf({ rules, part, period, postedOn }: PeriodPart) {
  return {
    assignment: rules.assignment.assignment,
    assignmentVersion: rules.assignment.version,
    policyVersion: rules.policy.version,
    part,
    period,
    postedOn,
  }
}

function limitsOf({ rules, reached: { level } }: PeriodPart) {
  const { balanceCap, yearMax } = level
  return {
    level,
    balanceCap: balanceCap === undefined ? null : fractionOf(balanceCap),
    yearMax: yearMax === undefined ? null : fractionOf(yearMax),
    rounding: rules.earning.rounding ?? null,
  }
}

function asPosted(a: EarnedPart, b: EarnedPart): number {
  return compare(a.postedOn, b.postedOn) || compare(a.part.from, b.part.from) || compare(a.assignment, b.assignment)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
