import type { CalendarDate } from './calendar-date.ts'
import type { Employment } from './definition/facts.ts'
import type { Contradiction } from './earning/contradictions/contradiction.ts'
import type { HoldStatus } from './hold/hold.ts'
import type { Period, PeriodStatus } from './period/period.ts'
import type { RequestStatus } from './request/request.ts'
import type { Portion } from './transaction.ts'

/** A rule that was not kept, and what it allows. */
export interface BrokenRule {
  readonly rule: string
  readonly limit: string
}

/** One of several accounts that were looked at. */
export interface AccountLookedAt {
  readonly policy: string
  /** The most that the day allows of it, overdraft included; negative where it is already below the floor; null: no limit. */
  readonly available: string | null
  /** The last day that is drawn from it, where that is over. */
  readonly expiresOn?: CalendarDate
  /** The day from which its policy is retired, where that is so on the day. */
  readonly retiredFrom?: CalendarDate
}

/** Every "no" that a decision may give, with what the caller needs to act on it. Quantities are printed at the policy's scale. */
export type Refusal =
  | {
      readonly code: 'insufficient-balance'
      readonly entity: string
      readonly policy: string
      /** The most that the day allows, overdraft included; negative where it is already below the floor. */
      readonly available: string
      readonly requested: string
      readonly firstViolatedOn: CalendarDate
      /** Of leave that is drawn from several accounts: each of them, in their order, with what it has on that day. */
      readonly accounts?: readonly AccountLookedAt[]
    }
  | {
      readonly code: 'day-taken'
      readonly entity: string
      readonly date: CalendarDate
      readonly portion: Portion
      /** null: nobody else has any of it; the day has fewer hours than were asked for. */
      readonly takenBy: string | null
    }
  /** A half of a day was said where no days are claimed. */
  | { readonly code: 'portion-not-claimed'; readonly policy: string }
  /** Terms of earning that cannot be said together. */
  | { readonly code: 'contradicting-terms'; readonly contradictions: readonly Contradiction[] }
  | { readonly code: 'already-reversed'; readonly transaction: string; readonly reversedBy: string }
  | { readonly code: 'already-reversed'; readonly workedHours: string; readonly reversedBy: string }
  | { readonly code: 'unknown-worked-hours'; readonly workedHours: string }
  /** `requestId`, `holdId`: what it belongs to. */
  | {
      readonly code: 'not-reversible'
      readonly transaction: string
      readonly requestId?: string
      readonly holdId?: string
    }
  | { readonly code: 'unknown-transaction'; readonly transaction: string }
  | { readonly code: 'unknown-policy'; readonly policy: string }
  /** Nobody gets anything under it. */
  | { readonly code: 'policy-does-not-earn'; readonly policy: string }
  /** No policy counts it. */
  | { readonly code: 'unknown-policy'; readonly resource: string }
  | { readonly code: 'unknown-calendar'; readonly calendar: string }
  | { readonly code: 'unknown-book'; readonly book: string }
  | { readonly code: 'scale-exceeded'; readonly policy: string; readonly scale: number; readonly amount: string }
  | {
      readonly code: 'version-conflict'
      readonly entity: string
      readonly policy: string
      readonly expectedVersion: number
      readonly currentVersion: number
    }
  | {
      readonly code: 'version-conflict'
      readonly requestId: string
      /** 0: it was to be a new one. */
      readonly expectedVersion: number
      readonly currentVersion: number
    }
  | {
      readonly code: 'version-conflict'
      readonly holdId: string
      readonly expectedVersion: number
      readonly currentVersion: number
    }
  | { readonly code: 'unknown-hold'; readonly holdId: string }
  /** `lapsed` also where that is not recorded yet. */
  | { readonly code: 'hold-ended'; readonly holdId: string; readonly currentStatus: Exclude<HoldStatus, 'held'> }
  | { readonly code: 'idempotency-key-reused'; readonly originalPosition: number; readonly differs: readonly string[] }
  | {
      readonly code: 'duplicate-idempotency-key'
      readonly originalPosition: number
      /** Said where the original is erased: whether it was the same command cannot be known any more. */
      readonly comparable?: false
    }
  | {
      readonly code: 'assignment-overlap'
      readonly entity: string
      readonly policy: string
      /** One that has a day in common. */
      readonly other: { readonly id: string; readonly from: CalendarDate; readonly to: CalendarDate | null }
    }
  | { readonly code: 'still-employed'; readonly entity: string; readonly leftOn: CalendarDate | null }
  /** Another last day is known than `on`. */
  | {
      readonly code: 'already-left'
      readonly entity: string
      readonly on: CalendarDate
      readonly leftOn: CalendarDate
    }
  | { readonly code: 'last-admin' }
  | { readonly code: 'unknown-entity'; readonly entity: string }
  | { readonly code: 'period-closed'; readonly period: Period }
  /** `last`: the last day through which a run may be asked for. */
  | { readonly code: 'not-due'; readonly through: CalendarDate; readonly last: CalendarDate }
  | { readonly code: 'invalid-transition'; readonly period: Period; readonly currentStatus: PeriodStatus }
  | {
      readonly code: 'invalid-transition'
      readonly requestId: string
      readonly currentStatus: RequestStatus
      readonly currentVersion: number
    }
  | { readonly code: 'unknown-request'; readonly requestId: string }
  | { readonly code: 'own-request'; readonly requestId: string; readonly entity: string }
  | { readonly code: 'own-account'; readonly entity: string }
  | { readonly code: 'forbidden'; readonly requestId: string; readonly role: string }
  /** A right that whoever calls has not. */
  | { readonly code: 'forbidden'; readonly requestId: string; readonly needs: string }
  | {
      readonly code: 'no-working-days'
      readonly entity: string
      readonly from: CalendarDate
      readonly to: CalendarDate
    }
  | {
      readonly code: 'outside-employment'
      readonly entity: string
      readonly date: CalendarDate
      readonly hiredOn: CalendarDate | null
      readonly leftOn: CalendarDate | null
      /** All periods, where there are several; those two are of the last one. */
      readonly employments?: readonly Employment[]
    }
  | ({
      readonly code: 'rule-violated'
      readonly others?: readonly BrokenRule[]
      /** The member of the body that it is about, where it is about one. */
      readonly pointer?: string
    } & BrokenRule)

/**
 * A refusal, and which line of the command it is about (from 0), where the command has several; or the JSON pointer to what it
 * is about, where lines are not all that the command has.
 */
export interface Refused {
  readonly refusal: Refusal
  readonly lineIndex?: number
  readonly pointer?: string
}
