import type { ClientBase, Pool } from 'pg'
import { headroomByLots } from '../../domain/account/headroom.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { returnedBy } from '../../domain/lots/account-lots.ts'
import { type AccountHistory, accountLotsOf, hasLots } from '../../domain/lots/lots-of.ts'
import { type TakenByRules, takenByRules } from '../../domain/lots/taken-by-rules.ts'
import { floorsOf } from '../../domain/policy/floor.ts'
import type { Minor } from '../../domain/quantity.ts'
import { type AccountKnown, accountHistories } from './account-histories.ts'

/** An account whose lots say what may be taken of it on a day. */
export interface AccountWithLots extends AccountKnown {
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

/** The same of one account whose lines are known. */
export function lotsStanding(
  recorded: AccountHistory,
  { history, asOf }: Pick<AccountWithLots, 'asOf' | 'history'>,
): LotsStanding | undefined {
  const { lines, scale } = recorded
  if (!hasLots(recorded)) return undefined
  const lots = accountLotsOf(recorded)
  const { lapsed, encashed } = takenByRules(lines, { asOf, scale })
  return {
    spendable: headroomByLots(lots, floorsOf(history), asOf),
    lapsed: lapsed - returnedBy(lots, asOf),
    encashed,
  }
}
