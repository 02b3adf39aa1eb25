import type { Account } from '../account/account.ts'
import type { WorkTime } from '../calendar/work-time.ts'
import type { CalendarDate } from '../calendar-date.ts'
import type { HoldState } from '../hold/hold.ts'
import { type LimitedAccount, withRecorded } from '../limits/limited-account.ts'
import { looksAtAbsences } from '../limits/outdated.ts'
import type { Closing } from '../period/period.ts'
import type { PolicyHistory } from '../policy/policy.ts'
import type { Minor } from '../quantity.ts'
import type { RequestState, RequestsKnown } from '../request/request.ts'
import type { Portion, Transaction, TransactionAt } from '../transaction.ts'

/** A recorded transaction that a reversal may name. */
export interface Target extends TransactionAt {
  readonly transaction: Transaction
  /** The request that it belongs to: only a command about that request reverses it. */
  readonly request: string | null
  /** The hold that it is held by: only a command about that hold gives it back. */
  readonly hold: string | null
  readonly reversedBy: TransactionAt | null
}

/** Hours of a day that a transaction has taken, at the finest scale. */
export interface HoursHeld extends TransactionAt {
  readonly hours: Minor
}

/** Who holds the two halves of one day, and hours of it. */
export interface DayHolders {
  readonly am: TransactionAt | null
  readonly pm: TransactionAt | null
  /** In the order in which they were taken. */
  readonly hours: readonly HoursHeld[]
}

export const FREE_DAY: DayHolders = { am: null, pm: null, hours: [] }

/**
 * The part of a book that a group of commands needs. It moves forward with each accepted command. An account, target or day
 * that is absent here is absent from the book: opening looked for every one that a command names.
 */
export interface BookState {
  /** RFC 3339, UTC, milliseconds: what is recorded gets this instant. */
  readonly now: string
  readonly policies: ReadonlyMap<string, PolicyHistory>
  /** null: no period is closed. */
  readonly closing: Closing | null
  readonly accounts: Map<string, Account>
  readonly targets: Map<string, Target>
  readonly days: Map<string, DayHolders>
  /** By what entities work whose hours may be taken; nothing is defined of one that is absent. */
  readonly times: Map<string, WorkTime>
  /** Accounts whose policies limit what there may be in a leave year, as far as a command of the group asks for it. */
  readonly limits: Map<string, LimitedAccount>
  /** null: no command of the group is about requests. */
  readonly requests: RequestsKnown | null
  /** By id, as far as a command of the group names them. */
  readonly holds: Map<string, HoldState>
}

/** What an accepted command changes in a `BookState`. */
export interface StateChanges {
  readonly accounts: ReadonlyMap<string, Account>
  readonly targets: ReadonlyMap<string, Target>
  readonly days: ReadonlyMap<string, DayHolders>
  readonly requests?: ReadonlyMap<string, RequestState>
  readonly holds?: ReadonlyMap<string, HoldState>
  /** Of whom something was said that they may earn by. */
  readonly saidOf?: string
}

// No id may hold a line feed, so joined ids cannot run into each other.
export function accountKey(id: { readonly entity: string; readonly policy: string }): string {
  return `${id.entity}\n${id.policy}`
}

export function dayKey(day: { readonly entity: string; readonly resource: string; readonly on: CalendarDate }): string {
  return `${day.entity}\n${day.resource}\n${day.on}`
}

/** Moves the state past an accepted command. */
export function evolve(state: BookState, changes: StateChanges): void {
  for (const [key, account] of changes.accounts) state.accounts.set(key, account)
  for (const [key, target] of changes.targets) state.targets.set(key, target)
  for (const [key, holders] of changes.days) state.days.set(key, holders)
  for (const [id, hold] of changes.holds ?? []) state.holds.set(id, hold)
  if (state.limits.size > 0) evolveLimits(state, changes)
  if (changes.requests === undefined) return
  if (state.requests === null) throw new Error('a request moves on that nobody asked about')
  for (const [id, request] of changes.requests) state.requests.requests.set(id, request)
}

/** Notes of accounts that leave years limit, that a command has changed what they earn by: they have to be read again. */
export function outdateLimits({ limits }: BookState, { targets, saidOf }: StateChanges): void {
  if (limits.size === 0) return
  const away = new Set(
    Array.from(targets.values()).flatMap(({ transaction }) =>
      transaction.component === 'consumed' ? [transaction.entity] : [],
    ),
  )
  for (const [key, limited] of limits) {
    const { entity } = limited.facts
    const isOutdated = entity === saidOf || (away.has(entity) && looksAtAbsences(limited.facts))
    if (isOutdated) limits.set(key, { ...limited, isOutdated })
  }
}

function evolveLimits({ limits }: BookState, { targets }: StateChanges): void {
  for (const { position, transaction, reversedBy } of targets.values()) {
    const key = accountKey(transaction)
    const limited = limits.get(key)
    // What was reversed is older, and among its lines.
    if (limited !== undefined && reversedBy === null) {
      limits.set(key, withRecorded(limited, { ...transaction, position }))
    }
  }
}

/** The holders of a day once `by` holds `portion` of it; null frees it. */
export function claimed(holders: DayHolders, portion: Portion, by: TransactionAt): DayHolders {
  return {
    am: portion === 'pm' ? holders.am : by,
    pm: portion === 'am' ? holders.pm : by,
    hours: holders.hours,
  }
}

/** The holders of a day once hours of it are taken as well. */
export function withHours(holders: DayHolders, held: HoursHeld): DayHolders {
  return { ...holders, hours: [...holders.hours, held] }
}

/** The day once a transaction holds nothing of it any more. */
export function releasedFrom({ am, pm, hours }: DayHolders, by: TransactionAt): DayHolders {
  return {
    am: isOther(am, by) ? am : null,
    pm: isOther(pm, by) ? pm : null,
    hours: hours.filter((held) => isOther(held, by)),
  }
}

function isOther(holder: TransactionAt | null, by: TransactionAt): boolean {
  return holder !== null && (holder.position !== by.position || holder.line !== by.line)
}

/** The transaction that holds a half which `portion` needs, if any. */
export function holderOf(holders: DayHolders, portion: Portion): TransactionAt | null {
  if (portion === 'am') return holders.am
  if (portion === 'pm') return holders.pm
  return holders.am ?? holders.pm
}
