import type { CalendarDate } from '../../../../src/domain/calendar-date.ts'
import type { AssignmentHistory, AssignmentVersion } from '../../../../src/domain/earning/assignment.ts'
import type { EarningFacts } from '../../../../src/domain/earning/facts.ts'
import type { EarningTerms, Every, Level } from '../../../../src/domain/earning/terms.ts'
import type { PolicyVersion } from '../../../../src/domain/policy/policy.ts'
import { versionInForce } from '../../../../src/domain/version-in-force.ts'
import { leaveYearBegins, periodBegins, spanAround } from './naive-beginnings.ts'
import { type Days, dayOf, lengthOn, numberOf } from './naive-days.ts'

// What holds on a day.

export interface Held {
  readonly level: Level
  readonly reachedOn: number
  readonly every: Every
  readonly period: (number: number) => Days
}

export interface Rules {
  readonly policy: PolicyVersion
  readonly assignment: AssignmentVersion
  readonly earning: EarningTerms | undefined
  readonly service: number
  readonly leaveYear: (number: number) => Days
  readonly levels: readonly Held[]
  /** The first day after the waiting. */
  readonly waited: number | undefined
}

export function rulesFor(facts: EarningFacts, history: AssignmentHistory, hired: CalendarDate | null) {
  const known: Rules[] = []
  return (number: number): Rules => {
    const policy = versionInForce(facts.policy, dayOf(number))
    const assignment = versionInForce(history, dayOf(number))
    const same = known.find((rules) => rules.policy === policy && rules.assignment === assignment)
    if (same !== undefined) return same
    const service = numberOf(assignment.serviceSince ?? hired ?? history.at(-1)!.from)
    const earning = assignment.terms?.earning ?? policy.earning
    const levels = (earning?.levels ?? []).map((said) => {
      const amounts = ['amount', 'yearAmount', 'perHours', 'inLastFullPeriodOfCalendarYear']
      const others = Object.entries(said).filter(([name]) => !amounts.includes(name))
      const level: Level = assignment.amounts === null ? said : { ...Object.fromEntries(others), ...assignment.amounts }
      const every = said.every ?? earning!.every
      const on = said.on ?? (every === earning!.every ? earning!.on : undefined)
      const grid = { every, on, leaveYear: policy.leaveYear, service }
      const reachedOn = lengthOn(service, said.after ?? { days: 0 })
      return { level, reachedOn, every, period: spanAround((day) => periodBegins(grid, day)) }
    })
    const rules: Rules = {
      policy,
      assignment,
      earning,
      service,
      leaveYear: spanAround((day) => leaveYearBegins(policy.leaveYear, service, day)),
      levels,
      waited: earning?.waiting && lengthOn(service, earning.waiting),
    }
    known.push(rules)
    return rules
  }
}

export const reachedBy = ({ levels }: Rules, number: number): Held | undefined =>
  levels.filter(({ reachedOn }) => reachedOn <= number).at(-1)
