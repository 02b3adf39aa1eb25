import type { PoolClient } from 'pg'
import { type Account, atScale } from '../../../domain/account/account.ts'
import { accountLotsOf } from '../../../domain/lots/lots-of.ts'
import { accountKey, type BookState } from '../../../domain/recording/book-state.ts'
import { accountHistories } from '../../read/account-histories.ts'
import { EVERYTHING } from '../../read/account-lines.sql.ts'
import type { GroupNeeds } from '../group-needs.ts'

/**
 * Accounts, by their keys, whose lots have to be known and have not been read: they are looked at lot by lot, or a command
 * of the group may be the first from which on they are.
 */
export function withUnreadLots({ accounts }: Pick<BookState, 'accounts'>, needs: GroupNeeds): readonly Account[] {
  const needed = new Set(needs.accounts.filter(({ lots }) => lots === true).map(accountKey))
  return Array.from(accounts).flatMap(([key, account]) =>
    account.lots === null && (account.hasLots || needed.has(key)) ? [account] : [],
  )
}

/**
 * Reads the lots of accounts.
 * @param tx sees everything that was recorded on them so far
 */
export async function readLotsOf(
  tx: PoolClient,
  book: string,
  state: BookState,
  accounts: readonly Account[],
): Promise<void> {
  if (accounts.length === 0) return
  const known = accounts.map((account) => ({ ...account, history: state.policies.get(account.policy)! }))
  const histories = await accountHistories(tx, { book, knownAt: EVERYTHING }, known)
  for (const [at, account] of accounts.entries()) {
    const recorded = histories[at]!
    state.accounts.set(accountKey(account), { ...atScale(account, recorded.scale), lots: accountLotsOf(recorded) })
  }
}
