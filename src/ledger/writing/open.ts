import type { PoolClient } from 'pg'
import { inOneWrite } from '../../db/one-write.ts'
import { type Account, keeps } from '../../domain/account/account.ts'
import { type CalendarDate, dayIn } from '../../domain/calendar-date.ts'
import {
  accountKey,
  type BookState,
  claimed,
  dayKey,
  FREE_DAY,
  type Target,
} from '../../domain/recording/book-state.ts'
import type { RequestState } from '../../domain/request/request.ts'
import { printTransactionId } from '../../domain/transaction.ts'
import type { Needs } from '../needs.ts'
import {
  closingAt,
  type KeptDefinitions,
  type KeptPeriods,
  type PolicyCache,
  readPeriods,
  readPolicies,
} from '../policies.ts'
import { type ClockReading, clockNow } from './clock.ts'
import type { RecentKey } from './decide-all.ts'
import { readAccounts, readTargetAccounts, withAllDays } from './opening/accounts.ts'
import { daysToRead, type HeldDay, readDays } from './opening/days.ts'
import { type LockedHead, lockHead } from './opening/head.ts'
import { type KnownKey, type ReadKeys, readKeys } from './opening/keys.ts'
import { readingOf, readPeople, readRequests, readStandIns, targetsOf } from './opening/requests.ts'
import { readTargets } from './opening/targets.ts'
import type { Tip } from './tip.ts'

/** The end of a book's history, with everything that a group of commands needs of it. */
export interface Opened {
  readonly head: LockedHead
  /** The database's clock, never before the head's. */
  readonly now: string
  /** What `now` was made of. */
  readonly clock: ClockReading
  readonly keys: ReadonlyMap<string, KnownKey>
  /** Keys that nobody looked for: the group must not be recorded where one of them is taken. */
  readonly uncheckedKeys: readonly string[]
  /** Keys that this process recorded moments ago: what is read may be from before that. */
  readonly recentKeys: ReadonlyMap<string, RecentKey>
  readonly state: BookState
  /** What `state.closing` was made of. */
  readonly periods: KeptPeriods
}

/** What a whole group needs: the union of its commands' needs. */
export interface GroupNeeds extends Needs {
  readonly keys: readonly string[]
}

/**
 * Locks the book's head and reads what the group needs. All statements go out together; the server runs them one after
 * the other, so each of those behind the lock sees what was committed before the lock was granted.
 * @returns undefined where the book does not exist
 */
export async function open(
  tx: PoolClient,
  book: string,
  needs: GroupNeeds,
  policies: PolicyCache,
): Promise<Opened | undefined> {
  const kept = policies.get(book)
  const [locked, keys, accounts, targets, targetAccounts, days, requests] = await Promise.all([
    lockHead(tx, book),
    readKeys(tx, book, needs.keys),
    readAccounts(tx, book, needs.accounts),
    readTargets(tx, book, needs.targets),
    readTargetAccounts(tx, book, needs.targets),
    readDays(tx, book, needs.days, kept?.policies),
    readRequests(tx, book, needs.requests),
  ])
  if (locked === undefined) return undefined
  const current = await currentPolicies(tx, book, locked, kept, policies)
  const { policies: histories, periods } = current
  const now = notBefore(locked, keys.clock.now)
  const closing = closingAt(periods, now)
  const state = stateOf(histories, closing)
  for (const account of [...accounts, ...targetAccounts]) state.accounts.set(accountKey(account), account)
  for (const target of targets) state.targets.set(printTransactionId(target), target)
  // A policy that this process did not know may claim days that were not asked for above.
  placeDays(state, current !== kept ? await readDays(tx, book, needs.days, histories) : days)
  const opened: Opened = {
    head: locked,
    now,
    clock: keys.clock,
    keys: keys.known,
    uncheckedKeys: [],
    recentKeys: NO_KEYS,
    state,
    periods,
  }
  if (needs.requests === undefined || needs.requests.length === 0) {
    await widen(tx, book, state, needs)
    return opened
  }
  const wanted = await withRequests(tx, book, opened, {
    needs,
    requests: new Map(requests.map((of) => [of.request, of])),
  })
  await widen(tx, book, wanted.opened.state, wanted.needs)
  return wanted.opened
}

/**
 * Reads what a group needs without locking anything, to decide it while the group before it is still being written.
 * What that one changes is taken from memory; everything else cannot have changed if the book's head turns out to be
 * where the tip says, which the append makes sure of.
 *
 * Where memory knows everything but whether the keys are taken, nothing is read: the append looks for them as well.
 * @param trusting whether to: few keys are taken, as far as the caller knows
 * @returns undefined where memory is not enough: the group has to be opened under the lock
 */
export async function lookAhead(
  db: PoolClient,
  book: string,
  needs: GroupNeeds,
  { tip, trusting }: { readonly tip: Tip; readonly trusting: boolean },
): Promise<Opened | undefined> {
  const { head, policies, periods } = tip
  const unknown = needs.accounts.filter((need) => tip.account(accountKey(need)) === undefined)
  const toRead = [unknown, needs.targets, daysToRead(needs.days, policies), needs.requests ?? []]
  const known = toRead.every(({ length }) => length === 0)
  const remembered = trusting && known ? clockNow(tip.clock) : undefined
  const [keys, accounts, targets, targetAccounts, days, requests] =
    remembered === undefined ? await readAhead(db, book, { ...needs, accounts: unknown }, policies) : NOTHING_READ
  const clock = keys?.clock ?? tip.clock
  const now = notBefore(head, remembered ?? clock.now)
  const closing = closingAt(periods, now)
  const state = stateOf(policies, closing)
  for (const account of [...accounts, ...targetAccounts]) state.accounts.set(accountKey(account), account)
  for (const target of targets) state.targets.set(printTransactionId(target), target)
  placeDays(
    state,
    days.filter(({ by }) => !tip.hasReversed(by)),
  )
  tip.overlay(state, needs)
  let opened: Opened = {
    head,
    now,
    clock,
    keys: keys?.known ?? new Map(),
    uncheckedKeys: keys === undefined ? needs.keys.filter((key) => !tip.keys.has(key)) : [],
    recentKeys: tip.keys,
    state,
    periods,
  }
  let wanted = needs
  if (needs.requests !== undefined && needs.requests.length > 0) {
    const known = new Map(requests.map((of) => [of.request, tip.request(of.request) ?? of]))
    for (const { request } of needs.requests) {
      const moved = tip.request(request)
      if (moved !== undefined) known.set(request, moved)
    }
    ;({ opened, needs: wanted } = await withRequests(db, book, opened, { needs, requests: known, tip }))
  }
  for (const [key, from] of earliestDays(opened.state, wanted)) {
    const account = opened.state.accounts.get(key)
    if (account !== undefined && !keeps(account, from)) return undefined
  }
  return opened
}

function stateOf(policies: BookState['policies'], closing: BookState['closing']): BookState {
  return { policies, closing, accounts: new Map(), targets: new Map(), days: new Map(), requests: null }
}

/**
 * Reads what the requests of a group depend on, in one more round trip.
 * @param tip what is known of the group before, where that may not be in what is read
 * @returns with the needs of the group, to which the accounts and days of the requests are added
 */
async function withRequests(
  db: PoolClient,
  book: string,
  opened: Opened,
  { needs, requests, tip }: { needs: GroupNeeds; requests: Map<string, RequestState>; tip?: Tip },
): Promise<{ opened: Opened; needs: GroupNeeds }> {
  const { state, now, periods } = opened
  const reading = readingOf(needs.requests ?? [], requests, state.policies)
  const unknown = reading.accounts.filter((need) => tip?.account(accountKey(need)) === undefined)
  const [accounts, days, people, standIns] = await Promise.all(
    inOneWrite(
      db,
      () =>
        [
          readAccounts(db, book, unknown),
          readDays(db, book, reading.days, state.policies),
          readPeople(db, book, reading.entities),
          readStandIns(db, book, reading.actors),
        ] as const,
    ),
  )
  for (const account of accounts) state.accounts.set(accountKey(account), account)
  for (const request of requests.values()) {
    for (const target of targetsOf(request)) state.targets.set(printTransactionId(target), target)
  }
  placeDays(state, tip === undefined ? days : days.filter(({ by }) => !tip.hasReversed(by)))
  const wanted = {
    ...needs,
    accounts: [...needs.accounts, ...reading.accounts],
    days: [...needs.days, ...reading.days],
  }
  tip?.overlay(state, wanted)
  const today = dayIn(periods.timeZone, new Date(now))
  return { opened: { ...opened, state: { ...state, requests: { today, requests, people, standIns } } }, needs: wanted }
}

const NOTHING_READ: Awaited<ReturnType<typeof readAhead>> = [undefined, [], [], [], [], []]

async function readAhead(
  db: PoolClient,
  book: string,
  needs: GroupNeeds,
  policies: Tip['policies'],
): Promise<
  [keys: ReadKeys | undefined, Account[], Target[], targetAccounts: Account[], HeldDay[], requests: RequestState[]]
> {
  return Promise.all(
    inOneWrite(db, () => [
      readKeys(db, book, needs.keys),
      readAccounts(db, book, needs.accounts),
      readTargets(db, book, needs.targets),
      readTargetAccounts(db, book, needs.targets),
      readDays(db, book, needs.days, policies),
      readRequests(db, book, needs.requests),
    ]),
  )
}

const NO_KEYS: Opened['recentKeys'] = new Map()

function notBefore(head: LockedHead, now: string): string {
  return now > head.recordedAt ? now : head.recordedAt
}

function placeDays(state: BookState, held: readonly HeldDay[]): void {
  for (const { portion, by, ...day } of held) {
    const key = dayKey(day)
    state.days.set(key, claimed(state.days.get(key) ?? FREE_DAY, portion, by))
  }
}

async function currentPolicies(
  tx: PoolClient,
  book: string,
  { definitions }: LockedHead,
  kept: KeptDefinitions | undefined,
  cache: PolicyCache,
): Promise<KeptDefinitions> {
  if (kept?.definitions === definitions) return kept
  const [policies, periods] = await Promise.all([readPolicies(tx, book), readPeriods(tx, book)])
  const current: KeptDefinitions = { definitions, policies, periods }
  cache.set(book, current)
  return current
}

/** Loads the older days of accounts about which a decision goes further back than what their rows keep. */
async function widen(tx: PoolClient, book: string, state: BookState, needs: Needs): Promise<void> {
  for (const [key, from] of earliestDays(state, needs)) {
    const account = state.accounts.get(key)
    if (account !== undefined && !keeps(account, from)) state.accounts.set(key, await withAllDays(tx, book, account))
  }
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
    const target = state.targets.get(printTransactionId(at))
    if (target !== undefined) note(accountKey(target.transaction), from ?? target.transaction.effectiveOn)
  }
  return earliest
}
