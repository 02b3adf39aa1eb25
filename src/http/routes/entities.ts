import { defineEntity } from '../../commands/define-entity.ts'
import { entityReply, warningsAbout } from '../../commands/replies.ts'
import { EntityDefinition } from '../../contract/schemas/definitions.ts'
import {
  BookPath,
  CommandHeaders,
  CommandQuery,
  DEFAULT_LIMIT,
  EntitiesQuery,
  EntityPath,
  NoQuery,
  ReadHeaders,
} from '../../contract/schemas/parameters.ts'
import { DefinedEntity, Entity, page } from '../../contract/schemas/replies.ts'
import { listEntities, readEntity } from '../../ledger/read/entities.ts'
import type { CommandBackend, ReadBackend } from '../backend.ts'
import { found, listed, recorded, unchanged } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { refuseOwnAccount } from '../edge/acting.ts'
import { DEFINE_PROBLEMS, define } from '../edge/defining.ts'
import { READ_PROBLEMS, readOf, readOneOf } from '../edge/reading.ts'
import type { App } from '../route.ts'

export function entityRoutes(app: App, backend: CommandBackend & ReadBackend): void {
  app.put('/books/:book/entities/:entity', { schema: DEFINE_ENTITY }, (request, reply) => {
    const { entity } = request.params
    refuseOwnAccount(request, entity)
    const { name = null, email = null, personnelNumber = null, metadata = null } = request.body
    const profile = { name, email, personnelNumber, metadata }
    return define(backend, request, reply, {
      type: 'entities',
      body: request.body,
      make: (caller, body) => defineEntity(caller, entity, body),
      recorded: (event) => entityReply(event, profile),
      previewed: (definition) => {
        if (definition.kind !== 'entity') throw new Error(`an entity was defined as ${definition.kind}`)
        // The periods of employment have a list of their own.
        const { position: _position, employments: _employments, ...facts } = definition.facts
        return { id: entity, ...facts, ...profile, ...warningsAbout(entity) }
      },
    })
  })
  app.get('/books/:book/entities', { schema: LIST_ENTITIES }, (request, reply) => {
    const { limit = DEFAULT_LIMIT, ...query } = request.query
    const { book } = request.params
    return readOf(backend, request, reply, () =>
      listEntities(backend.db, { book, limit, ...query, reach: request.reach }),
    )
  })
  app.get('/books/:book/entities/:entity', { schema: READ_ENTITY }, (request, reply) => {
    const { book, entity } = request.params
    const read = () => readEntity(backend.db, { book, entity, reach: request.reach })
    return readOneOf(backend, request, reply, `entity ${entity}`, read)
  })
}

const DEFINE_ENTITY = {
  ...operation({
    id: 'defineEntity',
    tag: 'Entities',
    summary: 'Define an entity',
    description:
      'The body is the whole definition: what it does not say is unknown from then on, but for several periods of ' +
      'employment, which stay. `name`, `email`, `personnelNumber` and `metadata` are kept beside the record, where they ' +
      'can be erased; changing only them records nothing. An `email` or a `personnelNumber` that another entity of the ' +
      'book has is refused: `rule-violated`, with the `rule` `email-unique-in-book` or `personnel-number-unique-in-book`.',
    answers: { 201: recorded(DefinedEntity), 200: unchanged(DefinedEntity) },
    problems: ['unknown-book', 'own-account', ...DEFINE_PROBLEMS, 'rule-violated'],
  }),
  params: EntityPath,
  querystring: CommandQuery,
  headers: CommandHeaders,
  body: EntityDefinition,
}

const LIST_ENTITIES = {
  ...operation({
    id: 'listEntities',
    tag: 'Entities',
    summary: 'List the entities',
    description: 'Those that were defined, by id.',
    answers: {
      200: listed(page('EntityPage', Entity)),
    },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: EntitiesQuery,
  headers: ReadHeaders,
}

const READ_ENTITY = {
  ...operation({
    id: 'readEntity',
    tag: 'Entities',
    summary: 'Read an entity',
    description: 'As it was last defined.',
    answers: { 200: found('The entity.', Entity) },
    problems: [...READ_PROBLEMS, 'not-found'],
  }),
  params: EntityPath,
  querystring: NoQuery,
  headers: ReadHeaders,
}
