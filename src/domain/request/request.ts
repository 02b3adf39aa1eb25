import type { DayParts } from '../calendar/day-parts.ts'
import { EVERY_DAY, type WorkTime } from '../calendar/work-time.ts'
import type { CalendarDate } from '../calendar-date.ts'
import type { Employment } from '../definition/facts.ts'
import type { Minor } from '../quantity.ts'
import type { Portion, TransactionAt } from '../transaction.ts'
import type { DisplacedDay, DisplacedRequest } from './displacement.ts'

export type RequestStatus = 'approved' | 'cancelled' | 'pending' | 'rejected'

/** What is asked for: from a part of one day to a part of another. */
export interface RequestSpan {
  readonly from: CalendarDate
  readonly to: CalendarDate
  readonly fromPortion: Portion
  readonly toPortion: Portion
  /** What a whole day counts under a policy that counts hours, in its normal spelling; null: as the calendar says. */
  readonly hoursPerDay: string | null
  /** What is asked for of single days, in place of what the ends say of them; absent: nothing is said. */
  readonly portions?: DayParts
  /** Of a single day, `HH:MM`, with `toTime`: the hours between them are asked for. */
  readonly fromTime?: string
  readonly toTime?: string
}

/** A span, and how it is counted. */
export interface CountedSpan extends RequestSpan {
  /** Every day of it counts, worked or not: its policy said so when it was asked for. */
  readonly countCalendarDays?: true
}

/** A working day of a request, or the half of it. */
export interface RequestDay {
  readonly date: CalendarDate
  readonly portion: Portion
}

/** A line of the ledger by which a request holds, or has taken, a day: `pending` or `consumption`, not reversed. */
export interface RequestLine extends TransactionAt {
  /** The day that it is about. */
  readonly date: CalendarDate
  /** Another one than `date` where that was in a closed period. */
  readonly effectiveOn: CalendarDate
  readonly policy: string
  /** Greater than zero. */
  readonly amount: Minor
  readonly scale: number
  /** What it claims of the day; null: nothing, as of the second line of a day that is drawn from two accounts. */
  readonly portion: Portion | null
}

/** What the next decision about a request needs of it. */
export interface RequestState extends CountedSpan {
  readonly request: string
  readonly version: number
  /** Of its last event. */
  readonly position: number
  /** Of its first. */
  readonly submittedAt: number
  readonly entity: string
  readonly resource: string
  /** The only one that is drawn on; null: any of the resource. */
  readonly policy: string | null
  readonly status: RequestStatus
  /** Roles that have agreed since it was submitted or last changed, in the order in which they did; null: anybody. */
  readonly agreed: readonly (string | null)[]
  /** Whether it is approved, and somebody asked for its cancellation: of some days, or of all there are. */
  readonly cancellation: readonly CalendarDate[] | 'all' | null
  /** Days that were cancelled one by one since it was submitted or last changed, ascending: they do not come back. */
  readonly givenBack: readonly CalendarDate[]
  /** Days that a late fact took since it was submitted or last changed, ascending: they come back once it is corrected. */
  readonly lost: readonly CalendarDate[]
  /**
   * What it was when nothing was left of it but days that were lost, or that others take, and is again once one comes back;
   * null: it has days, or ended.
   */
  readonly lostAs: 'approved' | 'pending' | null
  /** By date. */
  readonly lines: readonly RequestLine[]
  /** Days that other requests take, by date. */
  readonly displaced: readonly DisplacedDay[]
  /** Where events of other requests moved it, ascending. */
  readonly movedAt: readonly number[]
}

/** A definition that says something else about days of a request than what they were counted by. */
export interface RecountCause {
  /** Of its event. */
  readonly position: number
  readonly type: 'calendar-defined' | 'entity-defined' | 'work-pattern-defined'
  /** The calendar; or the entity that it or its pattern was defined of. */
  readonly about: string
}

interface AnyFact {
  readonly request: string
  readonly version: number
  /** After it. */
  readonly status: RequestStatus
  /** How many of the versions before it came with events of other requests; absent: none. */
  readonly moves?: number
  /** As the command said it. */
  readonly intoClosedPeriod?: 'post-today'
  /** Other requests, of whose days it takes more than before, or less; absent: there are none. */
  readonly displaced?: readonly DisplacedRequest[]
}

type Counted = CountedSpan & { readonly days: readonly RequestDay[] }

/** What an event of a request says besides its transactions: `data`, by type. */
export type RequestFact =
  | {
      readonly type: 'request-submitted'
      readonly data: AnyFact &
        Counted & {
          readonly entity: string
          readonly resource: string
          readonly policy: string | null
          /** It was approved elsewhere, or by whoever entered it. */
          readonly decided?: 'approved'
        }
    }
  /**
   * `said`: the members of the command; the others stayed as they were. `givesUp`: all that it does is to give up days or
   * halves, so what was agreed stays agreed.
   */
  | {
      readonly type: 'request-changed'
      readonly data: AnyFact & Counted & { readonly said: Partial<RequestSpan>; readonly givesUp?: true }
    }
  | { readonly type: 'request-step-approved'; readonly data: AnyFact & { readonly role: string | null } }
  | { readonly type: 'request-approved'; readonly data: AnyFact & { readonly role: string | null } }
  | { readonly type: 'request-rejected'; readonly data: AnyFact & { readonly role: string | null } }
  /** `days`: only these; `granted`: somebody had asked for it. */
  | {
      readonly type: 'request-cancelled'
      readonly data: AnyFact & { readonly days?: readonly CalendarDate[]; readonly granted?: true }
    }
  | {
      readonly type: 'request-cancellation-asked'
      readonly data: AnyFact & { readonly days?: readonly CalendarDate[] }
    }
  | { readonly type: 'request-cancellation-refused'; readonly data: AnyFact }
  /** `days`: those that it holds or has taken from now on. */
  | {
      readonly type: 'request-recounted'
      readonly data: AnyFact & { readonly cause: RecountCause; readonly days: readonly RequestDay[] }
    }

export type RequestEventType = RequestFact['type']

/** An event of a request, read back. A cast: the data of an event are those of its type. */
export function requestFact(type: RequestEventType, data: unknown): RequestFact {
  return { type, data } as RequestFact
}

export function isRequestEvent(type: string): type is RequestEventType {
  return type.startsWith('request-')
}

/** An entity, as far as its requests depend on it. */
export interface Person {
  readonly manager: string | null
  /** By day; none: always. */
  readonly employments: readonly Employment[]
  readonly time: WorkTime
}

/** @returns one of whom nothing is known, where nothing is */
export function personOf({ people }: Pick<RequestsKnown, 'people'>, entity: string): Person {
  return people.get(entity) ?? NOBODY
}

const NOBODY: Person = { manager: null, employments: [], time: EVERY_DAY }

/** A period in which somebody decides for somebody else. */
export interface StandIn {
  /** Whose decisions. */
  readonly entity: string
  readonly from: CalendarDate
  readonly to: CalendarDate
}

/** What is known of a book's requests, while some are decided about. */
export interface RequestsKnown {
  /** In the book's time zone. */
  readonly today: CalendarDate
  /** By id; one that is absent is absent from the book. Moves on with each accepted command. */
  readonly requests: Map<string, RequestState>
  /** By entity. */
  readonly people: ReadonlyMap<string, Person>
  /** By whoever acts: for whom. */
  readonly standIns: ReadonlyMap<string, readonly StandIn[]>
}

export function streamOfRequest(request: string): string {
  return `request:${request}`
}

/** Which event of its request's own stream that with this data is: versions that came with events of others are not in it. */
export function streamAt({ request, version, moves = 0 }: RequestFact['data']): { name: string; version: number } {
  return { name: streamOfRequest(request), version: version - moves }
}

/** @returns null where it is the stream of something else, or none */
export function requestOfStream(stream: string | null): string | null {
  return stream?.startsWith('request:') === true ? stream.slice('request:'.length) : null
}
