import type { Accepted } from '../recording/accepted.ts'
import type { AskedLine } from '../recording/asked-line.ts'
import type { BookState } from '../recording/book-state.ts'
import { decideLines } from '../recording/decide-lines.ts'
import type { Check } from '../recording/decision.ts'
import type { Refused } from '../refusal.ts'
import { type Displacing, displacedBy } from './displace.ts'
import type { DisplacedRequest } from './displacement.ts'
import { evolveDisplaced, evolveRequest } from './evolve-request.ts'
import { heldPart } from './held-part.ts'
import type { AnyOrder } from './order.ts'
import {
  personOf,
  type RequestDay,
  type RequestFact,
  type RequestState,
  type RequestsKnown,
  streamAt,
} from './request.ts'

/** What one event does to a request. */
interface RequestChanges {
  readonly order: AnyOrder
  /** undefined: it is submitted. */
  readonly current: RequestState | undefined
  readonly fact: RequestFact
  readonly lines: readonly AskedLine[]
  /** What was looked at besides the lines, and held. */
  readonly checks: readonly Check[]
}

/**
 * Decides the lines of an event about a request, and moves the request past it. So are the lines of other leave whose days
 * it takes, or takes no more.
 */
export function recordRequest(
  state: BookState,
  position: number,
  { order, current, fact, lines, checks }: RequestChanges,
): Accepted | Refused {
  const { request } = fact.data
  const alone = decideLines(state, position, lines, [request])
  if ('refusal' in alone) return { refusal: alone.refusal }
  const next = evolveRequest(current, fact, { position, transactions: alone.transactions })
  const known = state.requests!
  const displacing = displacedBy(state, known, { before: current, after: next, postToday: order.postToday })
  if (displacing.length === 0) return recorded(alone, { fact, requests: [next], checks })
  const ids = [request, ...displacing.map(({ other }) => other.request)]
  const accepted = decideLines(state, position, [...lines, ...displacing.flatMap((one) => one.lines)], ids)
  if ('refusal' in accepted) return { refusal: accepted.refusal }
  const { transactions } = accepted
  const others = displacing.map((one) => evolveDisplaced(one.other, one, { by: request, position, transactions }))
  const displaced = displacing.map((one, at) => displacedRequest(known, one, others[at]!))
  // A cast: every kind of fact may say this.
  const said = { ...fact, data: { ...fact.data, displaced } } as RequestFact
  return recorded(accepted, { fact: said, requests: [next, ...others], checks })
}

function displacedRequest(
  known: RequestsKnown,
  { taken, lines, lost }: Displacing,
  after: RequestState,
): DisplacedRequest {
  const { request, entity, resource, version, status } = after
  return {
    request,
    entity,
    resource,
    version,
    // A cast: nobody rejects what others take days of.
    status: status as DisplacedRequest['status'],
    taken,
    ...(lines.length === 0 ? {} : { days: daysHeld(known, after) }),
    ...(lost.length === 0 ? {} : { lost }),
  }
}

function daysHeld(known: RequestsKnown, request: RequestState): readonly RequestDay[] {
  const person = personOf(known, request.entity)
  return Array.from(
    Map.groupBy(request.lines, ({ date }) => date),
    ([date, held]) => ({ date, portion: heldPart(request, { date, held, person }) }),
  ).filter((day): day is RequestDay => day.portion !== 'none')
}

interface Recorded {
  readonly fact: RequestFact
  /** After it. */
  readonly requests: readonly RequestState[]
  readonly checks: readonly Check[]
}

function recorded(accepted: Accepted, { fact, requests, checks: looked }: Recorded): Accepted {
  const { decision, changes } = accepted
  const checks = [...new Set([...decision.checks, ...looked])].toSorted()
  return {
    ...accepted,
    decision: { ...decision, checks },
    changes: { ...changes, requests: new Map(requests.map((request) => [request.request, request])) },
    recorded: { ...fact, stream: streamAt(fact.data) },
  }
}

/** What the next event of a request says of it in any case. */
export function nextOf({ request, version, movedAt }: RequestState) {
  return { request, version: version + 1, ...(movedAt.length === 0 ? {} : { moves: movedAt.length }) }
}

/** The request is in no state for what is asked of it. */
export function inThisState({ request, status, version }: RequestState): Refused {
  const current = { currentStatus: status, currentVersion: version }
  return { refusal: { code: 'invalid-transition', requestId: request, ...current } }
}
