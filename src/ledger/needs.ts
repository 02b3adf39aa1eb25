import type { CalendarDate } from '../domain/calendar-date.ts'
import type { LimitedKind } from '../domain/limits/limited-kind.ts'
import type { TransactionAt } from '../domain/transaction.ts'

/** What a command wants known of its book before it is decided. */
export interface Needs {
  readonly accounts: readonly AccountNeed[]
  /** Transactions that it reverses, each with the day that the reversal takes effect on; null: that of the transaction. */
  readonly targets: readonly { readonly at: TransactionAt; readonly from: CalendarDate | null }[]
  /** Days that may be claimed, under the policy's resource. */
  readonly days: readonly { readonly entity: string; readonly policy: string; readonly on: CalendarDate }[]
  /** Leave of a resource, and the day that it is about: any account of the entity that counts it. */
  readonly drawn?: readonly { readonly entity: string; readonly resource: string; readonly on: CalendarDate }[]
  /** Accounts of which something is earned, taken or paid out that a leave year may limit. */
  readonly limits?: readonly LimitNeed[]
  /** Requests that are decided about, and with them whatever those decisions depend on. */
  readonly requests?: readonly RequestNeed[]
  /** Holds that are decided about, and with them the accounts that they are held from. */
  readonly holds?: readonly string[]
}

/** An account, with the earliest day that is decided about. */
export interface AccountNeed {
  readonly entity: string
  readonly policy: string
  readonly from: CalendarDate
  /** Whether it may have to be looked at lot by lot from this command on: then all that its lots are made of is read. */
  readonly lots?: boolean
}

/** What happens to an account that its policy may limit by leave years. */
export type LimitNeed = { readonly entity: string; readonly policy: string } & (
  | { readonly of: Exclude<LimitedKind, 'late-leave'> }
  /** The day of the leave, or the first of several: only one that is over is late. */
  | { readonly of: 'late-leave'; readonly on: CalendarDate }
)

/** One command about one request. */
export interface RequestNeed {
  readonly request: string
  /** Whoever acts, to whom somebody may have delegated decisions. */
  readonly actor: string
  /** The days that it wants to hold; null: none. What is null in it is as the request has it. */
  readonly hold: {
    readonly entity: string | null
    readonly resource: string | null
    readonly policy: string | null
    readonly from: CalendarDate | null
    readonly to: CalendarDate | null
  } | null
}
