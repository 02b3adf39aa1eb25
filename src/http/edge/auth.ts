import { hash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendProblem } from './send-problem.ts'

/** Tells who knows the key. */
export interface KeyCheck {
  /** @param authorization the header of a request */
  header(authorization: string | undefined): boolean
  key(key: string | undefined): boolean
}

/** What is kept of an API key: enough to recognise it, and not to use it. */
export function hashKey(key: string): Buffer {
  return hash('sha256', key, 'buffer')
}

/** A key may be sent with as many spaces around it as somebody likes. */
const MOST_LET_THROUGH = 16

/**
 * @param keyHash of the one key there is. Headers that held it are remembered: to hash the key is the dearest thing that
 *   is done with most requests before what they ask for. A set finds a text by a seeded hash, so that how long it takes
 *   says nothing of the texts in it.
 */
export function openKeyCheck(keyHash: Buffer): KeyCheck {
  const letThrough = new Set<string>()
  const isKey = (key: string | undefined): boolean => key !== undefined && timingSafeEqual(hashKey(key), keyHash)
  return {
    header(authorization) {
      if (authorization === undefined) return false
      if (letThrough.has(authorization)) return true
      if (!isKey(keyIn(authorization))) return false
      if (letThrough.size < MOST_LET_THROUGH) letThrough.add(authorization)
      return true
    },
    key: isKey,
  }
}

const SCHEME = /^Bearer +([!-~]+) *$/i

function keyIn(authorization: string | undefined): string | undefined {
  return SCHEME.exec(authorization ?? '')?.[1]
}

function keyInQuery({ query, routeOptions }: FastifyRequest): string | undefined {
  if (routeOptions.config.keyInQuery !== true) return undefined
  const { token } = query as { readonly token?: unknown }
  return typeof token === 'string' ? token : undefined
}

/** Lets only those pass who know the key. Runs before anything else of a request is looked at. */
export function authenticate(keys: KeyCheck): (request: FastifyRequest, reply: FastifyReply, done: () => void) => void {
  return (request, reply, done) => {
    const { authorization } = request.headers
    if (keys.header(authorization)) {
      done()
      return
    }
    const inHeader = keyIn(authorization)
    const key = inHeader ?? keyInQuery(request)
    // What the header holds has been looked at.
    if (inHeader === undefined && keys.key(key)) {
      done()
      return
    }
    // RFC 6750: without a key no error is named.
    reply.header('www-authenticate', `Bearer realm="daybook"${key === undefined ? '' : ', error="invalid_token"'}`)
    sendProblem(reply, {
      code: 'unauthenticated',
      detail: key === undefined ? 'The call has no key.' : 'The key is not known.',
    })
  }
}
