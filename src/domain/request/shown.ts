import type { DayParts } from '../calendar/day-parts.ts'
import type { CalendarDate } from '../calendar-date.ts'
import type { Actor } from '../event.ts'
import { type Minor, printMinor, rescale } from '../quantity.ts'
import type { Portion, Transaction } from '../transaction.ts'
import type { DisplacedRequest } from './displacement.ts'
import { displacedIn, evolvedBy } from './evolve-request.ts'
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

/** The event of another request, which takes days of it or takes them no more. */
export interface DisplacedCause {
  readonly position: number
  readonly type: RequestEventType
  /** The other request. */
  readonly about: string
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
  /** Days that it would have if other requests did not take them, each with those; absent where there are none. */
  readonly displaced?: readonly {
    readonly date: CalendarDate
    readonly by: readonly { readonly request: string; readonly portion: Portion }[]
  }[]
  /** That was asked for; of all there is where it has no days. */
  readonly cancellation: { readonly days: readonly CalendarDate[] | null } | null
  readonly reason: string | null
  readonly submittedAt: string | null
  readonly submittedBy: Actor
  readonly decidedAt: string | null
  readonly decidedBy: Actor | null
  readonly history: readonly {
    readonly version: number
    readonly type: RequestEventType | 'request-displaced' | 'request-taken-again'
    readonly at: string | null
    readonly by: Actor
    readonly comment: string | null
    /** Of days that were counted again, or that another request takes; null: of everything else that happens to one. */
    readonly cause: RecountCause | DisplacedCause | null
  }[]
}

/** A request as its events make it: as it is shown, and as the next decision needs it. */
export interface FoldedRequest {
  readonly shown: ShownRequest
  readonly state: RequestState
}

/** @param events all of its own, and those of others that moved it; or the beginning of them */
export function foldRequest(events: readonly RequestEvent[]): FoldedRequest {
  const [first] = events
  if (first === undefined) throw new Error('a request without an event')
  let state: RequestState | undefined
  let scale = 0
  let decision: RequestEvent | undefined
  const portions = new Map<CalendarDate, Portion>()
  const { request: id } = first.fact.data
  for (const event of events) {
    const moved = displacedIn(event.fact, id)
    state = evolvedBy(state, id, event)
    for (const { reference, scale: lineScale } of event.transactions) {
      if (reference === id) scale = Math.max(scale, lineScale)
    }
    for (const { date, portion } of moved === undefined ? countedIn(event.fact) : (moved.days ?? [])) {
      portions.set(date, portion)
    }
    if (moved !== undefined) continue
    decision = decides(event.fact) ? event : state.status === 'pending' ? undefined : decision
  }
  const { entity, resource, policy, status, version, lines, displaced, cancellation, ...span } = state!
  const shown: ShownRequest = {
    id,
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
    ...(displaced.length === 0 ? {} : { displaced: displaced.map(({ date, by }) => ({ date, by })) }),
    cancellation: cancellation && { days: cancellation === 'all' ? null : cancellation },
    reason: first.comment,
    submittedAt: first.recordedAt,
    submittedBy: first.actor,
    decidedAt: decision?.recordedAt ?? null,
    decidedBy: decision === undefined || !isByPerson(decision.fact) ? null : decision.actor,
    history: events.map((event) => stepOf(event, displacedIn(event.fact, id))),
  }
  return { shown, state: state! }
}

/** The same, as it is shown. */
export function shownRequest(events: readonly RequestEvent[]): ShownRequest {
  return foldRequest(events).shown
}

type StepShown = ShownRequest['history'][number]

/** @param moved what the event of another request says of it */
function stepOf(
  { fact, position, recordedAt: at, actor: by, comment }: RequestEvent,
  moved: DisplacedRequest | undefined,
): StepShown {
  const { type, data } = fact
  if (moved === undefined) {
    return { version: data.version, type, at, by, comment, cause: type === 'request-recounted' ? data.cause : null }
  }
  const isTaken = moved.taken.some(({ portion }) => portion !== 'none')
  const what = isTaken ? 'request-displaced' : 'request-taken-again'
  // What was said about the other request stays there.
  return { version: moved.version, type: what, at, by, comment: null, cause: { position, type, about: data.request } }
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
