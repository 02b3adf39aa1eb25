import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Pool } from 'pg'
import { entitiesOf, extentOf, grantsOn } from '../../access/held.ts'
import { invalidRequest, ProblemError, toProblem } from '../../contract/problem.ts'
import type { Authority } from '../../domain/authority.ts'
import type { Actor } from '../../domain/event.ts'
import { readActingEntities } from '../../ledger/read/acting-entities.ts'
import { finish, requireRight } from './authorize.ts'

/** As whom the caller of a command acts, and about whom they may not. */
export interface Acting {
  /** By the header `Daybook-Actor`; undefined: nobody is named. */
  readonly named: Actor | undefined
  /** Entities of the book that the caller is. */
  readonly own: readonly string[]
  /** These, and whoever is named. */
  readonly people: readonly string[]
  readonly authority: Authority
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Of commands about a book. */
    acting: Acting
  }
}

/** Nobody defines what decides about themselves. @throws ProblemError */
export function refuseOwnAccount({ acting }: Pick<FastifyRequest, 'acting'>, entity: string): void {
  if (acting.authority.selves.includes(entity))
    throw new ProblemError(toProblem({ refusal: { code: 'own-account', entity } }))
}

/** Stand-ins are named by whom they stand in for: never by themselves, and never for whom one stands in. @throws ProblemError */
export function refuseOwnStandIn(
  request: Pick<FastifyRequest, 'acting'>,
  { entity, delegate }: { readonly entity: string; readonly delegate: string },
): void {
  const { people } = request.acting
  if (people.includes(delegate)) refuseOwnAccount(request, delegate)
  if (!people.includes(entity)) refuseOwnAccount(request, entity)
}

const ACTOR = /^(employee|manager|system|admin):([A-Za-z0-9][A-Za-z0-9._:@-]{0,127})$/

/** What the service does by itself is recorded under these names, or will be, and nothing else is. */
const OWN_JOBS: readonly string[] = ['cli', 'daybook', 'earning', 'holds', 'late-facts', 'retention']

/**
 * Finds out as whom the caller of a command acts, before its body is read: whoever the header names, by those who may name
 * others; else themselves. Runs behind `authorize`.
 * @param db where entities and those who stand in for them are known
 */
export function tellActing(
  db: Pool,
): (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void {
  return (request, _reply, done) => {
    const { method, params } = request
    const { book } = params as { readonly book?: string }
    if (book === undefined || method === 'GET' || method === 'HEAD') {
      done()
      return
    }
    let telling: Promise<void> | undefined
    try {
      telling = tell(db, request, book)
    } catch (error) {
      done(error as Error)
      return
    }
    if (telling === undefined) done()
    else void finish(telling, done)
  }
}

/** @returns a promise where the record has to be asked @throws ProblemError */
function tell(db: Pool, request: FastifyRequest, book: string): Promise<void> | undefined {
  const grants = grantsOn(request.principal, book, request.today)
  const named = namedBy(request, book)
  const own = entitiesOf(grants)
  const overrides = extentOf(grants, 'requests:override') === 'book'
  const authority = {
    // A step that is taken in somebody's name is one that they may take.
    decides: named === undefined && extentOf(grants, 'requests:decide') === 'book',
    overrides,
    adjusts: extentOf(grants, 'transactions:adjust') === 'book',
    recordsHours: extentOf(grants, 'worked-hours:record') === 'book',
    givesNotices: extentOf(grants, 'notices:give') === 'book',
    shortensDays: overrides,
  }
  const people = [...new Set(named === undefined ? own : [...entityOf(named), ...own])]
  if (people.length === 0) {
    request.acting = { named, own, people, authority: { ...authority, selves: [] } }
    return undefined
  }
  return readActingEntities(db, book, people).then((found) => {
    if (
      named !== undefined &&
      isPerson(named) &&
      !found.some(({ entity, isKnown }) => entity === named.id && isKnown)
    ) {
      throw unknownActor(named)
    }
    const selves = new Set([...people, ...found.flatMap(({ standsInFor }) => standsInFor)])
    request.acting = { named, own, people, authority: { ...authority, selves: [...selves] } }
  })
}

/** @throws ProblemError where the header does not fit, or may not be sent */
function namedBy(request: FastifyRequest, book: string): Actor | undefined {
  const { headers, principal } = request
  const header = headers['daybook-actor']
  if (header === undefined) return undefined
  const [, type, id] = (typeof header === 'string' && ACTOR.exec(header)) || []
  if (type === undefined || id === undefined) {
    const message = 'must be <type>:<id>, of type employee, manager, system or admin'
    throw new ProblemError(invalidRequest([{ in: 'header', pointer: '/Daybook-Actor', message }]))
  }
  requireRight(request, book, 'actors:act-for')
  const actor = { type, id }
  if (isPerson(actor)) return actor
  requireRight(request, book, 'actors:act-as-service')
  if (type === 'system' && OWN_JOBS.includes(id)) {
    throw new ProblemError({ code: 'forbidden', detail: `${type}:${id} is the service itself: nobody acts as it.` })
  }
  if (type === 'admin' && id === 'root' && principal.kind !== 'admin') {
    throw new ProblemError({ code: 'forbidden', detail: 'admin:root is the bootstrap key: nobody else acts as it.' })
  }
  return actor
}

function isPerson({ type }: Actor): boolean {
  return type === 'employee' || type === 'manager'
}

/** Whose account somebody has who is named; an administrator may be one of the people as well. */
function entityOf(actor: Actor): readonly string[] {
  return isPerson(actor) || (actor.type === 'admin' && actor.id !== 'root') ? [actor.id] : []
}

function unknownActor({ type, id }: Actor): ProblemError {
  return new ProblemError({
    code: 'forbidden',
    detail: `There is no entity ${id} in this book, so nobody acts as ${type}:${id}.`,
  })
}
