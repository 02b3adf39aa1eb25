import { atPolicyScale } from '../domain/exact.ts'
import { newestVersion, type PolicyHistory } from '../domain/policy/policy.ts'
import { type Minor, printMinor } from '../domain/quantity.ts'

/**
 * What postings come to, by policy, each printed at the scale that its policy has now.
 * @param sums at the finest scale there is
 * @param policies all of those that sums are of
 */
export function amountsByPolicy(
  sums: ReadonlyMap<string, Minor>,
  policies: ReadonlyMap<string, PolicyHistory>,
): { readonly [policy: string]: string } {
  return Object.fromEntries(
    Array.from(sums, ([policy, sum]) => {
      const { scale } = newestVersion(policies.get(policy)!)
      return [policy, printMinor(atPolicyScale(sum, scale), scale)]
    }),
  )
}
