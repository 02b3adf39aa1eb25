import type { DayParts } from '../calendar/day-parts.ts'
import type { CalendarDate } from '../calendar-date.ts'
import type { Actor } from '../event.ts'
import { type Minor, printMinor, rescale } from '../quantity.ts'
import type { Portion, Transaction } from '../transaction.ts'
import { evolveRequest } from './evolve-request.ts'
import type {
  RecountCause,
  RequestDay,
  RequestEventType,
  RequestFact,
  RequestLine,
  RequestState,
  RequestStatus,
} from './request.ts'
import { spanOf } from './span.ts'

/** One event of a request's stream, with what is not forgotten of it. */
export interface RequestEvent {
  readonly fact: RequestFact
  /** What it got, or would get. */
  readonly position: number
  /** null: it is not recorded. */
  readonly recordedAt: string | null
  readonly actor: Actor
  readonly comment: string | null
  readonly transactions: readonly Transaction[]
}

/** A request as it is shown. */
export interface ShownRequest {
  readonly id: string
  readonly entity: string
  readonly resource: string
  readonly policy: string | null
  readonly status: RequestStatus
  readonly version: number
  readonly from: CalendarDate
  readonly to: CalendarDate
  readonly fromPortion: Portion
  readonly toPortion: Portion
  readonly hoursPerDay: string | null
  /** As it was asked for; absent where nothing was said of single days. */
  readonly portions?: DayParts
  readonly fromTime?: string
  readonly toTime?: string
  /** What is still held or taken: a day that is drawn from two accounts is there twice. */
  readonly days: readonly {
    readonly date: CalendarDate
    readonly portion: Portion
    readonly amount: string
    readonly policy: string
    readonly status: 'approved' | 'pending'
  }[]
  readonly total: string
  readonly cancellation: RequestState['cancellation']
  readonly reason: string | null
  readonly submittedAt: string | null
  readonly submittedBy: Actor
  readonly decidedAt: string | null
  readonly decidedBy: Actor | null
  readonly history: readonly {
    readonly version: number
    readonly type: RequestEventType
    readonly at: string | null
    readonly by: Actor
    readonly comment: string | null
    /** Of its days that were counted again; null: of everything else that happens to a request. */
    readonly cause: RecountCause | null
  }[]
}

/**
 * A request as its events make it.
 * @param events its whole stream, or the beginning of it
 */
export function shownRequest(events: readonly RequestEvent[]): ShownRequest {
  const [first] = events
  if (first === undefined) throw new Error('a request without an event')
  let state: RequestState | undefined
  let scale = 0
  let decision: RequestEvent | undefined
  const portions = new Map<CalendarDate, Portion>()
  for (const event of events) {
    state = evolveRequest(state, event.fact, event)
    for (const transaction of event.transactions) scale = Math.max(scale, transaction.scale)
    for (const { date, portion } of countedIn(event.fact)) portions.set(date, portion)
    decision = decides(event.fact) ? event : state.status === 'pending' ? undefined : decision
  }
  const { request, entity, resource, policy, status, version, lines, cancellation, ...span } = state!
  return {
    id: request,
    entity,
    resource,
    policy,
    status,
    version,
    ...spanOf(span),
    days: lines.map((line) => ({
      date: line.date,
      portion: portions.get(line.date)!,
      amount: printMinor(line.amount, line.scale),
      policy: line.policy,
      status: status === 'pending' ? 'pending' : 'approved',
    })),
    total: printMinor(sumOf(lines, scale), scale),
    cancellation,
    reason: first.comment,
    submittedAt: first.recordedAt,
    submittedBy: first.actor,
    decidedAt: decision?.recordedAt ?? null,
    decidedBy: decision === undefined || !isByPerson(decision.fact) ? null : decision.actor,
    history: events.map(({ fact, recordedAt, actor, comment }) => ({
      version: fact.data.version,
      type: fact.type,
      at: recordedAt,
      by: actor,
      comment,
      cause: fact.type === 'request-recounted' ? fact.data.cause : null,
    })),
  }
}

function countedIn({ type, data }: RequestFact): readonly RequestDay[] {
  return type === 'request-submitted' || type === 'request-changed' || type === 'request-recounted' ? data.days : []
}

/** Granted, refused, or granted at once because nobody has to decide. */
function decides({ type, data }: RequestFact): boolean {
  if (type === 'request-approved' || type === 'request-rejected') return true
  if (type === 'request-changed' && data.givesUp) return false
  return (type === 'request-submitted' || type === 'request-changed') && data.status === 'approved'
}

function sumOf(lines: readonly RequestLine[], scale: number): Minor {
  return lines.reduce((sum, line) => sum + rescale(line.amount, line.scale, scale), 0n)
}

/** What is granted at once, nobody decided; what was entered as decided, whoever entered it. */
function isByPerson({ type, data }: RequestFact): boolean {
  if (type === 'request-submitted') return data.decided !== undefined
  return type === 'request-approved' || type === 'request-rejected'
}
