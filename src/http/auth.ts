import { hash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendProblem } from './problem.ts'

/** What is kept of an API key: enough to recognise it, and not to use it. */
export function hashKey(key: string): Buffer {
  return hash('sha256', key, 'buffer')
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

function isKey(key: string | undefined, adminKeyHash: Buffer): boolean {
  return key !== undefined && timingSafeEqual(hashKey(key), adminKeyHash)
}

/** Whether a request with this header knows the key. */
export function knowsKey(authorization: string | undefined, adminKeyHash: Buffer): boolean {
  return isKey(keyIn(authorization), adminKeyHash)
}

/**
 * Lets only those pass who know the key. Runs before anything else of a request is looked at.
 * @param adminKeyHash of the one key there is
 */
export function authenticate(
  adminKeyHash: Buffer,
): (request: FastifyRequest, reply: FastifyReply, done: () => void) => void {
  return (request, reply, done) => {
    const key = keyIn(request.headers.authorization) ?? keyInQuery(request)
    if (isKey(key, adminKeyHash)) {
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
