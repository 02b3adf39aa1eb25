import { isInForce } from '../../../access/held.ts'
import type { Principal } from '../../../access/principal.ts'
import type { Role } from '../../../access/rights.ts'
import { todayInUtc } from '../today.ts'
import type { LimitedCaller } from './limits.ts'

/** A caller is looked up again within a second, and then is another object. */
const known = new WeakMap<Principal, LimitedCaller>()

/** How somebody who is known is limited: by their key or as the person that they are, as their roles have it. */
export function limitedCaller(principal: Principal): LimitedCaller {
  const before = known.get(principal)
  if (before !== undefined) return before
  const { kind, id } = principal
  const isIntegration = hasRole(principal, 'integration') || hasSingleRights(principal)
  const callers = hasRole(principal, 'admin') ? 'admin' : isIntegration ? 'integration' : 'people'
  const caller = { callers, name: `${kind}:${id}` } as const
  known.set(principal, caller)
  return caller
}

function hasRole({ grants }: Principal, role: Role): boolean {
  const today = todayInUtc()
  return grants.some((grant) => 'role' in grant && grant.role === role && isInForce(grant, today))
}

/** Of a key that lists rights instead of roles: such a key is a program's. */
function hasSingleRights({ grants }: Principal): boolean {
  const today = todayInUtc()
  return grants.some((grant) => 'right' in grant && isInForce(grant, today))
}
