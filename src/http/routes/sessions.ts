import type { FastifyReply } from 'fastify'
import { ProblemError } from '../../contract/problem.ts'
import { DEFAULT_LIMIT, ListQuery, NoQuery } from '../../contract/schemas/parameters.ts'
import { page } from '../../contract/schemas/replies.ts'
import { SessionPath, ShownSession } from '../../contract/schemas/sessions.ts'
import type { Backend } from '../backend.ts'
import { operation } from '../document/operation.ts'
import { noCookie } from '../edge/session-cookie.ts'
import type { App } from '../route.ts'

/** The sessions of whoever calls. Machines have none. */
export function sessionRoutes(app: App, { identity: { sessions } }: Pick<Backend, 'identity'>): void {
  app.get('/sessions', { schema: LIST_SESSIONS }, async ({ principal, query: { cursor, limit = DEFAULT_LIMIT } }) => {
    const { items, ...rest } = await sessions.list(principal.id, { cursor, limit })
    return { items: items.map((session) => ({ ...session, current: session.id === principal.session })), ...rest }
  })
  app.delete('/sessions/:session', { schema: END_SESSION }, async ({ params: { session }, principal }, reply) => {
    if (await sessions.end(principal.id, session)) return ended(reply, { isCurrent: session === principal.session })
    throw new ProblemError({ code: 'not-found', detail: `There is no session ${session} of yours.` })
  })
  app.delete('/sessions', { schema: END_SESSIONS }, async ({ principal }, reply) => {
    await sessions.endAll(principal.id)
    return ended(reply, { isCurrent: principal.session !== undefined })
  })
}

/** A browser that calls in the session that has ended forgets its cookie. */
function ended(reply: FastifyReply, { isCurrent }: { readonly isCurrent: boolean }): FastifyReply {
  if (isCurrent) reply.header('set-cookie', noCookie())
  return reply.code(204).send()
}

const LIST_SESSIONS = {
  ...operation({
    id: 'listSessions',
    tag: 'Access',
    summary: 'List one’s own sessions',
    description: 'Those of the caller that have not ended, by id.',
    answers: { 200: { description: 'A page.', schema: page('SessionPage', ShownSession) } },
    problems: [],
  }),
  querystring: ListQuery,
}

const END_SESSION = {
  ...operation({
    id: 'endSession',
    tag: 'Access',
    summary: 'End one of one’s own sessions',
    description: 'Signs out, here or elsewhere: every process refuses its token within one second.',
    answers: { 204: { description: 'Ended.', schema: null } },
    problems: ['not-found'],
  }),
  params: SessionPath,
  querystring: NoQuery,
}

const END_SESSIONS = {
  ...operation({
    id: 'endSessions',
    tag: 'Access',
    summary: 'End all of one’s own sessions',
    description: 'The one that the call is made in, too.',
    answers: { 204: { description: 'Ended.', schema: null } },
    problems: [],
  }),
  querystring: NoQuery,
}
