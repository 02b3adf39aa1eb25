import { hash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { EVERY_BOOK, type Principal } from '../../access/principal.ts'
import { isTokenText } from '../../identity/issuers/read-token.ts'
import type { IssuerTokens } from '../../identity/issuers/tokens.ts'
import type { KeyCheck } from '../../identity/key-check.ts'
import { isKeyText } from '../../identity/key-text.ts'
import type { Sessions } from '../../identity/sessions.ts'
import { type OriginConfig, objectionToCookie } from './cross-origin.ts'
import { limitedCaller } from './limits/limited-caller.ts'
import { type CallerLimits, callerByAddress } from './limits/limits.ts'
import { sendProblem } from './send-problem.ts'
import { sessionInCookie } from './session-cookie.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; of routes that need somebody. */
    principal: Principal
  }
}

type Found = Principal | undefined

/** A ticket, and the book that it is to open a stream of. */
export interface TicketShown {
  readonly ticket: string
  readonly book: string
}

/** Tells who sends a credential. A promise only where it has to be looked up. */
export interface Callers {
  /** @param authorization the header of a request @param address where it comes from */
  byHeader(authorization: string | undefined, address: string | undefined): Found | Promise<Found>
  /** Uses up a ticket. */
  byTicket(shown: TicketShown): Promise<Found>
  /** @param token of a session, and nothing else */
  byCookie(token: string): Found | Promise<Found>
  /**
   * Who some callers are now, whom this has let in before: asked while their streams are open.
   * @returns by `credential`; those that nothing lets in any more are missing
   */
  again(callers: readonly Principal[]): Promise<ReadonlyMap<string, Principal>>
  /** Who somebody is now of whom no more is known than this: nobody, where nothing would let them in. */
  byId(caller: Pick<Principal, 'kind' | 'id'>): Promise<Found>
}

/** Where there is no key but the bootstrap key. */
export const NO_KEYS: KnownCallers = {
  keys: {
    holderOf: () => undefined,
    holderOfId: () => Promise.resolve(undefined),
    again: () => Promise.resolve(new Map()),
  },
  tokens: { holderOf: () => undefined, again: () => Promise.resolve(new Map()), knows: () => false },
  sessions: { holderOf: () => undefined, again: () => Promise.resolve(new Map()) },
  userOfId: () => Promise.resolve(undefined),
  takeTicket: () => Promise.resolve(undefined),
}

/** What is kept of the bootstrap key: enough to recognise it, and not to use it. */
export function hashKey(key: string): Buffer {
  return hash('sha256', key, 'buffer')
}

/** Where callers are looked up besides the bootstrap key. */
export interface KnownCallers {
  readonly keys: Pick<KeyCheck, 'holderOf' | 'holderOfId' | 'again'>
  /** Of login servers. */
  readonly tokens: Pick<IssuerTokens, 'holderOf' | 'again' | 'knows'>
  readonly sessions: Pick<Sessions, 'holderOf' | 'again'>
  readonly userOfId: (id: string) => Promise<Found>
  /** Takes a ticket. @returns who made it, as they were then */
  readonly takeTicket: (shown: TicketShown) => Promise<Found>
}

/** Whoever has the bootstrap key. */
export const ROOT: Principal = {
  kind: 'admin',
  id: 'root',
  credential: 'root',
  grants: [{ book: EVERY_BOOK, role: 'admin', entity: null, until: null }],
  expiresAt: null,
}

/** Accepted headers that are remembered. The same key has many: it may be sent with any number of spaces around it. */
const MOST_LET_THROUGH = 16

/** Of the bootstrap key. Hardly any JWT is as short, and none is hashed to find out that it is not that key. */
const LONGEST_KEY = 255

/**
 * Hashing was the costliest step before the real work, so accepted headers of the bootstrap key, which lasts as long as the
 * process, are remembered. Looking one up tells nothing by its timing: the set's hash is seeded.
 * @param rootKeyHash of the bootstrap key
 */
export function openCallers(
  rootKeyHash: Buffer,
  { keys, sessions, tokens, takeTicket, userOfId }: KnownCallers,
): Callers {
  const letThrough = new Set<string>()
  const isRoot = (key: string): boolean => key.length <= LONGEST_KEY && timingSafeEqual(hashKey(key), rootKeyHash)
  const byKey = (key: string | undefined, address: string | undefined): Found | Promise<Found> => {
    if (key === undefined) return undefined
    if (isKeyText(key)) return keys.holderOf(key, address)
    // The bootstrap key may be any text.
    if (isRoot(key)) return ROOT
    if (tokens.knows(key)) return tokens.holderOf(key)
    return isTokenText(key) ? (sessions.holderOf(key) ?? tokens.holderOf(key)) : undefined
  }
  const again: Callers['again'] = async (callers) => {
    const among = (kind: string) => callers.filter(({ credential }) => credential.startsWith(kind))
    const [ofKeys, ofSessions, ofTokens] = [among('key:'), among('session:'), among('token:')]
    const found = new Map([
      ...(ofKeys.length === 0 ? [] : await keys.again(ofKeys)),
      ...(ofSessions.length === 0 ? [] : await sessions.again(ofSessions)),
      ...(ofTokens.length === 0 ? [] : await tokens.again(ofTokens)),
    ])
    if (callers.some(({ credential }) => credential === ROOT.credential)) found.set(ROOT.credential, ROOT)
    return found
  }
  return {
    byHeader(authorization, address) {
      if (authorization === undefined) return undefined
      if (letThrough.has(authorization)) return ROOT
      const found = byKey(keyIn(authorization), address)
      if (found === ROOT && letThrough.size < MOST_LET_THROUGH) letThrough.add(authorization)
      return found
    },
    async byTicket(shown) {
      const maker = await takeTicket(shown)
      return maker && (await again([maker])).get(maker.credential)
    },
    byCookie: (token) => sessions.holderOf(token),
    again,
    async byId({ kind, id }) {
      if (kind === 'admin') return id === ROOT.id ? ROOT : undefined
      return kind === 'client' ? keys.holderOfId(id) : userOfId(id)
    },
  }
}

const SCHEME = /^Bearer +([!-~]+) *$/i

/** @returns the key in an `Authorization` header */
export function keyIn(authorization: string | undefined): string | undefined {
  return SCHEME.exec(authorization ?? '')?.[1]
}

function ticketIn({ query, params, routeOptions }: FastifyRequest): TicketShown | undefined {
  if (routeOptions.config.ticketInQuery !== true) return undefined
  const { token } = query as { readonly token?: unknown }
  const { book } = params as { readonly book: string }
  return typeof token === 'string' ? { ticket: token, book } : undefined
}

/**
 * Lets only those pass who are known and have not had too much, and notes who they are; others are counted by their address.
 * Runs before anything else of a request is read.
 */
export function authenticate(
  callers: Callers,
  limits: CallerLimits,
  origins: OriginConfig,
): (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void {
  return (request, reply, done) => {
    const { address, headers } = request
    const shown = shownBy(request)
    // What a page of somebody else sends is not counted as its visitor's.
    const objection = shown.cookie === undefined ? undefined : objectionToCookie(request, origins)
    const pass = (found: Found): void => {
      const caller = found === undefined ? callerByAddress(request, 'nobody') : limitedCaller(found)
      const refusal = limits.refusalOf(request, reply, caller) ?? objection
      if (refusal !== undefined) {
        sendProblem(reply, refusal)
        return
      }
      if (found === undefined) {
        refuse(reply, shown)
        return
      }
      request.principal = found
      done()
    }
    if (objection !== undefined) {
      pass(undefined)
      return
    }
    const found = foundBy(callers, shown, headers.authorization, address)
    if (found instanceof Promise) found.then(pass, done)
    else pass(found)
  }
}

/** What a call shows of who sends it. A cookie comes along unasked, so it is looked at where nothing else is there. */
interface Shown {
  readonly key?: string | undefined
  readonly ticket?: TicketShown | undefined
  readonly cookie?: string | undefined
}

function shownBy(request: FastifyRequest): Shown {
  const { authorization, cookie } = request.headers
  if (authorization !== undefined) return { key: keyIn(authorization) }
  const ticket = ticketIn(request)
  return ticket === undefined ? { cookie: sessionInCookie(cookie) } : { ticket }
}

function foundBy(
  callers: Callers,
  { ticket, cookie }: Shown,
  authorization: string | undefined,
  address: string | undefined,
): Found | Promise<Found> {
  if (ticket !== undefined) return callers.byTicket(ticket)
  return cookie === undefined ? callers.byHeader(authorization, address) : callers.byCookie(cookie)
}

function refuse(reply: FastifyReply, { key, ticket, cookie }: Shown): void {
  // RFC 6750: without a key no error is named. A browser has nothing to add to a cookie.
  const isNamed = key !== undefined || ticket !== undefined
  reply.header('www-authenticate', `Bearer realm="daybook"${isNamed ? ', error="invalid_token"' : ''}`)
  sendProblem(reply, { code: 'unauthenticated', detail: whyUnknown({ key, ticket, cookie }) })
}

function whyUnknown({ key, ticket, cookie }: Shown): string {
  if (ticket !== undefined) return 'The ticket is none for this book, was used, or is too old.'
  if (cookie !== undefined) return 'The session is not known.'
  return key === undefined ? 'The call has no key.' : 'The key or token is not known, or has ended.'
}
