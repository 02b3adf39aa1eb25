import type { Pool, PoolClient } from 'pg'
import { folded } from '../../src/domain/account/account.ts'
import { heldTo } from '../../src/domain/account/headroom.ts'
import type { RecordedEvent } from '../../src/domain/event.ts'
import { floorsOf } from '../../src/domain/policy/floor.ts'
import type { PolicyHistory } from '../../src/domain/policy/policy.ts'
import type { Accepted } from '../../src/domain/recording/accepted.ts'
import { accountKey, type BookState, claimed, dayKey, FREE_DAY } from '../../src/domain/recording/book-state.ts'
import type { Refused } from '../../src/domain/refusal.ts'
import type { RecordCommand } from '../../src/ledger/command.ts'
import { type AccountRow, accountFromRow } from '../../src/ledger/rows/account-row.ts'
import { isSame, readEvent } from './replay.ts'
import type { Decided, Writing } from './writing.ts'

/*
 * The reference called *straight*: what a good engineer writes first. One database transaction per request locks the
 * rows that the request is about, checks, inserts and commits. The rules, the rows and what is kept of them are those of
 * the service, and so are the pure functions that decide.
 */

export type Outcome =
  | { readonly outcome: 'recorded'; readonly event: RecordedEvent; readonly replayed: boolean }
  | { readonly outcome: 'refused'; readonly refused: Refused }
  | { readonly outcome: 'key-reused' }

/** As many days as the service keeps apart in an account's row. */
const KEPT_DAYS = 60

/** Of two requests that carry one key, or make one account, at the same instant, the later looks again. */
const ATTEMPTS = 3
/** Unique violation, deadlock. */
const LOST_RACES = ['23505', '40P01']

export interface Book {
  readonly pool: Pool
  /** They change rarely, and whoever changes them restarts this server. */
  readonly policies: ReadonlyMap<string, PolicyHistory>
  readonly writing: Writing
}

export async function record(book: Book, command: RecordCommand): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    const tx = await book.pool.connect()
    try {
      await tx.query('begin')
      const outcome = await recordIn(tx, book, command)
      if (outcome.outcome === 'recorded' && !outcome.replayed) await tx.query('commit')
      else await tx.query('rollback')
      tx.release()
      return outcome
    } catch (error) {
      await tx.query('rollback')
      tx.release()
      if (!LOST_RACES.includes((error as { code?: string }).code ?? '') || attempt === ATTEMPTS) throw error
    }
  }
}

async function recordIn(tx: PoolClient, { policies, writing }: Book, command: RecordCommand): Promise<Outcome> {
  const started = await writing.start(tx, command)
  if (started.known !== undefined) {
    if (!isSame(started.known, command)) return { outcome: 'key-reused' }
    return { outcome: 'recorded', event: await readEvent(tx, command, started.known, writing), replayed: true }
  }
  const state = await lockAccounts(tx, command, policies)
  await readDays(tx, command, state)
  const place = started.place ?? (await writing.place(tx, command.book))
  const decided = command.decide(state, place.position)
  if ('refusal' in decided) return { outcome: 'refused', refused: decided }
  if ('asItIs' in decided) throw new Error('nothing of transactions is as it is')
  const event = await writing.write(tx, command, place, withAccounts(decided, state))
  return { outcome: 'recorded', event, replayed: false }
}

function withAccounts(accepted: Accepted, before: BookState): Decided {
  const accounts = Array.from(accepted.changes.accounts.values(), (whole) => {
    const account = folded(whole, KEPT_DAYS)
    return { account, ...heldTo(account, floorsOf(before.policies.get(account.policy)!)) }
  })
  return {
    ...accepted,
    accounts,
    made: new Set(accounts.filter(({ account }) => !before.accounts.has(accountKey(account)))),
  }
}

async function lockAccounts(tx: PoolClient, command: RecordCommand, policies: Book['policies']): Promise<BookState> {
  const state: BookState = {
    now: new Date().toISOString(),
    policies,
    closing: null,
    accounts: new Map(),
    targets: new Map(),
    days: new Map(),
    times: new Map(),
    limits: new Map(),
    requests: null,
    holds: new Map(),
  }
  // In one order for everybody, so that nobody waits for somebody who waits for him.
  const needed = new Map(command.needs.accounts.map((need) => [accountKey(need), need]))
  for (const [key, { entity, policy }] of [...needed].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { rows } = await tx.query<AccountRow>({
      name: 'lock-account',
      text: `
        select entity_id, policy_id, resource, version, last_position, scale, kept_from, opening, days
          from ledger.accounts
         where book_id = $1
           and entity_id = $2
           and policy_id = $3
           for update`,
      values: [command.book, entity, policy],
    })
    if (rows[0] !== undefined) state.accounts.set(key, accountFromRow(rows[0]))
  }
  return state
}

async function readDays(tx: PoolClient, { book, needs }: RecordCommand, state: BookState): Promise<void> {
  for (const { entity, policy, on } of needs.days) {
    const history = state.policies.get(policy)
    if (!history?.some(({ dayExclusive }) => dayExclusive)) continue
    const { resource } = history[0]
    const { rows } = await tx.query<{ portion: 'full' | 'am' | 'pm'; position: number; line: number }>({
      name: 'read-days',
      text: `
        select case when am and pm then 'full' when am then 'am' else 'pm' end as portion, position, line
          from ledger.day_claims
         where book_id = $1
           and entity_id = $2
           and resource = $3
           and day = $4
           and released_at_position is null`,
      values: [book, entity, resource, on],
    })
    const key = dayKey({ entity, resource, on })
    for (const { portion, ...by } of rows) state.days.set(key, claimed(state.days.get(key) ?? FREE_DAY, portion, by))
  }
}
