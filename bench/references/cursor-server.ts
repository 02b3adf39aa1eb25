import { Readable } from 'node:stream'
import Fastify from 'fastify'
import type { PoolClient } from 'pg'
import { Pool } from 'pg'
import { authenticate, hashKey, NO_KEYS, openCallers } from '../../src/http/edge/auth.ts'
import { NO_ORIGINS } from '../../src/http/edge/cross-origin.ts'
import { openLimits } from '../../src/http/edge/limits/limits.ts'
import { parseRateLimits } from '../../src/rate-limits.ts'

/*
 * A process of its own: exports a history as is usually done. A cursor, a page at a time, JSON.stringify for each event.
 */

const PAGE = 1_000

const DECLARE = `
  declare history no scroll cursor for
   select e.position, e.type, e.recorded_at, e.idempotency_key, e.actor_type, e.actor_id, e.data, e.decision,
          e.erasable, encode(e.erasable_digest, 'hex') as erasable_digest, encode(e.hash, 'hex') as hash,
          t.line, t.type as line_type, t.component, t.entity_id, t.policy_id, t.resource, t.amount, t.effective_on::text,
          t.portion, t.reverses_position, t.reverses_line, t.reference
     from ledger.events e
     left join ledger.transactions t on t.book_id = e.book_id and t.position = e.position
    where e.book_id = $1
    order by e.position, t.line`

type Row = Readonly<Record<string, unknown>> & {
  readonly position: string
  readonly line: number | null
  readonly hash: string
  readonly reverses_position: string | null
  readonly reverses_line: number | null
}

const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 10 })
const http = Fastify({ logger: false })
http.get('/readyz', (_request, reply) => reply.send({ status: 'ok' }))
http.get(
  '/v1/books/:book/events',
  {
    onRequest: authenticate(
      openCallers(hashKey(process.env['DAYBOOK_ADMIN_KEY']!), NO_KEYS),
      openLimits(parseRateLimits('off')!),
      NO_ORIGINS,
    ),
  },
  (request, reply) => {
    const { book } = request.params as { book: string }
    return reply.header('content-type', 'application/x-ndjson').send(Readable.from(lines(book), { objectMode: false }))
  },
)
await http.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) })

process.once('SIGTERM', () => {
  void http.close().then(() => pool.end())
})

async function* lines(book: string): AsyncGenerator<string, void, undefined> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query(DECLARE, [book])
    let previousHash = '0'.repeat(64)
    let event: Event | undefined
    for await (const row of rows(client)) {
      if (event !== undefined && event.position !== Number(row.position)) {
        yield `${JSON.stringify(event)}\n`
        event = undefined
      }
      event ??= eventFrom(book, row, previousHash)
      previousHash = event.hash
      if (row.line !== null) event.transactions.push(transactionFrom(row))
    }
    if (event !== undefined) yield `${JSON.stringify(event)}\n`
    await client.query('commit')
  } finally {
    client.release()
  }
}

async function* rows(client: PoolClient): AsyncGenerator<Row, void, undefined> {
  for (;;) {
    const page = await client.query<Row>(`fetch ${PAGE} from history`)
    yield* page.rows
    if (page.rows.length < PAGE) return
  }
}

type Event = ReturnType<typeof eventFrom>

function eventFrom(book: string, row: Row, previousHash: string) {
  const { type, actor_type, actor_id, data, decision, erasable, erasable_digest, idempotency_key } = row
  return {
    book,
    position: Number(row.position),
    type,
    recordedAt: row['recorded_at'],
    idempotencyKey: idempotency_key,
    actor: { type: actor_type, id: actor_id },
    data,
    decision,
    erasable,
    erasableDigest: erasable_digest,
    previousHash,
    hash: row.hash,
    transactions: [] as object[],
  }
}

function transactionFrom(row: Row): object {
  const { position, line, line_type, component, entity_id, policy_id, resource, amount, effective_on, portion } = row
  const { reverses_position, reverses_line, reference } = row
  return {
    id: `${position}.${line}`,
    type: line_type,
    component,
    entity: entity_id,
    policy: policy_id,
    resource,
    amount,
    effectiveOn: effective_on,
    portion,
    reverses: reverses_position === null ? null : `${reverses_position}.${reverses_line}`,
    reference,
  }
}
