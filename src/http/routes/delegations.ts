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
import { DefinedDelegation, Delegation, DelegationDefinition } from '../../contract/schemas/requests.ts'
import { listDelegations } from '../../ledger/read/delegations.ts'
import type { CommandBackend, ReadBackend } from '../backend.ts'
import { listed, recorded, unchanged } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { refuseOwnStandIn } from '../edge/acting.ts'
import { DEFINE_PROBLEMS, define } from '../edge/defining.ts'
import { READ_PROBLEMS, readOf } from '../edge/reading.ts'
import { refuseEntityBeyondReach } from '../edge/within-reach.ts'
import type { App } from '../route.ts'

export function delegationRoutes(app: App, backend: CommandBackend & ReadBackend): void {
  app.put('/books/:book/entities/:entity/delegations/:delegate', { schema: DEFINE_DELEGATION }, (request, reply) => {
    const { entity, delegate } = request.params
    refuseEntityBeyondReach(request, entity)
    refuseOwnStandIn(request, { entity, delegate })
    return define(backend, request, reply, {
      type: 'delegations',
      body: undefined,
      make: (caller) => defineDelegation(caller, { entity, delegate }, request.body),
      recorded: delegationReply,
      previewed: (definition) => {
        if (definition.kind !== 'delegation') throw new Error(`a delegation was defined as ${definition.kind}`)
        const { position: _position, ...facts } = definition.facts
        return { entity, delegate, ...facts }
      },
    })
  })
  app.get('/books/:book/entities/:entity/delegations', { schema: LIST_DELEGATIONS }, (request, reply) => {
    const { cursor, limit = DEFAULT_LIMIT } = request.query
    const { book, entity } = request.params
    const asked = { book, entity, reach: request.reach, cursor, limit }
    return readOf(backend, request, reply, () => listDelegations(backend.db, asked))
  })
}

const DEFINE_DELEGATION = {
  ...operation({
    id: 'defineDelegation',
    tag: 'Requests',
    summary: 'Have somebody decide instead',
    description:
      'From the first day to the last, in the book’s time zone, the delegate takes the steps of approval that are the ' +
      'entity’s. Of the same two there is one period: another definition replaces it. The entity itself says so, or whoever ' +
      'may define anybody’s: never the delegate, and never who is a delegate of the entity’s already.',
    answers: {
      201: { ...recorded(DefinedDelegation), example: DELEGATION },
      200: unchanged(DefinedDelegation),
    },
    problems: ['unknown-book', 'not-found', 'own-account', ...DEFINE_PROBLEMS, 'rule-violated'],
  }),
  params: DelegationPath,
  querystring: CommandQuery,
  headers: CommandHeaders,
  body: DelegationDefinition,
}

const LIST_DELEGATIONS = {
  ...operation({
    id: 'listDelegations',
    tag: 'Requests',
    summary: 'Who decides instead',
    description: 'Of one entity, by delegate; those that are over included.',
    answers: {
      200: listed(page('DelegationPage', Delegation)),
    },
    problems: READ_PROBLEMS,
  }),
  params: EntityPath,
  querystring: ListQuery,
  headers: ReadHeaders,
}
