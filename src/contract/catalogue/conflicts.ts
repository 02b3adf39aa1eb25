import { Type } from 'typebox'
import { Request } from '../schemas/requests.ts'
import {
  day,
  id,
  LARGEST,
  Portion,
  period,
  quantity,
  TRANSACTION_ID_PATTERN,
  transactionId,
} from '../schemas/scalars.ts'
import type { CatalogueEntry } from './entry.ts'
import { originalPosition } from './original-position.ts'

const version = Type.Integer({ minimum: 0, maximum: LARGEST })

/** What stands in the way of a command: 409. Something else was recorded before. */
export const conflicts = {
  'insufficient-balance': {
    status: 409,
    title: 'Insufficient balance',
    description:
      'The balance would fall below the limit of its policy, on the effective day or on a later one; each day has the ' +
      'limit that is in force on it. Everything that is recorded for these days counts. Take at most `available`, or record an adjustment or a reversal with ' +
      '`allowNegative`.',
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
      'Another transaction of the same entity has taken the day, or the half of it, under this resource. Reversing that ' +
      'transaction frees it.',
    members: {
      entity: id('Whose day.', 'e1'),
      date: day('The day.', '2026-12-24'),
      portion: Portion,
      takenBy: Type.String({
        pattern: `^(?:/transactions/[0-9]{1,4}|${TRANSACTION_ID_PATTERN.slice(1, -1)})$`,
        description: 'The transaction that has it; or the JSON pointer of the line of the same command that would.',
        examples: ['41.1', '/transactions/0'],
      }),
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
      'The account or the request has changed since the caller saw it. For a new request: its id is taken. Look at it ' +
      'again, and decide anew.',
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
      'The line would be effective in a month that is closed. Two ways out: reopen the period; or say ' +
      '`"intoClosedPeriod": "post-today"`. Then the line is recorded today, if the present month is open, and ' +
      '`meantFor` says which day it is about.',
    members: { period: period('The month that is closed.') },
  },
  'invalid-transition': {
    status: 409,
    title: 'Invalid transition',
    description:
      'The status does not allow it. A month that is to be closed is closed already, or one that is to be opened again ' +
      'is open: somebody else did it. Or the request is not in a status for this command.',
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
} as const satisfies Record<string, CatalogueEntry>
