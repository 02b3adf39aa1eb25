import type { Actor } from '../event.ts'
import type { Refused } from '../refusal.ts'
import { personOf, type RequestState, type RequestsKnown } from './request.ts'
import type { RequestTerms } from './terms.ts'

/** One step of an approval. */
export interface Step {
  /** null: anybody but whoever the request is for. */
  readonly role: string | null
  /** Who has the role by the policy. `manager` has nobody here: it is whom the entity's definition names. */
  readonly holders: readonly string[]
}

/** One after the other, never empty. */
export type Steps = readonly [Step, ...Step[]]

const ANYBODY: Step = { role: null, holders: [] }

/**
 * Who has to agree, one after the other.
 * - Every role for which one of the policies asks is a step, in the order in which the policies are drawn on.
 * - A role for which several policies ask is one step.
 * - A role that two policies give to different people is two steps.
 */
export function stepsOf(policies: readonly RequestTerms[]): Steps {
  const steps = new Map<string, Step>()
  for (const { approval, roles } of policies) {
    for (const role of approval ?? []) {
      const holders = role !== MANAGER && Object.hasOwn(roles, role) ? roles[role]!.toSorted() : []
      const key = JSON.stringify([role, holders])
      steps.set(key, { role, holders })
    }
  }
  const [first = ANYBODY, ...others] = steps.values()
  return [first, ...others]
}

/** The step that comes next. A cancellation that was asked for is decided by whoever decides last. */
export function nextStep(steps: Steps, { steps: taken, cancellation }: RequestState): Step {
  return (cancellation === null ? steps[taken] : undefined) ?? lastStep(steps)
}

const MANAGER = 'manager'

/**
 * Who may take a step about a request: holders of its role, their stand-ins today, administrators, systems. Never whoever
 * the request is for.
 */
export function refuseDecider(
  known: RequestsKnown,
  { request, entity }: Pick<RequestState, 'entity' | 'request'>,
  { actor, step: { role, holders: named } }: { readonly actor: Actor; readonly step: Step },
): Refused | undefined {
  const own = refuseOwn({ request, entity }, actor)
  if (own !== undefined) return own
  if (role === null || actor.type === 'admin' || actor.type === 'system') return undefined
  const { manager } = personOf(known, entity)
  const holdsRole = (id: string): boolean => (role === MANAGER ? id === manager : named.includes(id))
  const mayDecide = holdsRole(actor.id) || standsInFor(known, actor).some(holdsRole)
  return mayDecide ? undefined : { refusal: { code: 'forbidden', requestId: request, role } }
}

/** Nobody decides their own request. */
export function refuseOwn(
  { request, entity }: Pick<RequestState, 'entity' | 'request'>,
  actor: Actor,
): Refused | undefined {
  return isOwn({ entity }, actor) ? { refusal: { code: 'own-request', requestId: request, entity } } : undefined
}

/** Who may say that a request is approved already: whoever may take every step of its approval. */
export function refuseDecidingAlone(
  known: RequestsKnown,
  request: Pick<RequestState, 'entity' | 'request'>,
  { actor, steps }: { readonly actor: Actor; readonly steps: Steps },
): Refused | undefined {
  for (const step of steps) {
    const refused = refuseDecider(known, request, { actor, step })
    if (refused !== undefined) return refused
  }
  return undefined
}

/** True where cancelling needs a decision: the request is approved, a policy says `ask`, and the actor may not decide. */
export function mustAsk(
  known: RequestsKnown,
  current: RequestState,
  { actor, terms }: { readonly actor: Actor; readonly terms: readonly RequestTerms[] },
): boolean {
  if (current.status !== 'approved' || terms.every(({ cancellation }) => cancellation === 'free')) return false
  return refuseDecider(known, current, { actor, step: lastStep(stepsOf(terms)) }) !== undefined
}

/** A system acts for somebody else, even one that is named like the entity. */
function isOwn({ entity }: Pick<RequestState, 'entity'>, actor: Actor): boolean {
  return actor.type !== 'system' && actor.id === entity
}

/** Whom somebody stands in for today. */
function standsInFor({ standIns, today }: RequestsKnown, { id }: Actor): readonly string[] {
  const periods = standIns.get(id) ?? []
  return periods.filter(({ from, to }) => from <= today && today <= to).map(({ entity }) => entity)
}

function lastStep(steps: Steps): Step {
  return steps.at(-1)!
}
