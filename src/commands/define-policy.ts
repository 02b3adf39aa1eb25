import { FIRST_DAY } from '../domain/calendar-date.ts'
import { contradictionsIn } from '../domain/earning/contradictions.ts'
import { EARNING_MEMBERS, earningTermsOf, inNormalSpelling } from '../domain/earning/said.ts'
import {
  newestVersion,
  type PolicyHistory,
  type PolicyTerms,
  type PolicyVersion,
  sameTerms,
} from '../domain/policy/policy.ts'
import { normalQuantity, toMinor } from '../domain/quantity.ts'
import type { DayOverlap } from '../domain/recording/first-overlap.ts'
import type { Refusal } from '../domain/refusal.ts'
import { type RequestTerms, USUAL_TERMS } from '../domain/request/terms.ts'
import { printTransactionId } from '../domain/transaction.ts'
import { versionInForce } from '../domain/version-in-force.ts'
import type { DefineCommand } from '../ledger/command.ts'
import type { ClaimedDays, ClaimingLines } from '../ledger/definition.ts'
import { asJson, canonicalJson, type Json } from '../ledger/rows/canonical.ts'
import type { PolicyBody } from './bodies.ts'
import type { Caller } from './context.ts'
import { definitionDiffers } from './original.ts'

/**
 * Defines a policy, or gives it a new version from `effectiveFrom` on (default: the first version from always, a later
 * one from today), until the day of one that is scheduled for later. What is in force on that day already is unchanged. Its
 * resource and unit stay what they are, and its scale never falls: what is recorded stays readable. Where its lines begin to
 * claim days, those recorded before claim theirs; where two of them would have the same one, it is refused.
 */
export function definePolicy(caller: Caller, policy: string, body: PolicyBody): DefineCommand {
  const { effectiveFrom, kindVisibleTo, ...said } = body
  const overdraftLimit = body.overdraftLimit === null ? null : normalQuantity(body.overdraftLimit)
  const requests = body.requests ? requestTerms(body.requests) : null
  const terms: PolicyTerms = {
    ...said,
    overdraftLimit,
    name: body.name ?? null,
    requests,
    ...kindTerm(kindVisibleTo),
    ...inNormalSpelling(earningTermsOf(said)),
  }
  const from = effectiveFrom === undefined ? {} : { effectiveFrom }
  const path = `PUT /v1/books/${caller.book}/policies/${policy} `
  return {
    ...caller,
    kind: 'define',
    canonical: path + canonicalJson({ ...termsData(terms), ...from }),
    formerCanonical: path + canonicalJson({ ...asJson(body), overdraftLimit }),
    reads: terms.dayExclusive ? { claiming: { policy, from: effectiveFrom ?? null } } : {},
    createsBook: false,
    decide: ({ policies, today, claiming }, position) => {
      const history = policies.get(policy)
      const refusal = refuseTerms(policy, terms, history)
      if (refusal !== undefined) return { refusal }
      const begins = effectiveFrom ?? (history === undefined ? FIRST_DAY : today)
      const inForce = history && versionInForce(history, begins)
      if (inForce && sameTerms(inForce, terms)) return { outcome: 'unchanged', position: inForce.position }
      if (claiming?.overlap !== undefined) return { refusal: dayTaken(claiming.overlap) }
      const claims = claimedDays(claiming)
      const version: PolicyVersion = {
        ...terms,
        policy,
        version: history === undefined ? 1 : newestVersion(history).version + 1,
        effectiveFrom: begins,
        position,
      }
      return {
        outcome: 'define',
        type: 'policy-defined',
        stream: `policy:${policy}`,
        streamVersion: version.version,
        data: { ...policyData(version), ...(claims === undefined ? {} : { daysClaimed: asJson(claims) }) },
        definition: { kind: 'policy', version, ...(claims === undefined ? {} : { claims }) },
      }
    },
    differs: (original) =>
      definitionDiffers(
        original,
        'policy-defined',
        { ...termsData(terms), policy, ...from },
        { sometimes: SOMETIMES, unrecorded: ['effectiveFrom'] },
      ),
  }
}

/** Members that a definition and its event leave out where they say nothing. */
const SOMETIMES = ['requests', 'retiredFrom', 'kindVisibleTo', ...EARNING_MEMBERS]

/** Left out where it is as usual: there were policies before it. */
function kindTerm(said: PolicyBody['kindVisibleTo']): Pick<PolicyTerms, 'kindVisibleTo'> {
  return said === 'team' || said === 'hr' ? { kindVisibleTo: said } : {}
}

/** The days that lines recorded before claim from now on; undefined where there is no such line. */
function claimedDays(claiming: ClaimingLines | undefined): ClaimedDays | undefined {
  return claiming === undefined || claiming.lines === 0
    ? undefined
    : { from: claiming.days.from, until: claiming.days.until, lines: claiming.lines }
}

function dayTaken({ takenBy, ...overlap }: DayOverlap): Refusal {
  return { code: 'day-taken', ...overlap, takenBy: printTransactionId(takenBy) }
}

function refuseTerms(policy: string, terms: PolicyTerms, history: PolicyHistory | undefined): Refusal | undefined {
  const contradictions = contradictionsIn(terms, terms)
  if (contradictions.length > 0) return { code: 'contradicting-terms', contradictions }
  const { overdraftLimit, scale } = terms
  if (overdraftLimit !== null && toMinor(overdraftLimit, scale) === 'scale-exceeded') {
    return { code: 'scale-exceeded', policy, scale, amount: overdraftLimit }
  }
  const automaticUpTo = terms.requests?.automaticUpTo ?? null
  if (automaticUpTo !== null && toMinor(automaticUpTo, scale) === 'scale-exceeded') {
    return { code: 'scale-exceeded', policy, scale, amount: automaticUpTo }
  }
  if (terms.requests?.countCalendarDays === true && terms.unit !== 'day') {
    return { code: 'rule-violated', rule: 'calendar-days-in-days', limit: 'day' }
  }
  if (terms.requests?.displaces?.includes(terms.resource) === true) {
    return { code: 'rule-violated', rule: 'displaces-other-leave', limit: terms.resource }
  }
  if (history === undefined) return undefined
  const current = newestVersion(history)
  if (terms.resource !== current.resource)
    return { code: 'rule-violated', rule: 'policy-resource-fixed', limit: current.resource }
  if (terms.unit !== current.unit) return { code: 'rule-violated', rule: 'policy-unit-fixed', limit: current.unit }
  if (scale < current.scale)
    return { code: 'rule-violated', rule: 'policy-scale-not-lowered', limit: String(current.scale) }
  return undefined
}

/**
 * What is not said is as usual, and recorded as that: what is usual may be something else one day. Two terms are left out
 * where they say nothing: there were policies before them.
 */
function requestTerms(said: Partial<RequestTerms>): RequestTerms {
  const { automaticUpTo, countCalendarDays, displaces, ...others } = said
  // What earlier releases fingerprinted may have said null.
  const displaced = new Set(displaces ?? [])
  return {
    ...USUAL_TERMS,
    ...others,
    automaticUpTo: typeof automaticUpTo === 'string' ? normalQuantity(automaticUpTo) : null,
    ...(countCalendarDays === true ? { countCalendarDays } : {}),
    ...(displaced.size === 0 ? {} : { displaces: [...displaced].toSorted() }),
  }
}

function policyData({ policy, version, effectiveFrom, position: _position, ...terms }: PolicyVersion): {
  readonly [member: string]: Json
} {
  return { ...termsData(terms), policy, version, effectiveFrom }
}

/** Left out where nothing is said of requests: what was recorded before there were any reads as it did. */
function termsData({ requests, ...terms }: PolicyTerms): { readonly [member: string]: Json } {
  const said = asJson(terms)
  return requests === null ? said : { ...said, requests: asJson(requests) }
}
