import type { CalendarDate } from '../calendar-date.ts'
import type { PolicyVersion } from '../policy/policy.ts'
import { versionInForce } from '../version-in-force.ts'
import type { AssignmentHistory, AssignmentVersion } from './assignment.ts'
import type { Periods } from './days-of-year.ts'
import type { EarningFacts } from './facts.ts'
import { leaveYearsOf } from './leave-year.ts'
import { atAmounts, levelsSince, type ReachedLevel } from './levels.ts'
import { serviceSince } from './service.ts'
import type { Spell } from './spells.ts'
import type { EarningTerms } from './terms.ts'

/** By what an assignment earns: what its policy and itself say on a day, for somebody who serves since another. */
export interface Rules {
  readonly policy: PolicyVersion
  readonly assignment: AssignmentVersion
  readonly service: CalendarDate
  /** As the policy has them on that day, whatever it says later. */
  readonly leaveYears: Periods
  /** undefined: nothing is earned. */
  readonly earning: EarningTerms | undefined
  /** None where nothing is earned. */
  readonly levels: readonly ReachedLevel[]
}

/** @returns the rules of a day, the same object for days of the same versions */
export function rulesIn(
  { policy }: Pick<EarningFacts, 'policy'>,
  history: AssignmentHistory,
  { employment }: Pick<Spell, 'employment'>,
): (day: CalendarDate) => Rules {
  const known: Rules[] = []
  return (day) => {
    const version = versionInForce(policy, day)
    const assignment = versionInForce(history, day)
    const same = known.find((rules) => rules.policy === version && rules.assignment === assignment)
    if (same !== undefined) return same
    const rules = rulesOf(version, assignment, serviceSince({ ...assignment, from: history.at(-1)!.from }, employment))
    known.push(rules)
    return rules
  }
}

function rulesOf(policy: PolicyVersion, assignment: AssignmentVersion, service: CalendarDate): Rules {
  const { leaveYear } = policy
  const said = assignment.terms?.earning ?? policy.earning
  const earning = said && atAmounts(said, assignment.amounts)
  return {
    policy,
    assignment,
    service,
    leaveYears: leaveYearsOf(leaveYear, service),
    earning,
    levels: earning === undefined ? [] : levelsSince(service, { earning, leaveYear }),
  }
}

/** The next day after `day` from which a policy or an assignment says something else. */
export function nextVersionAfter(
  day: CalendarDate,
  ...histories: readonly (readonly { readonly effectiveFrom: CalendarDate }[])[]
): CalendarDate | undefined {
  const later = histories.flat().flatMap(({ effectiveFrom }) => (effectiveFrom > day ? [effectiveFrom] : []))
  return later.toSorted()[0]
}
