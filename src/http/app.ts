import { randomBytes } from 'node:crypto'
import helmet from '@fastify/helmet'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { type FastifyBaseLogger, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import { stepTo } from '../contract/json-pointer.ts'
import { instanceOfId, invalidRequest, type Problem, ProblemError, problemText } from '../contract/problem.ts'
import { takeTicket } from '../identity/tickets.ts'
import { userOfId } from '../identity/users.ts'
import { parseJson } from '../json/parse-json.ts'
import type { Backend } from './backend.ts'
import { docsPage } from './document/docs-page.ts'
import { describeRoutes, documentRoute } from './document/openapi.ts'
import { problemPages } from './document/problem-pages.ts'
import { tellActing } from './edge/acting.ts'
import { addressOf, tellAddresses } from './edge/address.ts'
import { auditCalls } from './edge/audited.ts'
import { auditSignIns } from './edge/audited-sign-ins.ts'
import { authenticate, type Callers, openCallers } from './edge/auth.ts'
import { authorize, requireRights } from './edge/authorize.ts'
import { answerBrokenRequest } from './edge/broken-request.ts'
import { compressAnswers } from './edge/compressed-answer.ts'
import { headersForOrigin, letOriginsIn } from './edge/cross-origin.ts'
import { DATA_HEADERS } from './edge/data-headers.ts'
import { problemOfError } from './edge/errors.ts'
import { followRequests } from './edge/follow-requests.ts'
import { GONE, isHangUp } from './edge/hang-up.ts'
import { type CallerLimits, limitAddresses, openLimits } from './edge/limits/limits.ts'
import { otherMethods } from './edge/methods.ts'
import { readPlain } from './edge/plain-body.ts'
import { afterBody, answerAfterBodies } from './edge/rest-of-body.ts'
import { instanceOf, sendProblem } from './edge/send-problem.ts'
import { readyCookies, sessionInCookie } from './edge/session-cookie.ts'
import { shedWhileFull } from './edge/shedding.ts'
import { validatorCompiler } from './edge/validator.ts'
import { Watch } from './edge/watch.ts'
import { opensLive } from './live/opens-live.ts'
import type { App } from './route.ts'
import { awayRoutes } from './routes/absences.ts'
import { accessReviewRoute } from './routes/access-review.ts'
import { accessRoutes } from './routes/accesses.ts'
import { assignmentRoutes } from './routes/assignments.ts'
import { auditRoutes } from './routes/audit.ts'
import { balanceRoutes } from './routes/balances.ts'
import { bookRoutes } from './routes/books.ts'
import { bulkRoutes } from './routes/bulk.ts'
import { calendarHolidayRoutes } from './routes/calendar-holidays.ts'
import { calendarRoutes } from './routes/calendars.ts'
import { consoleFileRoutes } from './routes/console-files.ts'
import { delegationRoutes } from './routes/delegations.ts'
import { employmentRoutes } from './routes/employments.ts'
import { encashmentRoutes } from './routes/encashments.ts'
import { entityRoutes } from './routes/entities.ts'
import { entitlementRoutes } from './routes/entitlements.ts'
import { erasureRoutes } from './routes/erasure.ts'
import { eventRoutes } from './routes/events.ts'
import { explanationRoutes } from './routes/explanation.ts'
import { calendarFeedRoutes } from './routes/feed-addresses.ts'
import { feedRoutes } from './routes/feeds.ts'
import { forecastRoutes } from './routes/forecast.ts'
import { frontPageRoute } from './routes/front-page.ts'
import { holdRoutes } from './routes/holds.ts'
import { invitationRoutes } from './routes/invitations.ts'
import { keyRoutes } from './routes/keys.ts'
import { leavingRoutes } from './routes/leaving.ts'
import { liveRoutes } from './routes/live.ts'
import { liveTicketRoute } from './routes/live-tickets.ts'
import { lotRoutes } from './routes/lots.ts'
import { meRoute } from './routes/me.ts'
import { noticeRoutes } from './routes/notices.ts'
import { periodRoutes } from './routes/periods.ts'
import { personExportRoutes } from './routes/person-export.ts'
import { policyRoutes } from './routes/policies.ts'
import { publicHolidayRoutes } from './routes/public-holidays.ts'
import { requestRoutes } from './routes/requests.ts'
import { retentionRoutes } from './routes/retention.ts'
import { runRoutes } from './routes/runs.ts'
import { serviceRoutes } from './routes/service.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { signInRoute } from './routes/sign-in.ts'
import { signingKeysRoute } from './routes/signing-keys.ts'
import { singleSignOnRoutes } from './routes/single-sign-on.ts'
import { snapshotRoutes } from './routes/snapshots.ts'
import { statsRoutes } from './routes/stats.ts'
import { transactionRoutes } from './routes/transactions.ts'
import { userRoutes } from './routes/users.ts'
import { webhookRoutes } from './routes/webhooks.ts'
import { workPatternRoutes } from './routes/work-patterns.ts'
import { workedHoursRoutes } from './routes/worked-hours.ts'

export interface AppOptions extends Backend {
  /** Of the bootstrap key: `hashKey` of it. */
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

const CLOSING = ['connection', 'close']

/** The service over HTTP. Closing it answers what is under way, ends the streams, and leaves the backend open. */
export async function buildApp({ adminKeyHash, ...backend }: AppOptions): Promise<App> {
  const { config, ledger, logger, metrics } = backend
  const { db, ...known } = backend.identity
  const callers = openCallers(adminKeyHash, {
    ...known,
    userOfId: (id) => userOfId(db, id),
    takeTicket: (shown) => takeTicket(db, shown),
  })
  const watch = new Watch(callers, backend.primary, (error) =>
    logger.error({ err: error }, 'callers with open streams are not known'),
  )
  const nextId = requestIds()
  const limits = openLimits(config.rateLimits)
  const app = openFastify(backend, { callers, limits, nextId })
  app.decorateReply('problemCode', null)
  tellAddresses(app, config.trustedProxies)
  // Of whom it is said who they are, before anybody looks.
  for (const name of ['principal', 'reach', 'acting', 'entities', 'today'] as const) app.decorateRequest(name)
  app.decorateRequest('actor', null)
  app.decorateRequest('audited', null)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(() => JSON.stringify)
  parseJsonBodies(app, config.bodyLimitBytes)
  app.setErrorHandler((error, request, reply) =>
    sendProblem(reply, isHangUp(error, reply) ? GONE : problemOfError(error, logger, instanceOf(request))),
  )
  const closing = followRequests(app, backend)
  answerAfterBodies(app, config.requestTimeoutMs)
  compressAnswers(app)
  await letOriginsIn(app, config)
  await readyCookies(app)

  await describeRoutes(app)
  await app.register(async (scope: App) => api(scope, backend, { callers, limits, closing, watch }), { prefix: '/v1' })
  await app.register(async (scope: App) => openToHolders(scope, backend, { callers, limits }), { prefix: '/v1' })
  await app.register(async (scope: App) => openToAll(scope, backend, { limits, closing }))
  shedWhileFull(app, {
    isFull: () => ledger.isFull() && !closing.aborted,
    isKnown(request) {
      const { authorization, cookie } = request.headers
      const token = authorization === undefined ? sessionInCookie(cookie) : undefined
      const found =
        token === undefined
          ? callers.byHeader(authorization, addressOf(request, config.trustedProxies))
          : callers.byCookie(token)
      return found instanceof Promise ? found.then((caller) => caller !== undefined) : found !== undefined
    },
    refuse(request, response) {
      const id = nextId()
      metrics.shed(request.method ?? '')
      afterBody(request, config.requestTimeoutMs, (isWhole) => {
        const origin = Object.entries(headersForOrigin(request.headers.origin, config)).flat()
        response.writeHead(503, [...SHED_HEADERS, ...origin, 'daybook-request-id', id, ...(isWhole ? [] : CLOSING)])
        response.end(problemText(FULL, instanceOfId(id)))
      })
    },
  })
  return app
}

function openFastify(
  { config, logger }: Pick<Backend, 'config' | 'logger'>,
  {
    callers,
    limits,
    nextId,
  }: { readonly callers: Callers; readonly limits: CallerLimits; readonly nextId: () => string },
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
      const forOrigin = headersForOrigin(request.headers.origin, config)
      reply.headers({ 'daybook-request-id': request.id, ...DATA_HEADERS, ...forOrigin })
      const answer = (refused?: Error): void =>
        afterBody(request.raw, config.requestTimeoutMs, (isWhole) => {
          if (!isWhole) reply.header('connection', 'close')
          sendProblem(reply, problemOfError(refused ?? error, logger, instanceOf(request)))
        })
      const admit =
        request.raw.url?.startsWith('/v1') === true ? authenticate(callers, limits, config) : limitAddresses(limits)
      admit(request, reply, answer)
    },
  }).withTypeProvider<TypeBoxTypeProvider>()
}

interface Admission {
  readonly callers: Callers
  readonly limits: CallerLimits
  readonly watch: Watch
  /** Aborted when the service stops. */
  readonly closing: AbortSignal
}

/** What needs a key, unknown addresses included. */
async function api(scope: App, backend: Backend, { callers, limits, closing, watch }: Admission): Promise<void> {
  scope.addHook('onRequest', (_request, reply, done) => {
    reply.headers(DATA_HEADERS)
    done()
  })
  auditCalls(scope, { audit: backend.audit, reads: backend.config.auditReads })
  scope.addHook('onRequest', authenticate(callers, limits, backend.config))
  scope.addHook('onRequest', authorize(backend.primary))
  scope.addHook('onRequest', tellActing(backend.primary))
  requireRights(scope)
  const refuseOtherMethods = otherMethods(scope, { '/sessions': ['POST'] })
  meRoute(scope)
  keyRoutes(scope, backend)
  userRoutes(scope, backend)
  sessionRoutes(scope, backend)
  bookRoutes(scope, backend)
  policyRoutes(scope, backend)
  employmentRoutes(scope, backend)
  entityRoutes(scope, backend)
  erasureRoutes(scope, backend)
  personExportRoutes(scope, backend)
  retentionRoutes(scope, backend)
  assignmentRoutes(scope, backend)
  workedHoursRoutes(scope, backend)
  noticeRoutes(scope, backend)
  encashmentRoutes(scope, backend)
  leavingRoutes(scope, backend)
  delegationRoutes(scope, backend)
  requestRoutes(scope, backend)
  holdRoutes(scope, backend)
  awayRoutes(scope, backend)
  calendarFeedRoutes(scope, { ...backend, callers })
  transactionRoutes(scope, backend)
  await scope.register(async (bulk: App) => bulkRoutes(bulk, backend))
  balanceRoutes(scope, backend)
  explanationRoutes(scope, backend)
  lotRoutes(scope, backend)
  forecastRoutes(scope, backend)
  entitlementRoutes(scope, backend)
  runRoutes(scope, backend)
  snapshotRoutes(scope, backend)
  calendarRoutes(scope, backend)
  calendarHolidayRoutes(scope, backend)
  publicHolidayRoutes(scope, backend)
  workPatternRoutes(scope, backend)
  periodRoutes(scope, backend)
  statsRoutes(scope, backend)
  auditRoutes(scope, backend)
  accessRoutes(scope, backend)
  accessReviewRoute(scope, backend)
  eventRoutes(scope, backend, { closing, watch })
  liveTicketRoute(scope, backend)
  await scope.register(async (live: App) => liveRoutes(live, backend, { closing, watch }))
  webhookRoutes(scope, backend)
  refuseOtherMethods()
  scope.setNotFoundHandler(answerNotFound)
}

/** What needs no key but an address that nobody could guess, or what somebody signs in with. */
async function openToHolders(
  scope: App,
  backend: Backend,
  { callers, limits }: Pick<Admission, 'callers' | 'limits'>,
): Promise<void> {
  scope.addHook('onRequest', (_request, reply, done) => {
    reply.headers(DATA_HEADERS)
    done()
  })
  auditSignIns(scope, backend.audit)
  scope.addHook('onRequest', limitAddresses(limits))
  const refuseOtherMethods = otherMethods(scope)
  feedRoutes(scope, { ...backend, callers })
  invitationRoutes(scope, backend)
  await singleSignOnRoutes(scope, backend)
  refuseOtherMethods()
  // Its address has other methods, for whoever is known.
  signInRoute(scope, backend)
}

/** What needs none: how the service is, and what its answers mean. */
async function openToAll(
  scope: App,
  backend: Backend,
  { limits, closing }: Omit<Admission, 'callers' | 'watch'>,
): Promise<void> {
  scope.addHook('onRequest', limitAddresses(limits))
  // Without upgrade-insecure-requests: the documentation has to work where there is no TLS.
  await scope.register(helmet, { contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } })
  const refuseOtherMethods = otherMethods(scope)
  frontPageRoute(scope, backend.console)
  if (backend.console !== undefined) consoleFileRoutes(scope, backend.console)
  serviceRoutes(scope, backend, closing)
  signingKeysRoute(scope, backend)
  problemPages(scope)
  documentRoute(scope)
  docsPage(scope)
  refuseOtherMethods()
  scope.setNotFoundHandler(answerNotFound)
}

function parseJsonBodies(app: App, limit: number): void {
  app.removeAllContentTypeParsers()
  const read = (plain: Buffer): unknown => {
    const { value, fault } = parseJson(plain)
    if (fault !== undefined) throw new ProblemError(invalidRequest([{ in: 'body', ...fault }]))
    return value
  }
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    // Many clients name the type of a body that they do not send.
    const { config, schema } = request.routeOptions
    if (bytes.length === 0 && (config.bodyMayBeAbsent === true || schema?.body === undefined)) return done(null)
    // `parseAs` says what it is.
    readPlain(request, bytes as Buffer, limit, { read, done })
  })
  app.addHook('preValidation', (request, _reply, done) => {
    // Whoever has nothing to say need not send an empty object to say so.
    const { config, schema } = request.routeOptions
    if (config.bodyMayBeAbsent === true && request.body === undefined) request.body = {}
    if (schema !== undefined && schema.body === undefined) refuseBody(request.body)
    done()
  })
}

/** What is said to a call that takes no body is an error, as unknown members are. @throws ProblemError */
function refuseBody(body: unknown): void {
  if (body === undefined || body === null) return
  if (typeof body !== 'object' || Array.isArray(body)) {
    throw new ProblemError(
      invalidRequest([{ in: 'body', pointer: '', message: 'must be left out: the call takes none' }]),
    )
  }
  const faults = Object.keys(body).map((name) => ({
    in: 'body' as const,
    pointer: stepTo(name),
    message: 'is not known here',
  }))
  if (faults.length > 0) throw new ProblemError(invalidRequest(faults))
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
