import { grantsOn } from '../../access/held.ts'
import type { Granted } from '../../access/principal.ts'
import { ANYBODY, ROLES, TEAM } from '../../access/rights.ts'
import { AccessReview } from '../../contract/schemas/access-review.ts'
import { BookPath, DEFAULT_LIMIT, ListQuery, ReadHeaders } from '../../contract/schemas/parameters.ts'
import { dayIn } from '../../domain/calendar-date.ts'
import { type Holder, listHoldersOn } from '../../identity/holders.ts'
import type { Issuer } from '../../identity/issuers/issuer.ts'
import { readHead } from '../../ledger/read/head.ts'
import { worldNow } from '../../world-clock.ts'
import type { Backend, ReadBackend } from '../backend.ts'
import { found } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { ROOT } from '../edge/auth.ts'
import { READ_PROBLEMS, readOf } from '../edge/reading.ts'
import type { App } from '../route.ts'
import { shownGrants } from './grants.ts'

export function accessReviewRoute(app: App, backend: ReadBackend & Pick<Backend, 'identity'>): void {
  app.get('/books/:book/access-review', { schema: READ_ACCESS_REVIEW }, (request, reply) => {
    const { book } = request.params
    const { cursor, limit = DEFAULT_LIMIT } = request.query
    return readOf(backend, request, reply, async () => {
      const head = await readHead(backend.db, book)
      if (head === undefined) return undefined
      const today = dayIn(head.timeZone, worldNow())
      const { items, nextCursor } = await listHoldersOn(backend.identity.db, { book, today, cursor, limit })
      const shown = items.map((holder) => shownHolder(holder, grantsOn(holder, book, today)))
      const loginServers = backend.config.issuers.flatMap((issuer) => givenBy(issuer, book))
      return { head: head.position, items: shown, nextCursor, bootstrap: root(), loginServers, ...meaning() }
    })
  })
}

function shownHolder({ grants: _grants, ...holder }: Holder, grants: readonly Granted[]) {
  return { ...holder, ...shownGrants(grants) }
}

/** What a login server gives on a book: as the configuration says, since the people are known to it alone. */
function givenBy({ issuer, entityClaim, rolesClaim, roleMap }: Issuer, book: string) {
  const mapped = Array.from(roleMap, ([value, given]) => ({
    value,
    roles: given.filter(({ books }) => books.includes(book)).map(({ role }) => role),
  })).filter(({ roles }) => roles.length > 0)
  return mapped.length === 0 ? [] : [{ issuer, entityClaim, rolesClaim, roleMap: mapped }]
}

/** The bootstrap key: nobody knows when it was used. */
function root() {
  const { kind, id, grants } = ROOT
  const unknown = { allowedAddresses: null, expiresAt: null, lastUsedAt: null }
  return { kind, id, name: 'DAYBOOK_ADMIN_KEY', ...shownGrants(grants), ...unknown }
}

const READ_ACCESS_REVIEW = {
  ...operation({
    id: 'readAccessReview',
    tag: 'Audit',
    summary: 'Read who may do what, today',
    description:
      'Everybody who may do anything on the book today, by id: API keys and users with their roles and rights on it or on every book, ' +
      'until when, and when they were last used. Beside them stand the bootstrap key and what tokens of login servers give. What the ' +
      'roles may, what managers may without being listed, and what anybody may who has a role, is on every page.',
    answers: { 200: found('A page.', AccessReview) },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: ListQuery,
  headers: ReadHeaders,
}

/** What a role is; and what nobody is given, because it follows from something else. */
function meaning() {
  return {
    roles: Object.entries(ROLES).map(([role, { extent, rights }]) => ({ role, about: extent, rights })),
    managers: { about: 'team', rights: TEAM },
    anybody: { about: 'book', rights: ANYBODY },
  }
}
