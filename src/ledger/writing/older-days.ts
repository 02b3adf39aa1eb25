import type { PoolClient } from 'pg'
import { type Account, atScale, keeps } from '../../domain/account/account.ts'
import { shortfall } from '../../domain/account/headroom.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { floorsOf } from '../../domain/policy/floor.ts'
import { newestVersion } from '../../domain/policy/policy.ts'
import { accountKey, type BookState } from '../../domain/recording/book-state.ts'
import { targetsNamed } from '../../domain/recording/whole-command.ts'
import type { Needs } from '../needs.ts'
import { withAllDays } from './opening/accounts.ts'

/** Loads the older days of accounts about which a decision goes further back than what their rows keep. */
export async function widen(tx: PoolClient, book: string, state: BookState, needs: Needs): Promise<void> {
  for (const [key, account] of tooOld(state, needs)) {
    const history = state.policies.get(account.policy)!
    const kept = atScale(account, newestVersion(history).scale)
    // What was below its floor long ago does not count: its row does not keep those days, and will not after this.
    const floor = shortfall(kept, floorsOf(history))
    state.accounts.set(key, { ...(await withAllDays(tx, book, kept)), floor })
  }
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
export function earliestDays(state: BookState, needs: Needs): Map<string, CalendarDate> {
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
