import type { PolicyBody } from '../../src/commands/bodies.ts'
import { emptyAccount, withAmount } from '../../src/domain/account/account.ts'
import type { DayToDraw } from '../../src/domain/drawing/draw.ts'
import type { Source } from '../../src/domain/drawing/sources.ts'
import { exactFrom } from '../../src/domain/exact.ts'
import { type RequestTerms, USUAL_TERMS } from '../../src/domain/request/terms.ts'
import { day, policy } from './builders.ts'
import { policyHistory } from './builders-given.ts'

/*
 * Accounts that days are drawn from, and the days.
 */

export const MONDAY = day('2025-07-07')

/** What a day is, where it is no whole Monday. */
export type DayAsked = Partial<Omit<DayToDraw, 'cost'>> & { readonly cost?: string }

/** Whole Mondays, unless they say something else. */
export function days(...parts: readonly DayAsked[]): DayToDraw[] {
  return parts.map(({ cost = '1', ...part }) => ({
    date: MONDAY,
    on: MONDAY,
    portion: 'full',
    cost: exactFrom(cost),
    ...part,
  }))
}

/** An account under a policy, with so many minor units earned long ago. */
export function source(
  id: string,
  earned: bigint,
  { requests, ...body }: Partial<PolicyBody> & { requests?: Partial<RequestTerms> } = {},
): Source {
  const [version] = policyHistory(id, [policy(body)])
  const history: Source['history'] = [
    { ...version, requests: requests === undefined ? null : { ...USUAL_TERMS, ...requests } },
  ]
  const { resource, scale } = version
  const account = emptyAccount({ entity: 'e1', policy: id, resource, scale })
  const on = day('2025-01-01')
  return {
    history,
    account: earned === 0n ? account : withAmount(account, { component: 'accrued', amount: earned, on, position: 1 }),
  }
}
