import type { CatalogueEntry } from './entry.ts'

/** What the service does not do, or cannot do now: 426 to 503. */
export const unserved = {
  'upgrade-required': {
    status: 426,
    title: 'Upgrade required',
    description: 'At this address the service speaks WebSocket (RFC 6455), version 13, and nothing else.',
    members: {},
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
  'not-caught-up': {
    status: 503,
    title: 'Not caught up',
    description:
      'The book, or the read model that answers, did not reach the position of `Daybook-Min-Position` in time. Or the ' +
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
