import { OF_RECORD } from '../authority.ts'
import type { Actor } from '../event.ts'
import type { Refused } from '../refusal.ts'
import type { Ordering } from './order.ts'
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

/**
 * The steps that are still to be taken, the next one first, where somebody has to decide. Agreeing is kept by role: whatever
 * became of the chain since, who has agreed is not asked again, and who has not is. Two cases in which the last step of the
 * chain is all that is left:
 * - every role has agreed, since the chain has become shorter. A definition decides about no request: the last of them is
 *   asked once more.
 * - a cancellation was asked for: whoever decides last decides about that.
 */
export function stepsLeft(
  steps: Steps,
  { agreed, cancellation }: Pick<RequestState, 'agreed' | 'cancellation'>,
): Steps {
  const last = steps.at(-1)!
  if (cancellation !== null) return [last]
  const counted = new Map<string | null, number>()
  for (const role of agreed) counted.set(role, (counted.get(role) ?? 0) + 1)
  const [next = last, ...others] = steps.filter(({ role }) => {
    // A role that two policies give to different people is two steps, and agrees twice.
    const times = counted.get(role) ?? 0
    if (times > 0) counted.set(role, times - 1)
    return times === 0
  })
  return [next, ...others]
}

const MANAGER = 'manager'

/** On what ground somebody takes a step: the approval asks them, or a role lets them take every step. */
type Ground = 'decides-by-role' | 'may-decide'

/**
 * Who may take a step about a request: holders of its role, their stand-ins today, administrators, systems, and who decides
 * by a role. Never whoever the request is for.
 */
export function groundOf(
  known: RequestsKnown,
  { request, entity }: Pick<RequestState, 'entity' | 'request'>,
  { by, step: { role, holders: named } }: { readonly by: Ordering; readonly step: Step },
): Ground | Refused {
  const own = refuseOwn(known, { request, entity }, by)
  if (own !== undefined) return own
  const { actor, authority = OF_RECORD } = by
  if (role === null || actor.type === 'admin' || actor.type === 'system') return 'may-decide'
  const { manager } = personOf(known, entity)
  const holdsRole = (id: string): boolean => (role === MANAGER ? id === manager : named.includes(id))
  if (entitiesOf(known, actor).some(holdsRole)) return 'may-decide'
  return authority.decides ? 'decides-by-role' : { refusal: { code: 'forbidden', requestId: request, role } }
}

/** Nobody decides their own request, or the request of whom they stand in for today. */
export function refuseOwn(
  known: RequestsKnown,
  { request, entity }: Pick<RequestState, 'entity' | 'request'>,
  { actor, authority = OF_RECORD }: Ordering,
): Refused | undefined {
  const isOwn = authority.selves.includes(entity) || entitiesOf(known, actor).includes(entity)
  return isOwn ? { refusal: { code: 'own-request', requestId: request, entity } } : undefined
}

/**
 * Who may say that a request is approved already: whoever may take every step of its approval, or enters by a role what was
 * approved elsewhere.
 */
export function groundOfDecided(
  known: RequestsKnown,
  request: Pick<RequestState, 'entity' | 'request'>,
  { by, steps }: { readonly by: Ordering; readonly steps: Steps },
): Ground | Refused {
  for (const step of steps) {
    const ground = groundOf(known, request, { by, step })
    if (ground === 'may-decide') continue
    const isEntered = by.authority?.overrides === true
    return typeof ground === 'string' || (isEntered && ground.refusal.code === 'forbidden') ? 'decides-by-role' : ground
  }
  return 'may-decide'
}

/**
 * Whether cancelling or moving a request needs a decision that who acts may not take: it is approved, and a policy says
 * `ask`.
 * @returns else on what ground it needs none; undefined: nobody would have to decide
 */
export function groundToGiveBack(
  known: RequestsKnown,
  current: RequestState,
  { by, terms }: { readonly by: Ordering; readonly terms: readonly RequestTerms[] },
): Ground | 'must-ask' | undefined {
  if (current.status !== 'approved' || terms.every(({ cancellation }) => cancellation === 'free')) return undefined
  const ground = groundOf(known, current, { by, step: stepsOf(terms).at(-1)! })
  return typeof ground === 'string' ? ground : 'must-ask'
}

/**
 * Who acts, as entities: themselves, and whom they stand in for today. A machine, a system and an account that is linked to
 * nobody are no entity, also where they are named like one; nor is the bootstrap key.
 */
function entitiesOf({ standIns, today }: RequestsKnown, { id, type }: Actor): readonly string[] {
  if (!PEOPLE.includes(type) || (type === 'admin' && id === 'root')) return []
  const periods = (standIns.get(id) ?? []).filter(({ from, to }) => from <= today && today <= to)
  return [id, ...periods.map(({ entity }) => entity)]
}

/** Types of actors whose ids are those of entities. */
const PEOPLE: readonly string[] = ['admin', 'employee', 'manager']
