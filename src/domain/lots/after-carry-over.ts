import { type Account, unreadLots } from '../account/account.ts'
import type { Carried } from '../earning/posting.ts'
import { withCarryOver } from './account-lots.ts'
import { carriedLots } from './lots-of.ts'

/** An account after a carry-over: from then on looked at lot by lot, where what was kept has a last day. */
export function afterCarryOver(account: Account, carried: Carried): Account {
  const hasLots = account.hasLots || carried.validUntil !== null
  if (account.lots !== null) {
    return { ...account, hasLots, lots: withCarryOver(account.lots, carried.on, carriedLots(carried, account.scale)) }
  }
  if (hasLots) throw unreadLots(account)
  return account
}
