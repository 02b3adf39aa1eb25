import { Type } from 'typebox'
import { Actor, answered, count, orNull, reply, text } from './replies.ts'
import { id } from './scalars.ts'

const closed = { additionalProperties: false }

/** Why somebody is erased is about the erasure: `The two years after leaving are over`. */
export const Erasing = Type.Object(
  {
    reason: Type.String({
      minLength: 1,
      maxLength: 2_000,
      description:
        'Why, in words. It stays with the event of the erasure: say nothing in it about the person. Kept where it can be erased.',
      pattern: '\\S',
      examples: ['Asked for by letter'],
      'x-must': 'be a text of 1 to 2000 characters, and not blank',
    }),
    force: Type.Optional(Type.Boolean({ description: 'Whether to erase somebody who is employed today or later.' })),
  },
  { ...closed, 'x-schema': 'Erasing', examples: [{ reason: 'Asked for by letter' }] },
)

export const ErasedCounts = Type.Object(
  {
    apiKeys: Type.Optional(
      count('API keys that were the entity, and ended; their names are gone. Of older erasures it is not said.'),
    ),
    audit: Type.Optional(
      count(
        'Entries of the audit trail by the entity, or about it: from where they came is gone. Of older erasures it is not said.',
      ),
    ),
    events: count('Events about or by the entity whose `erasable` became null.'),
    feeds: count('Calendar feeds that ended.'),
    keys: count('Idempotency keys of definitions that had changed nothing: their salt is gone.'),
    profile: count('Members of the profile that were known.'),
    users: Type.Optional(count('Users who were the entity, and ended. Of older erasures it is not said.')),
  },
  { ...closed, 'x-schema': 'ErasedCounts' },
)

/** Of each kind, so many are listed by a dry run. */
export const MOST_LISTED = 1_000

/** What an erasure is answered with. */
export const Erasure = answered(
  'Erasure',
  {
    entity: id('Who was erased.', 'ada'),
    erased: ErasedCounts,
    force: Type.Boolean({ description: 'Whether it was to be erased although employed.' }),
    reason: orNull(text('Why.'), 'Why; null once that is erased.'),
    by: Actor,
    found: Type.Optional(
      reply(
        'FoundToErase',
        {
          apiKeys: Type.Array(Type.String(), { description: 'API keys, by id.' }),
          audit: Type.Array(Type.Integer({ minimum: 1 }), { description: 'Entries of the audit trail, ascending.' }),
          events: Type.Array(Type.Integer({ minimum: 1 }), { description: 'Positions, ascending.' }),
          feeds: Type.Array(Type.String(), { description: 'Calendar feeds, by id.' }),
          keys: Type.Array(Type.String(), { description: 'Idempotency keys.' }),
          profile: Type.Array(Type.Enum(['name', 'email', 'personnelNumber', 'metadata'], { type: 'string' }), {
            description: 'Members of the profile.',
          }),
          users: Type.Array(Type.String(), { description: 'Users, by id.' }),
        },
        `In a dry run: what would go, the first ${MOST_LISTED} of each kind.`,
      ),
    ),
  },
  'What was erased of an entity, by whom, when and why.',
)
