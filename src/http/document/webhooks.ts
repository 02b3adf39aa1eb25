import type { TSchema } from 'typebox'
import { EventMessage, TestMessage } from '../../contract/schemas/webhook-messages.ts'
import type { Tag } from './operation.ts'

// Of its own: OpenAPI Generator makes a file of each tag, and of what is sent one that would take the place of the calls.
const MESSAGES_TAG: Tag = 'Messages'

/** What every message comes with, as the Standard Webhooks specification has it. */
const HEADERS = [
  header('webhook-id', 'Names what is sent, the same at every attempt: of an event `<book>.<position>`.', 'main.42'),
  header('webhook-timestamp', 'When this attempt was made, in seconds since 1970.', '1782904530'),
  header(
    'webhook-signature',
    '`v1,` and in base64 the HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>`, by the secret of the webhook: the bytes ' +
      'that stand in base64 behind `whsec_`. While two secrets hold there are two, with a blank between them.',
    'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  ),
]

const RETRY_AFTER = {
  'Retry-After': {
    description:
      'Seconds, or an instant (RFC 9110): it is left alone for so long, where that is longer; a day at most.',
    schema: { type: 'string' },
  },
}

/** How a receiver may answer: what else stands in an answer is not kept. */
const ANSWERS = {
  '2XX': { description: 'It is taken: the next event is sent.' },
  '410': { description: 'Nobody is there any more: the webhook is disabled at once.' },
  default: {
    description:
      'Anything else, a redirect too, and no answer within ten seconds: it is sent again after 5 seconds, then after twice as long ' +
      'each time, up to an hour. After three days without success the webhook is disabled.',
    headers: RETRY_AFTER,
  },
}

/** The `webhooks` of the document: what the service sends to others. */
export const WEBHOOKS = {
  event: sent({
    id: 'receiveEvent',
    summary: 'An event was recorded',
    description:
      'Sent to each webhook that wants it, in the order of the book, at least once: the next one when this one was taken. Keep ' +
      'the last position that was dealt with, and take what is not after it without doing anything.',
    body: EventMessage,
  }),
  'webhook-test': sent({
    id: 'receiveTest',
    summary: 'Somebody tries the webhook',
    description: 'Sent once, whatever the answer is, when `testWebhook` is called. It is no event.',
    body: TestMessage,
  }),
}

interface Message {
  readonly id: string
  readonly summary: string
  readonly description: string
  readonly body: TSchema
}

function sent({ id, summary, description, body }: Message) {
  return {
    post: {
      operationId: id,
      tags: [MESSAGES_TAG],
      summary,
      description,
      // Whoever receives it checks its signature.
      security: [],
      parameters: HEADERS,
      requestBody: { required: true, content: { 'application/json': { schema: body } } },
      responses: ANSWERS,
    },
  }
}

function header(name: string, description: string, example: string) {
  return { name, in: 'header', required: true, description, schema: { type: 'string' }, example }
}
