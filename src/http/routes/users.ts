import type { FastifyRequest } from 'fastify'
import type { Pool } from 'pg'
import type { Static } from 'typebox'
import type { Granted, Principal } from '../../access/principal.ts'
import { invalidRequest, ProblemError } from '../../contract/problem.ts'
import { DEFAULT_LIMIT, ListQuery, NoQuery } from '../../contract/schemas/parameters.ts'
import { page } from '../../contract/schemas/replies.ts'
import { InvitationAsked, InvitedUser, ShownUser, UserDefinition, UserPath } from '../../contract/schemas/users.ts'
import {
  changeUser,
  createUser,
  EmailTaken,
  endUser,
  type Invited,
  inviteUser,
  listUsers,
  readUser,
  type User,
} from '../../identity/users.ts'
import type { Backend } from '../backend.ts'
import { operation } from '../document/operation.ts'
import { publicAddressOf } from '../edge/public-address.ts'
import type { App } from '../route.ts'
import { type Change, grantsOf, refuseBeyond, shownGrants } from './grants.ts'
import { keepingAnAdmin } from './keeping-an-admin.ts'

type UsersBackend = Pick<Backend, 'identity' | 'config'>

export function userRoutes(app: App, backend: UsersBackend): void {
  const { identity, config } = backend
  const { db } = identity
  const invite = config.passwords === 'on'
  app.post('/users', { config: { secret: true }, schema: CREATE_USER }, async (request, reply) => {
    const { body, principal } = request
    const createdBy = `${principal.kind}:${principal.id}`
    const made = await createUser(db, { ...(await askedBy(db, body, principal)), createdBy, invite }).catch(toProblem)
    request.audited = { subject: `user:${made.user.id}` }
    return reply.code(201).send(invited(backend, request, made))
  })
  app.get('/users', { schema: LIST_USERS }, async ({ query: { cursor, limit = DEFAULT_LIMIT } }) => {
    const { items, ...rest } = await listUsers(db, { cursor, limit })
    return { items: items.map(shown), ...rest }
  })
  app.get('/users/:user', { schema: READ_USER }, async ({ params }) => {
    const user = await readUser(db, params.user)
    if (user === undefined) throw noUser(params.user)
    return shown(user)
  })
  app.put('/users/:user', { schema: CHANGE_USER }, async ({ params, body, principal }) => {
    const asked = await askedBy(db, body, principal)
    await refuseFor(db, params.user, principal)
    const changed = await keepingAnAdmin(backend, (tx) => changeUser(tx, params.user, asked)).catch(toProblem)
    if (changed === undefined) throw noUser(params.user)
    return shown(changed)
  })
  app.delete('/users/:user', { schema: END_USER }, async ({ params, principal }, reply) => {
    await refuseFor(db, params.user, principal, 'end')
    if (!(await keepingAnAdmin(backend, (tx) => endUser(tx, params.user)))) throw noUser(params.user)
    return reply.code(204).send()
  })
  app.post(
    '/users/:user/invitation',
    { config: { secret: true, bodyMayBeAbsent: true }, schema: INVITE_USER },
    async (request, reply) => {
      if (!invite) throw passwordsAreOff()
      await refuseFor(db, request.params.user, request.principal)
      const made = await inviteUser(db, request.params.user)
      if (made === undefined) throw noUser(request.params.user)
      return reply.code(201).send(invited(backend, request, made))
    },
  )
}

/**
 * Whoever invites a user can sign in as them: one who may do more than the caller could give is left alone.
 * @throws ProblemError
 */
async function refuseFor(db: Pool, id: string, principal: Principal, change?: Change): Promise<void> {
  const user = await readUser(db, id)
  if (user === undefined) throw noUser(id)
  await refuseBeyond(db, user.grants, principal, change)
}

/** Where nobody signs in by a password. */
export function passwordsAreOff(): ProblemError {
  return new ProblemError({ code: 'not-found', detail: 'Nobody has a password here (DAYBOOK_PASSWORDS=off).' })
}

/** @throws ProblemError where roles name what does not exist, or an employee is nobody */
async function askedBy(db: Pool, { email, name, roles }: Static<typeof UserDefinition>, giver: Principal) {
  const nobody = roles.findIndex(({ role, entity }) => role === 'employee' && entity === undefined)
  if (nobody !== -1) {
    const message = 'must be given: an employee is somebody of the book'
    throw new ProblemError(invalidRequest([{ in: 'body', pointer: `/roles/${nobody}/entity`, message }]))
  }
  const grants: readonly Granted[] = await grantsOf(db, { roles }, giver)
  return { email, name, grants }
}

function invited({ config }: UsersBackend, request: FastifyRequest, { user, token }: Invited) {
  const invitation =
    token === undefined
      ? null
      : { token, url: `${publicAddressOf(config, request)}/v1/invitations/${token}`, expiresAt: user.invitedUntil }
  return { ...shown(user), invitation }
}

function shown({ grants, ...user }: User) {
  const { roles } = shownGrants(grants)
  return { ...user, roles }
}

function noUser(id: string): ProblemError {
  return new ProblemError({ code: 'not-found', detail: `There is no user ${id}.` })
}

function toProblem(error: unknown): never {
  if (!(error instanceof EmailTaken)) throw error
  throw new ProblemError({ code: 'email-taken', detail: 'Another user has this mail address.' })
}

const CREATE_USER = {
  ...operation({
    id: 'createUser',
    tag: 'Access',
    summary: 'Make a user',
    description:
      'A person who signs in here. They choose their password by the invitation in the answer, which is shown this once, lasts 72 ' +
      'hours and works once; handing it to them is up to the caller. The call has no idempotency key: where its answer is lost, ' +
      'the user is there all the same (409 `email-taken`), and is invited anew.',
    answers: { 201: { description: 'The user, and their invitation.', schema: InvitedUser } },
    problems: ['email-taken', 'unknown-role', 'too-large', 'unsupported-media-type'],
  }),
  querystring: NoQuery,
  body: UserDefinition,
}

const LIST_USERS = {
  ...operation({
    id: 'listUsers',
    tag: 'Access',
    summary: 'List the users',
    description: 'By id.',
    answers: { 200: { description: 'A page.', schema: page('UserPage', ShownUser) } },
    problems: [],
  }),
  querystring: ListQuery,
}

const READ_USER = {
  ...operation({
    id: 'readUser',
    tag: 'Access',
    summary: 'Read a user',
    description: 'Who they are, and what they may do.',
    answers: { 200: { description: 'The user.', schema: ShownUser } },
    problems: ['not-found'],
  }),
  params: UserPath,
  querystring: NoQuery,
}

const CHANGE_USER = {
  ...operation({
    id: 'changeUser',
    tag: 'Access',
    summary: 'Change a user',
    description:
      'What is said replaces what was: mail address, name and all roles. Sessions that are open go on, with the new roles within ' +
      'one second.',
    answers: { 200: { description: 'The user.', schema: ShownUser } },
    problems: ['not-found', 'email-taken', 'last-admin', 'unknown-role', 'too-large', 'unsupported-media-type'],
  }),
  params: UserPath,
  querystring: NoQuery,
  body: UserDefinition,
}

const END_USER = {
  ...operation({
    id: 'endUser',
    tag: 'Access',
    summary: 'End a user',
    description:
      'Name, mail address and password are gone, and so are all sessions: they are refused on every process within one second. What ' +
      'the user has recorded stays, with the id.',
    answers: { 204: { description: 'Ended.', schema: null } },
    problems: ['not-found', 'last-admin'],
  }),
  params: UserPath,
  querystring: NoQuery,
}

const INVITE_USER = {
  ...operation({
    id: 'inviteUser',
    tag: 'Access',
    summary: 'Invite a user anew',
    description:
      'Where an invitation was lost or is too old, or a password was forgotten. The invitation before is not taken any more; the ' +
      'password is, until another one is chosen.',
    answers: { 201: { description: 'The user, and their invitation.', schema: InvitedUser } },
    problems: ['not-found', 'too-large', 'unsupported-media-type'],
  }),
  params: UserPath,
  querystring: NoQuery,
  body: InvitationAsked,
}
