import { Type } from 'typebox'
import { ProblemError } from '../../contract/problem.ts'
import { NoQuery } from '../../contract/schemas/parameters.ts'
import type { Backend } from '../backend.ts'
import { publicOperation, unlimitedOperation } from '../document/operation.ts'
import { VERSION } from '../document/version.ts'
import { openOperatorCheck } from '../edge/operators.ts'
import type { App } from '../route.ts'
import { type CheckName, Readiness } from './readiness.ts'

const PlainText = Type.String()

const status = Type.Enum(['ok', 'failing'], { type: 'string' })
const check = Type.Object({ status, detail: Type.String() })
const checks: Record<CheckName, typeof check> = {
  process: check,
  database: check,
  replica: check,
  migrations: check,
  writer: check,
  projections: check,
}

const Health = Type.Object(
  {
    status,
    version: Type.Optional(Type.String()),
    database: Type.Optional(
      Type.String({
        description: 'Names the database it serves, and says nothing else: `daybook doctor` compares it.',
        examples: ['5f0c2a9be4d17386'],
      }),
    ),
    uptimeSeconds: Type.Optional(Type.Integer({ minimum: 0 })),
    checks: Type.Optional(Type.Object(checks)),
  },
  { 'x-schema': 'Health' },
)

/** @param closing aborted when the service stops */
export function serviceRoutes(app: App, backend: Backend, closing: AbortSignal): void {
  const readiness = new Readiness(backend, closing)
  const isOperator = openOperatorCheck(backend.config)
  app.get('/livez', { schema: READ_LIVENESS, config: UNLIMITED }, (_request, reply) =>
    reply.header('content-type', 'text/plain; charset=utf-8').send('alive\n'),
  )
  app.get('/readyz', { schema: READ_READINESS, config: UNLIMITED }, async (_request, reply) => {
    const failing = (await readiness.check()).filter(({ ok }) => !ok)
    if (failing.length > 0) {
      const detail = failing.map(({ name, detail }) => `${name}: ${detail}`).join('; ')
      throw new ProblemError({ code: 'unavailable', detail: `Not ready. ${detail}.`, retryAfterSeconds: 1 })
    }
    return reply.header('content-type', 'text/plain; charset=utf-8').send('ready\n')
  })
  app.get('/health', { schema: READ_HEALTH }, async ({ raw }, reply) => {
    const checks = await readiness.check()
    const ok = checks.every((check) => check.ok)
    const status = ok ? 'ok' : 'failing'
    reply.code(ok ? 200 : 503)
    if (!isOperator(raw)) return { status }
    const database = await backend.databaseIdentity().catch(() => undefined)
    return {
      status,
      version: VERSION,
      ...(database === undefined ? {} : { database }),
      uptimeSeconds: Math.floor(process.uptime()),
      checks: Object.fromEntries(
        checks.map(({ name, ok, detail }) => [name, { status: ok ? 'ok' : 'failing', detail }]),
      ),
    }
  })
  app.get('/metrics', { schema: READ_METRICS }, async ({ raw }, reply) => {
    if (!isOperator(raw)) {
      reply.header('www-authenticate', 'Bearer realm="daybook metrics"')
      throw new ProblemError({ code: 'unauthenticated', detail: 'Metrics are for this machine, or for their own key.' })
    }
    const { contentType, text } = await backend.metrics.text()
    return reply.header('content-type', contentType).send(text)
  })
}

/** Whoever supervises the service comes by the same proxy as everybody, and must not be told that it is not there. */
const UNLIMITED = { limit: 'none' } as const

const READ_LIVENESS = {
  ...unlimitedOperation({
    id: 'readLiveness',
    tag: 'Service',
    summary: 'Whether the process is alive',
    description: 'Asks nobody else: when it does not answer, start it anew.',
    answers: { 200: { description: 'It is.', schema: PlainText, mediaTypes: ['text/plain'] } },
    problems: ['invalid-request'],
  }),
  querystring: NoQuery,
}

const READ_READINESS = {
  ...unlimitedOperation({
    id: 'readReadiness',
    tag: 'Service',
    summary: 'Whether the service can do its work',
    description:
      'The database answers, it has every migration, commands are taken, and the read models are not behind for longer ' +
      'than they may be.',
    answers: { 200: { description: 'It can.', schema: PlainText, mediaTypes: ['text/plain'] } },
    problems: ['invalid-request', 'unavailable'],
  }),
  querystring: NoQuery,
}

/** On the machine of the service nothing is needed, elsewhere the key. */
const FOR_OPERATORS = [{}, { metricsKey: [] }]

const READ_HEALTH = {
  ...publicOperation({
    id: 'readHealth',
    tag: 'Service',
    summary: 'How the service is',
    description:
      'What `/livez` and `/readyz` look at, for people. The `status` alone is for everybody; the rest for whoever is on the ' +
      'machine of the service, not through a proxy, or has the key for metrics.',
    answers: {
      200: { description: 'All is well.', schema: Health },
      503: { description: 'Something is not.', schema: Health },
    },
    problems: ['invalid-request'],
  }),
  security: FOR_OPERATORS,
  querystring: NoQuery,
}

const READ_METRICS = {
  ...publicOperation({
    id: 'readMetrics',
    tag: 'Service',
    summary: 'What this process counts',
    description:
      'In the text format of Prometheus. For whoever is on the machine of the service, not through a proxy, or has the key for ' +
      'metrics.',
    answers: { 200: { description: 'The metrics.', schema: PlainText, mediaTypes: ['text/plain'] } },
    problems: ['invalid-request', 'unauthenticated'],
  }),
  security: FOR_OPERATORS,
  querystring: NoQuery,
}
