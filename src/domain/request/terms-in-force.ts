import type { CalendarDate } from '../calendar-date.ts'
import type { PolicyVersion } from '../policy/policy.ts'
import { versionInForce } from '../version-in-force.ts'
import type { RequestState } from './request.ts'
import { type RequestTerms, USUAL_TERMS } from './terms.ts'

/** What a version of a policy says about requests; null: nothing. */
export type TermsVersion = Pick<PolicyVersion, 'effectiveFrom' | 'requests'>

/** Oldest first. */
export type TermsHistory = readonly [TermsVersion, ...TermsVersion[]]

/** What policies say about requests. */
export interface TermsKnown {
  readonly policies: ReadonlyMap<string, TermsHistory>
}

/** What a policy says about requests that begin on a day. */
export function termsOn(history: TermsHistory, day: CalendarDate): RequestTerms {
  return versionInForce(history, day).requests ?? USUAL_TERMS
}

/** The terms of all policies that a request draws on, in the order of its lines. */
export function termsOf(
  { policies }: TermsKnown,
  { lines, from }: Pick<RequestState, 'from' | 'lines'>,
): readonly RequestTerms[] {
  const drawnOn = new Set(lines.map(({ policy }) => policy))
  return Array.from(drawnOn, (policy) => {
    const history = policies.get(policy)
    if (history === undefined) throw new Error(`a request draws on the policy ${policy}, which does not exist`)
    return termsOn(history, from)
  })
}
