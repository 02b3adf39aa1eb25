import { defineWorkPattern } from '../../commands/define-work-pattern.ts'
import { workPatternReply } from '../../commands/replies.ts'
import { DefinedWorkPattern, WorkPatternDefinition, WorkPatternPage } from '../../contract/schemas/calendars.ts'
import {
  CommandHeaders,
  CommandQuery,
  DEFAULT_LIMIT,
  EntityPath,
  ListQuery,
  ReadHeaders,
  WorkPatternPath,
} from '../../contract/schemas/parameters.ts'
import { listWorkPatterns } from '../../ledger/read/work-patterns.ts'
import type { CommandBackend, ReadBackend } from '../backend.ts'
import { listed, recorded, unchanged } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { refuseOwnAccount } from '../edge/acting.ts'
import { DEFINE_PROBLEMS, define } from '../edge/defining.ts'
import { READ_PROBLEMS, readOf } from '../edge/reading.ts'
import type { App } from '../route.ts'

export function workPatternRoutes(app: App, backend: CommandBackend & ReadBackend): void {
  app.put(
    '/books/:book/entities/:entity/work-patterns/:effectiveFrom',
    { schema: DEFINE_WORK_PATTERN },
    (request, reply) => {
      const { entity, effectiveFrom } = request.params
      refuseOwnAccount(request, entity)
      return define(backend, request, reply, {
        type: 'work-patterns',
        body: request.body,
        make: (caller, body) => defineWorkPattern(caller, { entity, effectiveFrom }, body),
        recorded: workPatternReply,
        previewed: (definition) => {
          if (definition.kind !== 'work-pattern') throw new Error(`a work pattern was defined as ${definition.kind}`)
          const { position: _position, rota, ...facts } = definition.facts
          return { entity, ...facts, weeks: rota?.weeks ?? null, weeksFrom: rota?.weeksFrom ?? null }
        },
      })
    },
  )
  app.get('/books/:book/entities/:entity/work-patterns', { schema: LIST_WORK_PATTERNS }, (request, reply) => {
    const { cursor, limit = DEFAULT_LIMIT } = request.query
    const { book, entity } = request.params
    const asked = { book, entity, reach: request.reach, cursor, limit }
    return readOf(backend, request, reply, () => listWorkPatterns(backend.db, asked))
  })
}

const DEFINE_WORK_PATTERN = {
  ...operation({
    id: 'defineWorkPattern',
    tag: 'Calendars',
    summary: 'Say what an entity works by from a day on',
    description:
      'A calendar, a part-time pattern, or both, until the day of the next one. What is not said is as the definition ' +
      'of the entity and its calendar have it: an empty body ends a part time. Said again for the same day, it takes ' +
      'the place of what was said before.',
    answers: { 201: recorded(DefinedWorkPattern), 200: unchanged(DefinedWorkPattern) },
    problems: ['unknown-book', 'own-account', ...DEFINE_PROBLEMS, 'unknown-calendar', 'rule-violated'],
  }),
  params: WorkPatternPath,
  querystring: CommandQuery,
  headers: CommandHeaders,
  body: WorkPatternDefinition,
}

const LIST_WORK_PATTERNS = {
  ...operation({
    id: 'listWorkPatterns',
    tag: 'Calendars',
    summary: 'List what an entity works by',
    description:
      'By the day from which each holds; before the first of them, and without any, the calendar of the entity’s ' +
      'definition. Without that one too: Monday to Friday, eight hours each, no holidays.',
    answers: { 200: listed(WorkPatternPage) },
    problems: READ_PROBLEMS,
  }),
  params: EntityPath,
  querystring: ListQuery,
  headers: ReadHeaders,
}
