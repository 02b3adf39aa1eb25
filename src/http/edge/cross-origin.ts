import cors from '@fastify/cors'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Problem, ProblemError } from '../../contract/problem.ts'
import type { EdgeConfig } from '../backend.ts'
import type { App } from '../route.ts'

export type OriginConfig = Pick<EdgeConfig, 'corsOrigins' | 'publicUrl'>

/** Where no page but those of the service itself may call. */
export const NO_ORIGINS: OriginConfig = { corsOrigins: [], publicUrl: undefined }

/** What a page of another origin may read of an answer, besides what every page may. */
const EXPOSED = [
  'Daybook-Position',
  'Daybook-Request-Id',
  'ETag',
  'Idempotency-Replayed',
  'Link',
  'Preference-Applied',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
].join(', ')

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE']

/** A browser asks again after so long whether it may ask. Withdrawn origins are refused their answers at once all the same. */
const PREFLIGHT_SECONDS = 600

/**
 * Lets pages of the listed origins call, with credentials, and read what is answered. Their preflights are answered here:
 * before anybody asks for a key, which preflights never have. Nothing is different for anybody else.
 */
export async function letOriginsIn(app: App, { corsOrigins }: OriginConfig): Promise<void> {
  if (corsOrigins.length === 0) return
  await app.register(cors, {
    delegator: ({ headers, method }, done) => {
      const isPreflight = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
      done(null, {
        origin: headers.origin !== undefined && corsOrigins.includes(headers.origin),
        credentials: true,
        exposedHeaders: EXPOSED,
        methods: METHODS,
        maxAge: PREFLIGHT_SECONDS,
        preflight: isPreflight,
      })
    },
  })
}

/** The same for answers that no hook sees. */
export function headersForOrigin(origin: string | undefined, { corsOrigins }: OriginConfig): Record<string, string> {
  if (corsOrigins.length === 0) return {}
  if (origin === undefined || !corsOrigins.includes(origin)) return { vary: 'Origin' }
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': EXPOSED,
  }
}

type Hook = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void

/**
 * Refuses what a page of a foreign origin sends: for what browsers let any page do, as opening a WebSocket. Programs send no
 * origin.
 */
export function refuseForeignOrigins(config: OriginConfig): Hook {
  return ({ headers }, _reply, done) => {
    if (isOwnOrigin(headers, config)) done()
    else done(new ProblemError({ code: 'forbidden', detail: 'Pages of this origin may not open it.' }))
  }
}

/** Whether what was sent comes from no page, from one of this service, or from one of a listed origin. */
export function isOwnOrigin(
  { origin, host }: { readonly origin?: string | undefined; readonly host?: string | undefined },
  { corsOrigins, publicUrl }: OriginConfig,
): boolean {
  if (origin === undefined || corsOrigins.includes(origin)) return true
  if (publicUrl !== undefined) return origin === new URL(publicUrl).origin
  // Which protocol a browser speaks to a proxy is not known here.
  return /^https?:\/\/(.+)$/.exec(origin)?.[1] === host
}

const READS = ['GET', 'HEAD']

/**
 * Whether a call by cookie may be one that its user wants: browsers send cookies along with whatever a page asks for. A page says
 * where it is from; one of our own origin that only reads does not, and there the browser says that it is ours, or that its user
 * typed the address. And to send a header of its own a page of another origin must be listed.
 * @returns why it is refused
 */
export function objectionToCookie({ method, headers }: FastifyRequest, config: OriginConfig): Problem | undefined {
  const { origin } = headers
  const site = headers['sec-fetch-site']
  const isOurs = origin === undefined ? site === 'same-origin' || site === 'none' : isOwnOrigin(headers, config)
  if (!isOurs) {
    return { code: 'forbidden', detail: 'A session by cookie is for pages of this service, which say their Origin.' }
  }
  if (READS.includes(method) || headers['x-daybook-csrf'] !== undefined) return undefined
  return { code: 'forbidden', detail: 'A call by cookie that changes something has the header X-Daybook-CSRF.' }
}
