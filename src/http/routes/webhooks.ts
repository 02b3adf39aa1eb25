import type { FastifyReply } from 'fastify'
import type { Static } from 'typebox'
import { invalidRequest, type Problem, ProblemError } from '../../contract/problem.ts'
import { BookPath, DEFAULT_LIMIT, ListQuery, NoQuery, ReadHeaders } from '../../contract/schemas/parameters.ts'
import { page } from '../../contract/schemas/replies.ts'
import {
  EVERY_TYPE,
  Webhook as ShownWebhook,
  WebhookDefinition,
  WebhookDelivery,
  WebhookPath,
  WebhookReplay,
  WebhookRotation,
  WebhookTest,
  WebhookWithSecret,
} from '../../contract/schemas/webhooks.ts'
import type { Webhook, WebhookTerms } from '../../webhooks/webhook.ts'
import type { WebhookDefined } from '../../webhooks/webhooks.ts'
import type { Backend, ReadBackend } from '../backend.ts'
import { found, listed } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { requireRight } from '../edge/authorize.ts'
import { READ_PROBLEMS, readOf, readOneOf, unknownBook } from '../edge/reading.ts'
import type { App } from '../route.ts'

/** Receivers are given their new secret by people. */
const OVERLAP_SECONDS = 86_400

export function webhookRoutes(app: App, backend: ReadBackend & Pick<Backend, 'webhooks'>): void {
  const { webhooks } = backend
  app.put(
    '/books/:book/webhooks/:webhook',
    { config: { secret: true }, schema: DEFINE_WEBHOOK },
    async (request, reply) => {
      const { params, body, principal } = request
      // It is sent whole events.
      requireRight(request, params.book, 'events:read')
      const by = `${principal.kind}:${principal.id}`
      return sendDefined(reply, await webhooks.define({ ...params, terms: termsOf(body), by }), {
        ...params,
        url: body.url,
        most: backend.config.webhooks,
      })
    },
  )
  app.get('/books/:book/webhooks', { schema: LIST_WEBHOOKS }, async (request, reply) => {
    const { cursor, limit = DEFAULT_LIMIT } = request.query
    const { items, ...rest } = await readOf(backend, request, reply, () =>
      webhooks.list({ book: request.params.book, cursor, limit }),
    )
    return { items: items.map(shown), ...rest }
  })
  app.get('/books/:book/webhooks/:webhook', { schema: READ_WEBHOOK }, async (request, reply) =>
    shown(
      await readOneOf(backend, request, reply, `webhook ${request.params.webhook}`, () =>
        webhooks.read(request.params),
      ),
    ),
  )
  app.delete('/books/:book/webhooks/:webhook', { schema: REMOVE_WEBHOOK }, async ({ params }, reply) => {
    if (!(await webhooks.remove(params))) throw await noWebhook(webhooks, params)
    return reply.code(204).send()
  })
  app.post(
    '/books/:book/webhooks/:webhook/rotate',
    { config: { secret: true, bodyMayBeAbsent: true }, schema: ROTATE_WEBHOOK },
    async ({ params, body }, reply) => {
      const overlapSeconds = body.overlapSeconds ?? OVERLAP_SECONDS
      const rotated = await webhooks.rotate({ ...params, overlapSeconds })
      if (rotated === undefined) throw await noWebhook(webhooks, params)
      if (rotated === 'no-secret-key') throw new ProblemError(noSecretKey())
      return reply.code(201).send({ ...shown(rotated.webhook), secret: rotated.secret })
    },
  )
  replayRoutes(app, backend)
}

function replayRoutes(app: App, backend: ReadBackend & Pick<Backend, 'webhooks'>): void {
  const { webhooks } = backend
  app.get('/books/:book/webhooks/:webhook/deliveries', { schema: LIST_DELIVERIES }, async ({ params, query }) => {
    const { cursor, limit = DEFAULT_LIMIT } = query
    const deliveries = await webhooks.deliveries({ ...params, cursor, limit })
    if (deliveries.items.length === 0 && (await isMissing(webhooks, params))) throw await noWebhook(webhooks, params)
    return deliveries
  })
  app.post('/books/:book/webhooks/:webhook/replay', { schema: REPLAY_WEBHOOK }, async ({ params, body }) => {
    const replayed = await webhooks.replay({ ...params, after: body.after })
    if (replayed === undefined) throw await noWebhook(webhooks, params)
    if (replayed.isBack) return shown(replayed.webhook)
    const message = `must not be after ${replayed.webhook.position}, up to where the webhook has come`
    throw new ProblemError(invalidRequest([{ in: 'body', pointer: '/after', message }]))
  })
  app.post('/books/:book/webhooks/:webhook/test', { schema: TEST_WEBHOOK }, async ({ params }) => {
    const tested = await webhooks.test(params)
    if (tested === undefined) throw await noWebhook(webhooks, params)
    if (tested === 'no-secret-key') throw new ProblemError(noSecretKey())
    const { outcome, status, detail, durationMs } = tested
    return { outcome, status, detail, durationMs }
  })
}

type OfBook = Static<typeof WebhookPath>

async function isMissing(webhooks: Backend['webhooks'], of: OfBook): Promise<boolean> {
  return (await webhooks.read(of))?.item === undefined
}

async function noWebhook(webhooks: Backend['webhooks'], of: OfBook): Promise<ProblemError> {
  if ((await webhooks.read(of)) === undefined) return new ProblemError(unknownBook(of.book))
  return new ProblemError({ code: 'not-found', detail: `There is no webhook ${of.webhook} in this book.` })
}

function termsOf({ url, events, entities, include, enabled }: Static<typeof WebhookDefinition>): WebhookTerms {
  const isEvery = events.includes(EVERY_TYPE)
  return {
    url,
    events: isEvery ? null : [...new Set(events)].toSorted(),
    entities: entities === undefined ? null : [...new Set(entities)].toSorted(),
    includesErasable: include?.includes('erasable') ?? false,
    enabled: enabled ?? true,
  }
}

function shown({ events, includesErasable, ...webhook }: Webhook) {
  return { ...webhook, events: events ?? [EVERY_TYPE], include: includesErasable ? ['erasable'] : [] }
}

function sendDefined(
  reply: FastifyReply,
  defined: WebhookDefined,
  asked: OfBook & { readonly url: string; readonly most: number },
): FastifyReply {
  switch (defined.outcome) {
    case 'created':
      return reply.code(201).send({ ...shown(defined.webhook), secret: defined.secret })
    case 'defined':
      return reply.code(200).send({ ...shown(defined.webhook), secret: null })
    case 'unknown-book':
      throw new ProblemError(unknownBook(asked.book))
    case 'no-secret-key':
      throw new ProblemError(noSecretKey())
    case 'too-many': {
      const limit = String(asked.most)
      const detail = `The book has ${limit} webhooks, which is the most it may have: remove some.`
      throw new ProblemError({ code: 'rule-violated', detail, members: { rule: 'most-webhooks', limit } })
    }
    case 'address-refused': {
      const { url } = asked
      const { why } = defined
      const detail = `The address is not called: ${why}.`
      throw new ProblemError({ code: 'webhook-address-refused', detail, members: { url, why } })
    }
  }
}

function noSecretKey(): Problem {
  return {
    code: 'rule-violated',
    detail: 'DAYBOOK_SECRET_KEY is not set, so no secret of a webhook can be kept.',
    members: { rule: 'secret-key-is-set', limit: 'DAYBOOK_SECRET_KEY' },
  }
}

const DEFINE_WEBHOOK = {
  ...operation({
    id: 'defineWebhook',
    tag: 'Webhooks',
    summary: 'Have events sent to an address',
    description:
      'Makes a webhook, or defines one anew. Events are sent in order, each at least once, and signed as the Standard ' +
      'Webhooks specification says. A new one is sent what is recorded from now on. One that there is goes on from its ' +
      'checkpoint, at once: also one that was disabled. Needs `events:read` as well. The address is asked for anew, and ' +
      'looked at, at each attempt.',
    answers: {
      201: { description: 'Made. Its secret is shown this once.', schema: WebhookWithSecret },
      200: { description: 'Defined anew, with the secret it has.', schema: WebhookWithSecret },
    },
    problems: ['unknown-book', 'webhook-address-refused', 'rule-violated', 'too-large', 'unsupported-media-type'],
  }),
  params: WebhookPath,
  querystring: NoQuery,
  body: WebhookDefinition,
}

const LIST_WEBHOOKS = {
  ...operation({
    id: 'listWebhooks',
    tag: 'Webhooks',
    summary: 'List webhooks',
    description: 'By id, each with how far it has come and whether it fails.',
    answers: { 200: listed(page('WebhookPage', ShownWebhook)) },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: ListQuery,
  headers: ReadHeaders,
}

const READ_WEBHOOK = {
  ...operation({
    id: 'readWebhook',
    tag: 'Webhooks',
    summary: 'Read a webhook',
    description: 'What it is sent, how far it has come, and whether it fails or was disabled.',
    answers: { 200: found('The webhook.', ShownWebhook) },
    problems: ['not-found', ...READ_PROBLEMS],
  }),
  params: WebhookPath,
  querystring: NoQuery,
  headers: ReadHeaders,
}

const REMOVE_WEBHOOK = {
  ...operation({
    id: 'removeWebhook',
    tag: 'Webhooks',
    summary: 'Remove a webhook',
    description: 'Nothing is sent any more, and what was kept of its attempts goes.',
    answers: { 204: { description: 'Removed.', schema: null } },
    problems: ['unknown-book', 'not-found'],
  }),
  params: WebhookPath,
  querystring: NoQuery,
}

const ROTATE_WEBHOOK = {
  ...operation({
    id: 'rotateWebhook',
    tag: 'Webhooks',
    summary: 'Give a webhook another secret',
    description:
      'The secret it had signs for `overlapSeconds` more: events have two signatures meanwhile, with a blank between ' +
      'them. With 0 it signs nothing any more.',
    answers: { 201: { description: 'The webhook, with its new secret.', schema: WebhookWithSecret } },
    problems: ['unknown-book', 'not-found', 'rule-violated', 'too-large', 'unsupported-media-type'],
  }),
  params: WebhookPath,
  querystring: NoQuery,
  body: WebhookRotation,
}

const LIST_DELIVERIES = {
  ...operation({
    id: 'listWebhookDeliveries',
    tag: 'Webhooks',
    summary: 'List what became of attempts',
    description:
      'The last one first. So many are kept, for so many days, as the configuration says (`DAYBOOK_WEBHOOK_DELIVERIES`, ' +
      '`DAYBOOK_WEBHOOK_DELIVERY_DAYS`).',
    answers: { 200: { description: 'A page.', schema: page('WebhookDeliveryPage', WebhookDelivery) } },
    problems: ['unknown-book', 'not-found'],
  }),
  params: WebhookPath,
  querystring: ListQuery,
}

const REPLAY_WEBHOOK = {
  ...operation({
    id: 'replayWebhook',
    tag: 'Webhooks',
    summary: 'Send events again',
    description:
      'Sets the checkpoint back: what comes after the position is sent again, with the same `webhook-id`s, and then all that ' +
      'follows. A webhook that is disabled stays so, and goes on from there once it is enabled.',
    answers: { 200: { description: 'The webhook, as it is from now on.', schema: ShownWebhook } },
    problems: ['unknown-book', 'not-found', 'too-large', 'unsupported-media-type'],
  }),
  params: WebhookPath,
  querystring: NoQuery,
  body: WebhookReplay,
}

const TEST_WEBHOOK = {
  ...operation({
    id: 'testWebhook',
    tag: 'Webhooks',
    summary: 'Send a test',
    description:
      'Sends something that is no event, of the type `webhook-test`, once, and says what became of it. Also where the webhook ' +
      'is disabled. It is not among the deliveries.',
    answers: { 200: { description: 'What became of it.', schema: WebhookTest } },
    problems: ['unknown-book', 'not-found', 'rule-violated'],
  }),
  params: WebhookPath,
  querystring: NoQuery,
}
