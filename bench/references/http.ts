import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { LineBody, TransactionsBody } from '../../src/commands/bodies.ts'
import type { Caller } from '../../src/commands/context.ts'
import { recordBulkItem } from '../../src/commands/record-transactions.ts'
import { recordedReply } from '../../src/commands/replies.ts'
import { Accrual, Consumption, Transactions } from '../../src/contract/schemas/lines.ts'
import { tellActing } from '../../src/http/edge/acting.ts'
import { tellAddresses } from '../../src/http/edge/address.ts'
import { authenticate, hashKey, NO_KEYS, openCallers } from '../../src/http/edge/auth.ts'
import { idempotencyKeyOf, senderOf } from '../../src/http/edge/caller.ts'
import { NO_ORIGINS } from '../../src/http/edge/cross-origin.ts'
import { openLimits } from '../../src/http/edge/limits/limits.ts'
import { validatorCompiler } from '../../src/http/edge/validator.ts'
import { parseRateLimits } from '../../src/rate-limits.ts'
import { readBalance } from './balance.ts'
import { type Book, record } from './record.ts'

/**
 * The HTTP of the references: framework, schemas, validation, authentication and replies are the service's own, so that
 * what differs is how a command gets into the record.
 */
export function buildHttp({ book, key }: { book: Book; key: string }): FastifyInstance {
  const http = Fastify({ logger: false })
  http.setValidatorCompiler(validatorCompiler)
  tellAddresses(http, [])
  http.decorateRequest('acting')
  http.decorateRequest('actor', null)
  http.get('/readyz', (_request, reply) => reply.send({ status: 'ok' }))
  void http.register(
    (v1, _options, done) => {
      v1.addHook(
        'onRequest',
        authenticate(openCallers(hashKey(key), NO_KEYS), openLimits(parseRateLimits('off')!), NO_ORIGINS),
      )
      v1.addHook('onRequest', tellActing(book.pool))
      v1.post('/accruals', { schema: { body: Accrual } }, (request, reply) =>
        answer(book, request, reply, { ...(request.body as LineBody), type: 'accrual' } as LineBody),
      )
      v1.post('/consumptions', { schema: { body: Consumption } }, (request, reply) =>
        answer(book, request, reply, { ...(request.body as LineBody), type: 'consumption' } as LineBody),
      )
      v1.post('/transactions', { schema: { body: Transactions } }, (request, reply) =>
        answer(book, request, reply, request.body as TransactionsBody),
      )
      v1.get('/balances', async (request, reply) => {
        const { entity, policy } = request.query as { entity: string; policy: string }
        const items = await readBalance(book, { book: bookOf(request), entity, policy })
        return reply.header('content-type', 'application/json').send(JSON.stringify({ items, nextCursor: null }))
      })
      done()
    },
    { prefix: '/v1/books/:book' },
  )
  return http
}

async function answer(
  book: Book,
  request: FastifyRequest,
  reply: FastifyReply,
  body: LineBody | TransactionsBody,
): Promise<FastifyReply> {
  const { strict: _strict, ...sender } = senderOf(request as Parameters<typeof senderOf>[0])
  const caller: Caller = { ...sender, idempotencyKey: idempotencyKeyOf(request) }
  const outcome = await record(book, recordBulkItem(caller, body))
  switch (outcome.outcome) {
    case 'recorded':
      reply.code(201).header('content-type', 'application/json').header('daybook-position', outcome.event.position)
      if (outcome.replayed) reply.header('idempotency-replayed', 'true')
      return reply.send(recordedReply({ ...outcome, policies: book.policies }))
    case 'refused':
      return reply
        .code(409)
        .header('content-type', 'application/problem+json')
        .send(JSON.stringify(outcome.refused.refusal))
    case 'key-reused':
      return reply
        .code(422)
        .header('content-type', 'application/problem+json')
        .send('{"code":"idempotency-key-reused"}')
  }
}

function bookOf({ params }: FastifyRequest): string {
  return (params as { book: string }).book
}
