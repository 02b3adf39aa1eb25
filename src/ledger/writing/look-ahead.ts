import type { PoolClient } from 'pg'
import { inOneWrite } from '../../db/one-write.ts'
import type { Account } from '../../domain/account/account.ts'
import type { WorkTime } from '../../domain/calendar/work-time.ts'
import { dayIn } from '../../domain/calendar-date.ts'
import type { HoldState } from '../../domain/hold/hold.ts'
import { isOver } from '../../domain/hold/hold.ts'
import { accountKey, type Target } from '../../domain/recording/book-state.ts'
import type { RequestState } from '../../domain/request/request.ts'
import { printTransactionId } from '../../domain/transaction.ts'
import { closingAt } from '../policies.ts'
import { clockNow } from './clock.ts'
import type { GroupNeeds } from './group-needs.ts'
import { isTooOld } from './older-days.ts'
import { openDrawn } from './open-drawn.ts'
import { openHolds } from './open-holds.ts'
import { openRequests } from './open-requests.ts'
import { emptyState, notBefore, type Opened, placeDays } from './opened.ts'
import { readAccounts, readTargetAccounts } from './opening/accounts.ts'
import { daysToRead, type HeldDay, readDays, readTimesOfDays } from './opening/days.ts'
import { readHolds } from './opening/holds.ts'
import { type ReadKeys, readKeys } from './opening/keys.ts'
import { limitedAmong } from './opening/limits.ts'
import { readLotsOf, withUnreadLots } from './opening/lots.ts'
import { readRequests } from './opening/requests.ts'
import { readTargets } from './opening/targets.ts'
import type { Tip } from './tip.ts'

/**
 * Opens a book without locking anything, to decide a group while the one before it is still being written.
 *
 * - What the group before changes is taken from memory.
 * - Everything else cannot have changed if the book's head turns out to be where the tip says. The append makes sure of
 *   that.
 * - If memory knows everything but whether the keys are taken, nothing is read: the append looks for them as well.
 * @param trusting true: few keys are taken, as far as the caller knows, so they need not be looked for here
 * @returns undefined where memory is not enough: the group has to be opened under the lock
 */
export async function lookAhead(
  db: PoolClient,
  book: string,
  needs: GroupNeeds,
  { tip, trusting }: { readonly tip: Tip; readonly trusting: boolean },
): Promise<Opened | undefined> {
  const { head, policies, periods } = tip
  const unknown = { ...needs, accounts: needs.accounts.filter((need) => tip.account(accountKey(need)) === undefined) }
  const remembered = trusting && isNothing(unknown, policies) ? clockNow(tip.clock) : undefined
  const found = remembered === undefined ? await readAhead(db, book, unknown, policies) : NOTHING_READ
  const clock = found.keys?.clock ?? tip.clock
  const now = notBefore(head, remembered ?? clock.now)
  // What is over is given back first, under the lock.
  if (tip.holdsUntil !== null && isOver({ expiresAt: tip.holdsUntil }, now)) return undefined
  const state = emptyState(now, { policies, closing: closingAt(periods, now) })
  for (const account of found.accounts) state.accounts.set(accountKey(account), account)
  for (const target of found.targets) state.targets.set(printTransactionId(target), target)
  placeDays(
    state,
    found.days.filter(({ by }) => !tip.hasReversed(by)),
  )
  for (const [entity, time] of found.times) state.times.set(entity, time)
  tip.overlay(state, needs)
  const opened: Opened = {
    head,
    now,
    clock,
    keys: found.keys?.known ?? new Map(),
    uncheckedKeys: found.keys === undefined ? needs.keys.filter((key) => !tip.keys.has(key)) : [],
    recentKeys: tip.keys,
    state,
    periods,
    holdsUntil: tip.holdsUntil,
  }
  const drawing = await openDrawn(db, book, opened, { needs, tip })
  const holding = await openHolds(db, book, opened, { needs: drawing, read: found.holds, tip })
  const whole = await openRequests(db, book, opened, { needs: holding, read: found.requests, tip })
  // What leave years limit is decided on everything that was recorded: the lines of the group before cannot be read yet.
  const today = () => dayIn(periods.timeZone, new Date(now))
  if (limitedAmong(whole.needs.limits ?? [], whole.opened.state, today).length > 0) return undefined
  if (isTooOld(whole.opened.state, whole.needs)) return undefined
  const unread = withUnreadLots(whole.opened.state, whole.needs)
  // What the group before has recorded on an account cannot be read yet.
  if (unread.some((account) => tip.account(accountKey(account)) !== undefined)) return undefined
  await readLotsOf(db, book, whole.opened.state, unread)
  return whole.opened
}

/** True where there is nothing to read for a group, but whether its keys are taken. */
function isNothing({ accounts, targets, days, ...needs }: GroupNeeds, policies: Tip['policies']): boolean {
  const { requests = [], drawn = [], holds = [] } = needs
  return [accounts, targets, daysToRead(days, policies), requests, drawn, holds].every(({ length }) => length === 0)
}

interface ReadAhead {
  /** undefined: they were not looked for. */
  readonly keys: ReadKeys | undefined
  /** Those of the targets as well. */
  readonly accounts: readonly Account[]
  readonly targets: readonly Target[]
  readonly days: readonly HeldDay[]
  readonly times: ReadonlyMap<string, WorkTime>
  readonly requests: readonly RequestState[]
  readonly holds: readonly HoldState[]
}

const NOTHING_READ: ReadAhead = {
  keys: undefined,
  accounts: [],
  targets: [],
  days: [],
  times: new Map(),
  requests: [],
  holds: [],
}

async function readAhead(
  db: PoolClient,
  book: string,
  needs: GroupNeeds,
  policies: Tip['policies'],
): Promise<ReadAhead> {
  const [keys, accounts, targets, targetAccounts, days, times, requests, holds] = await Promise.all(
    inOneWrite(
      db,
      () =>
        [
          readKeys(db, book, needs.keys),
          readAccounts(db, book, needs.accounts),
          readTargets(db, book, needs.targets),
          readTargetAccounts(db, book, needs.targets),
          readDays(db, book, needs.days, policies),
          readTimesOfDays(db, book, needs.days, policies),
          readRequests(db, book, needs.requests),
          readHolds(db, book, needs.holds),
        ] as const,
    ),
  )
  return { keys, accounts: [...accounts, ...targetAccounts], targets, days, times, requests, holds }
}
