import type { Actor } from '../event.ts'
import type { Refused } from '../refusal.ts'
import type { RequestState, RequestsKnown } from './request.ts'
import type { RequestTerms } from './terms.ts'

/** The roles that have to agree, one after the other; null: anybody. */
export function stepsOf({ approval }: RequestTerms): readonly (string | null)[] {
  return approval ?? [null]
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
  { actor, role, terms }: { readonly actor: Actor; readonly role: string | null; readonly terms: RequestTerms },
): Refused | undefined {
  if (isOwn({ entity }, actor)) return { refusal: { code: 'own-request', requestId: request, entity } }
  if (role === null || actor.type === 'admin' || actor.type === 'system') return undefined
  const holders = holdersOf(known, entity, role, terms)
  const { today } = known
  const isStandIn = (known.standIns.get(actor.id) ?? []).some(
    ({ entity: whose, from, to }) => holders.includes(whose) && from <= today && today <= to,
  )
  return holders.includes(actor.id) || isStandIn
    ? undefined
    : { refusal: { code: 'forbidden', requestId: request, role } }
}

function holdersOf(known: RequestsKnown, entity: string, role: string, { roles }: RequestTerms): readonly string[] {
  if (role !== 'manager') return Object.hasOwn(roles, role) ? roles[role]! : []
  const manager = known.people.get(entity)?.manager ?? null
  return manager === null ? [] : [manager]
}
