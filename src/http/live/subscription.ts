import type { Sight } from '../../access/held.ts'
import type { LiveSubscriptionBody } from '../../contract/schemas/live.ts'
import { isFollowed } from '../../ledger/read/concerned.ts'
import type { Concern } from './concern.ts'
import type { EventBatch } from './event-batch.ts'
import { seenOf } from './view.ts'

/** What one client wants to hear of. */
export interface Subscription {
  /** Whatever there is, or what concerns one of these. */
  readonly isToAll: boolean
  readonly entities: ReadonlySet<string>
  readonly managers: ReadonlySet<string>
  readonly requests: ReadonlySet<string>
  /** undefined: the end of the history, wherever that is. */
  readonly after: number | undefined
  /** Whose own doing is left out; undefined: nobody's. */
  readonly clientId: string | undefined
}

/** What a socket asked for, with the lists as sets. */
export function subscriptionFrom({ subscribe, after, clientId }: LiveSubscriptionBody): Subscription {
  const { entities, managers, requests } = subscribe
  return {
    isToAll: entities === undefined && managers === undefined && requests === undefined,
    entities: new Set(entities),
    managers: new Set(managers),
    requests: new Set(requests),
    after,
    clientId,
  }
}

/** The events of a batch that a subscription is to, as its client may see them, without those that it caused itself. */
export async function wantedOf(
  subscription: Subscription,
  batch: EventBatch,
  sight: Sight,
): Promise<readonly string[]> {
  const { isToAll, managers, clientId } = subscription
  if (isToAll && clientId === undefined && sight.readsWhole) return batch.texts
  const managerOf = managers.size === 0 ? NOBODY : await batch.managers()
  const wanted: string[] = []
  for (const concern of await seenOf(sight, batch)) {
    if (clientId !== undefined && concern.clientId === clientId) continue
    if (isToAll || concerns(subscription, concern, managerOf) || (await isAboutCalendar(subscription, concern, batch)))
      wanted.push(concern.text)
  }
  return wanted
}

const NOBODY: ReadonlyMap<string, string> = new Map()

function concerns(
  { entities, managers, requests }: Subscription,
  concern: Concern,
  managerOf: ReadonlyMap<string, string>,
): boolean {
  if (concern.requests.some((request) => requests.has(request))) return true
  return concern.entities.some((entity) => {
    if (entities.has(entity)) return true
    const manager = managerOf.get(entity)
    return manager !== undefined && managers.has(manager)
  })
}

/** Rare enough to be asked of the database, by each who may have to know. */
async function isAboutCalendar(
  { entities, managers }: Subscription,
  { calendar }: Concern,
  { db, book }: EventBatch,
): Promise<boolean> {
  if (calendar === undefined || entities.size + managers.size === 0) return false
  return isFollowed(db, { book, calendar, entities: [...entities], managers: [...managers] })
}
