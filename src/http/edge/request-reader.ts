import type { FastifyRequest } from 'fastify'
import type { Pool } from 'pg'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { knowsOf, type Reader } from '../../domain/reach.ts'
import { readKinds } from '../../ledger/read/kinds.ts'
import { readRequest } from '../../ledger/read/requests.ts'
import { todayIn } from '../../ledger/read/today.ts'
import { worldNow } from '../../world-clock.ts'
import { hasRight, reachesEntity } from './authorize.ts'

/**
 * Who reads requests, transactions and balances, and of which kinds only their own: whoever is somebody's manager is not
 * told by those that are for hr alone.
 * @param db must not be a moment old
 * @param asked the only entity that is asked about; of kinds nothing has to be known where that is the caller
 */
export async function readerOf(db: Pool, { reach, entities, params, today }: Reading, asked?: string): Promise<Reader> {
  if (reach === 'everybody') return { reach, entities }
  const concerned = asked === undefined ? reach : reach.filter((one) => one === asked)
  if (concerned.every((one) => entities.includes(one))) return { reach, entities }
  return { reach, entities, hidden: await hiddenKinds(db, params.book, today) }
}

type Reading = Pick<FastifyRequest<{ Params: { book: string } }>, 'entities' | 'params' | 'reach' | 'today'>

/** Whether somebody who calls may read a request, and not only whose it is. */
export async function mayRead(
  db: Pool,
  request: FastifyRequest<{ Params: { book: string } }>,
  { entity, resource }: { readonly entity: string; readonly resource: string },
): Promise<boolean> {
  if (!(await reachesEntity(db, request, 'requests:read', entity))) return false
  const { entities } = request
  if (entities.includes(entity) || hasRight(request, request.params.book, 'requests:read')) return true
  return knowsOf({ entities, hidden: await hiddenKinds(db, request.params.book) }, { entity, resource })
}

/** The same of a request that they may have to decide: while it waits for them, or for whom they stand in, they may. */
export async function mayReadToDecide(
  db: Pool,
  request: FastifyRequest<{ Params: { book: string } }>,
  one: { readonly id: string; readonly entity: string; readonly resource: string },
): Promise<boolean> {
  if (await mayRead(db, request, one)) return true
  const { entities, params } = request
  const reader: Reader = { reach: [], entities }
  return (await readRequest(db, { book: params.book, request: one.id, reader }))?.item !== undefined
}

/**
 * The resources of which leave is for hr alone to know.
 * @param on the book's day; today, unless given
 */
export async function hiddenKinds(db: Pool, book: string, on?: CalendarDate): Promise<readonly string[]> {
  const kinds = await readKinds(db, { book, on: on ?? (await todayIn(db, book, worldNow())) })
  return Array.from(kinds).flatMap(([resource, visibleTo]) => (visibleTo === 'hr' ? [resource] : []))
}
