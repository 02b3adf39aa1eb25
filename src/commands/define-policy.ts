import { FIRST_DAY } from '../domain/calendar-date.ts'
import {
  newestVersion,
  type PolicyHistory,
  type PolicyTerms,
  type PolicyVersion,
  sameTerms,
} from '../domain/policy/policy.ts'
import { normalQuantity, toMinor } from '../domain/quantity.ts'
import type { Refusal } from '../domain/refusal.ts'
import { type RequestTerms, USUAL_TERMS } from '../domain/request/terms.ts'
import { versionInForce } from '../domain/version-in-force.ts'
import type { DefineCommand } from '../ledger/command.ts'
import { asJson, canonicalJson, type Json } from '../ledger/rows/canonical.ts'
import type { PolicyBody } from './bodies.ts'
import type { Caller } from './context.ts'
import { definitionDiffers } from './original.ts'

/**
 * Defines a policy, or gives it a new version from `effectiveFrom` on (default: the first version from always, a later
 * one from today), until the day of one that is scheduled for later. What is in force on that day already is unchanged. Its
 * resource and unit stay what they are, and its scale never falls: what is recorded stays readable.
 */
export function definePolicy(caller: Caller, policy: string, body: PolicyBody): DefineCommand {
  const { effectiveFrom, ...said } = body
  const overdraftLimit = body.overdraftLimit === null ? null : normalQuantity(body.overdraftLimit)
  const requests = body.requests ? requestTerms(body.requests) : null
  const terms: PolicyTerms = { ...said, overdraftLimit, name: body.name ?? null, requests }
  return {
    ...caller,
    kind: 'define',
    canonical: `PUT /v1/books/${caller.book}/policies/${policy} ${canonicalJson({ ...asJson(body), overdraftLimit })}`,
    reads: {},
    createsBook: false,
    decide: ({ policies, today }, position) => {
      const history = policies.get(policy)
      const refusal = refuseTerms(policy, terms, history)
      if (refusal !== undefined) return { refusal }
      const from = effectiveFrom ?? (history === undefined ? FIRST_DAY : today)
      const inForce = history && versionInForce(history, from)
      if (inForce && sameTerms(inForce, terms)) return { outcome: 'unchanged', position: inForce.position }
      const version: PolicyVersion = {
        ...terms,
        policy,
        version: history === undefined ? 1 : newestVersion(history).version + 1,
        effectiveFrom: from,
        position,
      }
      return {
        outcome: 'define',
        type: 'policy-defined',
        stream: `policy:${policy}`,
        streamVersion: version.version,
        data: policyData(version),
        definition: { kind: 'policy', version },
      }
    },
    differs: (original) =>
      definitionDiffers(original, 'policy-defined', {
        ...termsData(terms),
        policy,
        ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
      }),
  }
}

function refuseTerms(policy: string, terms: PolicyTerms, history: PolicyHistory | undefined): Refusal | undefined {
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
  const { automaticUpTo, countCalendarDays, ...others } = said
  return {
    ...USUAL_TERMS,
    ...others,
    automaticUpTo: typeof automaticUpTo === 'string' ? normalQuantity(automaticUpTo) : null,
    ...(countCalendarDays === true ? { countCalendarDays } : {}),
  }
}

function policyData({ policy, version, effectiveFrom, position: _position, ...terms }: PolicyVersion): Json {
  return { ...termsData(terms), policy, version, effectiveFrom }
}

/** Left out where nothing is said of requests: what was recorded before there were any reads as it did. */
function termsData({ requests, ...terms }: PolicyTerms): { readonly [member: string]: Json } {
  return requests === null ? { ...terms } : { ...terms, requests: asJson(requests) }
}
