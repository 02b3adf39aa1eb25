import type { FastifyRequest } from 'fastify'
import { UNKNOWN_CALLER } from '../../audit/entry.ts'
import { invalidRequest, type Problem, ProblemError } from '../../contract/problem.ts'
import { NoQuery } from '../../contract/schemas/parameters.ts'
import { LoginAnswer, LoginServerPath, LogoutToken, WaysToSignIn } from '../../contract/schemas/sessions.ts'
import { LogoutRefused } from '../../identity/issuers/sign-in.ts'
import { LoginServerAway, SignInRefused, type WhyRefused } from '../../identity/issuers/sign-in-refused.ts'
import type { Backend } from '../backend.ts'
import { publicOperation } from '../document/operation.ts'
import { lenientClientOf } from '../edge/caller.ts'
import { readPlain } from '../edge/plain-body.ts'
import { publicAddressOf } from '../edge/public-address.ts'
import { cookieOf, noRoundTrip, roundTripCookie, roundTripInCookie } from '../edge/session-cookie.ts'
import type { App } from '../route.ts'

type SignInBackend = Pick<Backend, 'identity' | 'config' | 'audit' | 'logger'>

/** Sessions of people who sign in at a login server: begun by their browsers, and ended by the login server. */
export async function singleSignOnRoutes(app: App, backend: SignInBackend): Promise<void> {
  const { config, identity, logger } = backend
  const { signIns } = identity
  app.get('/sessions/oidc', { schema: LIST_WAYS_TO_SIGN_IN }, () => ({
    passwords: config.passwords === 'on',
    loginServers: signIns.servers,
  }))
  app.get('/sessions/oidc/:n', { schema: BEGIN_SIGN_IN }, async (request, reply) => {
    const { n } = request.params
    const redirectUri = `${publicAddressOf(config, request)}/v1/sessions/oidc/${n}/callback`
    if (!URL.canParse(redirectUri)) throw new ProblemError(invalidRequest([NO_HOST]))
    const begun = await signIns.begin(Number(n), redirectUri).catch((error: unknown) => refuse(logger, n, error))
    if (begun === undefined) throw new ProblemError(NO_SUCH_SERVER)
    return reply.header('set-cookie', roundTripCookie(begun.roundTrip)).redirect(begun.url, 302)
  })
  app.get(
    '/sessions/oidc/:n/callback',
    { config: { limit: 'sign-ins' }, schema: FINISH_SIGN_IN },
    async (request, reply) => {
      const { params, headers, url, address } = request
      const { n } = params
      // Whatever becomes of it, this browser has nothing more to bring back.
      reply.header('set-cookie', noRoundTrip())
      const returned = {
        roundTrip: roundTripInCookie(headers.cookie),
        answer: new URL(url, 'http://here').searchParams,
        address: address ?? null,
        userAgent: headers['user-agent'] ?? null,
      }
      const signedIn = await signIns.finish(Number(n), returned).catch((error: unknown) => refuse(logger, n, error))
      if (signedIn === undefined) throw new ProblemError(NO_SUCH_SERVER)
      const { subject: user, id, entities: persons } = signedIn
      request.audited = { user, subject: `session:${id}`, persons }
      reply.header('set-cookie', cookieOf(signedIn.token, signedIn.expiresAt))
      return reply.redirect(consoleOf(config), 302)
    },
  )
  await app.register(async (scope: App) => logoutRoute(scope, backend))
}

function logoutRoute(app: App, backend: SignInBackend): void {
  parseForms(app)
  const options = { bodyLimit: MOST_FORM_BYTES, schema: END_SESSIONS_OF_LOGIN }
  app.post('/sessions/oidc/:n/logout', options, async (request, reply) => {
    const { params, body } = request
    const ended = await backend.identity.signIns
      // A cast: only a form is taken, and it was held against its schema.
      .endSessionsOfLogin(Number(params.n), (body as LogoutToken).logout_token)
      .catch((error: unknown) => {
        if (!(error instanceof LogoutRefused)) throw error
        backend.logger.warn({ loginServer: params.n, why: error.message }, 'a logout token is not taken')
        throw new ProblemError(invalidRequest([NO_LOGOUT_TOKEN]))
      })
    if (ended === undefined) throw new ProblemError(NO_SUCH_SERVER)
    noteEnded(backend, request, ended)
    return reply.code(200).send()
  })
}

/** Nothing of the login was done by whoever is known here: it is the login server that calls. */
function noteEnded({ audit }: SignInBackend, request: FastifyRequest, ended: readonly string[]): void {
  const same = {
    actor: UNKNOWN_CALLER,
    via: null,
    role: null,
    client: lenientClientOf(request),
    action: 'endSessionsOfLogin',
    isRead: false,
    book: null,
    entity: null,
    outcome: 'accepted',
    problem: null,
  } as const
  for (const id of ended) audit.note({ ...same, subject: `session:${id}` })
}

/** @throws ProblemError what becomes of it for whoever signs in; the log has the rest */
function refuse(logger: Backend['logger'], loginServer: string, error: unknown): never {
  if (error instanceof LoginServerAway) {
    logger.warn({ loginServer, why: error.message }, 'nobody can sign in at a login server')
    throw new ProblemError(AWAY)
  }
  if (!(error instanceof SignInRefused)) throw error
  const { why, message } = error
  // Whoever likes calls without having begun: not worth a line unless somebody looks for one.
  logger[why === 'round-trip' ? 'debug' : 'warn']({ loginServer, why: message }, 'somebody is not signed in')
  throw new ProblemError({ code: 'sign-in-failed', detail: DETAILS[why], members: { reason: why } })
}

/** Pages have no say in where their visitors come out. */
function consoleOf({ publicUrl }: Pick<Backend['config'], 'publicUrl'>): string {
  return publicUrl === undefined ? '/' : new URL(publicUrl).pathname
}

const FORM_TYPE = 'application/x-www-form-urlencoded'

/** A token has 8,192 characters at most. */
const MOST_FORM_BYTES = 16_384

/** Other members than the token are passed over, as the specification has it; one that stands twice has no meaning. */
function parseForms(app: App): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(FORM_TYPE, { parseAs: 'buffer' }, (request, bytes, done) => {
    const read = (plain: Buffer): unknown => {
      const [token, ...others] = new URLSearchParams(plain.toString()).getAll('logout_token')
      return token === undefined || others.length > 0 ? {} : { logout_token: token }
    }
    readPlain(request, bytes as Buffer, MOST_FORM_BYTES, { read, done })
  })
}

/** The same for all: what is not there, and what has no client. */
const NO_SUCH_SERVER: Problem = {
  code: 'not-found',
  detail: 'There is no login server of this number at which people sign in.',
}

const AWAY: Problem = {
  code: 'login-server-unavailable',
  detail: 'The login server does not answer, or not as it should. The log of the service says more.',
}

const NO_HOST = { in: 'header', pointer: '/Host', message: 'must be the name of the service' } as const

const NO_LOGOUT_TOKEN = {
  in: 'body',
  pointer: '/logout_token',
  message: 'must be a logout token of this login server for this service, in time, that was not used before',
} as const

const DETAILS: Readonly<Record<WhyRefused, string>> = {
  'round-trip':
    'This sign-in was not begun in this browser, is over, or was begun more than 10 minutes ago. Begin it again.',
  'login-server': 'The login server did not let you in.',
  token: 'What the login server says of you is not taken. The log of the service says why.',
}

const LIST_WAYS_TO_SIGN_IN = {
  ...publicOperation({
    id: 'listWaysToSignIn',
    tag: 'Access',
    summary: 'List the ways to sign in',
    description: 'For pages on which people sign in, before they are anybody: by password, and at which login servers.',
    answers: { 200: { description: 'The ways there are.', schema: WaysToSignIn } },
    problems: ['invalid-request', 'internal', 'unavailable'],
  }),
  querystring: NoQuery,
}

const BEGIN_SIGN_IN = {
  ...publicOperation({
    id: 'beginSignIn',
    tag: 'Access',
    summary: 'Sign in at a login server',
    description:
      'For browsers: sends them to the login server of this number in `DAYBOOK_OIDC`, counted from 0, if it has a `clientId`. They ' +
      'come back with a code within 10 minutes, carrying until then a cookie that shows that they began. OpenID Connect, with ' +
      'PKCE, `state` and `nonce`.',
    answers: { 302: { description: 'Go on at the login server.', schema: null, headers: ['Location', 'Set-Cookie'] } },
    problems: ['invalid-request', 'not-found', 'internal', 'login-server-unavailable', 'unavailable'],
  }),
  params: LoginServerPath,
  querystring: NoQuery,
}

const FINISH_SIGN_IN = {
  ...publicOperation({
    id: 'finishSignIn',
    tag: 'Access',
    summary: 'Come back from a login server',
    description:
      'For browsers, which the login server sends here. The code is exchanged for an ID token, which says who they are and, as ' +
      'other tokens of that login server, what they may do; a session begins by the cookie `__Host-daybook`, and they go on to the ' +
      'console. What was begun works once.',
    answers: { 302: { description: 'Signed in.', schema: null, headers: ['Location', 'Set-Cookie'] } },
    problems: ['invalid-request', 'sign-in-failed', 'not-found', 'internal', 'login-server-unavailable', 'unavailable'],
  }),
  params: LoginServerPath,
  querystring: LoginAnswer,
}

const END_SESSIONS_OF_LOGIN = {
  ...publicOperation({
    id: 'endSessionsOfLogin',
    tag: 'Access',
    summary: 'End the sessions of a login',
    description:
      'For login servers (OpenID Connect Back-Channel Logout 1.0): the logout token names a login by `sid`, all of a person by ' +
      '`sub`, or both. Every process refuses their sessions within one second, and ends their streams. A token works once.',
    answers: { 200: { description: 'Ended, as far as there were any.', schema: null } },
    problems: ['invalid-request', 'not-found', 'too-large', 'unsupported-media-type', 'internal', 'unavailable'],
  }),
  params: LoginServerPath,
  querystring: NoQuery,
  body: { content: { [FORM_TYPE]: { schema: LogoutToken } } },
}
