import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { Caller } from '../../commands/context.ts'
import { isOwnKey, KEY_MUST, NOT_OWN_KEY, parseIdempotencyKey } from '../../contract/idempotency-key.ts'
import { invalidRequest, ProblemError } from '../../contract/problem.ts'
import { CLIENT_ID_MUST, CLIENT_ID_PATTERN } from '../../contract/schemas/scalars.ts'
import type { Actor } from '../../domain/event.ts'
import type { Client } from '../../ledger/command.ts'
import { keyOfPerson } from './key-of-person.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who acts, once that is known; of commands. */
    actor: Actor | null
  }
}

const CLIENT_ID = new RegExp(CLIENT_ID_PATTERN)

/** What is kept of a user agent that says a lot. */
const MOST_USER_AGENT = 256

/** Who calls, and how: what every command of a request has in common. */
export type Sender = Omit<Caller, 'idempotencyKey'> & {
  /** Whether a replay is to fail. */
  readonly strict: boolean
  /** To whom idempotency keys belong; undefined: to the book. */
  readonly person: string | undefined
}

/**
 * @param decides whether the command decides about somebody else
 * @throws ProblemError where a header does not fit
 */
export function senderOf(
  request: FastifyRequest<{ Params: { book: string }; Querystring: { dryRun?: boolean } }>,
  { decides = false }: { readonly decides?: boolean } = {},
): Sender {
  const { acting, headers, params, principal, query } = request
  const actor = actorOf(request, decides)
  request.actor = actor
  return {
    book: params.book,
    actor,
    via: { kind: principal.kind, id: principal.id },
    authority: acting.authority,
    client: clientOf(request),
    dryRun: query.dryRun ?? false,
    person: personOf(request),
    strict: headers['prefer'] !== undefined && prefersStrict(headers['prefer']),
  }
}

/** @throws ProblemError where it is missing or does not fit */
export function idempotencyKeyOf(request: FastifyRequest): string {
  const { headers, raw } = request
  const person = personOf(request)
  const key = headers['idempotency-key']
  if (key === undefined || key === '') {
    throw new ProblemError({ code: 'idempotency-key-missing', detail: 'The header Idempotency-Key is missing.' })
  }
  // Node joins headers that are sent twice with a comma.
  const isOne = typeof key === 'string' && (!key.includes(',') || timesSent(raw, 'idempotency-key') === 1)
  const parsed = isOne ? parseIdempotencyKey(key) : undefined
  if (parsed !== undefined && !isOwnKey(parsed)) return keyFor(person, parsed)
  const message = parsed === undefined ? `must ${KEY_MUST}, once` : `must ${NOT_OWN_KEY}`
  throw new ProblemError(invalidRequest([{ in: 'header', pointer: '/Idempotency-Key', message }]))
}

/** Under what a command is recorded: keys of machines belong to the book, and those of people to each of them. */
export function keyFor(person: string | undefined, key: string): string {
  return person === undefined ? key : keyOfPerson(person, key)
}

/** The person who calls: an account, or a key that is somebody of the book; undefined: a machine. */
function personOf({ acting, principal: { kind, id } }: FastifyRequest): string | undefined {
  return kind === 'user' || acting.own.length > 0 ? `${kind}:${id}` : undefined
}

function timesSent({ rawHeaders }: IncomingMessage, name: string): number {
  return rawHeaders.filter((header, index) => index % 2 === 0 && header.toLowerCase() === name).length
}

/** Who acts: whoever is named; else the entity that the caller is; else the caller. */
function actorOf({ acting, principal }: FastifyRequest, decides: boolean): Actor {
  const { named, own } = acting
  if (named !== undefined) return named
  const [entity] = own
  if (entity !== undefined) return { type: decides ? 'manager' : 'employee', id: entity }
  return { type: principal.kind, id: principal.id }
}

function clientOf({ address, headers }: FastifyRequest): Client {
  return {
    ip: address ?? null,
    userAgent: headers['user-agent']?.slice(0, MOST_USER_AGENT) ?? null,
    session: clientIdOf(headers['daybook-client-id']),
  }
}

/** The same for whoever only notes it: of what does not fit, nothing. */
export function lenientClientOf({ address, headers }: FastifyRequest): Client {
  const session = headers['daybook-client-id']
  return {
    ip: address ?? null,
    userAgent: headers['user-agent']?.slice(0, MOST_USER_AGENT) ?? null,
    session: typeof session === 'string' && CLIENT_ID.test(session) ? session : null,
  }
}

function clientIdOf(header: string | string[] | undefined): string | null {
  if (header === undefined) return null
  if (typeof header === 'string' && CLIENT_ID.test(header)) return header
  const message = `must ${CLIENT_ID_MUST}`
  throw new ProblemError(invalidRequest([{ in: 'header', pointer: '/Daybook-Client-Id', message }]))
}

/** `Prefer` (RFC 7240) may hold several preferences, with parameters. */
function prefersStrict(header: string | string[]): boolean {
  return /(^|[,;\s])handling\s*=\s*"?strict"?\s*($|[,;])/i.test(String(header))
}
