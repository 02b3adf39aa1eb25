import { lookedAt } from '../drawing/looked-at.ts'
import type { Source } from '../drawing/sources.ts'
import { accountKey, type BookState } from '../recording/book-state.ts'
import type { Refused } from '../refusal.ts'
import { withoutLines } from './lines.ts'
import type { RequestState } from './request.ts'

/**
 * What was held cannot be taken, since a limit was tightened meanwhile. Of a request that draws on several accounts, each
 * is told with what it has, as where one is submitted.
 */
export function withAccounts(state: BookState, current: RequestState, refused: Refused): Refused {
  const { refusal } = refused
  if (refusal.code !== 'insufficient-balance') return refused
  const { entity, lines } = current
  const freedAccounts = withoutLines(state, entity, lines)
  const sources = [...new Set(lines.map(({ policy }) => policy))].map((policy): Source => {
    return { history: state.policies.get(policy)!, account: freedAccounts.get(accountKey({ entity, policy }))! }
  })
  const { firstViolatedOn: on } = refusal
  return { ...refused, refusal: { ...refusal, ...lookedAt(sources, { date: on, on }) } }
}
