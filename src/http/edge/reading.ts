import type { FastifyReply, FastifyRequest } from 'fastify'
import { invalidRequest, type Problem, ProblemError } from '../../contract/problem.ts'
import { waitForPosition } from '../../ledger/read/head.ts'
import type { Backend } from '../backend.ts'

type BookRequest = FastifyRequest<{ Params: { book: string } }>

/**
 * Reads something of a book: waits for the position that the caller wants to see, and says at which one it was read.
 * @param read gives undefined where the book does not exist
 * @returns what was read, without its `head`
 * @throws ProblemError
 */
export async function readOf<Found extends { readonly head: number }>(
  backend: Backend,
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
  backend: Backend,
  request: BookRequest,
  reply: FastifyReply,
  name: string,
  read: () => Promise<{ readonly head: number; readonly item: Item | undefined } | undefined>,
): Promise<Item> {
  const { item } = await readOf(backend, request, reply, read)
  if (item === undefined) throw new ProblemError({ code: 'not-found', detail: `There is no ${name} in this book.` })
  return item
}

export function unknownBook(book: string): Problem {
  return { code: 'unknown-book', detail: `There is no book ${book}.`, members: { book } }
}

/** Waits until the book reached `Daybook-Min-Position`. @throws ProblemError where it does not in time */
export async function caughtUp({ db, wakeups, config }: Backend, request: BookRequest): Promise<void> {
  const position = minPosition(request)
  if (position === undefined) return
  const { book } = request.params
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

export function notCaughtUp(detail: string): ProblemError {
  return new ProblemError({ code: 'not-caught-up', detail, retryAfterSeconds: 1 })
}
