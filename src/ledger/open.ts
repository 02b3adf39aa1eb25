import type { PoolClient } from 'pg'
import { inOneWrite } from '../db/one-write.ts'
import { type Account, accountFrom, keeps, type Sums } from '../domain/account/account.ts'
import { type CalendarDate, dayIn } from '../domain/calendar-date.ts'
import type { PolicyHistory } from '../domain/policy/policy.ts'
import { toMinor } from '../domain/quantity.ts'
import { accountKey, type BookState, claimed, dayKey, FREE_DAY, type Target } from '../domain/recording/book-state.ts'
import { type RequestState, requestOfStream } from '../domain/request/request.ts'
import { type Portion, printTransactionId, type TransactionAt } from '../domain/transaction.ts'
import { type AccountRow, accountFromRow } from './account-row.ts'
import { type ClockReading, clockNow, heardNow } from './clock.ts'
import type { Needs } from './command.ts'
import type { RecentKey } from './decide-all.ts'
import { readingOf, readPeople, readRequests, readStandIns, targetsOf } from './open-requests.ts'
import {
  closingAt,
  type KeptDefinitions,
  type KeptPeriods,
  type PolicyCache,
  readPeriods,
  readPolicies,
} from './policies.ts'
import type { Tip } from './tip.ts'
import { TRANSACTION_COLUMNS, type TransactionRow, transactionFromRow } from './transaction-row.ts'

/** The end of a book's history, as locked. */
export interface Head {
  readonly position: number
  /** Lower-case hex. */
  readonly hash: string
  readonly recordedAt: string
  readonly definitions: number
}

/** An idempotency key that is taken. */
export interface KnownKey {
  readonly position: number
  /** Lower-case hex. */
  readonly fingerprint: string
  /** null once the event's erasable part is gone. */
  readonly salt: string | null
  readonly hash: string
}

/** The end of a book's history, with everything that a group of commands needs of it. */
export interface Opened {
  readonly head: Head
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

function notBefore(head: Head, now: string): string {
  return now > head.recordedAt ? now : head.recordedAt
}

const INSTANT = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`

/** Locks the end of the book until the transaction ends: the one order of everything written to it. */
export async function lockHead(tx: PoolClient, book: string): Promise<Head | undefined> {
  const { rows } = await tx.query<{ position: number; hash: string; recorded_at: string; definitions: number }>({
    name: 'lock-head',
    text: `
      select position,
             encode(hash, 'hex') as hash,
             to_char(recorded_at at time zone 'UTC', ${INSTANT}) as recorded_at,
             definitions
        from ledger.heads
       where book_id = $1
         for update`,
    values: [book],
  })
  const [row] = rows
  return row && { position: row.position, hash: row.hash, recordedAt: row.recorded_at, definitions: row.definitions }
}

interface ReadKeys {
  readonly clock: ClockReading
  readonly known: ReadonlyMap<string, KnownKey>
}

// Each key is asked for as a range of one, in order: only the keys' own index gives an order. With plain equality, a plan
// that was made while the table was empty takes another index, and reads the book for every key.
// The clock is read here, behind the lock, since the lock's own statement may have been computed before its wait.
export async function readKeys(tx: PoolClient, book: string, keys: readonly string[]): Promise<ReadKeys> {
  const { rows } = await tx.query<{
    now: string
    key: string | null
    position: number
    fingerprint: string
    salt: string | null
    hash: string
  }>({
    name: 'read-keys',
    text: `
      select to_char(clock.now at time zone 'UTC', ${INSTANT}) as now, known.*
        from (select clock_timestamp() as now offset 0) as clock
        left join (
               select e.*
                 from unnest($2::text[]) as k(key)
                cross join lateral (
                        select idempotency_key as key,
                               position,
                               encode(fingerprint, 'hex') as fingerprint,
                               erasable ->> 'salt' as salt,
                               encode(hash, 'hex') as hash
                          from ledger.events
                         where book_id = $1
                           and idempotency_key >= k.key
                           and idempotency_key <= k.key
                         order by idempotency_key
                         limit 1) as e
             ) as known on true`,
    values: [book, keys],
  })
  const known = new Map<string, KnownKey>()
  for (const { key, position, fingerprint, salt, hash } of rows) {
    if (key !== null) known.set(key, { position, fingerprint, salt, hash })
  }
  return { clock: heardNow(rows[0]!.now), known }
}

async function readAccounts(tx: PoolClient, book: string, accounts: Needs['accounts']): Promise<Account[]> {
  if (accounts.length === 0) return []
  const { rows } = await tx.query<AccountRow>({
    name: 'read-accounts',
    text: `
      select a.*
        from unnest($2::text[], $3::text[]) as k(entity, policy)
       cross join lateral (
               select entity_id, policy_id, resource, version, last_position, scale, kept_from, opening, days, floor
                 from ledger.accounts
                where book_id = $1
                  and entity_id = k.entity
                  and policy_id = k.policy
                limit 1) as a`,
    values: [book, accounts.map(({ entity }) => entity), accounts.map(({ policy }) => policy)],
  })
  return rows.map(accountFromRow)
}

async function readTargets(tx: PoolClient, book: string, targets: Needs['targets']): Promise<Target[]> {
  if (targets.length === 0) return []
  const { rows } = await tx.query<
    TransactionRow & { stream: string | null; reversal_position: number | null; reversal_line: number | null }
  >({
    name: 'read-targets',
    text: `
      select t.*, r.position as reversal_position, r.line as reversal_line,
             (select stream
                from ledger.events
               where book_id = $1
                 and position = k.position) as stream
        from unnest($2::bigint[], $3::integer[]) as k(position, line)
       cross join lateral (
               select ${TRANSACTION_COLUMNS}
                 from ledger.transactions
                where book_id = $1
                  and position = k.position
                  and line = k.line
                limit 1) as t
        left join lateral (
               select position, line
                 from ledger.transactions
                where book_id = $1
                  and reverses_position = k.position
                  and reverses_line = k.line
                limit 1) as r on true`,
    values: [book, targets.map(({ at }) => at.position), targets.map(({ at }) => at.line)],
  })
  return rows.map((row) => ({
    position: row.position,
    line: row.line,
    transaction: transactionFromRow(row),
    request: requestOfStream(row.stream),
    reversedBy: row.reversal_position === null ? null : { position: row.reversal_position, line: row.reversal_line! },
  }))
}

async function readTargetAccounts(tx: PoolClient, book: string, targets: Needs['targets']): Promise<Account[]> {
  if (targets.length === 0) return []
  const { rows } = await tx.query<AccountRow>({
    name: 'read-target-accounts',
    text: `
      select a.*
        from unnest($2::bigint[], $3::integer[]) as k(position, line)
       cross join lateral (
               select entity_id, policy_id
                 from ledger.transactions
                where book_id = $1
                  and position = k.position
                  and line = k.line
                limit 1) as t
       cross join lateral (
               select entity_id, policy_id, resource, version, last_position, scale, kept_from, opening, days, floor
                 from ledger.accounts
                where book_id = $1
                  and entity_id = t.entity_id
                  and policy_id = t.policy_id
                limit 1) as a`,
    values: [book, targets.map(({ at }) => at.position), targets.map(({ at }) => at.line)],
  })
  return rows.map(accountFromRow)
}

interface HeldDay {
  readonly entity: string
  readonly resource: string
  readonly on: CalendarDate
  readonly portion: Portion
  readonly by: TransactionAt
}

/** Those under policies that claim days. */
function daysToRead(
  days: Needs['days'],
  policies: ReadonlyMap<string, PolicyHistory> | undefined,
): { readonly entity: string; readonly resource: string; readonly on: CalendarDate }[] {
  return days.flatMap(({ entity, policy, on }) => {
    const history = policies?.get(policy)
    return history?.some(({ dayExclusive }) => dayExclusive) ? [{ entity, resource: history[0].resource, on }] : []
  })
}

async function readDays(
  tx: PoolClient,
  book: string,
  days: Needs['days'],
  policies: ReadonlyMap<string, PolicyHistory> | undefined,
): Promise<HeldDay[]> {
  const asked = daysToRead(days, policies)
  if (asked.length === 0) return []
  const { rows } = await tx.query<{
    entity_id: string
    resource: string
    day: CalendarDate
    am: boolean
    pm: boolean
    position: number
    line: number
  }>({
    name: 'read-days',
    // Each half has its own partial index; a full day is found twice, which does no harm.
    text: `
      select c.*
        from unnest($2::text[], $3::text[], $4::date[]) as k(entity, resource, day)
       cross join lateral (
               (select entity_id, resource, day, am, pm, position, line
                  from ledger.day_claims
                 where book_id = $1
                   and entity_id = k.entity
                   and resource = k.resource
                   and day = k.day
                   and am
                   and released_at_position is null
                 limit 1)
               union all
               (select entity_id, resource, day, am, pm, position, line
                  from ledger.day_claims
                 where book_id = $1
                   and entity_id = k.entity
                   and resource = k.resource
                   and day = k.day
                   and pm
                   and released_at_position is null
                 limit 1)) as c`,
    values: [book, asked.map(({ entity }) => entity), asked.map(({ resource }) => resource), asked.map(({ on }) => on)],
  })
  return rows.map((row) => ({
    entity: row.entity_id,
    resource: row.resource,
    on: row.day,
    portion: row.am && row.pm ? 'full' : row.am ? 'am' : 'pm',
    by: { position: row.position, line: row.line },
  }))
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
  { definitions }: Head,
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
    const so = earliest.get(key)
    if (so === undefined || from < so) earliest.set(key, from)
  }
  for (const need of needs.accounts) note(accountKey(need), need.from)
  for (const { at, from } of needs.targets) {
    const target = state.targets.get(printTransactionId(at))
    if (target !== undefined) note(accountKey(target.transaction), from ?? target.transaction.effectiveOn)
  }
  return earliest
}

// The rare case that reads history: a line dated before the kept days. One entity's index range, summed in the server.
// A range of one, in order, for the reason given with the keys: only the entities' own index gives that order.
async function withAllDays(tx: PoolClient, book: string, account: Account): Promise<Account> {
  const { rows } = await tx.query<
    { on: CalendarDate } & Record<'accrued' | 'consumed' | 'pending' | 'adjusted', string>
  >({
    name: 'read-older-days',
    text: `
      select effective_on as on,
             coalesce(sum(amount) filter (where component = 'accrued'), 0) as accrued,
             coalesce(sum(amount) filter (where component = 'consumed'), 0) as consumed,
             coalesce(sum(amount) filter (where component = 'pending'), 0) as pending,
             coalesce(sum(amount) filter (where component = 'adjusted'), 0) as adjusted
        from (
               select effective_on, component, amount
                 from ledger.transactions
                where book_id = $1
                  and entity_id >= $2
                  and entity_id <= $2
                  and policy_id = $3
                order by entity_id
             ) as of_account
       group by effective_on
       order by effective_on`,
    values: [book, account.entity, account.policy],
  })
  const minor = (text: string): bigint => {
    const value = toMinor(text, account.scale)
    if (value === 'scale-exceeded') throw new Error('a transaction is finer than its account')
    return value
  }
  const days = rows.map(({ on, accrued, consumed, pending, adjusted }) => ({
    on,
    sums: [minor(accrued), minor(consumed), minor(pending), minor(adjusted)] satisfies Sums,
  }))
  return accountFrom({ ...account, keptFrom: null, opening: [0n, 0n, 0n, 0n], days })
}

/**
 * Makes sure that the book's row is there and nobody else is making it.
 * @returns `created` where this transaction made it: then the book has no head yet
 */
export async function lockBook(tx: PoolClient, book: string): Promise<'created' | 'present'> {
  const present = await tx.query('select 1 from ledger.heads where book_id = $1', [book])
  if (present.rowCount === 1) return 'present'
  // Waits for whoever is making it now, and finds it made.
  const made = await tx.query(
    `insert into ledger.books (book_id, time_zone) values ($1, 'UTC') on conflict (book_id) do nothing`,
    [book],
  )
  return made.rowCount === 1 ? 'created' : 'present'
}
