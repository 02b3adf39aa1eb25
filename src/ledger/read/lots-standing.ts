import type { ClientBase, Pool } from 'pg'
import { query } from '../../db/statement.ts'
import { headroomByLots } from '../../domain/account/headroom.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { isOfLots, returnedBy } from '../../domain/lots/account-lots.ts'
import { type AccountHistory, accountLotsOf } from '../../domain/lots/lots-of.ts'
import { type TakenByRules, takenByRules } from '../../domain/lots/taken-by-rules.ts'
import { floorsOf } from '../../domain/policy/floor.ts'
import { newestVersion, type PolicyHistory } from '../../domain/policy/policy.ts'
import type { Minor } from '../../domain/quantity.ts'
import { transactionFromRow } from '../rows/transaction-row.ts'
import { ACCOUNT_LINES, CARRIED } from './account-lines.sql.ts'

/** An account whose lots say what may be taken of it on a day, and the known versions of its policy. */
export interface AccountWithLots {
  readonly entity: string
  readonly policy: string
  readonly history: PolicyHistory
  readonly asOf: CalendarDate
}

/** What lots say of an account on a day, in minor units at its policy's scale. */
export interface LotsStanding extends TakenByRules {
  readonly spendable: Minor | null
}

/**
 * How the lots of accounts stand, from everything that was recorded on them up to a position.
 * @returns in the order of the accounts; undefined of one that had no such lots by then
 */
export async function lotsStandings(
  db: Pool | ClientBase,
  { book, knownAt }: { readonly book: string; readonly knownAt: number },
  accounts: readonly AccountWithLots[],
): Promise<readonly (LotsStanding | undefined)[]> {
  if (accounts.length === 0) return []
  const histories = await accountHistories(db, { book, knownAt }, accounts)
  return accounts.map((account, at) => lotsStanding(histories[at]!, account))
}

/** Everything that was recorded on accounts up to a position, in the order of the accounts. */
export async function accountHistories(
  db: Pool | ClientBase,
  { book, knownAt }: { readonly book: string; readonly knownAt: number },
  accounts: readonly Pick<AccountWithLots, 'entity' | 'history' | 'policy'>[],
): Promise<readonly AccountHistory[]> {
  const values = [book, accounts.map(({ entity }) => entity), accounts.map(({ policy }) => policy), knownAt] as const
  const [lineRows, carriedRows] = await Promise.all([
    query(db, ACCOUNT_LINES, [...values]),
    query(db, CARRIED, [...values]),
  ])
  const lines = Map.groupBy(lineRows, ({ at }) => at)
  const carried = Map.groupBy(carriedRows, ({ at }) => at)
  return accounts.map(({ history }, at) => ({
    lines: (lines.get(at) ?? []).map((row) => ({ ...transactionFromRow(row), position: row.position })),
    carryOvers: (carried.get(at) ?? []).map(({ at: _at, position, ...one }) => ({ position, carried: one })),
    scale: newestVersion(history).scale,
  }))
}

/** The same of one account whose lines are known. */
export function lotsStanding(
  recorded: AccountHistory,
  { history, asOf }: Pick<AccountWithLots, 'asOf' | 'history'>,
): LotsStanding | undefined {
  const { lines, carryOvers, scale } = recorded
  const hasLots = lines.some(isOfLots) || carryOvers.some(({ carried }) => carried.validUntil !== null)
  if (!hasLots) return undefined
  const lots = accountLotsOf(recorded)
  const { lapsed, encashed } = takenByRules(lines, { asOf, scale })
  return {
    spendable: headroomByLots(lots, floorsOf(history), asOf),
    lapsed: lapsed - returnedBy(lots, asOf),
    encashed,
  }
}
