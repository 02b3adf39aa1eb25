import type { Problem } from '../../contract/problem.ts'
import type { Authority } from '../../domain/authority.ts'
import { forbidden } from './authorize.ts'

/** What of a body takes a right beside that of its call. */
interface Part {
  readonly type?: unknown
  readonly decided?: unknown
  readonly intoClosedPeriod?: unknown
}

/**
 * What becomes of a body that asks for more than its call does by itself, where its caller may not: leave that counts as approved,
 * a line for a closed period, an adjustment among other lines, hours or a notice in a bulk.
 * @returns undefined where it does not, or they may
 */
export function refusedBeyondCall(
  { authority }: { readonly authority?: Authority },
  body: Part | { readonly transactions: readonly Part[] },
): Problem | undefined {
  if (authority === undefined) return undefined
  const parts = 'transactions' in body ? body.transactions : [body]
  const isOverriding = parts.some((one) => one.decided !== undefined || one.intoClosedPeriod !== undefined)
  if (isOverriding && !authority.overrides) return forbidden('requests:override')
  const isOf = (type: string) => parts.some((one) => one.type === type)
  if (isOf('adjustment') && !authority.adjusts) return forbidden('transactions:adjust')
  if (isOf('worked-hours') && !authority.recordsHours) return forbidden('worked-hours:record')
  return isOf('notice') && !authority.givesNotices ? forbidden('notices:give') : undefined
}
