import { Type } from 'typebox'
import { ProblemError } from '../../contract/problem.ts'
import { NoQuery } from '../../contract/schemas/parameters.ts'
import type { Backend } from '../backend.ts'
import { publicOperation } from '../document/operation.ts'
import { VERSION } from '../document/version.ts'
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
    version: Type.String(),
    uptimeSeconds: Type.Integer({ minimum: 0 }),
    checks: Type.Object(checks),
  },
  { 'x-schema': 'Health' },
)

/** @param closing aborted when the service stops */
export function serviceRoutes(app: App, backend: Backend, closing: AbortSignal): void {
  const readiness = new Readiness(backend, closing)
  app.get('/livez', { schema: READ_LIVENESS }, (_request, reply) =>
    reply.header('content-type', 'text/plain; charset=utf-8').send('alive\n'),
  )
  app.get('/readyz', { schema: READ_READINESS }, async (_request, reply) => {
    const failing = (await readiness.check()).filter(({ ok }) => !ok)
    if (failing.length > 0) {
      const detail = failing.map(({ name, detail }) => `${name}: ${detail}`).join('; ')
      throw new ProblemError({ code: 'unavailable', detail: `Not ready. ${detail}.`, retryAfterSeconds: 1 })
    }
    return reply.header('content-type', 'text/plain; charset=utf-8').send('ready\n')
  })
  app.get('/health', { schema: READ_HEALTH }, async (_request, reply) => {
    const checks = await readiness.check()
    const ok = checks.every((check) => check.ok)
    reply.code(ok ? 200 : 503)
    return {
      status: ok ? 'ok' : 'failing',
      version: VERSION,
      uptimeSeconds: Math.floor(process.uptime()),
      checks: Object.fromEntries(
        checks.map(({ name, ok, detail }) => [name, { status: ok ? 'ok' : 'failing', detail }]),
      ),
    }
  })
  app.get('/metrics', { schema: READ_METRICS }, async (_request, reply) => {
    const { contentType, text } = await backend.metrics.text()
    return reply.header('content-type', contentType).send(text)
  })
}

const READ_LIVENESS = {
  ...publicOperation({
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
  ...publicOperation({
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

const READ_HEALTH = {
  ...publicOperation({
    id: 'readHealth',
    tag: 'Service',
    summary: 'How the service is',
    description: 'What `/livez` and `/readyz` look at, for people.',
    answers: {
      200: { description: 'All is well.', schema: Health },
      503: { description: 'Something is not.', schema: Health },
    },
    problems: ['invalid-request'],
  }),
  querystring: NoQuery,
}

const READ_METRICS = {
  ...publicOperation({
    id: 'readMetrics',
    tag: 'Service',
    summary: 'What this process counts',
    description: 'In the text format of Prometheus.',
    answers: { 200: { description: 'The metrics.', schema: PlainText, mediaTypes: ['text/plain'] } },
    problems: ['invalid-request'],
  }),
  querystring: NoQuery,
}
