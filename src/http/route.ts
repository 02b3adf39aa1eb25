import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether its answers may rightly take long. */
    streams?: boolean
    /** Whether the key may stand in the query, as `token`: for clients that cannot send headers of their own. */
    keyInQuery?: boolean
    /** Whether it leaves HTTP: such a request is never answered, and is not waited for. */
    upgrades?: boolean
  }
}

/** A Fastify instance whose handlers know what the schemas of their route let through. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>
