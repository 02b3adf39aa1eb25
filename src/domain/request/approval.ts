import type { Actor } from '../event.ts'
import type { Refused } from '../refusal.ts'
import type { RequestState, RequestsKnown } from './request.ts'
import type { RequestTerms } from './terms.ts'

/** One step of an approval. */
export interface Step {
  /** null: anybody but whoever asks. */
  readonly role: string | null
  /** Who has it, as the policy says; a manager is whom the entity's definition names. */
  readonly holders: readonly string[]
}

const ANYBODY: Step = { role: null, holders: [] }

/**
 * Who has to agree, one after the other: everybody for whom one of the policies asks, in the order in which they are drawn
 * on, and each once. A role that two policies give to others is two steps.
 */
export function stepsOf(policies: readonly RequestTerms[]): readonly [Step, ...Step[]] {
  const steps = new Map<string, Step>()
  for (const { approval, roles } of policies) {
    for (const role of approval ?? []) {
      const holders = role !== MANAGER && Object.hasOwn(roles, role) ? roles[role]!.toSorted(byText) : []
      const key = JSON.stringify([role, holders])
      if (!steps.has(key)) steps.set(key, { role, holders })
    }
  }
  const [first = ANYBODY, ...others] = steps.values()
  return [first, ...others]
}

const MANAGER = 'manager'

function byText(a: string, b: string): number {
  return a < b ? -1 : 1
}

/** Whether a request is one's own. What a system does, it does for somebody else, whatever it is called. */
export function isOwn({ entity }: Pick<RequestState, 'entity'>, actor: Actor): boolean {
  return actor.type !== 'system' && actor.id === entity
}

/**
 * Whether somebody may take a step about a request: whoever has its role, or stands in for them today; and an
 * administrator, or a system that decides elsewhere.
 */
export function refuseDecider(
  known: RequestsKnown,
  { request, entity }: Pick<RequestState, 'entity' | 'request'>,
  { actor, step: { role, holders: named } }: { readonly actor: Actor; readonly step: Step },
): Refused | undefined {
  if (isOwn({ entity }, actor)) return { refusal: { code: 'own-request', requestId: request, entity } }
  if (role === null || actor.type === 'admin' || actor.type === 'system') return undefined
  const holders = role === MANAGER ? managersOf(known, entity) : named
  const { today } = known
  const isStandIn = (known.standIns.get(actor.id) ?? []).some(
    ({ entity: whose, from, to }) => holders.includes(whose) && from <= today && today <= to,
  )
  return holders.includes(actor.id) || isStandIn
    ? undefined
    : { refusal: { code: 'forbidden', requestId: request, role } }
}

function managersOf(known: RequestsKnown, entity: string): readonly string[] {
  const manager = known.people.get(entity)?.manager ?? null
  return manager === null ? [] : [manager]
}
