import { Type } from 'typebox'
import { EVENT_DATA } from '../events/event-schemas.ts'
import { count, orNull, reply } from './replies.ts'
import { id, instant, LARGEST } from './scalars.ts'

const webhookId = id('The webhook.', 'hr-suite')

export const WebhookPath = Type.Object({ book: id('The book.', 'main'), webhook: webhookId })

/** Stands for every type, those of later releases included. */
export const EVERY_TYPE = '*'

/** No receiver has a longer one. */
const MOST_URL = 2_048

const MOST_ENTITIES = 1_000

const url = Type.String({
  minLength: 1,
  maxLength: MOST_URL,
  description:
    'Where events are sent: `https`, without credentials in it. Everybody who may read webhooks sees it, so no secret ' +
    'belongs into it.',
  examples: ['https://hr.example.com/daybook'],
})

const EVENT_TYPES = Object.keys(EVENT_DATA).toSorted()

const events = Type.Array(Type.Enum([...EVENT_TYPES, EVERY_TYPE], { type: 'string' }), {
  minItems: 1,
  maxItems: EVENT_TYPES.length,
  description:
    'Types of the events that are sent; `["*"]`, alone or with others: all, those of later releases included.',
  examples: [['request-approved', 'request-cancelled']],
})

const entities = Type.Array(id('An entity.', 'ada'), {
  minItems: 1,
  maxItems: MOST_ENTITIES,
  description: 'Only events about one of these: a line of theirs, their definition, their request.',
  examples: [['ada', 'e2']],
})

const include = Type.Array(Type.Enum(['erasable'], { type: 'string' }), {
  maxItems: 10,
  description:
    '`erasable`: what may have to be forgotten is sent as well (reasons, comments, metadata, addresses). What was sent ' +
    'cannot be called back.',
  examples: [[]],
})

const enabled = Type.Boolean({ description: 'Whether anything is sent.', examples: [true] })

export const WebhookDefinition = Type.Object(
  {
    url,
    events,
    entities: Type.Optional(entities),
    include: Type.Optional(include),
    enabled: Type.Optional({ ...enabled, description: 'Whether anything is sent; true unless given.' }),
  },
  {
    additionalProperties: false,
    'x-schema': 'WebhookDefinition',
    examples: [{ url: 'https://hr.example.com/daybook', events: ['request-approved', 'request-cancelled'] }],
  },
)

export const WebhookRotation = Type.Object(
  {
    overlapSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 604_800,
        description: 'For how long the secret it had signs too; 86400 unless given.',
        examples: [86_400],
      }),
    ),
  },
  { additionalProperties: false, 'x-schema': 'WebhookRotation' },
)

export const WebhookReplay = Type.Object(
  {
    after: Type.Integer({
      minimum: 0,
      maximum: LARGEST,
      description: 'What comes after this position is sent again; 0: everything.',
      examples: [41],
    }),
  },
  { additionalProperties: false, 'x-schema': 'WebhookReplay', examples: [{ after: 41 }] },
)

const webhook = {
  id: webhookId,
  url,
  events,
  entities: orNull(entities, 'null: whomever they are about.'),
  include,
  enabled,
  version: Type.Integer({ minimum: 1, description: 'Which definition this is: 1, 2, 3 …' }),
  createdAt: instant('When it was made.'),
  createdBy: Type.String({ description: 'Who made it, as `<kind>:<id>`.', examples: ['admin:root'] }),
  formerSecretUntil: orNull(instant('Until then the secret before the last rotation signs too.'), 'null: it does not.'),
  position: count(
    'The checkpoint: what is at or before it was taken, or is not wanted. `Daybook-Position` says where the book is.',
  ),
  failures: count('Attempts in a row that failed.'),
  failingSince: orNull(instant('When the first of them was.'), 'null: the last one went well.'),
  nextAttemptAt: orNull(instant('When the same event is tried again.'), 'null: nothing waits for that.'),
  disabledAt: orNull(instant('When the service disabled it.'), 'null: it did not.'),
  disabledBecause: Type.Union([Type.Enum(['failing', 'gone'], { type: 'string' }), Type.Null()], {
    description: '`failing`: no attempt went well for three days. `gone`: it answered 410. null: the service did not.',
  }),
}

export const Webhook = reply(
  'Webhook',
  webhook,
  'An address that events of the book are sent to, and how far it has come. Its secret is not in it.',
)

const secret = Type.String({
  description: 'What its events are signed with (HMAC-SHA256).',
  examples: ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'],
})

export const WebhookWithSecret = reply(
  'WebhookWithSecret',
  {
    ...webhook,
    secret: orNull(
      secret,
      'What its events are signed with (HMAC-SHA256), shown this once; null: it was shown when it was made, or rotated.',
    ),
  },
  'A webhook that was made, defined anew, or has another secret.',
)

const attempt = {
  outcome: Type.Enum(['delivered', 'rejected', 'failed', 'forbidden'], {
    type: 'string',
    description:
      '`delivered`: answered with 200 to 299. `rejected`: with another status. `failed`: there was no answer. ' +
      '`forbidden`: its address is one that is not called.',
  }),
  status: orNull(Type.Integer({ examples: [204] }), 'Of the answer; null: there was none.'),
  detail: orNull(
    Type.String({ examples: ['the connection was refused'] }),
    'What else there is to say; null: nothing.',
  ),
  durationMs: count('How long it took, in milliseconds.'),
}

export const WebhookTest = reply('WebhookTest', attempt, 'What became of an attempt to send a test.')

export const WebhookDelivery = reply(
  'WebhookDelivery',
  {
    id: Type.String({ description: 'What it was sent as `webhook-id`.', examples: ['main.42'] }),
    position: Type.Integer({ minimum: 1, maximum: LARGEST, description: 'Of the event.', examples: [42] }),
    type: Type.String({ description: 'Of the event.', examples: ['request-approved'] }),
    attemptedAt: instant('When it was sent.'),
    ...attempt,
  },
  'An attempt to send an event. Neither the event nor the answer is kept.',
)
