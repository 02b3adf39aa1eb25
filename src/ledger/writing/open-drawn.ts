import type { PoolClient } from 'pg'
import { accountKey } from '../../domain/recording/book-state.ts'
import type { AccountNeed, Needs } from '../needs.ts'
import type { GroupNeeds } from './group-needs.ts'
import { type Opened, placeDays } from './opened.ts'
import { readAccounts } from './opening/accounts.ts'
import { readDays, readTimesOfDays } from './opening/days.ts'
import type { Tip } from './tip.ts'

/**
 * Reads the accounts that leave of a resource may be taken from, and who holds its days, in one more round trip; nothing
 * where no command of the group asks for any.
 * @param tip what is known of the group before, where that may not be in what is read
 * @returns the needs with those that follow from the policies of the book
 */
export async function openDrawn(
  db: PoolClient,
  book: string,
  { state }: Opened,
  { needs, tip }: { readonly needs: GroupNeeds; readonly tip?: Tip },
): Promise<GroupNeeds> {
  const { drawn = [] } = needs
  if (drawn.length === 0) return needs
  const accounts: AccountNeed[] = []
  const days: Needs['days'][number][] = []
  for (const { entity, resource, on } of drawn) {
    for (const [policy, [{ resource: counted }]] of state.policies) {
      if (counted !== resource) continue
      accounts.push({ entity, policy, from: on })
      days.push({ entity, policy, on })
    }
  }
  const unknown = accounts.filter((need) => tip?.account(accountKey(need)) === undefined)
  const [read, held, times] = await Promise.all([
    readAccounts(db, book, unknown),
    readDays(db, book, days, state.policies),
    readTimesOfDays(db, book, days, state.policies),
  ])
  for (const account of read) state.accounts.set(accountKey(account), account)
  placeDays(state, tip === undefined ? held : held.filter(({ by }) => !tip.hasReversed(by)))
  for (const [entity, time] of times) state.times.set(entity, time)
  const wanted: GroupNeeds = {
    ...needs,
    accounts: [...needs.accounts, ...accounts],
    days: [...needs.days, ...days],
    limits: [
      ...(needs.limits ?? []),
      ...accounts.map(({ entity, policy }) => ({ entity, policy, of: 'leave' as const })),
    ],
  }
  tip?.overlay(state, wanted)
  return wanted
}
