import { defineRetention } from '../../commands/define-retention.ts'
import { retentionReply } from '../../commands/replies.ts'
import { BookPath, CommandHeaders, CommandQuery, NoQuery, ReadHeaders } from '../../contract/schemas/parameters.ts'
import { Retention, RetentionDefinition } from '../../contract/schemas/retention.ts'
import { readRetention } from '../../ledger/read/retention.ts'
import type { CommandBackend, ReadBackend } from '../backend.ts'
import { found, recorded, unchanged } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { DEFINE_PROBLEMS, define } from '../edge/defining.ts'
import { READ_PROBLEMS, readOf } from '../edge/reading.ts'
import type { App } from '../route.ts'

export function retentionRoutes(app: App, backend: CommandBackend & ReadBackend): void {
  app.put('/books/:book/retention', { schema: DEFINE_RETENTION }, (request, reply) =>
    define(backend, request, reply, {
      type: 'retention',
      body: undefined,
      make: (caller) => defineRetention(caller, request.body),
      recorded: retentionReply,
      previewed: (definition) => {
        if (definition.kind !== 'retention') throw new Error(`retention was defined as ${definition.kind}`)
        return { ...definition.facts, version: definition.version }
      },
    }),
  )
  app.get('/books/:book/retention', { schema: READ_RETENTION }, (request, reply) =>
    readOf(backend, request, reply, () => readRetention(backend.db, request.params.book)),
  )
}

const DEFINE_RETENTION = {
  ...operation({
    id: 'defineRetention',
    tag: 'Books',
    summary: 'Say what is erased by itself',
    description:
      'Once a night. A person is erased as by `…/erase` so many months after the last day of employment, while there is a ' +
      'profile; what may be forgotten of every event is erased once that is so old. What is not said, or null, is kept for ' +
      'ever. The history has an event for each.',
    answers: { 201: recorded(Retention), 200: unchanged(Retention) },
    problems: ['unknown-book', ...DEFINE_PROBLEMS],
  }),
  params: BookPath,
  querystring: CommandQuery,
  headers: CommandHeaders,
  body: RetentionDefinition,
}

const READ_RETENTION = {
  ...operation({
    id: 'readRetention',
    tag: 'Books',
    summary: 'Read what is erased by itself',
    description: 'As it was last defined; version 0, and nothing, where it never was.',
    answers: { 200: found('What is erased, and when.', Retention) },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: NoQuery,
  headers: ReadHeaders,
}
