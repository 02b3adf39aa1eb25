import type { ClientBase, Pool } from 'pg'
import { query } from '../db/statement.ts'
import type { EarningFacts } from '../domain/earning/facts.ts'
import { movementsOf, namesPosted, postedByDay, type RecordedLine } from '../domain/earning/movements.ts'
import { type Carried, carriedName } from '../domain/earning/posting.ts'
import { nameOf } from '../domain/earning/work-out.ts'
import { newestVersion } from '../domain/policy/policy.ts'
import { ACCOUNT_LINES, CARRIED } from '../ledger/read/account-lines.sql.ts'
import { transactionFromRow } from '../ledger/rows/transaction-row.ts'
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
  const entities = facts.map(({ entity }) => entity)
  const policies = facts.map(({ policy }) => policy[0].policy)
  const values = [book, entities, policies, position] as const
  const [lineRows, carriedRows] = await Promise.all([
    query(db, ACCOUNT_LINES, [...values]),
    query(db, CARRIED, [...values]),
  ])
  const lines = Map.groupBy(lineRows, ({ at }) => at)
  const carried = Map.groupBy(carriedRows, ({ at }) => at)
  return facts.map((of, at) =>
    earningAccountOf(of, {
      lines: (lines.get(at) ?? []).map((row) => ({ ...transactionFromRow(row), position: row.position })),
      carried: carried.get(at) ?? [],
    }),
  )
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
