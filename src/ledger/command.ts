import type { CalendarVersion } from '../domain/calendar/calendar.ts'
import type { RecordedPattern } from '../domain/calendar/work-pattern.ts'
import type { CalendarDate } from '../domain/calendar-date.ts'
import type { BookFacts, DelegationFacts, EntityFacts, Profile } from '../domain/definition/facts.ts'
import type { Actor, EventType, RecordedEvent } from '../domain/event.ts'
import type { Period, PeriodFacts } from '../domain/period/period.ts'
import type { PolicyHistory, PolicyVersion } from '../domain/policy/policy.ts'
import type { BookState } from '../domain/recording/book-state.ts'
import type { Accepted } from '../domain/recording/decide-lines.ts'
import type { Decision } from '../domain/recording/decision.ts'
import type { Refused } from '../domain/refusal.ts'
import type { SnapshotFacts } from '../domain/snapshot/snapshot.ts'
import type { TransactionAt } from '../domain/transaction.ts'
import type { Json } from './rows/canonical.ts'

/** What a command wants known of its book before it is decided. */
export interface Needs {
  /** Accounts, each with the earliest day that is decided about. */
  readonly accounts: readonly { readonly entity: string; readonly policy: string; readonly from: CalendarDate }[]
  readonly targets: readonly { readonly at: TransactionAt; readonly from: CalendarDate | null }[]
  /** Days that may be claimed, under the policy's resource. */
  readonly days: readonly { readonly entity: string; readonly policy: string; readonly on: CalendarDate }[]
  /** Requests that are decided about, and with them whatever those decisions depend on. */
  readonly requests?: readonly RequestNeed[]
}

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

/** What may have to be forgotten; the salt and the client are added when it is recorded. */
export interface Erasable {
  readonly reason?: string
  readonly metadata?: Json
  readonly lines?: { readonly [line: string]: { readonly reason?: string; readonly metadata?: Json } }
}

export interface Client {
  readonly ip: string | null
  readonly userAgent: string | null
  readonly session: string | null
}

/** What every command carries, whatever it asks for. */
export interface Asked {
  readonly book: string
  readonly idempotencyKey: string
  readonly actor: Actor
  readonly client: Client
  /** Method, path and canonical JSON of the body, quantities in their normal spelling: equal for equal commands only. */
  readonly canonical: string
  readonly dryRun: boolean
  /**
   * Compares what the original command asked for with this one.
   * @returns JSON pointers into the body, as far as the record still knows the original
   */
  differs(original: RecordedEvent): readonly string[]
}

/** Adds transactions; waits with others for one commit. */
export interface RecordCommand extends Asked {
  readonly kind: 'record'
  readonly type: EventType
  /** How many lines it has: what groups and queues are measured in. */
  readonly lines: number
  readonly needs: Needs
  readonly dataText: string
  readonly erasable: Erasable
  /** Pure. @param position what the event will get if the command is accepted */
  decide(state: BookState, position: number): Accepted | Refused
}

/** What is defined in a book, as its head is locked. */
export interface Defined {
  readonly today: CalendarDate
  readonly book: BookFacts
  /** Position of the event that recorded them; 0 in a book that is being made. */
  readonly bookPosition: number
  readonly policies: ReadonlyMap<string, PolicyHistory>
  readonly entity: EntityFacts | undefined
  /** Its newest version; undefined: never defined. */
  readonly calendar: CalendarVersion | undefined
  /** Of the entity that a pattern is asked for. */
  readonly patterns: KnownPatterns | undefined
  /** undefined: never closed. */
  readonly period: PeriodFacts | undefined
  readonly delegation: DelegationFacts | undefined
  readonly profile: Profile | undefined
  /** The entity that has the e-mail address which the command asks for. */
  readonly emailOwner: string | undefined
}

/** The patterns of one entity. */
export interface KnownPatterns {
  /** The one from the day that is asked for. */
  readonly current: RecordedPattern | undefined
  /** How many there are, each from another day. */
  readonly count: number
  /** Of the one recorded last; 0 where there is none. */
  readonly version: number
}

/** What a definition changes beside its event. */
export type Definition =
  | { readonly kind: 'book'; readonly facts: BookFacts }
  | { readonly kind: 'policy'; readonly version: PolicyVersion }
  | { readonly kind: 'entity'; readonly entity: string; readonly facts: EntityFacts; readonly profile: Profile }
  | { readonly kind: 'calendar'; readonly version: CalendarVersion }
  | { readonly kind: 'work-pattern'; readonly entity: string; readonly facts: RecordedPattern }
  | { readonly kind: 'period'; readonly period: Period; readonly facts: PeriodFacts }
  | { readonly kind: 'snapshot'; readonly snapshot: SnapshotFacts }
  | {
      readonly kind: 'delegation'
      readonly entity: string
      readonly delegate: string
      readonly facts: DelegationFacts
    }

export type Defining =
  | {
      readonly outcome: 'define'
      readonly type: EventType
      readonly stream: string
      readonly streamVersion: number
      readonly data: Json
      readonly definition: Definition
    }
  /** Nothing to record; a profile may still be written beside the record. */
  | {
      readonly outcome: 'unchanged'
      /** Of the event that recorded what is wanted. */
      readonly position: number
      readonly profile?: { readonly entity: string; readonly profile: Profile }
    }
  | Refused

/** Defines a book, a policy, a calendar, an entity or what it works by, closes a period, records a snapshot; rare, and alone in its commit. */
export interface DefineCommand extends Asked {
  readonly kind: 'define'
  /** What it wants read besides the policies. */
  readonly reads: {
    readonly entity?: string
    readonly email?: string | null
    readonly calendar?: string
    readonly pattern?: { readonly entity: string; readonly effectiveFrom: CalendarDate }
    readonly period?: Period
    readonly delegation?: { readonly entity: string; readonly delegate: string }
  }
  readonly erasable?: Erasable
  /** Whether it may make the book. */
  readonly createsBook: boolean
  /** Pure. */
  decide(defined: Defined, position: number): Defining
}

export type Command = RecordCommand | DefineCommand

/** What became of a command. */
export type Verdict =
  | {
      readonly outcome: 'recorded'
      readonly event: RecordedEvent
      /** What `event.decisionText` says; undefined where it would have to be read from there. */
      readonly decision?: Decision
      readonly replayed: boolean
      readonly policies: ReadonlyMap<string, PolicyHistory>
    }
  /** A dry run that would have been recorded. */
  | {
      readonly outcome: 'previewed'
      readonly accepted: Accepted
      readonly policies: ReadonlyMap<string, PolicyHistory>
    }
  | { readonly outcome: 'previewed-definition'; readonly definition: Definition }
  /** A definition that is as it should be already: as `event` recorded it. */
  | { readonly outcome: 'unchanged'; readonly event: RecordedEvent; readonly replayed: boolean }
  | { readonly outcome: 'refused'; readonly refused: Refused }

/** The service cannot decide now; nothing was recorded, or what was recorded will be found by its key. Try again. */
export class Unavailable extends Error {
  readonly retryAfterSeconds: number

  constructor(message: string, retryAfterSeconds = 1) {
    super(message)
    this.name = 'Unavailable'
    this.retryAfterSeconds = retryAfterSeconds
  }
}
