import type { PoolClient } from 'pg'
import type { HoldState } from '../../domain/hold/hold.ts'
import { accountKey } from '../../domain/recording/book-state.ts'
import { printTransactionId } from '../../domain/transaction.ts'
import type { LimitNeed } from '../needs.ts'
import type { GroupNeeds } from './group-needs.ts'
import { type Opened, placeDays } from './opened.ts'
import { readAccounts } from './opening/accounts.ts'
import { readDays, readTimesOfDays } from './opening/days.ts'
import { heldAccounts, heldTargets } from './opening/holds.ts'
import type { Tip } from './tip.ts'

/**
 * Reads what the holds of a group depend on, in one more round trip; nothing where the group is about none.
 * @param read the holds, as far as they exist
 * @param tip what is known of the group before, where that may not be in what is read
 * @returns the needs of the group, to which those of its holds are added
 */
export async function openHolds(
  db: PoolClient,
  book: string,
  { state }: Opened,
  { needs, read, tip }: { needs: GroupNeeds; read: readonly HoldState[]; tip?: Tip },
): Promise<GroupNeeds> {
  if (needs.holds === undefined || needs.holds.length === 0) return needs
  for (const hold of read) state.holds.set(hold.hold, hold)
  for (const id of needs.holds) {
    const moved = tip?.hold(id)
    if (moved !== undefined) state.holds.set(id, moved)
  }
  // What ended gives nothing back.
  const held = Array.from(state.holds.values()).filter(({ status }) => status === 'held')
  const accounts = held.flatMap(heldAccounts)
  const days = accounts.map(({ entity, policy, from: on }) => ({ entity, policy, on }))
  const unknown = accounts.filter((need) => tip?.account(accountKey(need)) === undefined)
  const [found, taken, times] = await Promise.all([
    readAccounts(db, book, unknown),
    readDays(db, book, days, state.policies),
    readTimesOfDays(db, book, days, state.policies),
  ])
  for (const account of found) state.accounts.set(accountKey(account), account)
  for (const target of held.flatMap(heldTargets)) state.targets.set(printTransactionId(target), target)
  placeDays(state, tip === undefined ? taken : taken.filter(({ by }) => !tip.hasReversed(by)))
  for (const [entity, time] of times) state.times.set(entity, time)
  const limits = accounts.flatMap(({ entity, policy, from: on }): LimitNeed[] => [
    { entity, policy, of: 'leave' },
    { entity, policy, of: 'late-leave', on },
  ])
  const wanted = {
    ...needs,
    accounts: [...needs.accounts, ...accounts],
    days: [...needs.days, ...days],
    limits: [...(needs.limits ?? []), ...limits],
  }
  tip?.overlay(state, wanted)
  return wanted
}
