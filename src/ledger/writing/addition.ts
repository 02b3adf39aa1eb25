import type { Account } from '../../domain/account/account.ts'
import type { CarriedOver } from '../../domain/earning/posting.ts'
import type { RecordedEvent } from '../../domain/event.ts'
import type { HoldState } from '../../domain/hold/hold.ts'
import type { Minor } from '../../domain/quantity.ts'
import type { Claim } from '../../domain/recording/accepted.ts'
import type { RequestState } from '../../domain/request/request.ts'
import type { TransactionAt } from '../../domain/transaction.ts'

/** Everything a group adds to the record, and what the next group needs in its wake. */
export interface Addition {
  readonly events: readonly EventRow[]
  readonly claims: readonly (Claim & { readonly releasedAt: number | null })[]
  /** Claims recorded before this group that end with it. */
  readonly releases: readonly (TransactionAt & { readonly releasedAt: number })[]
  readonly accounts: readonly WrittenAccount[]
  /** Each with how many of the events are its own. */
  readonly requests: readonly { readonly request: RequestState; readonly added: number }[]
  /** The same of holds. */
  readonly holds: readonly { readonly hold: HoldState; readonly added: number }[]
  readonly carryOvers: readonly WrittenCarryOver[]
  /** Position of the group's last definition, or what it was. */
  readonly definitions: number
}

/** An account as its row keeps it, and what the database holds it to. */
export interface WrittenAccount {
  readonly account: Account
  readonly lowest: Minor
  /** null: no day has a limit. */
  readonly floor: Minor | null
}

/** What a carry-over kept, with the position of its event. */
export interface WrittenCarryOver extends CarriedOver {
  readonly position: number
}

/** An event as it goes into the record: with what belongs to it but is not shown. */
export interface EventRow {
  readonly event: RecordedEvent
  /** Lower-case hex. */
  readonly fingerprint: string
  readonly stream: { readonly name: string; readonly version: number } | null
  /** Kept as earlier rules recorded it: its lines may be in months that are closed by today's. */
  readonly isKept?: true
}
