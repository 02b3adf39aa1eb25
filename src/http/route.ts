import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether its answers may rightly take long. */
    streams?: boolean
    /** Whether a ticket may stand in the query, as `token`: for clients that cannot send headers of their own. */
    ticketInQuery?: boolean
    /** Whether a call that says nothing need not send an empty object. */
    bodyMayBeAbsent?: boolean
    /** Whether its answers hold a secret: then they are not compressed. */
    secret?: boolean
    /** How those who need no key are limited: `sign-ins` more than others, `none` for whoever supervises the service. */
    limit?: 'sign-ins' | 'none'
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
