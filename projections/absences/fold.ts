import {
  isRequestEvent,
  type RequestDay,
  type RequestFact,
  type RequestStatus,
  requestFact,
} from '../../src/domain/request/request.ts'
import type { ProjectedEvent } from '../../src/projecting/projection.ts'
import type { Away, AwayStatus } from './away.ts'

/**
 * Who is away by the requests of a batch, after it.
 * @param before the same of the requests that existed
 * @returns by request, those that changed; undefined: nobody is away by it any more
 * @throws Error where an event is about days that nobody was away on
 */
export function foldAway(
  before: ReadonlyMap<string, Away>,
  events: readonly ProjectedEvent[],
): ReadonlyMap<string, Away | undefined> {
  const after = new Map<string, Away | undefined>()
  for (const { type, dataText, recordedAt } of events) {
    if (!isRequestEvent(type)) continue
    const fact = requestFact(type, JSON.parse(dataText))
    if (!changesDays(fact)) continue
    const { request } = fact.data
    after.set(request, awayAfter(after.has(request) ? after.get(request) : before.get(request), fact, recordedAt))
  }
  return after
}

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
  if (away === undefined) throw new Error(`${type} of the request ${request}, by which nobody was away`)
  switch (type) {
    case 'request-changed':
      return { ...away, status: liveStatus(data.status), version, changedAt, days: data.days }
    case 'request-approved':
      return { ...away, status: 'approved', version, changedAt }
    case 'request-rejected':
      return undefined
    case 'request-cancelled': {
      const days = data.days === undefined ? [] : without(away.days, data.days)
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

function without(days: readonly RequestDay[], dates: readonly string[]): readonly RequestDay[] {
  return days.filter(({ date }) => !dates.includes(date))
}
