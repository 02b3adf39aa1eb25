import type { DisplacedRequest } from '../../src/domain/request/displacement.ts'
import {
  isRequestEvent,
  type RequestDay,
  type RequestFact,
  type RequestStatus,
  requestFact,
} from '../../src/domain/request/request.ts'
import type { ProjectedEvent } from '../../src/projecting/projection.ts'
import type { Away, AwayStatus } from './away.ts'
import type { Owner } from './read-owners.ts'

/**
 * Who is away by the requests of a batch, after it.
 * @param before the same of the requests that existed
 * @param owners of the requests that are counted again
 * @returns by request, those that changed; undefined: nobody is away by it any more
 * @throws Error where an event is about days that nobody was away on
 */
export function foldAway(
  before: ReadonlyMap<string, Away>,
  events: readonly ProjectedEvent[],
  owners: ReadonlyMap<string, Owner>,
): ReadonlyMap<string, Away | undefined> {
  const after = new Map<string, Away | undefined>()
  for (const { type, dataText, recordedAt } of events) {
    if (!isRequestEvent(type)) continue
    const fact = requestFact(type, JSON.parse(dataText))
    for (const moved of fact.data.displaced ?? []) {
      const away = awayByOther(moved, recordedAt)
      if (away !== 'as-before') after.set(moved.request, away)
    }
    if (!changesDays(fact)) continue
    const { request } = fact.data
    const away = after.has(request) ? after.get(request) : before.get(request)
    const isBack = away === undefined && fact.type === 'request-recounted'
    after.set(request, isBack ? awayAgain(fact, owners.get(request), recordedAt) : awayAfter(away, fact, recordedAt))
  }
  return after
}

/** Who is away by a request of which another one takes days, or takes them no more. */
function awayByOther(
  { request, entity, resource, status, version, days }: DisplacedRequest,
  changedAt: Date,
): Away | 'as-before' | undefined {
  if (days === undefined) return 'as-before'
  if (status === 'cancelled') return undefined
  return { request, entity, resource, status, version, changedAt, days }
}

/** Whoever is away again by a request that had lost all its days, or had them taken by another one. */
function awayAgain({ data }: Recounted, owner: Owner | undefined, changedAt: Date): Away | undefined {
  const { request, status, version, days } = data
  if (days.length === 0) return undefined
  if (owner === undefined) throw new Error(`the request ${request} is counted again, and is not there`)
  return { request, ...owner, status: liveStatus(status), version, changedAt, days }
}

type Recounted = Extract<RequestFact, { readonly type: 'request-recounted' }>
type Unchanging = 'request-step-approved' | 'request-cancellation-asked' | 'request-cancellation-refused'
type Changing = Exclude<RequestFact, { readonly type: Unchanging }>

function changesDays(fact: RequestFact): fact is Changing {
  switch (fact.type) {
    case 'request-step-approved':
    case 'request-cancellation-asked':
    case 'request-cancellation-refused':
      return false
    case 'request-submitted':
    case 'request-changed':
    case 'request-approved':
    case 'request-rejected':
    case 'request-cancelled':
    case 'request-recounted':
      return true
  }
}

function awayAfter(away: Away | undefined, { type, data }: Changing, changedAt: Date): Away | undefined {
  const { request, version } = data
  if (type === 'request-submitted') {
    const { entity, resource, days } = data
    return { request, entity, resource, status: liveStatus(data.status), version, changedAt, days }
  }
  // What others took whole has no days left to cancel, or to be given up.
  if (away === undefined && data.status === 'cancelled') return undefined
  if (away === undefined) throw new Error(`${type} of the request ${request}, by which nobody was away`)
  switch (type) {
    case 'request-changed':
      if (data.days.length === 0) return undefined
      if (data.givesUp && isSame(data.days, away.days)) return away
      return { ...away, status: liveStatus(data.status), version, changedAt, days: data.days }
    case 'request-approved':
      return { ...away, status: 'approved', version, changedAt }
    case 'request-rejected':
      return undefined
    case 'request-cancelled': {
      const days = data.days === undefined ? [] : without(away.days, data.days)
      // Days that others take were given up, and no other.
      if (days.length === away.days.length) return away
      return days.length === 0 ? undefined : { ...away, version, changedAt, days }
    }
    case 'request-recounted':
      return data.days.length === 0 ? undefined : { ...away, version, changedAt, days: data.days }
  }
}

/** @throws Error where a request with days is neither undecided nor approved */
function liveStatus(status: RequestStatus): AwayStatus {
  if (status === 'pending' || status === 'approved') return status
  throw new Error(`days of a request that is ${status}`)
}

function isSame(days: readonly RequestDay[], others: readonly RequestDay[]): boolean {
  return (
    days.length === others.length &&
    days.every(({ date, portion }, at) => date === others[at]!.date && portion === others[at]!.portion)
  )
}

function without(days: readonly RequestDay[], dates: readonly string[]): readonly RequestDay[] {
  return days.filter(({ date }) => !dates.includes(date))
}
