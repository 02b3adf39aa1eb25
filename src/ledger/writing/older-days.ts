import type { PoolClient } from 'pg'
import { type Account, keeps } from '../../domain/account/account.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { accountKey, type BookState } from '../../domain/recording/book-state.ts'
import { targetsNamed } from '../../domain/recording/whole-command.ts'
import type { Needs } from '../needs.ts'
import { withAllDays } from './opening/accounts.ts'

/** Loads the older days of accounts about which a decision goes further back than what their rows keep. */
export async function widen(tx: PoolClient, book: string, state: BookState, needs: Needs): Promise<void> {
  for (const [key, account] of tooOld(state, needs)) state.accounts.set(key, await withAllDays(tx, book, account))
}

/** True where a decision goes further back than what the row of an account keeps. */
export function isTooOld(state: BookState, needs: Needs): boolean {
  return tooOld(state, needs).length > 0
}

/** Accounts, by their keys, whose rows do not keep the earliest day that is decided about. */
function tooOld(state: BookState, needs: Needs): [key: string, Account][] {
  return Array.from(earliestDays(state, needs)).flatMap(([key, from]) => {
    const account = state.accounts.get(key)
    return account === undefined || keeps(account, from) ? [] : [[key, account]]
  })
}

/** The earliest day that is decided about, by account. */
function earliestDays(state: BookState, needs: Needs): Map<string, CalendarDate> {
  const earliest = new Map<string, CalendarDate>()
  const note = (key: string, from: CalendarDate): void => {
    const known = earliest.get(key)
    if (known === undefined || from < known) earliest.set(key, from)
  }
  for (const need of needs.accounts) note(accountKey(need), need.from)
  for (const { at, from } of needs.targets) {
    for (const { transaction } of targetsNamed(at, (id) => state.targets.get(id))) {
      note(accountKey(transaction), from ?? transaction.effectiveOn)
    }
  }
  return earliest
}
