import { Type } from 'typebox'
import type { CatalogueEntry } from './entry.ts'

/** What the service does not do, or cannot do now: 426 to 503. */
export const unserved = {
  'upgrade-required': {
    status: 426,
    title: 'Upgrade required',
    description: 'At this address the service speaks WebSocket (RFC 6455), version 13, and nothing else.',
    members: {},
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    description:
      'The caller has had more than the service lets one caller have: of requests, of bytes, of its processor, or of wrong passwords. ' +
      'Nothing was done. ' +
      'Send it again, with the same key, after `Retry-After` seconds. `limit` says what of, and how much there is of it in a ' +
      'second; the headers `RateLimit-Policy` and `RateLimit` say how much is left.',
    members: {
      limit: Type.Object(
        {
          counted: Type.Enum(['requests', 'bytes', 'processor', 'wrong-passwords'], {
            type: 'string',
            description:
              'What the caller has had too much of. Processor time is counted in milliseconds; wrong passwords for one person from one ' +
              'address, in a row.',
          }),
          perSecond: Type.Optional(
            Type.Integer({
              minimum: 1,
              description: 'How much of it there is in a second; not of wrong passwords.',
              examples: [50],
            }),
          ),
        },
        { additionalProperties: false },
      ),
    },
  },
  'headers-too-large': {
    status: 431,
    title: 'Request headers too large',
    description: 'The headers of the request are larger than the service accepts.',
    members: {},
  },
  internal: {
    status: 500,
    title: 'Internal error',
    description:
      'A bug. Send a command again with the same key: the answer says what became of it, and nothing is done twice. ' +
      'Report the `instance`, which is in the log of the service.',
    members: {},
  },
  'login-server-unavailable': {
    status: 502,
    title: 'Login server unavailable',
    description:
      'The login server at which somebody signs in does not answer, or not as one does that knows this service. The log of the ' +
      'service says why. Whoever is signed in stays so.',
    members: {},
  },
  'not-caught-up': {
    status: 503,
    title: 'Not caught up',
    description:
      'The book, or the read model that answers, did not reach in time the position of `Daybook-Min-Position`, or the one that the ' +
      'history is to go on behind: what was seen elsewhere is not here (yet), and nothing would be missing in silence. Or the ' +
      'read model is still being built. Read again after `Retry-After` seconds.',
    members: {},
  },
  unavailable: {
    status: 503,
    title: 'Unavailable',
    description:
      'The database is away, too much is waiting, or the service is stopping. Nothing is wrong with the request: send it ' +
      'again, with the same key, after `Retry-After` seconds.',
    members: {},
  },
} as const satisfies Record<string, CatalogueEntry>
