import { exactFrom } from '../exact.ts'
import type { AboutPolicy, Contradiction } from './contradictions/contradiction.ts'
import { inCarryOver } from './contradictions/in-carry-over.ts'
import { inEarning } from './contradictions/in-earning.ts'
import type { EarningPolicyTerms } from './terms.ts'

/**
 * What terms of earning say that cannot be so; each member by itself is as its schema has it, in its normal spelling.
 * @param said by a policy; or by one assignment, of `earning` and `carryOver`
 * @param policy whose terms they are: those that an assignment does not say are the policy's
 * @returns in the order of the members; none: they are sound
 */
export function contradictionsIn(said: EarningPolicyTerms, policy: AboutPolicy): readonly Contradiction[] {
  return [
    ...inEarning(said, policy),
    ...(said.carryOver === undefined ? [] : inCarryOver(said.carryOver, { at: '/carryOver', scale: policy.scale })),
    ...inSpending(said, policy),
  ]
}

function* inSpending(
  { spending, earning }: EarningPolicyTerms,
  { overdraftLimit }: AboutPolicy,
): Generator<Contradiction> {
  if (spending?.of === 'year' && overdraftLimit === null) {
    yield {
      pointer: '/spending/of',
      message: 'must be "earned" where overdraft is unlimited: leave it out, or say an overdraftLimit such as "0"',
    }
  }
  const most = mostOfAYear(earning?.levels ?? [])
  if (spending?.yearMost !== undefined && most !== undefined && exactFrom(spending.yearMost) > exactFrom(most)) {
    yield {
      pointer: '/spending/yearMost',
      message: `must be at most "${most}", the yearMax of what is earned: say that, or leave it out`,
    }
  }
}

/** The highest `yearMax` of some levels; undefined where one of them has none. */
function mostOfAYear(levels: readonly { readonly yearMax?: string }[]): string | undefined {
  const [first, ...others] = levels.map(({ yearMax }) => yearMax)
  return others.reduce((most, yearMax) => {
    if (most === undefined || yearMax === undefined) return undefined
    return exactFrom(yearMax) > exactFrom(most) ? yearMax : most
  }, first)
}
