import { type BookState, claimed, dayKey, FREE_DAY, withHours } from '../../domain/recording/book-state.ts'
import type { KeptPeriods } from '../policies.ts'
import type { EventRow } from './addition.ts'
import type { ClockReading } from './clock.ts'
import type { HeldDay } from './opening/days.ts'
import type { LockedHead } from './opening/head.ts'
import type { KnownKey } from './opening/keys.ts'

/** The end of a book's history, with everything that a group of commands needs of it. */
export interface Opened {
  readonly head: LockedHead
  /** The database's clock, never before the head's. */
  readonly now: string
  /** The reading of the database's clock that `now` comes from; the next group counts on from it. */
  readonly clock: ClockReading
  readonly keys: ReadonlyMap<string, KnownKey>
  /** Keys that nobody looked for: the group must not be recorded where one of them is taken. */
  readonly uncheckedKeys: readonly string[]
  /** Keys that this process recorded moments ago: what is read may be from before that. */
  readonly recentKeys: ReadonlyMap<string, RecentKey>
  readonly state: BookState
  /** The closed periods that `state.closing` comes from. */
  readonly periods: KeptPeriods
  /** No hold is over before; null: nothing is held. */
  readonly holdsUntil: string | null
}

/** A key that was recorded moments ago, and perhaps not durably yet. */
export interface RecentKey {
  readonly row: EventRow
  readonly canonical: string
}

/** The state of a book before anything is placed in it. */
export function emptyState(now: string, { policies, closing }: Pick<BookState, 'closing' | 'policies'>): BookState {
  return {
    now,
    policies,
    closing,
    accounts: new Map(),
    targets: new Map(),
    days: new Map(),
    times: new Map(),
    limits: new Map(),
    requests: null,
    holds: new Map(),
  }
}

/** Puts the claims that were read into the state. */
export function placeDays(state: BookState, held: readonly HeldDay[]): void {
  for (const { portion, hours, by, ...day } of held) {
    const key = dayKey(day)
    const holders = state.days.get(key) ?? FREE_DAY
    state.days.set(key, hours === null ? claimed(holders, portion, by) : withHours(holders, { ...by, hours }))
  }
}

/** `recordedAt` never runs backwards within a book, whatever the database's clock does. */
export function notBefore(head: LockedHead, now: string): string {
  return now > head.recordedAt ? now : head.recordedAt
}
