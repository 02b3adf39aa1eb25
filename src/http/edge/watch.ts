import type { Pool } from 'pg'
import { extentOf, grantsOn, type Sight, sightBy } from '../../access/held.ts'
import type { Principal } from '../../access/principal.ts'
import type { Needed } from '../../access/rights.ts'
import type { Problem } from '../../contract/problem.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import type { Callers } from './auth.ts'
import { forbidden, reachesFor } from './authorize.ts'
import { unknownBook } from './reading.ts'
import { dayOf } from './today.ts'

/** So often everybody is asked about again who has a stream open: what is withdrawn ends it within a second. */
const EVERY_MS = 400

/** So soon whoever comes: what let them in may be almost a second old. */
const NEWCOMERS_MS = 100

/** Somebody who opens a stream. */
export interface Arrival {
  readonly principal: Principal
  readonly book: string
  readonly needed: Needed
  /** By which they were let in, see `today.ts`. */
  readonly today: CalendarDate
  /** Called once, when they may not follow any more; never before `add` returns. */
  readonly onEnd: (problem: Problem) => void
}

export interface Watched {
  /** As of less than a second ago. */
  readonly sight: Sight
  /** To be called when the stream is over. */
  leave(): void
}

/**
 * Ends streams whose callers may not follow any more: a credential that ended or expired, a right that was withdrawn or whose
 * `until` has passed. Asked about are credentials and not streams, all at once: a page that is open ten thousand times costs
 * what one costs.
 */
export class Watch {
  readonly #callers: Pick<Callers, 'again'>
  readonly #db: Pool
  readonly #onError: (error: Error) => void
  /** By credential. */
  readonly #streams = new Map<string, Set<Stream>>()
  #newcomers: Stream[] = []
  #regular: NodeJS.Timeout | undefined
  #soon: NodeJS.Timeout | undefined

  /** @param db must not be a moment old */
  constructor(callers: Pick<Callers, 'again'>, db: Pool, onError: (error: Error) => void) {
    this.#callers = callers
    this.#db = db
    this.#onError = onError
  }

  /** Somebody who was let in. Where that is over meanwhile, they are told with the newcomers. */
  add(arrival: Arrival): Watched {
    const sight = sightOf(arrival.principal, arrival)
    const { credential } = arrival.principal
    const stream: Stream = { ...arrival, sight: 'code' in sight ? NOTHING : sight }
    const streams = this.#streams.get(credential) ?? new Set()
    this.#streams.set(credential, streams.add(stream))
    this.#newcomers.push(stream)
    if (this.#soon === undefined) this.#soon = setTimeout(() => void this.#askAboutNewcomers(), NEWCOMERS_MS).unref()
    if (this.#regular === undefined) this.#regular = setTimeout(() => void this.#askAboutAll(), EVERY_MS).unref()
    return {
      get sight() {
        return stream.sight
      },
      leave: () => this.#forget(stream),
    }
  }

  async #askAboutNewcomers(): Promise<void> {
    this.#soon = undefined
    const newcomers = this.#newcomers
    this.#newcomers = []
    await this.#ask(newcomers.map(({ principal }) => principal.credential))
  }

  async #askAboutAll(): Promise<void> {
    await this.#ask([...this.#streams.keys()])
    this.#regular = this.#streams.size === 0 ? undefined : setTimeout(() => void this.#askAboutAll(), EVERY_MS).unref()
  }

  async #ask(credentials: readonly string[]): Promise<void> {
    const asked = new Map<string, Principal>()
    for (const credential of credentials) {
      const [stream] = this.#streams.get(credential) ?? []
      if (stream !== undefined) asked.set(credential, stream.principal)
    }
    if (asked.size === 0) return
    try {
      const found = await this.#callers.again([...asked.values()])
      const days = await this.#daysHeldOn(found.values())
      for (const credential of asked.keys()) this.#judge(credential, found.get(credential), days)
    } catch (error) {
      // Without a database there is nothing to follow either. It is asked again.
      this.#onError(error as Error)
    }
  }

  /** The days of the books of streams: by credential, then book. Each book is asked about once. */
  async #daysHeldOn(found: Iterable<Principal>): Promise<Days> {
    const asked = new Map<string, CalendarDate | Promise<CalendarDate>>()
    const days = new Map<string, Map<string, CalendarDate>>()
    for (const principal of found) {
      const ofPrincipal = new Map<string, CalendarDate>()
      days.set(principal.credential, ofPrincipal)
      const books = new Set(Array.from(this.#streams.get(principal.credential) ?? [], ({ book }) => book))
      for (const book of books) {
        const day = asked.get(book) ?? dayOf(this.#db, principal, book)
        // Of whoever is sure of their roles it is some day, which is not that of others.
        if (typeof day !== 'string') asked.set(book, day)
        ofPrincipal.set(book, await day)
      }
    }
    return days
  }

  #judge(credential: string, principal: Principal | undefined, days: Days): void {
    for (const stream of this.#streams.get(credential) ?? []) {
      const today = days.get(credential)?.get(stream.book) ?? stream.today
      const sight = principal === undefined ? ENDED : sightOf(principal, { ...stream, today })
      if ('code' in sight) {
        this.#forget(stream)
        stream.onEnd(sight)
      } else {
        stream.sight = sight
      }
    }
  }

  #forget(stream: Stream): void {
    const { credential } = stream.principal
    const streams = this.#streams.get(credential)
    streams?.delete(stream)
    if (streams?.size === 0) this.#streams.delete(credential)
  }
}

type Days = ReadonlyMap<string, ReadonlyMap<string, CalendarDate>>

interface Stream extends Arrival {
  sight: Sight
}

const NOTHING: Sight = sightBy([], 'own')

const ENDED: Problem = { code: 'unauthenticated', detail: 'What the stream was opened with has ended.' }

function sightOf(
  principal: Principal,
  { book, needed, today }: Pick<Arrival, 'book' | 'needed' | 'today'>,
): Sight | Problem {
  const { expiresAt } = principal
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now()) return ENDED
  const grants = grantsOn(principal, book, today)
  if (grants.length === 0) return unknownBook(book)
  const extent = extentOf(grants, needed.right)
  if (extent === undefined || !reachesFor(extent, needed.least)) return forbidden(needed.right)
  return sightBy(grants, extent)
}
