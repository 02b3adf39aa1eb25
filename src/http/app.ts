import { randomBytes } from 'node:crypto'
import helmet from '@fastify/helmet'
import swaggerUi from '@fastify/swagger-ui'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { type FastifyBaseLogger, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import { instanceOfId, invalidRequest, type Problem, ProblemError, problemText } from '../contract/problem.ts'
import type { Backend } from './backend.ts'
import { describeRoutes, documentRoute } from './document/openapi.ts'
import { problemPages } from './document/problem-pages.ts'
import { authenticate, type KeyCheck, openKeyCheck } from './edge/auth.ts'
import { answerBrokenRequest } from './edge/broken-request.ts'
import { DATA_HEADERS } from './edge/data-headers.ts'
import { problemOfError } from './edge/errors.ts'
import { followRequests } from './edge/follow-requests.ts'
import { parseJson } from './edge/json-body.ts'
import { otherMethods } from './edge/methods.ts'
import { instanceOf, sendProblem } from './edge/send-problem.ts'
import { shedWhileFull } from './edge/shedding.ts'
import { refuseUnreadable } from './edge/unreadable.ts'
import { validatorCompiler } from './edge/validator.ts'
import { opensLive } from './live/opens-live.ts'
import type { App } from './route.ts'
import { awayRoutes } from './routes/absences.ts'
import { balanceRoutes } from './routes/balances.ts'
import { bookRoutes } from './routes/books.ts'
import { bulkRoutes } from './routes/bulk.ts'
import { calendarHolidayRoutes } from './routes/calendar-holidays.ts'
import { calendarRoutes } from './routes/calendars.ts'
import { delegationRoutes } from './routes/delegations.ts'
import { employmentRoutes } from './routes/employments.ts'
import { entityRoutes } from './routes/entities.ts'
import { eventRoutes } from './routes/events.ts'
import { calendarFeedRoutes } from './routes/feed-addresses.ts'
import { feedRoutes } from './routes/feeds.ts'
import { frontPageRoute } from './routes/front-page.ts'
import { liveRoutes } from './routes/live.ts'
import { periodRoutes } from './routes/periods.ts'
import { policyRoutes } from './routes/policies.ts'
import { publicHolidayRoutes } from './routes/public-holidays.ts'
import { requestRoutes } from './routes/requests.ts'
import { serviceRoutes } from './routes/service.ts'
import { snapshotRoutes } from './routes/snapshots.ts'
import { statsRoutes } from './routes/stats.ts'
import { transactionRoutes } from './routes/transactions.ts'
import { workPatternRoutes } from './routes/work-patterns.ts'

export interface AppOptions extends Backend {
  /** Of the one API key there is: `hashKey` of it. */
  readonly adminKeyHash: Buffer
}

/** Longer than the idle time of the usual load balancers, so that they and not we end a connection first. */
const KEEP_ALIVE_MS = 72_000

/** A connection on which nothing moves, in either direction, is a client that is gone or does not read. */
const SILENT_CONNECTION_MS = 120_000

/** How late a timeout may be noticed. */
const TIMEOUT_CHECK_MS = 1_000

/** Ids may be 128 characters, which may all be escaped; longer ones are to be told so, and not that nothing is there. */
const MOST_PARAMETER_LENGTH = 16_384

const FULL: Problem = { code: 'unavailable', detail: 'Too many commands are waiting.' }

/** Names and values in turn. */
const SHED_HEADERS = Object.entries({
  ...DATA_HEADERS,
  'content-type': 'application/problem+json',
  'retry-after': '1',
}).flat()

/** The service over HTTP. Closing it answers what is under way, ends the streams, and leaves the backend open. */
export async function buildApp({ adminKeyHash, ...backend }: AppOptions): Promise<App> {
  const { ledger, logger, metrics } = backend
  const keys = openKeyCheck(adminKeyHash)
  const nextId = requestIds()
  const app = openFastify(backend, keys, nextId)
  app.decorateReply('problemCode', null)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(() => JSON.stringify)
  parseJsonBodies(app)
  app.setErrorHandler((error, request, reply) => sendProblem(reply, problemOfError(error, logger, instanceOf(request))))
  const closing = followRequests(app, backend)

  await describeRoutes(app)
  await app.register(async (scope: App) => api(scope, backend, keys, closing), { prefix: '/v1' })
  await app.register(async (scope: App) => openToHolders(scope, backend), { prefix: '/v1' })
  await app.register(async (scope: App) => openToAll(scope, backend, closing))
  shedWhileFull(app, {
    isFull: () => ledger.isFull() && !closing.aborted,
    isKnown: (authorization) => keys.header(authorization),
    refuse({ method = '' }, response) {
      const id = nextId()
      metrics.shed(method)
      response.writeHead(503, [...SHED_HEADERS, 'daybook-request-id', id])
      response.end(problemText(FULL, instanceOfId(id)))
    },
  })
  return app
}

function openFastify(
  { config, logger }: Pick<Backend, 'config' | 'logger'>,
  keys: KeyCheck,
  nextId: () => string,
): App {
  const loggerInstance: FastifyBaseLogger = logger
  return fastify({
    loggerInstance,
    // Requests are counted, and logged when something is the matter with them.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (parent) => parent,
    genReqId: nextId,
    requestIdHeader: false,
    bodyLimit: config.bodyLimitBytes,
    requestTimeout: config.requestTimeoutMs,
    connectionTimeout: SILENT_CONNECTION_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: {
      headersTimeout: config.requestTimeoutMs,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      shouldUpgradeCallback: opensLive,
    },
    routerOptions: { maxParamLength: MOST_PARAMETER_LENGTH },
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, nextId()),
    // Addresses that cannot be read belong to no route, and so to no hook.
    frameworkErrors(error, request, reply) {
      reply.headers({ 'daybook-request-id': request.id, ...DATA_HEADERS })
      const answer = (): void => {
        sendProblem(reply, problemOfError(error, logger, instanceOf(request)))
      }
      if (request.raw.url?.startsWith('/v1') === true) authenticate(keys)(request, reply, answer)
      else answer()
    },
  }).withTypeProvider<TypeBoxTypeProvider>()
}

/** What needs a key, unknown addresses included. */
async function api(scope: App, backend: Backend, keys: KeyCheck, closing: AbortSignal): Promise<void> {
  scope.addHook('onRequest', (_request, reply, done) => {
    reply.headers(DATA_HEADERS)
    done()
  })
  scope.addHook('onRequest', authenticate(keys))
  const refuseOtherMethods = otherMethods(scope)
  bookRoutes(scope, backend)
  policyRoutes(scope, backend)
  employmentRoutes(scope, backend)
  entityRoutes(scope, backend)
  delegationRoutes(scope, backend)
  requestRoutes(scope, backend)
  awayRoutes(scope, backend)
  calendarFeedRoutes(scope, backend)
  transactionRoutes(scope, backend)
  await scope.register(async (bulk: App) => bulkRoutes(bulk, backend))
  balanceRoutes(scope, backend)
  snapshotRoutes(scope, backend)
  calendarRoutes(scope, backend)
  calendarHolidayRoutes(scope, backend)
  publicHolidayRoutes(scope, backend)
  workPatternRoutes(scope, backend)
  periodRoutes(scope, backend)
  statsRoutes(scope, backend)
  eventRoutes(scope, backend, closing)
  await scope.register(async (live: App) => liveRoutes(live, backend, closing))
  refuseOtherMethods()
  scope.setNotFoundHandler(answerNotFound)
}

/** What needs no key but an address that nobody could guess. */
async function openToHolders(scope: App, backend: Backend): Promise<void> {
  scope.addHook('onRequest', (_request, reply, done) => {
    reply.headers(DATA_HEADERS)
    done()
  })
  const refuseOtherMethods = otherMethods(scope)
  feedRoutes(scope, backend)
  refuseOtherMethods()
}

/** What needs none: how the service is, and what its answers mean. */
async function openToAll(scope: App, backend: Backend, closing: AbortSignal): Promise<void> {
  // Without upgrade-insecure-requests: the documentation has to work where there is no TLS.
  await scope.register(helmet, { contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } })
  const refuseOtherMethods = otherMethods(scope)
  frontPageRoute(scope)
  serviceRoutes(scope, backend, closing)
  problemPages(scope)
  documentRoute(scope)
  await scope.register(swaggerUi, { routePrefix: '/docs', uiConfig: { deepLinking: true, persistAuthorization: true } })
  refuseOtherMethods()
  scope.setNotFoundHandler(answerNotFound)
}

function parseJsonBodies(app: App): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    try {
      refuseUnreadable(request.headers)
      // `parseAs` says what it is.
      const { value, fault } = parseJson(bytes as Buffer)
      if (fault !== undefined) throw new ProblemError(invalidRequest([{ in: 'body', pointer: '', message: fault }]))
      done(null, value)
    } catch (error) {
      done(error as Error)
    }
  })
}

function answerNotFound({ method, url }: FastifyRequest, reply: FastifyReply): FastifyReply {
  const [path] = url.split('?', 1)
  return sendProblem(reply, { code: 'not-found', detail: `There is no ${method} ${path}.` })
}

/** Ids of requests: unlike those of any other process, and cheap to make. */
function requestIds(): () => string {
  const process = randomBytes(6).toString('hex')
  let count = 0
  return () => {
    count += 1
    return `${process}-${count.toString(36)}`
  }
}
