import type { CalendarHistory, CalendarVersion } from '../domain/calendar/calendar.ts'
import type { RecordedPattern } from '../domain/calendar/work-pattern.ts'
import type { CalendarDate } from '../domain/calendar-date.ts'
import type { FoundToErase } from '../domain/definition/erasure.ts'
import type { BookFacts, DelegationFacts, EntityFacts, Profile } from '../domain/definition/facts.ts'
import type { RetentionFacts } from '../domain/definition/retention.ts'
import type { AssignmentHistory, AssignmentSpan, AssignmentVersion } from '../domain/earning/assignment.ts'
import type { EventType } from '../domain/event.ts'
import type { PendingRequest, Period, PeriodFacts } from '../domain/period/period.ts'
import type { DaysFrom } from '../domain/policy/exclusive-days.ts'
import type { PolicyHistory, PolicyVersion } from '../domain/policy/policy.ts'
import type { DayOverlap } from '../domain/recording/first-overlap.ts'
import type { Refused } from '../domain/refusal.ts'
import type { SnapshotFacts } from '../domain/snapshot/snapshot.ts'
import type { Json } from './rows/canonical.ts'

/** What a definition wants read besides the policies of its book. */
export interface DefinitionReads {
  readonly entity?: string
  /** What of a profile only one entity of the book may have. */
  readonly unique?: Pick<Profile, 'email' | 'personnelNumber'>
  readonly calendar?: string
  readonly pattern?: { readonly entity: string; readonly effectiveFrom: CalendarDate }
  readonly period?: Period
  readonly delegation?: { readonly entity: string; readonly delegate: string }
  /** An assignment, and those of the entity to the policy. */
  readonly assignment?: { readonly entity: string; readonly assignment: string; readonly policy: string }
  /** Position of an event that recorded worked hours. */
  readonly workedHours?: number
  /** An entity of which everything that can be erased is to be found. */
  readonly erasure?: string
  /** A stream of which the last event is to be read. */
  readonly lastOf?: 'reasons' | 'retention'
  /** Events of which those that are not erased are to be found. */
  readonly reasons?: { readonly after: number; readonly upTo: number }
  /** A policy whose lines are to claim days from a day on; null: from today. */
  readonly claiming?: { readonly policy: string; readonly from: CalendarDate | null }
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
  readonly calendar: CalendarHistory | undefined
  /** Of the entity that a pattern is asked for. */
  readonly patterns: KnownPatterns | undefined
  /** undefined: never closed. */
  readonly period: PeriodFacts | undefined
  /** Requests that reach into the period or one before it and are not decided, as many as are told, by their first day. */
  readonly pending: readonly PendingRequest[]
  /** The last closed month of the book; null: none is closed. */
  readonly closedThrough: Period | null
  readonly delegation: DelegationFacts | undefined
  /** undefined: nobody asked. */
  readonly assignments: KnownAssignments | undefined
  /** Those that are asked for; undefined: there are none. */
  readonly workedHours: { readonly entity: string; readonly reversedBy: number | null } | undefined
  readonly profile: Profile | undefined
  readonly owners: Owners
  /** undefined: no line begins to claim its day. */
  readonly claiming: ClaimingLines | undefined
  /** undefined: nobody is to be erased. */
  readonly erasure: Forgettable | undefined
  /** The last event of the stream that was asked for; undefined: it has none. */
  readonly last: { readonly position: number; readonly version: number; readonly dataText: string } | undefined
  /** Positions of events that are not erased yet; undefined: nobody asked. */
  readonly reasons: readonly number[] | undefined
}

/** What is known of an entity that can be erased, as it is found. */
export interface Forgettable {
  /** Whether the book knows the entity at all: by a definition, or by anything that was recorded about or by it. */
  readonly known: boolean
  /** The last erasure of it; undefined: there was none. */
  readonly last: { readonly position: number; readonly version: number } | undefined
  readonly found: FoundToErase
  /** Whether its users are all there is of administrators of every book. */
  readonly endsLastAdmin: boolean
}

/** The entities that have what the command asks for; undefined: nobody does. */
export interface Owners {
  readonly email: string | undefined
  readonly personnelNumber: string | undefined
}

export const NOBODY: Owners = { email: undefined, personnelNumber: undefined }

/** The lines of a policy that would begin to claim their days. */
export interface ClaimingLines {
  readonly days: DaysFrom
  /** How many there are. */
  readonly lines: number
  /** undefined: no two lines have the same day. */
  readonly overlap: DayOverlap | undefined
}

/** Days that lines begin to claim which were recorded before, and how many lines those are. */
export interface ClaimedDays extends DaysFrom {
  readonly lines: number
}

/** The patterns of one entity. */
export interface KnownPatterns {
  /** The one that is in force on the day that is asked for. */
  readonly current: RecordedPattern | undefined
  /** How many there are, each from another day. */
  readonly count: number
  /** Of the one recorded last; 0 where there is none. */
  readonly version: number
}

/** What is known of an assignment that is asked for. */
export interface KnownAssignments {
  /** undefined: it is a new one. */
  readonly history: AssignmentHistory | undefined
  /** How many assignments the entity has. */
  readonly count: number
  /** Those of the entity to the policy but this one, by their first day. */
  readonly others: readonly OtherAssignment[]
}

export interface OtherAssignment extends Pick<AssignmentSpan, 'from' | 'to'> {
  readonly assignment: string
}

/** What comes of deciding a definition. */
export type Defining = NewDefinition | UnchangedDefinition | Refused

export interface NewDefinition {
  readonly outcome: 'define'
  readonly type: EventType
  readonly stream: string
  readonly streamVersion: number
  readonly data: Json
  readonly definition: Definition
}

/** Nothing to record; a profile may still be written beside the record. */
export interface UnchangedDefinition {
  readonly outcome: 'unchanged'
  /** Of the event that recorded what is wanted. */
  readonly position: number
  readonly profile?: { readonly entity: string; readonly profile: Profile }
}

/** What a definition changes beside its event. */
export type Definition =
  | { readonly kind: 'book'; readonly facts: BookFacts }
  | {
      readonly kind: 'policy'
      readonly version: PolicyVersion
      /** Left out where no line that was recorded before begins to claim its day. */
      readonly claims?: ClaimedDays
    }
  | {
      readonly kind: 'entity'
      readonly entity: string
      readonly facts: EntityFacts
      /** null: stays as it is. */
      readonly profile: Profile | null
    }
  | {
      readonly kind: 'calendar'
      readonly version: CalendarVersion
      /** Parts of its region that have days of their own. */
      readonly parts: readonly string[]
    }
  | {
      readonly kind: 'assignment'
      readonly version: AssignmentVersion
      /** What its policy counts. */
      readonly resource: string
    }
  | { readonly kind: 'worked-hours-reversed'; readonly entity: string; readonly workedHours: number }
  | { readonly kind: 'work-pattern'; readonly entity: string; readonly facts: RecordedPattern }
  | {
      readonly kind: 'period'
      readonly period: Period
      readonly facts: PeriodFacts
      readonly pending: readonly PendingRequest[]
      /** The last closed month after it; 'by-itself': as the first rules had it, of which the last closed one is found. */
      readonly closedThrough: Period | null | 'by-itself'
    }
  | { readonly kind: 'snapshot'; readonly snapshot: SnapshotFacts }
  | {
      readonly kind: 'erasure'
      readonly entity: string
      readonly version: number
      readonly force: boolean
      readonly found: FoundToErase
    }
  | { readonly kind: 'retention'; readonly facts: RetentionFacts; readonly version: number }
  | { readonly kind: 'reasons'; readonly positions: readonly number[] }
  | {
      readonly kind: 'delegation'
      readonly entity: string
      readonly delegate: string
      readonly facts: DelegationFacts
    }
