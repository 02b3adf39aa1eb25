import { Type } from 'typebox'
import { id, transactionId } from '../schemas/scalars.ts'
import type { CatalogueEntry } from './entry.ts'

const pointer = Type.String({
  description: 'JSON pointer (RFC 6901) to what it is about; empty: the whole.',
  examples: ['/amount'],
})

/** What is wrong with a request, or with whoever sends it: 400 to 408. */
export const unusableRequests = {
  'invalid-request': {
    status: 400,
    title: 'Invalid request',
    description:
      'The request is not one that the service understands: broken JSON, a name that stands twice in an object, an unknown or ' +
      'missing member, a value of the wrong form. `errors` says where, at most 20 times. `in` says what a pointer points into.',
    members: {
      errors: Type.Array(
        Type.Object(
          {
            in: Type.Enum(['body', 'query', 'path', 'header'], { type: 'string' }),
            pointer,
            message: Type.String({ examples: ['must be greater than zero'] }),
          },
          { additionalProperties: false },
        ),
      ),
    },
  },
  'idempotency-key-missing': {
    status: 400,
    title: 'Idempotency key missing',
    description:
      'Every command names its intent in the header `Idempotency-Key` (in a bulk: in each item), so that it can be sent again ' +
      'without being done twice.',
    members: {},
  },
  'sign-in-failed': {
    status: 400,
    title: 'Not signed in',
    description:
      'A browser came back from a login server, and nobody is signed in. `reason` says where it failed: `round-trip` (not begun in ' +
      'this browser, over already, or begun more than 10 minutes ago), `login-server` (it let nobody in) or `token` (what it says ' +
      'of them is not taken; the log of the service has more). Begin again: nothing was kept.',
    members: {
      reason: Type.Enum(['round-trip', 'login-server', 'token'], { type: 'string', description: 'Where it failed.' }),
    },
  },
  unauthenticated: {
    status: 401,
    title: 'Not authenticated',
    description:
      'The call needs the header `Authorization: Bearer <key>` with a key that this service knows, or the token of a session that ' +
      'has not ended.',
    members: {},
  },
  'invalid-credentials': {
    status: 401,
    title: 'Not these credentials',
    description:
      'Mail address and password do not belong together, or nobody has them. Which of the two is not said. A few wrong ones in a ' +
      'row are answered at once; then each takes longer to be tried (429 `too-many-requests`), and nobody is locked out.',
    members: {},
  },
  forbidden: {
    status: 403,
    title: 'Forbidden',
    description:
      'The one who calls or acts may not do this. `needs` names the right that none of the roles of a caller has; ' +
      'docs/reference/access.md says which role has which. A request is decided by whoever has the `role` of its next ' +
      'step, or by somebody who stands in for them.',
    members: {
      needs: Type.Optional(Type.String({ description: 'The right that is missing.', examples: ['requests:decide'] })),
      requestId: Type.Optional(id('The request.', 'r-17')),
      role: Type.Optional(id('Whose turn it is.', 'manager')),
    },
  },
  'own-request': {
    status: 403,
    title: 'Own request',
    description: 'Nobody decides about their own request.',
    members: { requestId: id('The request.', 'r-17'), entity: id('Whose it is.', 'ada') },
  },
  'own-account': {
    status: 403,
    title: 'Own account',
    description:
      'Nobody posts to an account of theirs, or defines what decides about it, whatever their role: neither about whom they ' +
      'are, nor about whom they act as, nor about those for whom these stand in. Nobody names themselves as a stand-in, or ' +
      'somebody else for whom they stand in for.',
    members: { entity: id('Whose account.', 'ada') },
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    description: 'Nothing is at this address: no such route, policy, entity, request or page.',
    members: {},
  },
  'unknown-book': {
    status: 404,
    title: 'Unknown book',
    description: 'There is no book with this id. `PUT /v1/books/{book}` makes one.',
    members: { book: id('The id that was asked for.', 'main') },
  },
  'unknown-transaction': {
    status: 404,
    title: 'Unknown transaction',
    description: 'The book has no transaction with this id.',
    members: { transaction: transactionId('The id that was asked for.') },
  },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    description: 'The address exists, but not with this method. The header `Allow` lists those it has.',
    members: {},
  },
  'request-timeout': {
    status: 408,
    title: 'Request timed out',
    description: 'The request did not arrive as a whole within the time that the service waits for one.',
    members: {},
  },
} as const satisfies Record<string, CatalogueEntry>
