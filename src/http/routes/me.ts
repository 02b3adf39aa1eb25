import type { Principal } from '../../access/principal.ts'
import { Me } from '../../contract/schemas/access.ts'
import { NoQuery } from '../../contract/schemas/parameters.ts'
import { operation } from '../document/operation.ts'
import type { App } from '../route.ts'
import { shownGrants } from './grants.ts'

export function meRoute(app: App): void {
  app.get('/me', { schema: READ_ME }, ({ principal }) => meOf(principal))
}

/** Who somebody is, as they are shown. */
export function meOf({ kind, id, grants, expiresAt }: Principal) {
  return { kind, id, ...shownGrants(grants), expiresAt }
}

const READ_ME = {
  ...operation({
    id: 'readMe',
    tag: 'Access',
    summary: 'Read who calls',
    description: 'Whose credential the call has, and what they may do where.',
    answers: { 200: { description: 'The caller.', schema: Me } },
    problems: [],
  }),
  querystring: NoQuery,
}
