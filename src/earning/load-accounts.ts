import type { ClientBase, Pool } from 'pg'
import type { EarningFacts } from '../domain/earning/facts.ts'
import { movementsOf, namesPosted, postedByDay, type RecordedLine } from '../domain/earning/movements.ts'
import { type Carried, carriedName } from '../domain/earning/posting.ts'
import { nameOf } from '../domain/earning/work-out.ts'
import { newestVersion } from '../domain/policy/policy.ts'
import { accountHistories } from '../ledger/read/account-histories.ts'
import type { EarningAccount } from './account.ts'

/** One account, by entity and policy. */
export interface AccountOfRun {
  readonly entity: string
  readonly policy: string
}

/**
 * What was recorded on some accounts up to a position, as the rules see it.
 * @param facts of each, in the same order
 */
export async function loadAccounts(
  db: Pool | ClientBase,
  { book, position }: { readonly book: string; readonly position: number },
  facts: readonly EarningFacts[],
): Promise<readonly EarningAccount[]> {
  const known = facts.map(({ entity, policy: history }) => ({ entity, policy: history[0].policy, history }))
  const histories = await accountHistories(db, { book, knownAt: position }, known)
  return facts.map((of, at) => {
    const { lines, carryOvers } = histories[at]!
    return earningAccountOf(of, {
      lines,
      carried: carryOvers.map(({ position: recordedAt, carried }) => ({ ...carried, position: recordedAt })),
    })
  })
}

/** An account, of all of its lines and what was carried over on it, both by position. */
export function earningAccountOf(
  facts: EarningFacts,
  {
    lines,
    carried,
  }: {
    readonly lines: readonly RecordedLine[]
    readonly carried: readonly (Carried & { readonly position: number })[]
  },
): EarningAccount {
  const { scale, policy } = newestVersion(facts.policy)
  return {
    entity: facts.entity,
    policy,
    facts,
    version: lines.length,
    lines,
    movements: movementsOf(lines, scale),
    byDay: postedByDay(lines, scale),
    carried: new Map(carried.map(({ position: _position, ...one }) => [carriedName(one), one])),
    names: new Map([
      ...carried
        .toReversed()
        .map((one): [string, number] => [nameOf({ kind: 'carry-over', first: one.on, carried: one }), one.position]),
      ...namesPosted(lines),
    ]),
  }
}
