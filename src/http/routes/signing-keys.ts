import { NoQuery } from '../../contract/schemas/parameters.ts'
import { SigningKeySet } from '../../contract/schemas/sessions.ts'
import type { Backend } from '../backend.ts'
import { publicOperation } from '../document/operation.ts'
import type { App } from '../route.ts'

/** Whoever meets a key that they do not know asks again anyway. */
const KEPT = 'public, max-age=300'

/** What the tokens of sessions are checked with, by whoever else wants to. */
export function signingKeysRoute(app: App, { identity: { sessions } }: Pick<Backend, 'identity'>): void {
  app.get('/.well-known/jwks.json', { schema: READ_SIGNING_KEYS }, async (_request, reply) => {
    reply.header('cache-control', KEPT)
    return { keys: await sessions.keys.published() }
  })
}

const READ_SIGNING_KEYS = {
  ...publicOperation({
    id: 'readSigningKeys',
    tag: 'Access',
    summary: 'Read what tokens of sessions are signed with',
    description:
      'The public keys, as a JSON Web Key Set. Whether a session has ended is not to be seen from its token: ask `GET /v1/me` with it.',
    answers: { 200: { description: 'The keys.', schema: SigningKeySet } },
    problems: ['invalid-request', 'internal', 'unavailable'],
  }),
  querystring: NoQuery,
}
