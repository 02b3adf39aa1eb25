import type { CalendarDate } from '../calendar-date.ts'
import { employmentOn, isEmployedOn } from '../definition/employment.ts'
import { versionInForce } from '../version-in-force.ts'
import type { AssignmentHistory } from './assignment.ts'
import type { EarningFacts } from './facts.ts'
import { levelReachedBy } from './levels.ts'
import type { CarryOverDay } from './part.ts'
import { type Rules, rulesIn } from './rules.ts'
import { later } from './spells.ts'
import type { CarryOverTerms, Level } from './terms.ts'

/**
 * By what is carried over on a day. What an assignment says for one person goes before what the policy says; of both, a level
 * before what is said for all.
 */
export function carryOverTermsOn(
  facts: EarningFacts,
  day: CalendarDate,
): { readonly terms: CarryOverTerms | undefined } & Pick<CarryOverDay, 'policyVersion' | 'assignment'> {
  const policy = versionInForce(facts.policy, day)
  const history = assignedOn(facts, day)
  if (history === undefined) return { terms: policy.carryOver, policyVersion: policy.version, assignment: null }
  const { assignment, terms: own } = versionInForce(history, day)
  const ofLevel = levelOn(facts, history, day)?.carryOver
  const ofPolicy = own?.earning === undefined ? ofLevel : undefined
  const ofPerson = own?.earning === undefined ? undefined : ofLevel
  const terms = ofPerson ?? own?.carryOver ?? ofPolicy ?? policy.carryOver
  return { terms, policyVersion: policy.version, assignment }
}

function assignedOn({ assignments, employments }: EarningFacts, day: CalendarDate): AssignmentHistory | undefined {
  if (!isEmployedOn(employments, day)) return undefined
  return assignments.find((history) => {
    const { from, to } = history.at(-1)!
    return from <= day && (to === null || day <= to)
  })
}

/** The level that somebody is on, by the change of levels that the policy has. */
function levelOn(facts: EarningFacts, history: AssignmentHistory, day: CalendarDate): Level | undefined {
  const employment = employmentOn(facts.employments, day)
  const rules = rulesIn(facts, history, { employment })(day)
  const joined = later(history.at(-1)!.from, employment?.from ?? history.at(-1)!.from)
  return levelReachedBy(rules.levels, later(joined, heldSince(rules, day)))?.level
}

/** The day whose level holds on another. */
function heldSince({ earning, leaveYears, levels }: Rules, day: CalendarDate): CalendarDate {
  switch (earning?.levelChange) {
    case 'next-year':
      return leaveYears(day).from
    case 'next-period':
      return levelReachedBy(levels, day)?.periods(day).from ?? day
    default:
      return day
  }
}
