import swagger from '@fastify/swagger'
import { Type } from 'typebox'
import { NoQuery } from '../../contract/schemas/parameters.ts'
import { sendJson } from '../edge/send-json.ts'
import type { App } from '../route.ts'
import { publicOperation, TAGS } from './operation.ts'
import { VERSION } from './version.ts'

const DESCRIPTION = `
An append-only ledger for leave days and every other balance that is earned and spent.

**Commands** are \`POST\` (or \`PUT\` for definitions) with an \`Idempotency-Key\`. The same key with the same command gives
the first outcome again, for ever; a refused command records nothing and does not use up its key. What is answered is
durable. \`?dryRun=true\` decides the same and records nothing.

**Reads** answer with \`Daybook-Position\`, the position they were computed at, and may ask by \`Daybook-Min-Position\` to
see at least a position. Lists are walked by \`cursor\`; a walk neither misses nor repeats what existed at its start.

**Quantities** are decimal strings, days are \`YYYY-MM-DD\`, instants RFC 3339 in UTC with milliseconds. Members that a
request has too many are errors; members that a reply has beyond this document are to be ignored.

**Problems** are RFC 9457 documents. Their \`type\` is a page that the service serves; \`/problems\` lists all of them. Besides
those named with each call, any may answer \`method-not-allowed\`, \`request-timeout\` or \`headers-too-large\`.
`.trim()

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
        license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
      },
      servers: [{ url: '/', description: 'The service that serves this document' }],
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'An API key, as `Authorization: Bearer <key>`.' },
        },
      },
      security: [{ key: [] }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    },
    transformObject: (document) =>
      withComponents('openapiObject' in document ? document.openapiObject : document.swaggerObject),
  })
}

/** Serves the document. */
export function documentRoute(app: App): void {
  let text: string | undefined
  app.get(
    '/openapi.json',
    {
      schema: {
        ...publicOperation({
          id: 'readOpenApi',
          tag: 'Service',
          summary: 'Read this document',
          description: 'OpenAPI 3.1, made from the schemas that requests are checked with.',
          answers: { 200: { description: 'The document.', schema: Type.Unsafe<object>({ type: 'object' }) } },
          problems: ['invalid-request'],
        }),
        querystring: NoQuery,
      },
    },
    (_request, reply) => {
      text ??= documentText(app)
      return sendJson(reply, text)
    },
  )
}

/** The document of an app that is ready. */
export function documentText(app: App): string {
  return JSON.stringify(app.swagger())
}

type Json = null | boolean | number | string | Json[] | { [member: string]: Json }
type Members = { [member: string]: Json }

/**
 * Moves every schema with an `x-schema` to the components, under that name, and leaves a reference in its place. Drops
 * what only the service reads.
 */
function withComponents(document: object): object {
  // A document is JSON: what TypeBox keeps out of sight in its schemas is gone then.
  const { components, ...rest } = JSON.parse(JSON.stringify(document)) as { components: Members }
  const schemas: Members = {}
  const described = withoutNamed(rest, schemas)
  const sorted = Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return { ...(described as Members), components: { ...components, schemas: sorted } }
}

function withoutNamed(value: Json, schemas: Members): Json {
  if (Array.isArray(value)) return value.map((item) => withoutNamed(item, schemas))
  if (typeof value !== 'object' || value === null) return value
  const { 'x-schema': name, 'x-must': _must, 'x-checked-elsewhere': _checked, ...members } = value
  const plain = Object.fromEntries(Object.entries(members).map(([key, member]) => [key, withoutNamed(member, schemas)]))
  if (typeof name !== 'string') return plain
  const known = schemas[name]
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(plain)) {
    throw new Error(`two schemas are called ${name}`)
  }
  schemas[name] = plain
  return { $ref: `#/components/schemas/${name}` }
}
