import type { CalendarDate } from '../../calendar-date.ts'
import type { PolicyHistory } from '../../policy/policy.ts'
import { versionInForce } from '../../version-in-force.ts'
import type { AssignmentTerms } from '../assignment.ts'
import { contradictionsIn } from '../contradictions.ts'
import { atAmounts } from '../levels.ts'
import type { Contradiction } from './contradiction.ts'

/**
 * What an assignment says that cannot be so, by itself or under its policy as that is on the first day of it.
 * @returns none: it is sound
 */
export function contradictionsInAssignment(
  { terms, amounts }: Pick<AssignmentTerms, 'amounts' | 'terms'>,
  { policy, from }: { readonly policy: PolicyHistory; readonly from: CalendarDate },
): readonly Contradiction[] {
  const version = versionInForce(policy, from)
  const own = contradictionsIn(terms ?? {}, version)
  if (own.length > 0) return own.map(({ pointer, message }) => ({ pointer: `/terms${pointer}`, message }))
  const earning = terms?.earning ?? version.earning
  if (amounts === null || earning === undefined) return []
  const [first] = contradictionsIn({ earning: atAmounts(earning, amounts) }, version)
  return first === undefined
    ? []
    : [{ pointer: '/amounts', message: `must go with the terms, of which ${first.pointer} ${first.message}` }]
}

/** Whether a policy gives anything to whoever is assigned to it: by what it earns or carries over, or as it has no limit. */
export function givesAnything(policy: PolicyHistory): boolean {
  return policy.some(
    ({ earning, carryOver, overdraftLimit }) =>
      earning !== undefined || carryOver !== undefined || overdraftLimit === null,
  )
}
