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

/** Accepted headers that are remembered. The same key has many: it may be sent with any number of spaces around it. */
const MOST_LET_THROUGH = 16

/**
 * Hashing was the costliest step before the real work, so accepted headers are remembered. Looking one up tells nothing
 * by its timing: the set's hash is seeded.
 * @param keyHash of the one key there is
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

/** Lets only those pass who know the key. Runs before anything else of a request is read. */
export function authenticate(keys: KeyCheck): (request: FastifyRequest, reply: FastifyReply, done: () => void) => void {
  return (request, reply, done) => {
    const { authorization } = request.headers
    if (keys.header(authorization)) {
      done()
      return
    }
    const inHeader = keyIn(authorization)
    const key = inHeader ?? keyInQuery(request)
    // A key in the header was checked above.
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
