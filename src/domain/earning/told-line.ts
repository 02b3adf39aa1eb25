import type { CalendarDate } from '../calendar-date.ts'
import type { Portion, TransactionType } from '../transaction.ts'
import type { DaySpan, Figures } from './part.ts'
import type { Carried, PostingRule } from './posting.ts'

/** What is told of one line of an account, or of a carry-over that has none. */
export interface ToldLine {
  /** The day from which it counts. */
  readonly on: CalendarDate
  /** Signed, in its normal spelling. */
  readonly amount: string
  /** Of the policy. */
  readonly unit: string
  /** Only where it was recorded later than the day in a closed month that it is about. */
  readonly meantFor: CalendarDate | null
  readonly by: ToldByRule | ToldByPeople
}

/** Posted by a rule: all of it is as it was recorded with the posting. */
export interface ToldByRule {
  readonly rule: PostingRule
  readonly period: DaySpan
  readonly figures: Figures
  /** What a carry-over kept. */
  readonly carried: Carried | null
  /** Of a correction: because of what. */
  readonly cause: Because | null
}

/** The event that made a correction due, and what it is about: `calendar:de-by`. */
export interface Because {
  readonly type: string
  readonly about: string
}

/** Recorded by people. */
export interface ToldByPeople {
  readonly rule: null
  readonly type: TransactionType
  readonly portion: Portion | null
  /** Of what is held: leave that somebody asked for. */
  readonly isAskedFor: boolean
  readonly isCarriedIn: boolean
  readonly validUntil: CalendarDate | null
  /** Of an adjustment: the balance that it was to bring about. */
  readonly to: string | null
  /** Of a reversal: what it undoes; null where that is not known. */
  readonly reverses: UndoneLine | null
  /** null where none was said, or once it was erased. */
  readonly reason: string | null
}

/** A line that was undone: what it was, and by which rule; `rule` is null where people recorded it. */
export interface UndoneLine {
  readonly type: TransactionType
  readonly rule: PostingRule | null
  readonly isCarriedIn: boolean
  readonly on: CalendarDate
}
