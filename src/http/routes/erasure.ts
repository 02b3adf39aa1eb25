import { eraseEntity } from '../../commands/erase-entity.ts'
import { erasureReply } from '../../commands/replies.ts'
import { Erasing, Erasure, MOST_LISTED } from '../../contract/schemas/erasure.ts'
import { CommandHeaders, CommandQuery, EntityPath } from '../../contract/schemas/parameters.ts'
import { countsOf, type FoundToErase } from '../../domain/definition/erasure.ts'
import { mayBeUser } from '../../identity/last-admin.ts'
import type { Backend, CommandBackend } from '../backend.ts'
import { recorded, unchanged } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { refuseOwnAccount } from '../edge/acting.ts'
import { senderOf } from '../edge/caller.ts'
import { DEFINE_PROBLEMS, define } from '../edge/defining.ts'
import type { App } from '../route.ts'

export function erasureRoutes(app: App, backend: CommandBackend & Pick<Backend, 'config'>): void {
  const keepsAdmin = mayBeUser(backend.config)
  app.post('/books/:book/entities/:entity/erase', { schema: ERASE_ENTITY }, (request, reply) => {
    const { entity } = request.params
    refuseOwnAccount(request, entity)
    const { reason } = request.body
    return define(backend, request, reply, {
      type: 'erasures',
      body: undefined,
      make: (caller) => eraseEntity(caller, entity, request.body, { keepsAdmin }),
      recorded: erasureReply,
      previewed: (definition) => {
        if (definition.kind !== 'erasure') throw new Error(`an entity was erased as ${definition.kind}`)
        const { force, found } = definition
        const { actor: by } = senderOf(request)
        return { entity, erased: countsOf(found), force, reason, by, found: firstOf(found) }
      },
    })
  })
}

function firstOf({ apiKeys, audit, events, feeds, keys, profile, users }: FoundToErase): FoundToErase {
  return {
    apiKeys: apiKeys.slice(0, MOST_LISTED),
    audit: audit.slice(0, MOST_LISTED),
    events: events.slice(0, MOST_LISTED),
    feeds: feeds.slice(0, MOST_LISTED),
    keys: keys.slice(0, MOST_LISTED),
    profile,
    users: users.slice(0, MOST_LISTED),
  }
}

const ERASE_ENTITY = {
  ...operation({
    id: 'eraseEntity',
    tag: 'Entities',
    summary: 'Erase a person',
    description:
      'The profile goes. So does whatever may be forgotten (`erasable`: reasons, comments, metadata, addresses) of every ' +
      'event about the entity or by it, also where the event is about others as well. Its calendar feeds end, and so do users ' +
      'and API keys that are it. Entries of the audit trail by it, such a user or such a key, or about it, do not say from where any more. Positions, ' +
      'hashes, balances and ids stay, and the book verifies as before. It cannot be undone: a dry run lists what would go. ' +
      'Once there is nothing more to erase, the answer is 200 with the last erasure. Whoever is employed today or later is 409 ' +
      '`still-employed`, unless `force` is true; where such a user or key is the last administrator of every book and `DAYBOOK_ADMIN_KEY` is not ' +
      'set, 409 `last-admin`. A key that recorded what is erased is 409 `duplicate-idempotency-key` from then ' +
      'on, with `comparable: false`. An entity that is defined again has a profile again.',
    answers: { 201: recorded(Erasure), 200: unchanged(Erasure) },
    problems: ['unknown-book', 'not-found', 'own-account', ...DEFINE_PROBLEMS, 'still-employed', 'last-admin'],
  }),
  params: EntityPath,
  querystring: CommandQuery,
  headers: CommandHeaders,
  body: Erasing,
}
