import type { Pool } from 'pg'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import type { KindVisibleTo } from '../../domain/policy/policy.ts'
import { readManagers, readOwnersOfRequests } from '../../ledger/read/concerned.ts'
import { readKinds } from '../../ledger/read/kinds.ts'
import { readReachers } from '../../ledger/read/reachers.ts'
import { todayIn } from '../../ledger/read/today.ts'
import { worldNow } from '../../world-clock.ts'
import { type Concern, concernOf } from './concern.ts'

/** Whoever reads a list together gets one batch of it. */
export function batchesOf(db: Pool): (book: string, texts: readonly string[]) => EventBatch {
  const known = new WeakMap<readonly string[], EventBatch>()
  return (book, texts) => {
    const batch = known.get(texts) ?? new EventBatch(db, book, texts)
    known.set(texts, batch)
    return batch
  }
}

/** Events that follow one another, and whom they concern: found out once for all who read them together. */
export class EventBatch {
  readonly db: Pool
  readonly book: string
  /** By position, as the history shows them. */
  readonly texts: readonly string[]
  #concerns: Promise<readonly Concern[]> | undefined
  #managers: Promise<ReadonlyMap<string, string>> | undefined
  #reachers: Promise<ReadonlyMap<string, ReadonlySet<string>>> | undefined
  #kinds: Promise<ReadonlyMap<string, KindVisibleTo>> | undefined

  constructor(db: Pool, book: string, texts: readonly string[]) {
    this.db = db
    this.book = book
    this.texts = texts
  }

  concerns(): Promise<readonly Concern[]> {
    this.#concerns ??= this.#readConcerns()
    return this.#concerns
  }

  /** Of the entities that are concerned. Read after the events, so no older than they are. */
  managers(): Promise<ReadonlyMap<string, string>> {
    this.#managers ??= this.#readManagers()
    return this.#managers
  }

  /** Who may read the data of those who are concerned, as their managers or standing in for them: as managers are read. */
  reachers(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    this.#reachers ??= this.#readReachers()
    return this.#reachers
  }

  /** Who sees of what kind absences are, by resource. */
  kinds(): Promise<ReadonlyMap<string, KindVisibleTo>> {
    this.#kinds ??= this.#readKinds()
    return this.#kinds
  }

  /** Steps of a request that move nothing say which request it is, and not whose. */
  async #readConcerns(): Promise<readonly Concern[]> {
    const concerns = this.texts.map(concernOf)
    const requests = concerns.flatMap(({ entities, requests: about }) => (entities.length === 0 ? about : []))
    const owners = await readOwnersOfRequests(this.db, this.book, [...new Set(requests)])
    return concerns.map((concern) => {
      if (concern.entities.length > 0) return concern
      const found = concern.requests.flatMap((request) => owners.get(request) ?? [])
      return {
        ...concern,
        entities: found.map(({ entity }) => entity),
        owner: found[0]?.entity,
        resource: found[0]?.resource,
      }
    })
  }

  async #readKinds(): Promise<ReadonlyMap<string, KindVisibleTo>> {
    return readKinds(this.db, { book: this.book, on: await this.#today() })
  }

  #today(): Promise<CalendarDate> {
    return todayIn(this.db, this.book, worldNow())
  }

  async #readManagers(): Promise<ReadonlyMap<string, string>> {
    return readManagers(this.db, this.book, await this.#concerned())
  }

  async #readReachers(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    return readReachers(this.db, { book: this.book, entities: await this.#concerned(), on: await this.#today() })
  }

  async #concerned(): Promise<readonly string[]> {
    return [...new Set((await this.concerns()).flatMap((concern) => concern.entities))]
  }
}
