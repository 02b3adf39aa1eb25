import type { PoolClient } from 'pg'
import { dayIn } from '../../domain/calendar-date.ts'
import { accountKey } from '../../domain/recording/book-state.ts'
import { printTransactionId } from '../../domain/transaction.ts'
import { closingAt, type KeptDefinitions, type PolicyCache, readPeriods, readPolicies } from '../policies.ts'
import { readHead } from '../read/head.ts'
import type { GroupNeeds } from './group-needs.ts'
import { widen } from './older-days.ts'
import { openDrawn } from './open-drawn.ts'
import { openHolds } from './open-holds.ts'
import { openRequests } from './open-requests.ts'
import { emptyState, notBefore, type Opened, placeDays } from './opened.ts'
import { readAccounts, readTargetAccounts } from './opening/accounts.ts'
import { readDays, readTimesOfDays } from './opening/days.ts'
import { type LockedHead, lockHead } from './opening/head.ts'
import { readHolds, readNextEnd } from './opening/holds.ts'
import { readKeys } from './opening/keys.ts'
import { limitedAmong, readLimits } from './opening/limits.ts'
import { readLotsOf, withUnreadLots } from './opening/lots.ts'
import { readRequests } from './opening/requests.ts'
import { readTargets } from './opening/targets.ts'

/**
 * Locks the book's head and reads what the group needs. All statements go out together; the server runs them one after
 * the other, so each of those behind the lock sees what was committed before the lock was granted.
 * @returns undefined where the book does not exist
 */
export function open(
  tx: PoolClient,
  book: string,
  needs: GroupNeeds,
  policies: PolicyCache,
): Promise<Opened | undefined> {
  return openAt(lockHead, tx, book, { needs, policies })
}

/**
 * The same once more in a transaction that has the lock already.
 * @param at the instant at which it was opened first: what is decided now is decided as of then
 */
export function openAgain(
  tx: PoolClient,
  book: string,
  { needs, policies, at }: { readonly needs: GroupNeeds; readonly policies: PolicyCache; readonly at: string },
): Promise<Opened | undefined> {
  return openAt(lockHead, tx, book, { needs, policies, at })
}

/**
 * The same without a lock, for who records nothing.
 * @param tx whose statements all see the same: of isolation level repeatable read
 */
export function openUnlocked(
  tx: PoolClient,
  book: string,
  needs: GroupNeeds,
  policies: PolicyCache,
): Promise<Opened | undefined> {
  return openAt(readHead, tx, book, { needs, policies })
}

async function openAt(
  end: (tx: PoolClient, book: string) => Promise<LockedHead | undefined>,
  tx: PoolClient,
  book: string,
  { needs, policies, at }: { readonly needs: GroupNeeds; readonly policies: PolicyCache; readonly at?: string },
): Promise<Opened | undefined> {
  const kept = policies.get(book)
  const [locked, keys, accounts, targets, targetAccounts, days, times, requests, holds, holdsUntil] = await Promise.all(
    [
      end(tx, book),
      readKeys(tx, book, needs.keys),
      readAccounts(tx, book, needs.accounts),
      readTargets(tx, book, needs.targets),
      readTargetAccounts(tx, book, needs.targets),
      readDays(tx, book, needs.days, kept?.policies),
      readTimesOfDays(tx, book, needs.days, kept?.policies),
      readRequests(tx, book, needs.requests),
      readHolds(tx, book, needs.holds),
      readNextEnd(tx, book),
    ],
  )
  if (locked === undefined) return undefined
  const current = await currentPolicies(tx, book, locked, { kept, cache: policies })
  const now = at ?? notBefore(locked, keys.clock.now)
  const state = emptyState(now, { policies: current.policies, closing: closingAt(current.periods, now) })
  for (const account of [...accounts, ...targetAccounts]) state.accounts.set(accountKey(account), account)
  for (const target of targets) state.targets.set(printTransactionId(target), target)
  // A policy that this process did not know may claim days that were not asked for above.
  placeDays(state, current === kept ? days : await readDays(tx, book, needs.days, current.policies))
  const timesNow = current === kept ? times : await readTimesOfDays(tx, book, needs.days, current.policies)
  for (const [entity, time] of timesNow) state.times.set(entity, time)
  const opened: Opened = {
    head: locked,
    now,
    clock: keys.clock,
    keys: keys.known,
    uncheckedKeys: [],
    recentKeys: NO_KEYS,
    state,
    periods: current.periods,
    holdsUntil,
  }
  const drawing = await openDrawn(tx, book, opened, { needs })
  const holding = await openHolds(tx, book, opened, { needs: drawing, read: holds })
  const whole = await openRequests(tx, book, opened, { needs: holding, read: requests })
  const today = () => dayIn(current.periods.timeZone, new Date(now))
  const limited = limitedAmong(whole.needs.limits ?? [], whole.opened.state, today)
  const standing = { book, position: locked.position, policies: current.policies }
  for (const [key, account] of await readLimits(tx, standing, limited)) state.limits.set(key, account)
  await widen(tx, book, whole.opened.state, whole.needs)
  await readLotsOf(tx, book, whole.opened.state, withUnreadLots(whole.opened.state, whole.needs))
  return whole.opened
}

const NO_KEYS: Opened['recentKeys'] = new Map()

/** What this process keeps of the book, where the head says that it is exact; else what is read. */
async function currentPolicies(
  tx: PoolClient,
  book: string,
  { definitions }: LockedHead,
  { kept, cache }: { readonly kept: KeptDefinitions | undefined; readonly cache: PolicyCache },
): Promise<KeptDefinitions> {
  if (kept?.definitions === definitions) return kept
  const [policies, periods] = await Promise.all([readPolicies(tx, book), readPeriods(tx, book)])
  const current: KeptDefinitions = { definitions, policies, periods }
  cache.set(book, current)
  return current
}
