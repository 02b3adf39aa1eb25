import { Type } from 'typebox'
import { defineDelegation } from '../../commands/define-delegation.ts'
import { delegationReply } from '../../commands/replies.ts'
import {
  CommandHeaders,
  CommandQuery,
  DEFAULT_LIMIT,
  DelegationPath,
  EntityPath,
  ListQuery,
  ReadHeaders,
} from '../../contract/schemas/parameters.ts'
import { page } from '../../contract/schemas/replies.ts'
import { DELEGATION } from '../../contract/schemas/request-examples.ts'
import { Delegation, DelegationDefinition, PreviewedDelegation } from '../../contract/schemas/requests.ts'
import { listDelegations } from '../../ledger/read/delegations.ts'
import type { Backend } from '../backend.ts'
import { operation } from '../document/operation.ts'
import { DEFINE_PROBLEMS, define, defined, unchanged } from '../edge/defining.ts'
import { readOf } from '../edge/reading.ts'
import type { App } from '../route.ts'

export function delegationRoutes(app: App, backend: Backend): void {
  app.put(
    '/books/:book/entities/:entity/delegations/:delegate',
    {
      schema: {
        ...operation({
          id: 'defineDelegation',
          tag: 'Requests',
          summary: 'Have somebody decide instead',
          description:
            'From the first day to the last, in the book’s time zone, the delegate takes the steps of approval that are the ' +
            'entity’s. Of the same two there is one period: another definition replaces it.',
          answers: {
            201: { ...defined(Delegation), example: DELEGATION },
            200: unchanged(Type.Union([Delegation, PreviewedDelegation])),
          },
          problems: ['unknown-book', ...DEFINE_PROBLEMS, 'rule-violated'],
        }),
        params: DelegationPath,
        querystring: CommandQuery,
        headers: CommandHeaders,
        body: DelegationDefinition,
      },
    },
    (request, reply) => {
      const { entity, delegate } = request.params
      return define(backend, request, reply, {
        type: 'delegations',
        make: (caller) => defineDelegation(caller, { entity, delegate }, request.body),
        recorded: delegationReply,
        previewed: (definition) => {
          if (definition.kind !== 'delegation') throw new Error(`a delegation was defined as ${definition.kind}`)
          const { position: _position, ...facts } = definition.facts
          return { entity, delegate, ...facts }
        },
      })
    },
  )
  app.get(
    '/books/:book/entities/:entity/delegations',
    {
      schema: {
        ...operation({
          id: 'listDelegations',
          tag: 'Requests',
          summary: 'Who decides instead',
          description: 'Of one entity, by delegate; those that are over included.',
          answers: {
            200: { description: 'A page.', schema: page('DelegationPage', Delegation), headers: ['Daybook-Position'] },
          },
          problems: ['unknown-book', 'not-caught-up'],
        }),
        params: EntityPath,
        querystring: ListQuery,
        headers: ReadHeaders,
      },
    },
    (request, reply) => {
      const { cursor, limit = DEFAULT_LIMIT } = request.query
      const { book, entity } = request.params
      return readOf(backend, request, reply, () => listDelegations(backend.db, { book, entity, cursor, limit }))
    },
  )
}
