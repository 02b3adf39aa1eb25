import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Auditor, type Noted, UNKNOWN_CALLER } from '../../audit/entry.ts'
import type { App } from '../route.ts'
import { lenientClientOf } from './caller.ts'

/**
 * Notes who signs in or takes an invitation, and that somebody was refused: calls that nothing but what they say lets in. What they
 * say is not noted, so neither a password nor a mail address is: that may be a password in the wrong field.
 */
export function auditSignIns(scope: App, audit: Auditor): void {
  scope.addHook('onResponse', (request, reply, done) => {
    const noted = notedOf(request, reply)
    if (noted !== undefined) audit.note(noted)
    done()
  })
}

/** @returns undefined of other calls, and where the client hung up before anything came of it */
function notedOf(request: FastifyRequest, { statusCode, problemCode: problem }: FastifyReply): Noted | undefined {
  const { config, schema } = request.routeOptions
  if (config.limit !== 'sign-ins' || schema?.operationId === undefined) return undefined
  const { user, subject = null, persons = [] } = request.audited ?? {}
  if (user === undefined && problem === null) return undefined
  const who =
    user === undefined
      ? { actor: UNKNOWN_CALLER, via: null }
      : { actor: { type: 'user', id: user }, via: { kind: 'user', id: user } }
  return {
    ...who,
    role: null,
    client: lenientClientOf(request),
    action: schema.operationId,
    isRead: false,
    book: null,
    entity: null,
    subject,
    persons,
    outcome: problem === null ? 'accepted' : statusCode < 500 ? 'refused' : 'failed',
    problem,
  }
}
