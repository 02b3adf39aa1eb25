import type { Authority } from '../authority.ts'
import type { CalendarDate } from '../calendar-date.ts'
import type { Actor } from '../event.ts'
import type { RecountCause, RequestSpan } from './request.ts'

/** What every order about a request says. */
export interface AnyOrder {
  readonly request: string
  /** Whether a line for a closed period is recorded today instead of being refused. */
  readonly postToday: boolean
}

/** What somebody asks of a request. */
export type PersonsOrder = SubmitOrder | DecideOrder | CancelOrder | ChangeOrder

/** What a command asks of a request: somebody, or what became known about its days. */
export type RequestOrder = PersonsOrder | RecountOrder

/** Who orders. */
export interface Ordering {
  readonly actor: Actor
  /** Absent: no more than the record says of the actor. */
  readonly authority?: Authority
}

export interface SubmitOrder extends AnyOrder, Ordering {
  readonly kind: 'submit'
  readonly entity: string
  /** null where `policy` is said: one of the two is. */
  readonly resource: string | null
  readonly policy: string | null
  readonly span: RequestSpan
  /** Approved elsewhere, or by whoever enters it: taken at once. */
  readonly isDecided: boolean
}

/** About a request that is there. */
interface LaterOrder extends AnyOrder, Ordering {
  readonly expectedVersion: number
}

export interface DecideOrder extends LaterOrder {
  readonly kind: 'approve' | 'reject'
}

export interface CancelOrder extends LaterOrder {
  readonly kind: 'cancel'
  /** null: all that it holds or has taken. */
  readonly days: readonly CalendarDate[] | null
}

export interface ChangeOrder extends LaterOrder {
  readonly kind: 'change'
  /** The members that change. */
  readonly said: Partial<RequestSpan>
}

/** Asks for nothing but that the days of a request are counted as its definitions have them now. */
export interface RecountOrder extends AnyOrder {
  readonly kind: 'recount'
  readonly cause: RecountCause
}
