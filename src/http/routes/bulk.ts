import { Readable } from 'node:stream'
import { Type } from 'typebox'
import { ProblemError } from '../../contract/problem.ts'
import { BulkOutcome } from '../../contract/schemas/bulk.ts'
import { BulkItem } from '../../contract/schemas/lines.ts'
import { BookPath, BulkHeaders, CommandQuery } from '../../contract/schemas/parameters.ts'
import { readHead } from '../../ledger/read/head.ts'
import type { Backend } from '../backend.ts'
import { operation } from '../document/operation.ts'
import { auditItems } from '../edge/audited.ts'
import { senderOf } from '../edge/caller.ts'
import { readPlain } from '../edge/plain-body.ts'
import { unknownBook } from '../edge/reading.ts'
import { instanceOf } from '../edge/send-problem.ts'
import { tellingOf } from '../edge/told.ts'
import { Turns } from '../edge/turns.ts'
import type { App } from '../route.ts'
import { type BulkBody, bulkFromJson, bulkFromNdjson } from './bulk-body.ts'
import { foreseenOutcomes } from './bulk-dry-run.ts'
import { BULKS_AT_ONCE, type BulkBackend, bulkOutcomes, inChunks, MOST_BULKS } from './bulk-outcomes.ts'

const JSON_TYPE = 'application/json'
const NDJSON_TYPE = 'application/x-ndjson'

const FRAMES = {
  json: { type: `${JSON_TYPE}; charset=utf-8`, open: '[', between: ',\n', close: ']' },
  ndjson: { type: `${NDJSON_TYPE}; charset=utf-8`, open: '', between: '\n', close: '\n' },
} as const

/** On an instance of its own: its bodies are parsed in another way. */
export function bulkRoutes(app: App, backend: BulkBackend & Pick<Backend, 'audit'>): void {
  const { bodyLimitBytes, bulkBodyLimitBytes } = backend.config
  parseBodies(app, { limit: bulkBodyLimitBytes, itemBytes: bodyLimitBytes })
  const turns = new Turns(BULKS_AT_ONCE, MOST_BULKS - BULKS_AT_ONCE)
  app.post(
    '/books/:book/bulk',
    {
      bodyLimit: bulkBodyLimitBytes,
      config: { streams: true },
      onRequest(_request, reply, done) {
        const leave = turns.enter(done)
        if (leave === undefined) {
          throw new ProblemError({ code: 'unavailable', detail: 'Too many bulks are under way.', retryAfterSeconds: 1 })
        }
        reply.raw.once('close', leave)
      },
      schema: RECORD_BULK,
    },
    async (request, reply) => {
      const sender = senderOf(request)
      if ((await readHead(backend.primary, sender.book)) === undefined) throw new ProblemError(unknownBook(sender.book))
      // The parsers below made it.
      const body = request.body as BulkBody
      const { type, ...frame } = FRAMES[body.format]
      const decide = sender.dryRun ? foreseenOutcomes : bulkOutcomes
      const refused = auditItems(backend.audit, request, 'recordBulk')
      const telling = await tellingOf(backend.primary, request)
      const outcomes = decide(backend, { ...sender, instance: instanceOf(request), refused, telling }, body)
      return reply.header('content-type', type).send(Readable.from(inChunks(outcomes, frame), { objectMode: false }))
    },
  )
}

const RECORD_BULK = {
  ...operation({
    id: 'recordBulk',
    tag: 'Transactions',
    summary: 'Record many commands',
    description:
      '1 to 10000 commands as a JSON list, or as NDJSON, answered in the same form. Each stands or falls alone, in ' +
      'their order, under a key of its own: `status` and the members beside it are what the single call would have ' +
      'answered, and a command that cannot even be read has its `problem` too. Sent again, the whole bulk records ' +
      'nothing twice. An adjustment takes `transactions:adjust` beside the right of the call, hours `worked-hours:record` and a ' +
      'notice `notices:give`. In a dry run each sees what those before it would have recorded, and no key is looked up.',
    answers: {
      200: {
        description: 'One outcome for each command, in their order.',
        schema: Type.Array(BulkOutcome),
        mediaTypes: [JSON_TYPE, NDJSON_TYPE],
      },
    },
    problems: ['unknown-book', 'too-large', 'unsupported-media-type'],
  }),
  params: BookPath,
  querystring: CommandQuery,
  headers: BulkHeaders,
  body: {
    content: {
      [JSON_TYPE]: { schema: unchecked(Type.Array(BulkItem, { minItems: 1, maxItems: 10_000 })) },
      [NDJSON_TYPE]: {
        schema: unchecked(Type.String({ description: 'A command a line, each as it is in the list.' })),
      },
    },
  },
}

function parseBodies(app: App, { limit, itemBytes }: { limit: number; itemBytes: number }): void {
  app.removeContentTypeParser(JSON_TYPE)
  for (const [type, parse] of [
    [JSON_TYPE, bulkFromJson],
    [NDJSON_TYPE, bulkFromNdjson],
  ] as const) {
    app.addContentTypeParser(type, { parseAs: 'buffer' }, (request, bytes, done) => {
      readPlain(request, bytes as Buffer, limit, { read: (plain) => parse(plain, itemBytes), done })
    })
  }
}

/** Described, and checked command by command. */
function unchecked<Schema extends object>(schema: Schema): Schema & { 'x-checked-elsewhere': true } {
  return { ...schema, 'x-checked-elsewhere': true }
}
