import swagger from '@fastify/swagger'
import { Type } from 'typebox'
import { DocumentHeaders, NoQuery } from '../../contract/schemas/parameters.ts'
import { isTag, tagOf } from '../edge/entity-tag.ts'
import { sendJson } from '../edge/send-json.ts'
import type { App } from '../route.ts'
import { withComponents } from './components.ts'
import { publicOperation, TAGS } from './operation.ts'
import { VERSION } from './version.ts'
import { WEBHOOKS } from './webhooks.ts'

const DESCRIPTION = `
An append-only ledger for leave days and every other balance that is earned and spent.

**Callers** send \`Authorization: Bearer\` with an API key, the token of a session, or one of a login server. A call needs the
right in its \`x-right\`: without it the answer is 403 \`forbidden\`, with \`needs\`. What a right does not reach is answered like what
is not there.

**Commands** are \`POST\` (or \`PUT\` for definitions) with an \`Idempotency-Key\`. The same key with the same command gives
the first outcome again, for ever; a refused command records nothing and does not use up its key. What is answered is
durable. \`?dryRun=true\` decides the same and records nothing.

**Reads** answer with \`Daybook-Position\`, the position they were computed at, and may ask by \`Daybook-Min-Position\` to
see at least a position. Lists are walked by \`cursor\`; a walk neither misses nor repeats what existed at its start.

**Quantities** are decimal strings, days are \`YYYY-MM-DD\`, instants RFC 3339 in UTC with milliseconds. Members that a
request has too many are errors; members that a reply has beyond this document are to be ignored.

**Optional members** of a command may be sent as \`null\`: that is the same as leaving them out, also when idempotency keys
are compared. Where \`null\` says something else, the member's description says so.

**Answers** of 1400 characters or more, and streams of any length, come compressed by \`zstd\` or \`gzip\` where
\`Accept-Encoding\` asks for it. What is said of bytes, such as the digest of a snapshot, is said of what is compressed.

**Limits**: a caller may have so much in a second, of requests, bytes and processor time; above it a call is 429
\`too-many-requests\` with \`Retry-After\`. Every answer to a caller with a limit has \`RateLimit-Policy\` and \`RateLimit\`
(draft-ietf-httpapi-ratelimit-headers-11).

**Problems** are RFC 9457 documents. Their \`type\` is a page that the service serves; \`/problems\` lists all of them. Besides
those named with each call, any may answer \`method-not-allowed\`, \`request-timeout\` or \`headers-too-large\`.
`.trim()

const KEY =
  'An API key, the token of a session (`POST /v1/sessions`) or one of a login server, as `Authorization: Bearer <key>`. ' +
  'Pages in a browser may have the cookie of a session instead.'

/** Collects the routes that are registered from now on. `documentText` gives the document. */
export async function describeRoutes(app: App): Promise<void> {
  await app.register(swagger, {
    convertConstToEnum: false,
    hideUntagged: true,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Daybook',
        summary: 'A ledger service for leave days and other balances',
        description: DESCRIPTION,
        version: VERSION,
        license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'The service that serves this document' }],
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: KEY },
          metricsKey: { type: 'http', scheme: 'bearer', description: 'The key of `DAYBOOK_METRICS_KEY`.' },
        },
      },
      security: [{ key: [] }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    },
    transformObject: (document) =>
      withComponents({
        ...('openapiObject' in document ? document.openapiObject : document.swaggerObject),
        webhooks: WEBHOOKS,
      }),
  })
}

/** Serves the document. */
export function documentRoute(app: App): void {
  let document: ReturnType<typeof tagged> | undefined
  app.get(
    '/openapi.json',
    {
      schema: {
        ...publicOperation({
          id: 'readOpenApi',
          tag: 'Service',
          summary: 'Read this document',
          description:
            'OpenAPI 3.1, made from the schemas that requests are checked with. It changes with the release: with ' +
            '`If-None-Match` 304 where it has not.',
          answers: {
            200: {
              description: 'The document.',
              schema: Type.Unsafe<object>({ type: 'object' }),
              headers: ['ETag'],
            },
            304: { description: 'It is the one that `If-None-Match` names.', schema: null, headers: ['ETag'] },
          },
          problems: ['invalid-request'],
        }),
        querystring: NoQuery,
        headers: DocumentHeaders,
      },
    },
    ({ headers }, reply) => {
      document ??= tagged(documentText(app))
      const { text, tag } = document
      reply.headers({ etag: tag, 'cache-control': 'no-cache' })
      return isTag(tag, headers['if-none-match']) ? reply.code(304).send() : sendJson(reply, text)
    },
  )
}

function tagged(text: string) {
  return { text, tag: tagOf(text) }
}

/** The document of an app that is ready. */
export function documentText(app: App): string {
  return JSON.stringify(app.swagger())
}
