import { type Static, Type } from 'typebox'
import { Event, reply } from './replies.ts'
import { CLIENT_ID_MUST, CLIENT_ID_PATTERN, id, instant, LARGEST } from './scalars.ts'

/*
 * What goes over a WebSocket of `…/live`. Whatever is an event has a `position` and a `type`, and nothing else has: a
 * client can tell what is what without knowing all there is.
 */

const closed = { additionalProperties: false }

/** Ids that one subscription may name, of each kind. */
const MOST_IDS = 1_000

function ids(description: string, example: string) {
  return Type.Optional(
    Type.Array(id('An id.', example), {
      maxItems: MOST_IDS,
      description,
      'x-must': `be a list of at most ${MOST_IDS} ids`,
    }),
  )
}

/** What a client sends. */
export const LiveSubscription = Type.Object(
  {
    subscribe: Type.Object(
      {
        entities: ids('Whatever concerns one of these.', 'ada'),
        managers: ids('Whatever concerns an entity that has one of these as its manager.', 'm1'),
        requests: ids('Whatever becomes of these.', 'r-17'),
      },
      { ...closed, description: 'What events are to concern. Without any member: all events of the book.' },
    ),
    after: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: LARGEST,
        description: 'First what was recorded after this position, then what happens; unless given, what happens.',
        examples: [42],
        'x-must': 'be a whole number, zero or more',
      }),
    ),
    clientId: Type.Optional(
      Type.String({
        pattern: CLIENT_ID_PATTERN,
        description: 'Leaves out what was caused by commands with this `Daybook-Client-Id`.',
        examples: ['console-7f3a'],
        'x-must': CLIENT_ID_MUST,
      }),
    ),
  },
  {
    ...closed,
    description: 'What a client sends, at first or later: it takes the place of the one before.',
    examples: [{ subscribe: { entities: ['ada'], managers: ['m1'] }, after: 42, clientId: 'console-7f3a' }],
  },
)

export type LiveSubscriptionBody = Static<typeof LiveSubscription>

export const LiveTicket = reply(
  'LiveTicket',
  {
    ticket: Type.String({
      description: 'For `…/live?token=`, once.',
      examples: [`dbt_${'t1ck3t-'.repeat(6)}t`],
    }),
    expiresAt: instant('From then on it opens nothing.'),
  },
  'Opens one WebSocket.',
)

/** What the service sends. */
export const LiveMessage = Type.Union(
  [
    Event,
    Type.Object(
      { subscribed: Type.Integer({ minimum: 0, description: 'What follows comes after this position.' }) },
      { 'x-schema': 'LiveSubscribed', description: 'A subscription holds from here on.' },
    ),
    Type.Object(
      { caughtUp: Type.Integer({ minimum: 0, description: 'What `after` may name when the client comes back.' }) },
      { 'x-schema': 'LiveCaughtUp', description: 'Whatever there is up to this position has been sent.' },
    ),
  ],
  { 'x-schema': 'LiveMessage' },
)
