import type { Problem } from '../../contract/problem.ts'
import type { Authority } from '../../domain/authority.ts'
import { forbidden } from './authorize.ts'

/** What of a body sets a rule aside. */
interface Overriding {
  readonly decided?: unknown
  readonly intoClosedPeriod?: unknown
}

/**
 * What becomes of a body that sets a rule aside, where its caller may not: leave that counts as approved, or a line for a
 * closed period.
 * @returns undefined where it does not, or they may
 */
export function refusedOverride(
  { authority }: { readonly authority?: Authority },
  body: Overriding | { readonly transactions: readonly Overriding[] },
): Problem | undefined {
  if (authority === undefined || authority.overrides) return undefined
  const parts = 'transactions' in body ? body.transactions : [body]
  const isOverriding = parts.some((one) => one.decided !== undefined || one.intoClosedPeriod !== undefined)
  return isOverriding ? forbidden('requests:override') : undefined
}
