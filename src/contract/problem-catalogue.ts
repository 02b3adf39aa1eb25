import { type TProperties, Type } from 'typebox'
import type { Refusal } from '../domain/refusal.ts'
import { Request } from './schemas/requests.ts'
import { day, id, LARGEST, Portion, period, quantity, transactionId } from './schemas/scalars.ts'

/** Answers that come from the edge itself, and not from a decision. */
type EdgeCode =
  | 'invalid-request'
  | 'idempotency-key-missing'
  | 'unauthenticated'
  | 'not-found'
  | 'method-not-allowed'
  | 'request-timeout'
  | 'too-large'
  | 'unsupported-media-type'
  | 'upgrade-required'
  | 'headers-too-large'
  | 'internal'
  | 'not-caught-up'
  | 'unavailable'

export type ProblemCode = Exclude<Refusal['code'], 'unknown-request'> | EdgeCode

interface CatalogueEntry {
  readonly status: number
  /** The same for every occurrence. */
  readonly title: string
  /** When it happens and what a caller can do, for the page of the problem. */
  readonly description: string
  /** Members besides those of every problem. */
  readonly members: TProperties
}

const version = Type.Integer({ minimum: 0, maximum: LARGEST })
const brokenRule = {
  rule: Type.String({ description: 'The name of the rule.', examples: ['policy-scale-not-lowered'] }),
  limit: Type.String({ description: 'What the rule allows, or forbids.', examples: ['2'] }),
}

const originalPosition = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: LARGEST,
    description: 'Where the first command with this key was recorded; absent where that made a calendar feed.',
  }),
)
const pointer = Type.String({
  description: 'JSON pointer (RFC 6901) to what it is about; empty: the whole.',
  examples: ['/amount'],
})
const retryLater = 'Nothing is wrong with the request: send it again, with the same key, after `Retry-After` seconds.'

/** Every problem the service can answer with. docs/reference/problems.md lists the same, and a test compares. */
export const catalogue = {
  'invalid-request': {
    status: 400,
    title: 'Invalid request',
    description:
      'The request is not one that the service understands: broken JSON, an unknown or missing member, a value of the wrong ' +
      'form. `errors` says where, at most 20 times. `in` says what a pointer points into.',
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
  unauthenticated: {
    status: 401,
    title: 'Not authenticated',
    description: 'The call needs the header `Authorization: Bearer <key>` with a key that this service knows.',
    members: {},
  },
  forbidden: {
    status: 403,
    title: 'Forbidden',
    description:
      'The one who acts may not do this. About a request whoever has the `role` of its next step decides, or somebody who ' +
      'stands in for them.',
    members: { requestId: id('The request.', 'r-17'), role: id('Whose turn it is.', 'manager') },
  },
  'own-request': {
    status: 403,
    title: 'Own request',
    description: 'Nobody decides about their own request.',
    members: { requestId: id('The request.', 'r-17'), entity: id('Whose it is.', 'e1') },
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
  'insufficient-balance': {
    status: 409,
    title: 'Insufficient balance',
    description:
      'On the effective day or a later one the balance would fall below the limit of its policy, counting everything that is ' +
      'already recorded for that day. Take at most `available`, or record an adjustment or a reversal with `allowNegative`.',
    members: {
      entity: id('Whose balance.', 'e1'),
      policy: id('Under which policy.', 'annual'),
      available: quantity(
        'The most that the day allows, overdraft included; negative where it is already below.',
        '2.50',
      ),
      requested: quantity('What was asked for.', '3.00'),
      firstViolatedOn: day('The first day whose balance would be too low.', '2026-12-24'),
    },
  },
  'day-taken': {
    status: 409,
    title: 'Day already taken',
    description:
      'Under this resource the day, or the half of it, is already taken by another transaction of the same entity. Reversing ' +
      'that transaction frees it.',
    members: {
      entity: id('Whose day.', 'e1'),
      date: day('The day.', '2026-12-24'),
      portion: Portion,
      takenBy: transactionId('The transaction that has it.'),
    },
  },
  'already-reversed': {
    status: 409,
    title: 'Already reversed',
    description: 'A transaction is reversed at most once.',
    members: {
      transaction: transactionId('The transaction to undo.'),
      reversedBy: transactionId('The reversal that undid it.'),
    },
  },
  'version-conflict': {
    status: 409,
    title: 'Version conflict',
    description:
      'The account or the request has changed since the caller saw it; of a new request, its id is taken. Look at it again, ' +
      'and decide anew.',
    members: {
      entity: Type.Optional(id('Of an account: whose.', 'e1')),
      policy: Type.Optional(id('Of an account: under which policy.', 'annual')),
      requestId: Type.Optional(id('Of a request: which.', 'r-17')),
      request: Type.Optional(Request),
      expectedVersion: version,
      currentVersion: version,
    },
  },
  'duplicate-idempotency-key': {
    status: 409,
    title: 'Duplicate idempotency key',
    description: 'The command was recorded before, and the caller asked by `Prefer: handling=strict` to be told so.',
    members: { originalPosition },
  },
  'period-closed': {
    status: 409,
    title: 'Period closed',
    description:
      'The day on which the line would be effective is in a month that is closed. With `"intoClosedPeriod": "post-today"` a ' +
      'late line is recorded today and says by `meantFor` which day it is about, if the present month is open. Or reopen ' +
      'the period.',
    members: { period: period('The month that is closed.') },
  },
  'invalid-transition': {
    status: 409,
    title: 'Invalid transition',
    description:
      'What is to be closed is closed already, or what is to be opened again is open: somebody else did it. Or a request is ' +
      'not in a status for what is asked of it.',
    members: {
      period: Type.Optional(period('The month that it is about.')),
      requestId: Type.Optional(id('The request that it is about.', 'r-17')),
      currentStatus: Type.Enum(['open', 'closed', 'pending', 'approved', 'rejected', 'cancelled'], {
        type: 'string',
        description: 'What it is.',
      }),
      currentVersion: Type.Optional(version),
      request: Type.Optional(Request),
    },
  },
  'too-large': {
    status: 413,
    title: 'Request too large',
    description: 'The body is larger than the service accepts. Send it in parts: several bulks, several commands.',
    members: {},
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    description: 'Bodies are `application/json`; those of a bulk may also be `application/x-ndjson`.',
    members: {},
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'Idempotency key reused',
    description:
      'The key belongs to another command of this book, for ever. A new intent needs a new key; `differs` says where this ' +
      'command is not the one that was recorded.',
    members: {
      originalPosition,
      differs: Type.Array(Type.String({ description: 'JSON pointer into the body; empty: the whole.' })),
    },
  },
  'unknown-policy': {
    status: 422,
    title: 'Unknown policy',
    description: 'The book has no policy with this id. `PUT /v1/books/{book}/policies/{policy}` makes one.',
    members: {
      policy: Type.Optional(id('The id that was asked for.', 'annual')),
      resource: Type.Optional(id('What no policy counts.', 'annual-leave')),
    },
  },
  'unknown-calendar': {
    status: 422,
    title: 'Unknown calendar',
    description: 'The book has no calendar with this id. `PUT /v1/books/{book}/calendars/{calendar}` makes one.',
    members: { calendar: id('The id that was asked for.', 'de-by') },
  },
  'scale-exceeded': {
    status: 422,
    title: 'Too many decimals',
    description: 'The quantity has more decimals than the policy keeps, and the service does not round.',
    members: {
      policy: id('The policy.', 'annual'),
      scale: Type.Integer({ minimum: 0, maximum: 8, description: 'Decimals that the policy keeps.' }),
      amount: quantity('What was asked for.', '0.125'),
    },
  },
  'not-reversible': {
    status: 422,
    title: 'Not reversible',
    description:
      'A reversal cannot be reversed: record what was undone once more. What belongs to a request is not reversed either: ' +
      'cancel the request, or the day.',
    members: {
      transaction: transactionId('The transaction to undo.'),
      requestId: Type.Optional(id('The request that it belongs to.', 'r-17')),
    },
  },
  'no-working-days': {
    status: 422,
    title: 'No working days',
    description: 'On none of the days does the entity work, so there is nothing to take.',
    members: {
      entity: id('Whose days.', 'e1'),
      from: day('The first of them.', '2026-12-26'),
      to: day('The last of them.', '2026-12-27'),
    },
  },
  'outside-employment': {
    status: 422,
    title: 'Outside employment',
    description: 'A day of the request is before the entity is employed, or after it.',
    members: {
      entity: id('Whose request.', 'e1'),
      date: day('The first such day.', '2027-04-01'),
      hiredOn: Type.Union([day('First day of employment.', '2024-09-01'), Type.Null()]),
      leftOn: Type.Union([day('Last day of employment.', '2027-03-31'), Type.Null()]),
    },
  },
  'rule-violated': {
    status: 422,
    title: 'Rule violated',
    description: 'The command is against a rule of the book; `rule` names it.',
    members: {
      ...brokenRule,
      others: Type.Optional(
        Type.Array(Type.Object(brokenRule), { description: 'Of a request: the other rules that it is against.' }),
      ),
    },
  },
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
      'A bug. What became of a command is certain all the same: send it again with the same key. Report the `instance`, which ' +
      'is in the log of the service.',
    members: {},
  },
  'not-caught-up': {
    status: 503,
    title: 'Not caught up',
    description:
      'The book, or the read model that answers, did not reach the position of `Daybook-Min-Position` in time; or the read ' +
      'model is still being built. Read again after `Retry-After` seconds.',
    members: {},
  },
  unavailable: {
    status: 503,
    title: 'Unavailable',
    description: `The database is away, too much is waiting, or the service is stopping. ${retryLater}`,
    members: {},
  },
} as const satisfies Record<ProblemCode, CatalogueEntry>
