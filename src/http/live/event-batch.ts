import type { Pool } from 'pg'
import { readEntitiesOfRequests, readManagers } from '../../ledger/read/concerned.ts'
import { type Concern, concernOf } from './concern.ts'

/** Events that follow one another, and whom they concern: found out once for all who read them together. */
export class EventBatch {
  readonly db: Pool
  readonly book: string
  /** By position, as the history shows them. */
  readonly texts: readonly string[]
  #concerns: Promise<readonly Concern[]> | undefined
  #managers: Promise<ReadonlyMap<string, string>> | undefined

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

  /** Steps of a request that move nothing say which request it is, and not whose. */
  async #readConcerns(): Promise<readonly Concern[]> {
    const concerns = this.texts.map(concernOf)
    const requests = concerns.flatMap(({ entities, request }) =>
      entities.length === 0 && request !== undefined ? [request] : [],
    )
    const owners = await readEntitiesOfRequests(this.db, this.book, [...new Set(requests)])
    return concerns.map((concern) => {
      const { entities, request } = concern
      const owner = entities.length === 0 && request !== undefined ? owners.get(request) : undefined
      return owner === undefined ? concern : { ...concern, entities: [owner] }
    })
  }

  async #readManagers(): Promise<ReadonlyMap<string, string>> {
    const entities = new Set((await this.concerns()).flatMap((concern) => concern.entities))
    return readManagers(this.db, this.book, [...entities])
  }
}
