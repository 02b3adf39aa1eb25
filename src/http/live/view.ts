import type { Sight } from '../../access/held.ts'
import { type Right, SHOWN_BY } from '../../access/rights.ts'
import type { Concern, ShownEvent } from './concern.ts'
import type { EventBatch } from './event-batch.ts'

/**
 * What somebody may see of a batch: whole events, or of each what is about entities whose data they may read. Events
 * without any of that are left out, and nothing is different by what was left out of others.
 */
export async function seenOf(sight: Sight, batch: EventBatch): Promise<readonly Concern[]> {
  const concerns = await batch.concerns()
  if (sight.readsWhole) return concerns
  const seenBy = new Map<Right, IsSeen>()
  for (const type of new Set(concerns.map(({ event }) => event.type))) {
    const right = SHOWN_BY[type]
    if (!seenBy.has(right)) seenBy.set(right, await seen(sight, right, batch))
  }
  const isLineSeen = await seen(sight, 'transactions:read', batch)
  return concerns.flatMap((concern) => viewOf(concern, seenBy.get(SHOWN_BY[concern.event.type])!, isLineSeen) ?? [])
}

/** Whether what is about an entity is seen: all of it, or what concerns a resource. */
type IsSeen = (entity: string, resource: string | undefined) => boolean

/**
 * What is read by a right: found out for all who read the batch together. Of others than oneself, a kind of leave may be hr's
 * alone to know.
 */
async function seen(sight: Sight, right: Right, batch: EventBatch): Promise<IsSeen> {
  const { entities } = sight
  const extent = sight.extentOf(right)
  if (extent === 'book') return () => true
  if (extent === undefined) return () => false
  const own = new Set(entities)
  if (extent === 'own') return (entity) => own.has(entity)
  const [reachers, kinds] = await Promise.all([batch.reachers(), batch.kinds()])
  return (entity, resource) => {
    if (own.has(entity)) return true
    if (resource !== undefined && kinds.get(resource) === 'hr') return false
    return entities.some((one) => reachers.get(entity)?.has(one) === true)
  }
}

/** @param isSeen what the event says @param isLineSeen transactions, whichever event recorded them */
function viewOf(concern: Concern, isSeen: IsSeen, isLineSeen: IsSeen): Concern | undefined {
  const { event, owner, clientId } = concern
  const { book, position, type, recordedAt, actor } = event
  const transactions = event.transactions.filter(
    ({ entity, resource }) => isSeen(entity, resource) || isLineSeen(entity, resource),
  )
  const data = dataOf(concern, isSeen)
  const { delegate, request, displaced = [] } = data ?? {}
  const named = data === undefined ? [] : [owner, delegate, ...displaced.map(({ entity }) => entity)]
  const seenNames = named.filter((entity) => entity !== undefined && isSeen(entity, undefined))
  const entities = [...transactions.map(({ entity }) => entity), ...seenNames]
  if (entities.length === 0) return undefined
  return {
    event,
    text: JSON.stringify({ actor, book, data: data ?? {}, position, recordedAt, transactions, type }),
    // A cast: those that are undefined were left out.
    entities: [...new Set(entities as string[])],
    owner,
    resource: undefined,
    requests: [...(request === undefined ? [] : [request]), ...displaced.map((other) => other.request)],
    calendar: undefined,
    clientId,
  }
}

/** Of these the data says what somebody asked for or is: that is theirs. Of others it may say what others are. */
const ABOUT_ITS_OWNER =
  /^(request-.*|worked-hours-.*|notice-given|(entity|work-pattern|assignment|delegation)-defined)$/

/** @returns undefined where it is not for them to see */
function dataOf({ event, owner, resource }: Concern, isSeen: IsSeen): ShownEvent['data'] | undefined {
  const { type, data, transactions } = event
  if (!ABOUT_ITS_OWNER.test(type)) return undefined
  const { delegate, displaced } = data
  // Which of its lines are the request's own does not show, so all of them have to be seen.
  const resources = [data.resource ?? resource, ...transactions.map((line) => line.resource)]
  const isOwners = owner !== undefined && resources.every((one) => isSeen(owner, one))
  if (!isOwners && (delegate === undefined || !isSeen(delegate, undefined))) return undefined
  if (displaced === undefined) return data
  const { displaced: _all, ...rest } = data
  const shown = displaced.filter((other) => isSeen(other.entity, other.resource))
  return shown.length === 0 ? rest : { ...rest, displaced: shown }
}
