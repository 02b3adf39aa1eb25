import type { FastifyReply, FastifyRequest } from 'fastify'
import { invalidRequest, type Problem, ProblemError } from '../../contract/problem.ts'
import type { ProblemCode } from '../../contract/problem-catalogue.ts'
import { waitForPosition } from '../../ledger/read/head.ts'
import type { ReadBackend } from '../backend.ts'

/** What reading anything of a book may be refused with. */
export const READ_PROBLEMS: readonly ProblemCode[] = ['unknown-book', 'not-caught-up']

type BookRequest = FastifyRequest<{ Params: { book: string } }>

/**
 * Reads something of a book: waits for the position that the caller wants to see, and says at which one it was read.
 * @param read gives undefined where the book does not exist
 * @returns what was read, without its `head`
 * @throws ProblemError
 */
export async function readOf<Found extends { readonly head: number }>(
  backend: ReadBackend,
  request: BookRequest,
  reply: FastifyReply,
  read: () => Promise<Found | undefined>,
): Promise<Omit<Found, 'head'>> {
  await caughtUp(backend, request)
  const found = await read()
  if (found === undefined) throw new ProblemError(unknownBook(request.params.book))
  const { head, ...shown } = found
  reply.header('daybook-position', String(head))
  return shown
}

/** The same of one item. @param name what it is called in the problem where there is none, such as `policy annual` */
export async function readOneOf<Item>(
  backend: ReadBackend,
  request: BookRequest,
  reply: FastifyReply,
  name: string,
  read: () => Promise<{ readonly head: number; readonly item: Item | undefined } | undefined>,
): Promise<Item> {
  const { item } = await readOf(backend, request, reply, read)
  if (item === undefined) throw new ProblemError(notFound(name))
  return item
}

/** The same of a list that has something in it, on every page, where what it belongs to exists: its versions. */
export async function readVersionsOf<Found extends { readonly head: number; readonly items: readonly unknown[] }>(
  backend: ReadBackend,
  request: BookRequest,
  reply: FastifyReply,
  name: string,
  read: () => Promise<Found | undefined>,
): Promise<Omit<Found, 'head'>> {
  const found = await readOf(backend, request, reply, read)
  if (found.items.length === 0) throw new ProblemError(notFound(name))
  return found
}

function notFound(name: string): Problem {
  return { code: 'not-found', detail: `There is no ${name} in this book.` }
}

/** 404 for a path that names a book which does not exist. */
export function unknownBook(book: string): Problem {
  return { code: 'unknown-book', detail: `There is no book ${book}.`, members: { book } }
}

/** Waits until the book reached `Daybook-Min-Position`. @throws ProblemError where it does not in time */
export async function caughtUp(backend: ReadBackend, request: BookRequest): Promise<void> {
  const position = minPosition(request)
  if (position === undefined) return
  await reached(backend, request.params.book, position)
}

/**
 * Waits until a book reached a position.
 * @throws ProblemError where it does not in time: a replica is behind, or the book is an older one than its caller saw
 */
export async function reached(
  { db, wakeups, config }: Pick<ReadBackend, 'db' | 'wakeups' | 'config'>,
  book: string,
  position: number,
): Promise<void> {
  if (await waitForPosition(db, book, position, config.minPositionWaitMs, wakeups)) return
  throw notCaughtUp(`The book ${book} has not reached position ${position}.`)
}

/** @returns `Daybook-Min-Position`; undefined where the caller takes whatever there is. @throws ProblemError */
export function minPosition({ headers }: FastifyRequest): number | undefined {
  const header = headers['daybook-min-position']
  if (header === undefined) return undefined
  const position = typeof header === 'string' && /^[0-9]{1,16}$/.test(header) ? Number(header) : Number.NaN
  if (Number.isSafeInteger(position)) return position
  const message = 'must be a whole number, zero or more'
  throw new ProblemError(invalidRequest([{ in: 'header', pointer: '/Daybook-Min-Position', message }]))
}

/** 503 for a read that waited in vain for the position it asked for. */
export function notCaughtUp(detail: string): ProblemError {
  return new ProblemError({ code: 'not-caught-up', detail, retryAfterSeconds: 1 })
}
