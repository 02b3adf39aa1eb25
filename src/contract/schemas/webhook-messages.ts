import { Type } from 'typebox'
import { Event } from './replies.ts'
import { id, instant } from './scalars.ts'

// No components: a generator leaves out those that no call has, and then misses them here. By its title it names what it makes of them.

const { erasable, ...always } = Event.properties

const SentEvent = Type.Object(
  { ...always, erasable: Type.Optional(erasable) },
  {
    title: 'SentEvent',
    description:
      'What one accepted command recorded, as `GET …/events` shows it; `erasable` only where the webhook includes it.',
  },
)

/** What a webhook is sent of an event. */
export const EventMessage = Type.Object(
  {
    type: Type.String({ description: 'The type of the event.', examples: ['request-approved'] }),
    timestamp: instant('When the event was recorded.'),
    data: SentEvent,
  },
  { title: 'EventMessage', description: 'An event, as a webhook is sent it.' },
)

/** What a webhook is sent when somebody tries it. */
export const TestMessage = Type.Object(
  {
    type: Type.Literal('webhook-test', { description: 'That it is no event.' }),
    timestamp: instant('When it was asked for.'),
    data: Type.Object(
      { book: id('The book.', 'main'), webhook: id('The webhook.', 'hr-suite') },
      { title: 'TriedWebhook' },
    ),
  },
  {
    title: 'TestMessage',
    description: 'What `POST …/webhooks/{webhook}/test` sends. Its `webhook-id` is that of no event.',
  },
)
