import type { FastifyRequest } from 'fastify'
import { type Problem, ProblemError } from '../../contract/problem.ts'
import { NoQuery } from '../../contract/schemas/parameters.ts'
import { OpenedSession, SignIn } from '../../contract/schemas/sessions.ts'
import { grantedEntities } from '../../identity/granted-entities.ts'
import { findPassword } from '../../identity/users.ts'
import type { Backend } from '../backend.ts'
import { publicOperation } from '../document/operation.ts'
import { isOwnOrigin } from '../edge/cross-origin.ts'
import { callerByAddress } from '../edge/limits/limits.ts'
import { cookieOf } from '../edge/session-cookie.ts'
import type { App } from '../route.ts'
import { meOf } from './me.ts'
import { passwordsAreOff } from './users.ts'

/** Begins sessions. */
export function signInRoute(app: App, { identity, config }: Pick<Backend, 'identity' | 'config'>): void {
  app.post('/sessions', { config: { secret: true, limit: 'sign-ins' }, schema: SIGN_IN }, async (request, reply) => {
    if (config.passwords === 'off') throw passwordsAreOff()
    const { email, password, cookie = false } = request.body
    // A page of somebody else must not sign its visitors in, as whomever it likes.
    if (cookie && !isOwnOrigin(request.headers, config)) throw new ProblemError(FOREIGN)
    const user = await userWith(identity, request, { email, password })
    const address = request.address ?? null
    const session = await identity.sessions.open({
      of: { user },
      address,
      userAgent: request.headers['user-agent'] ?? null,
    })
    const holder = session && (await identity.sessions.holderOf(session.token))
    // Whoever was ended meanwhile is nobody.
    if (session === undefined || holder === undefined) throw new ProblemError(INVALID)
    request.audited = { user, subject: `session:${session.id}`, persons: grantedEntities(holder.grants) }
    if (cookie) reply.header('set-cookie', cookieOf(session.token, session.expiresAt))
    return reply.code(201).send({ ...session, token: cookie ? null : session.token, me: meOf(holder) })
  })
}

/**
 * Nobody is told which of the two was wrong, nor by how long it takes.
 * @returns the id of the user
 * @throws ProblemError where mail address and password do not belong together, or it is too early for another try
 */
async function userWith(
  { db, passwords, wrongPasswords: wrong }: Backend['identity'],
  request: FastifyRequest,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<string> {
  const who = `${callerByAddress(request, 'sign-ins').name} ${email.toLowerCase()}`
  const waitSeconds = wrong.begin(who)
  if (waitSeconds > 0) throw new ProblemError(tooManyTries(waitSeconds))
  let isRight = false
  let user: Awaited<ReturnType<typeof findPassword>>
  try {
    user = await findPassword(db, email)
    isRight = await passwords.isRight(password, user?.password ?? null)
  } catch (error) {
    wrong.undo(who)
    throw error
  }
  // Whoever does not know the password has not shown to be the user: it is about them, and not by them.
  if (user !== undefined) request.audited = { subject: `user:${user.id}`, persons: user.entities }
  if (!isRight || user === undefined) throw new ProblemError(INVALID)
  wrong.succeed(who)
  return user.id
}

const FOREIGN: Problem = {
  code: 'forbidden',
  detail: 'A session by cookie is for pages of this service, and of the origins that it lists.',
}

const INVALID: Problem = {
  code: 'invalid-credentials',
  detail: 'Mail address and password do not belong together.',
}

function tooManyTries(seconds: number): Problem {
  return {
    code: 'too-many-requests',
    detail: `There were too many wrong passwords: come again in ${seconds} s.`,
    members: { limit: { counted: 'wrong-passwords' } },
    retryAfterSeconds: seconds,
  }
}

const SIGN_IN = {
  ...publicOperation({
    id: 'signIn',
    tag: 'Access',
    summary: 'Sign in',
    description:
      'Begins a session of a user, by mail address and password. The answer has a token for `Authorization: Bearer`; with ' +
      '`cookie: true` it is in the cookie `__Host-daybook` instead, which no script can read. Calls by cookie come from a page of this ' +
      'service or of a listed origin (403 otherwise), and those that change something have a header `X-Daybook-CSRF`. A session ends ' +
      '30 minutes after its last use, and 12 hours after it began. After some wrong passwords in a row for one mail address from ' +
      'one network address each further one takes longer to be tried; nobody is locked out.',
    answers: { 201: { description: 'The session.', schema: OpenedSession } },
    problems: [
      'invalid-request',
      'invalid-credentials',
      'forbidden',
      'not-found',
      'too-large',
      'unsupported-media-type',
      'internal',
      'unavailable',
    ],
  }),
  querystring: NoQuery,
  body: SignIn,
}
