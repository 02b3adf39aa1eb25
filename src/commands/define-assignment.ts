import type { CalendarDate } from '../domain/calendar-date.ts'
import {
  type AssignmentHistory,
  type AssignmentSpan,
  type AssignmentTerms,
  type AssignmentVersion,
  assignmentSpan,
  beginningOf,
  overlap,
} from '../domain/earning/assignment.ts'
import { contradictionsInAssignment, givesAnything } from '../domain/earning/contradictions/in-assignment.ts'
import { inNormalSpelling } from '../domain/earning/said.ts'
import { newestVersion, type PolicyHistory } from '../domain/policy/policy.ts'
import { retiredThroughout } from '../domain/policy/retirement.ts'
import { normalQuantity } from '../domain/quantity.ts'
import type { Refusal } from '../domain/refusal.ts'
import { versionInForce } from '../domain/version-in-force.ts'
import type { DefineCommand } from '../ledger/command.ts'
import type { Defining, KnownAssignments } from '../ledger/definition.ts'
import { asJson, canonicalJson } from '../ledger/rows/canonical.ts'
import type { AssignmentBody } from './bodies.ts'
import type { Caller } from './context.ts'
import { definitionDiffers } from './original.ts'

/** Of one entity: nobody earns by so many, and all of them are read when it is worked out what somebody earns. */
export const MOST_ASSIGNMENTS = 500

/** More would be no assignment but a clock. */
export const MOST_ASSIGNMENT_VERSIONS = 250

/** Which assignment of whom. */
export interface AssignmentOf {
  readonly entity: string
  readonly assignment: string
}

/**
 * Says that an entity earns under a policy, on which days, and what is its own about it. Share, amounts and terms hold from
 * `effectiveFrom` on, until the day of the next version; without it, from the beginning of the assignment on. Its days, and
 * since when service counts, are those of the whole assignment, whenever they are said. The policy stays what it is, and two
 * assignments of an entity to one policy have no day in common.
 */
export function defineAssignment(
  caller: Caller,
  { entity, assignment }: AssignmentOf,
  { effectiveFrom, ...body }: AssignmentBody,
): DefineCommand {
  const said = termsOf(body)
  const from = effectiveFrom === undefined ? {} : { effectiveFrom }
  const path = `PUT /v1/books/${caller.book}/entities/${entity}/assignments/${assignment} `
  return {
    ...caller,
    kind: 'define',
    canonical: path + canonicalJson({ ...asJson(said), ...from }),
    reads: { assignment: { entity, assignment, policy: said.policy } },
    createsBook: false,
    decide: ({ policies, assignments }, position) => {
      const policy = policies.get(said.policy)
      if (policy === undefined) return { refusal: { code: 'unknown-policy', policy: said.policy } }
      const { history } = assignments!
      const begins = effectiveFrom ?? (history === undefined ? said.from : beginningOf(history))
      const known = history && unchangedVersion(history, said, begins)
      if (known !== undefined) return { outcome: 'unchanged', position: known.position }
      const refusal =
        refused(said, entity, assignments!) ??
        afterRetirement(said, policy, history) ??
        contradicting(said, policy, begins)
      if (refusal !== undefined) return { refusal }
      const version = (history?.at(-1)!.version ?? 0) + 1
      return newAssignment(
        { ...said, entity, assignment, version, effectiveFrom: begins, position },
        newestVersion(policy).resource,
      )
    },
    differs: (original) =>
      definitionDiffers(
        original,
        'assignment-defined',
        { ...asJson(said), entity, assignment, ...from },
        {
          unrecorded: ['effectiveFrom'],
        },
      ),
  }
}

function newAssignment({ position, ...data }: AssignmentVersion, resource: string): Defining {
  return {
    outcome: 'define',
    type: 'assignment-defined',
    stream: `assignment:${data.entity}/${data.assignment}`,
    streamVersion: data.version,
    data: asJson({ ...data, resource }),
    definition: { kind: 'assignment', version: { ...data, position }, resource },
  }
}

/**
 * Nothing is earned under a policy that is retired: an assignment that lies in such days altogether is a mistake. One whose
 * policy was retired later, and reaches back before it, stays changeable.
 */
function afterRetirement(
  said: AssignmentTerms,
  policy: PolicyHistory,
  history: AssignmentHistory | undefined,
): Refusal | undefined {
  if (history !== undefined && assignmentSpan(history).from === said.from) return undefined
  const limit = retiredThroughout(policy, said)
  return limit === undefined ? undefined : { code: 'rule-violated', rule: 'policy-retired', limit, pointer: '/from' }
}

/** What it says is held against what the policy says on the first day of it. */
function contradicting(said: AssignmentTerms, policy: PolicyHistory, from: CalendarDate): Refusal | undefined {
  if (!givesAnything(policy)) return { code: 'policy-does-not-earn', policy: said.policy }
  const contradictions = contradictionsInAssignment(said, { policy, from })
  return contradictions.length === 0 ? undefined : { code: 'contradicting-terms', contradictions }
}

function refused(
  said: AssignmentTerms,
  entity: string,
  { history, count, others }: KnownAssignments,
): Refusal | undefined {
  const { policy } = said
  if (history !== undefined && history[0].policy !== policy) {
    return { code: 'rule-violated', rule: 'assignment-policy-fixed', limit: history[0].policy }
  }
  const other = others.find((one) => overlap(one, said))
  if (other !== undefined) {
    const { assignment: id, from, to } = other
    return { code: 'assignment-overlap', entity, policy, other: { id, from, to } }
  }
  if (history === undefined && count >= MOST_ASSIGNMENTS) {
    return { code: 'rule-violated', rule: 'assignments-of-entity', limit: String(MOST_ASSIGNMENTS) }
  }
  if (history !== undefined && history.length >= MOST_ASSIGNMENT_VERSIONS) {
    return { code: 'rule-violated', rule: 'assignment-versions', limit: String(MOST_ASSIGNMENT_VERSIONS) }
  }
  return undefined
}

/** What is not said is null, and each quantity in its normal spelling. */
function termsOf(body: Omit<AssignmentBody, 'effectiveFrom'>): AssignmentTerms {
  const { policy, from, to = null, serviceSince = null, share = null, amounts = null, terms = null } = body
  return {
    policy,
    from,
    to,
    serviceSince,
    share: share === null ? null : normalQuantity(share),
    amounts: amounts && normalAmounts(amounts),
    terms: inNormalSpelling(terms),
  }
}

function normalAmounts(amounts: NonNullable<AssignmentTerms['amounts']>): NonNullable<AssignmentTerms['amounts']> {
  return 'amount' in amounts
    ? { amount: normalQuantity(amounts.amount) }
    : { yearAmount: normalQuantity(amounts.yearAmount) }
}

/** The version in force that says the same already, where the days of the assignment are the same as well. */
function unchangedVersion(
  history: AssignmentHistory,
  said: AssignmentTerms,
  from: CalendarDate,
): AssignmentVersion | undefined {
  const inForce = versionInForce(history, from)
  // The days that were said with a version are not those of the assignment any more once another one has followed.
  return sameText(assignmentSpan(history), spanIn(said)) && sameText(termsIn(inForce), said) ? inForce : undefined
}

function spanIn({ from, to, serviceSince }: AssignmentSpan): AssignmentSpan {
  return { from, to, serviceSince }
}

function termsIn({ policy, share, amounts, terms, ...version }: AssignmentTerms): AssignmentTerms {
  return { policy, share, amounts, terms, ...spanIn(version) }
}

function sameText(a: object, b: object): boolean {
  return canonicalJson(asJson(a)) === canonicalJson(asJson(b))
}
