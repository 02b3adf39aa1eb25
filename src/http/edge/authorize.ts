import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Pool } from 'pg'
import { type DayOn, entitiesOf, extentOf, grantsOn } from '../../access/held.ts'
import { EVERY_BOOK } from '../../access/principal.ts'
import {
  AS_STREAM,
  type Breadth,
  type Least,
  type Needed,
  type OperationId,
  RIGHTS,
  type Right,
} from '../../access/rights.ts'
import { invalidRequest, type Problem, ProblemError } from '../../contract/problem.ts'
import { ID_MUST } from '../../contract/schemas/scalars.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { isId } from '../../domain/id.ts'
import type { Reach } from '../../domain/reach.ts'
import { isNamedDecider } from '../../ledger/read/deciders.ts'
import { readReached } from '../../ledger/read/reached.ts'
import { todayIn } from '../../ledger/read/today.ts'
import { worldNow } from '../../world-clock.ts'
import type { App } from '../route.ts'
import { isEventStream } from './media-type.ts'
import { unknownBook } from './reading.ts'
import { dayOf, daysOnOwnBooks, todayInUtc } from './today.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose data the call may touch; of calls about a book. */
    reach: Reach
    /** Who of the book the caller is. */
    entities: readonly string[]
    /**
     * The day by which the caller has roles: of the book that the call is about, or else in UTC. Where some others are within
     * reach, always the book's.
     */
    today: CalendarDate
  }
}

/** Refuses to start where a route of what needs a caller has no line in the table of rights. */
export function requireRights(scope: App): void {
  scope.addHook('onRoute', ({ schema, url }) => {
    if (schema?.['hide'] === true) return
    const id = schema?.operationId
    if (id === undefined || !(id in RIGHTS))
      throw new Error(`${url} has no line in src/access/rights.ts: ${String(id)}`)
  })
}

/**
 * Decides whether a caller may call a route at all, before anything of its body, ids or keys is looked at, and whose data
 * is within reach.
 * @param db for whom managers and those who stand in for them reach
 */
export function authorize(
  db: Pool,
): (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void {
  return (request, _reply, done) => {
    let reaching: Promise<void> | undefined
    try {
      reaching = mayCall(db, request)
    } catch (error) {
      done(error as Error)
      return
    }
    if (reaching === undefined) done()
    else void finish(reaching, done)
  }
}

/** Goes on with a request once a promise is settled, as it was. */
export async function finish(reaching: Promise<void>, done: (error?: Error) => void): Promise<void> {
  let failure: Error | undefined
  try {
    await reaching
  } catch (error) {
    failure = error as Error
  }
  done(failure)
}

/** @returns a promise where the record has to be asked @throws ProblemError */
function mayCall(db: Pool, request: FastifyRequest): Promise<void> | undefined {
  const id = request.routeOptions.schema?.operationId
  // Of an address that is none, or that has not this method.
  if (id === undefined) return undefined
  const needed: Needed = asStream(request) ?? RIGHTS[id as OperationId]
  const { book } = request.params as { readonly book?: string }
  if (book !== undefined && !isId(book)) throw new ProblemError(invalidRequest([NO_ID]))
  if (book !== undefined && needed.least !== 'every-book') return reachOf(db, request, { book, needed })
  request.today = todayInUtc()
  if (needed.least !== 'every-book') {
    return daysOnOwnBooks(db, request.principal).then((dayOn) => refuseWithout(request, needed, dayOn))
  }
  refuseWithout(request, needed, () => request.today)
  return undefined
}

/** Of what no book can be called: nothing is told by saying so. */
const NO_ID = { in: 'path', pointer: '/book', message: `must ${ID_MUST}` } as const

/** What it needs where its answer is a stream of what happens. */
function asStream({ headers, method, routeOptions }: FastifyRequest): Needed | undefined {
  const id = routeOptions.schema?.operationId
  const needed = id === 'readEvents' ? AS_STREAM[id] : undefined
  return needed !== undefined && method !== 'HEAD' && isEventStream(headers.accept) ? needed : undefined
}

function refuseWithout({ principal }: FastifyRequest, { right, least }: Needed, dayOn: DayOn): void {
  const all = new Set(principal.grants.map(({ book }) => book))
  const books = [...all].filter((book) => least !== 'every-book' || book === EVERY_BOOK)
  const holds = books.some((book) => extentOf(grantsOn(principal, book, dayOn(book)), right) === 'book')
  if (!holds) throw new ProblemError(forbidden(right))
}

interface Asked {
  readonly book: string
  readonly needed: Needed
}

function reachOf(db: Pool, request: FastifyRequest, asked: Asked): Promise<void> | undefined {
  const today = dayOf(db, request.principal, asked.book)
  if (typeof today === 'string') return reachOn(db, request, { ...asked, today })
  return today.then((day) => reachOn(db, request, { ...asked, today: day }))
}

/** @param asked with the day by which roles are held */
function reachOn(
  db: Pool,
  request: FastifyRequest,
  { book, needed, today }: Asked & { readonly today: CalendarDate },
): Promise<void> | undefined {
  request.today = today
  const grants = grantsOn(request.principal, book, today)
  if (grants.length === 0) throw new ProblemError(unknownBook(book))
  const entities = entitiesOf(grants)
  request.entities = entities
  const extent = extentOf(grants, needed.right)
  if (extent === undefined || !reachesFor(extent, needed.least)) throw new ProblemError(forbidden(needed.right))
  if (extent === 'book') {
    request.reach = 'everybody'
    return undefined
  }
  if (extent === 'own') {
    request.reach = entities
    return undefined
  }
  return reachTeam(db, request, { book, needed, entities })
}

async function reachTeam(
  db: Pool,
  request: FastifyRequest,
  { book, needed, entities }: Asked & { readonly entities: readonly string[] },
): Promise<void> {
  // Whoever stands in does so on days of the book.
  const asked = { book, entities, on: await todayIn(db, book, worldNow()) }
  request.today = asked.on
  const reached = await readReached(db, asked)
  const isOwn = needed.least === 'own'
  const isNobody = !isOwn && reached.length === 0
  if (isNobody && !(needed.right === 'requests:decide' && (await isNamedDecider(db, asked)))) {
    throw new ProblemError(forbidden(needed.right))
  }
  request.reach = isOwn ? [...new Set([...entities, ...reached])] : reached
}

/** Whether a right of the caller reaches an entity of the book that a call is about. */
export async function reachesEntity(
  db: Pool,
  { principal, params, today }: FastifyRequest<{ Params: { book: string } }>,
  right: Right,
  entity: string,
): Promise<boolean> {
  const { book } = params
  const grants = grantsOn(principal, book, today)
  const extent = extentOf(grants, right)
  if (extent === undefined || extent === 'book') return extent === 'book'
  const entities = entitiesOf(grants)
  if (entities.includes(entity)) return true
  if (extent !== 'team') return false
  const on = await todayIn(db, book, worldNow())
  return (await readReached(db, { book, entities, on })).includes(entity)
}

const ORDER: readonly (Breadth | Least)[] = ['own', 'team', 'book']

/** Whether a right that is held so far is enough for what needs so much. */
export function reachesFor(extent: Breadth, least: Least): boolean {
  return least === 'any-book' || ORDER.indexOf(extent) >= ORDER.indexOf(least)
}

/** A call that was let in, about a book. */
type OnBook = Pick<FastifyRequest, 'principal' | 'today'>

/** Whether a caller has a right about everybody of the book. */
export function hasRight({ principal, today }: OnBook, book: string, right: Right): boolean {
  return extentOf(grantsOn(principal, book, today), right) === 'book'
}

/** Refuses a caller who has not a right about everybody of the book, which part of a call needs. @throws ProblemError */
export function requireRight(request: OnBook, book: string, right: Right): void {
  if (!hasRight(request, book, right)) throw new ProblemError(forbidden(right))
}

/** 403 for whoever has not a right. */
export function forbidden(right: string): Problem {
  return { code: 'forbidden', detail: `The call needs the right ${right}.`, members: { needs: right } }
}
