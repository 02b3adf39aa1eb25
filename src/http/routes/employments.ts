import { defineEmployment } from '../../commands/define-employment.ts'
import { employmentReply } from '../../commands/replies.ts'
import { DefinedEmployment, EmploymentDefinition, ListedEmployment } from '../../contract/schemas/employments.ts'
import {
  CommandHeaders,
  CommandQuery,
  DEFAULT_LIMIT,
  EmploymentPath,
  EntityPath,
  ListQuery,
  ReadHeaders,
} from '../../contract/schemas/parameters.ts'
import { page } from '../../contract/schemas/replies.ts'
import { listEmployments } from '../../ledger/read/employments.ts'
import type { CommandBackend, ReadBackend } from '../backend.ts'
import { listed, recorded, unchanged } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { refuseOwnAccount } from '../edge/acting.ts'
import { DEFINE_PROBLEMS, define } from '../edge/defining.ts'
import { READ_PROBLEMS, readOf } from '../edge/reading.ts'
import type { App } from '../route.ts'

export function employmentRoutes(app: App, backend: CommandBackend & ReadBackend): void {
  app.put('/books/:book/entities/:entity/employments/:from', { schema: DEFINE_EMPLOYMENT }, (request, reply) => {
    const { entity, from } = request.params
    refuseOwnAccount(request, entity)
    return define(backend, request, reply, {
      type: 'employments',
      body: undefined,
      make: (caller) => defineEmployment(caller, { entity, from }, request.body),
      recorded: (event) => employmentReply(event, from),
      previewed: (definition) => {
        if (definition.kind !== 'entity') throw new Error(`an employment was defined as ${definition.kind}`)
        const { employments, version } = definition.facts
        const { to } = employments!.find((period) => period.from === from)!
        return { entity, from, to, version }
      },
    })
  })
  app.get('/books/:book/entities/:entity/employments', { schema: LIST_EMPLOYMENTS }, (request, reply) => {
    const { cursor, limit = DEFAULT_LIMIT } = request.query
    const { book, entity } = request.params
    const asked = { book, entity, reach: request.reach, cursor, limit }
    return readOf(backend, request, reply, () => listEmployments(backend.db, asked))
  })
}

const DEFINE_EMPLOYMENT = {
  ...operation({
    id: 'defineEmployment',
    tag: 'Entities',
    summary: 'Define a period of employment',
    description:
      'Whoever is hired again has several periods, which must not overlap (rule `employments-apart`). The one that begins ' +
      'on this day is changed, or a new one is added; the others stay. `hiredOn` and `leftOn` of the entity show the last ' +
      'one. Leave on days outside all periods is given back, leave within any of them stays.',
    answers: { 201: recorded(DefinedEmployment), 200: unchanged(DefinedEmployment) },
    problems: ['unknown-book', 'own-account', ...DEFINE_PROBLEMS, 'rule-violated'],
  }),
  params: EmploymentPath,
  querystring: CommandQuery,
  headers: CommandHeaders,
  body: EmploymentDefinition,
}

const LIST_EMPLOYMENTS = {
  ...operation({
    id: 'listEmployments',
    tag: 'Entities',
    summary: 'Periods of employment',
    description: 'Of one entity, by day; none where nobody said anything, which is to be employed always.',
    answers: { 200: listed(page('EmploymentPage', ListedEmployment)) },
    problems: READ_PROBLEMS,
  }),
  params: EntityPath,
  querystring: ListQuery,
  headers: ReadHeaders,
}
