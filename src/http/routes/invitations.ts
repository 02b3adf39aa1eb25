import { ProblemError } from '../../contract/problem.ts'
import { NoQuery } from '../../contract/schemas/parameters.ts'
import { ChosenFor, InvitationPath, PasswordChoice } from '../../contract/schemas/users.ts'
import { findInvited, takeInvitation } from '../../identity/users.ts'
import { weaknessOf } from '../../identity/weak-password.ts'
import type { Backend } from '../backend.ts'
import { publicOperation } from '../document/operation.ts'
import type { App } from '../route.ts'
import { passwordsAreOff } from './users.ts'

/** For whoever was invited, and is nobody yet. */
export function invitationRoutes(app: App, { identity, config }: Pick<Backend, 'identity' | 'config'>): void {
  const { db, passwords } = identity
  app.post('/invitations/:token', { config: { limit: 'sign-ins' }, schema: CHOOSE_PASSWORD }, async (request) => {
    if (config.passwords === 'off') throw passwordsAreOff()
    const { token } = request.params
    const { password } = request.body
    // Whoever has no invitation has nothing hashed.
    const invited = await findInvited(db, token)
    if (invited === undefined) throw noInvitation()
    const { user_id: user, entities: persons } = invited
    request.audited = { user, subject: `user:${user}`, persons }
    const weakness = weaknessOf(password, invited)
    if (weakness !== undefined) {
      const { reason, detail } = weakness
      throw new ProblemError({ code: 'weak-password', detail, members: { reason } })
    }
    const taken = await takeInvitation(db, token, await passwords.hash(password))
    if (taken === undefined) throw noInvitation()
    const { user_id: id, email, name } = taken
    return { id, email, name }
  })
}

/** The same for all, whatever the matter is. */
function noInvitation(): ProblemError {
  const detail = 'There is no such invitation: it was used, or is too old. Whoever made the user can make another one.'
  return new ProblemError({ code: 'not-found', detail })
}

const CHOOSE_PASSWORD = {
  ...publicOperation({
    id: 'choosePassword',
    tag: 'Access',
    summary: 'Choose a password',
    description:
      'For whoever was invited: the address is the secret, and works once. It replaces the password that there was, if any, and ends ' +
      'all sessions of the user. It signs nobody in: `POST /v1/sessions` does.',
    answers: { 200: { description: 'Chosen.', schema: ChosenFor } },
    problems: [
      'invalid-request',
      'not-found',
      'weak-password',
      'too-large',
      'unsupported-media-type',
      'internal',
      'unavailable',
    ],
  }),
  params: InvitationPath,
  querystring: NoQuery,
  body: PasswordChoice,
}
