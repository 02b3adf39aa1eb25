import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { Caller } from '../../commands/context.ts'
import { invalidRequest, ProblemError } from '../../contract/problem.ts'
import type { Actor } from '../../domain/event.ts'
import type { Client } from '../../ledger/command.ts'

const KEY = /^[ -~]{1,255}$/
const ACTOR = /^(employee|manager|system|admin):([A-Za-z0-9][A-Za-z0-9._:@-]{0,127})$/
const CLIENT_ID = /^[ -~]{1,128}$/
const ROOT: Actor = { type: 'admin', id: 'root' }

/** What is kept of a user agent that says a lot. */
const MOST_USER_AGENT = 256

/** Who calls, and how: what every command of a request has in common. */
export type Sender = Omit<Caller, 'idempotencyKey'> & {
  /** Whether a replay is to fail. */
  readonly strict: boolean
}

/** @throws ProblemError where a header does not fit */
export function senderOf(
  request: FastifyRequest<{ Params: { book: string }; Querystring: { dryRun?: boolean } }>,
): Sender {
  const { headers, params, query } = request
  return {
    book: params.book,
    actor: actorOf(headers['daybook-actor']),
    client: clientOf(request),
    dryRun: query.dryRun ?? false,
    strict: headers['prefer'] !== undefined && prefersStrict(headers['prefer']),
  }
}

/** @throws ProblemError where it is missing or does not fit */
export function idempotencyKeyOf({ headers, raw }: FastifyRequest): string {
  const key = headers['idempotency-key']
  if (key === undefined || key === '') {
    throw new ProblemError({ code: 'idempotency-key-missing', detail: 'The header Idempotency-Key is missing.' })
  }
  // Node joins headers that are sent twice with a comma.
  const isOne = typeof key === 'string' && (!key.includes(',') || timesSent(raw, 'idempotency-key') === 1)
  if (isOne && KEY.test(key)) return key
  const message = 'must be 1 to 255 printable ASCII characters, once'
  throw new ProblemError(invalidRequest([{ in: 'header', pointer: '/Idempotency-Key', message }]))
}

function timesSent({ rawHeaders }: IncomingMessage, name: string): number {
  return rawHeaders.filter((header, index) => index % 2 === 0 && header.toLowerCase() === name).length
}

function actorOf(header: string | string[] | undefined): Actor {
  if (header === undefined) return ROOT
  const [, type, id] = (typeof header === 'string' && ACTOR.exec(header)) || []
  if (type !== undefined && id !== undefined) return { type, id }
  const message = 'must be <type>:<id>, of type employee, manager, system or admin'
  throw new ProblemError(invalidRequest([{ in: 'header', pointer: '/Daybook-Actor', message }]))
}

function clientOf({ ip, headers }: FastifyRequest): Client {
  return {
    ip,
    userAgent: headers['user-agent']?.slice(0, MOST_USER_AGENT) ?? null,
    session: clientIdOf(headers['daybook-client-id']),
  }
}

function clientIdOf(header: string | string[] | undefined): string | null {
  if (header === undefined) return null
  if (typeof header === 'string' && CLIENT_ID.test(header)) return header
  const message = 'must be 1 to 128 printable ASCII characters'
  throw new ProblemError(invalidRequest([{ in: 'header', pointer: '/Daybook-Client-Id', message }]))
}

/** `Prefer` (RFC 7240) may hold several preferences, with parameters. */
function prefersStrict(header: string | string[]): boolean {
  return /(^|[,;\s])handling\s*=\s*"?strict"?\s*($|[,;])/i.test(String(header))
}
