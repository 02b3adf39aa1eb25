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
  WORKED_HOURS_ID_PATTERN,
  workedHoursId,
} from '../schemas/scalars.ts'
import type { CatalogueEntry } from './entry.ts'
import { originalPosition } from './original-position.ts'

const version = Type.Integer({ minimum: 0, maximum: LARGEST })

const AccountLookedAt = Type.Object(
  {
    policy: id('Under which policy it is kept.', 'carried'),
    available: Type.Union([
      quantity('The most that `firstViolatedOn` allows of it; what this request holds already is not counted.', '1.50'),
      Type.Null({ description: 'There is no limit.' }),
    ]),
    expiresOn: Type.Optional(day('The last day that is drawn from it, where that is over.', '2026-03-31')),
    retiredFrom: Type.Optional(day('The day from which its policy is retired, where it is so.', '2026-07-01')),
  },
  { 'x-schema': 'AccountLookedAt' },
)

/**
 * What another transaction did; or a line that is not recorded and has no id: of the same command, or of an earlier one of
 * a dry run.
 */
function transactionOrLine(description: string, also: readonly string[] = []) {
  const [line, command] = ['/(?:transactions|lines|more)/[0-9]{1,4}', '/[0-9]{1,4}']
  const ids = [TRANSACTION_ID_PATTERN, ...also].map((pattern) => pattern.slice(1, -1))
  return Type.String({
    pattern: `^(?:${[line, `${command}(?:${line})?`, ...ids].join('|')})$`,
    description:
      `${description}; or the JSON pointer of the line of the same command that would; or in the dry run of a bulk the ` +
      'JSON pointer, into the bulk, of the earlier command or line that would.',
    examples: ['41.1', '/transactions/0', '/2'],
  })
}

/** The same of what undid something; worked hours are undone by an event without transactions. */
function reversalOrLine(description: string) {
  return transactionOrLine(description, [WORKED_HOURS_ID_PATTERN])
}

/** Said of problems that tell of people. */
const LEFT_OUT =
  'Members that tell more of somebody than the command said are there for whoever may read that, and left out for others.'

/** What stands in the way of a command: 409. Something else was recorded before. */
export const conflicts = {
  'last-admin': {
    status: 409,
    title: 'Last administrator',
    description:
      'Nobody else is an administrator of every book, and `DAYBOOK_ADMIN_KEY` is not set: nobody could give rights any ' +
      'more.',
    members: {},
  },
  'email-taken': {
    status: 409,
    title: 'Mail address taken',
    description: 'Another user has this mail address, in whatever case it is written.',
    members: {},
  },
  'insufficient-balance': {
    status: 409,
    title: 'Insufficient balance',
    description:
      'The balance would fall below the limit of its policy, on the effective day or on a later one; each day has the ' +
      'limit that is in force on it. Everything that is recorded for these days counts. Take at most `available`, or record an adjustment or a reversal with ' +
      `\`allowNegative\`. ${LEFT_OUT} Here that takes \`balances:read\`.`,
    members: {
      entity: Type.Optional(id('Whose balance.', 'ada')),
      policy: Type.Optional(id('Under which policy.', 'annual-leave')),
      available: Type.Optional(
        quantity('The most that the day allows, overdraft included; negative where it is already below.', '2.50'),
      ),
      requested: Type.Optional(quantity('What was asked for.', '3.00')),
      firstViolatedOn: Type.Optional(day('The first day whose balance would be too low.', '2026-12-24')),
      accounts: Type.Optional(
        Type.Array(AccountLookedAt, {
          description:
            'Where leave is drawn from several accounts: all that were looked at, in the order in which they are drawn on. ' +
            '`available` of the problem is then what they allow together, and `policy` the first that could give anything.',
        }),
      ),
    },
  },
  'day-taken': {
    status: 409,
    title: 'Day already taken',
    description:
      'Another transaction of the same entity has taken the day, or the half of it, under this resource; or, counted in hours, ' +
      `more than the day has would be taken together. Reversing that transaction frees it. ${LEFT_OUT} \`takenBy\` takes ` +
      '`transactions:read` or `requests:read`.',
    members: {
      entity: Type.Optional(id('Whose day.', 'ada')),
      date: Type.Optional(day('The day.', '2026-12-24')),
      portion: Type.Optional(Portion),
      takenBy: Type.Optional(
        Type.Union(
          [
            transactionOrLine('The transaction that has it, of hours the last one'),
            Type.Null({ description: 'Nobody has any of it.' }),
          ],
          {
            description:
              'The transaction that has it, of hours the last one; or the JSON pointer of the line of the same command that ' +
              'would; or in the dry run of a bulk the JSON pointer, into the bulk, of the earlier command or line that would. ' +
              'null: nobody has any of it, but the day has fewer hours than were asked for.',
          },
        ),
      ),
    },
  },
  'already-reversed': {
    status: 409,
    title: 'Already reversed',
    description:
      `A transaction is reversed at most once, and so are worked hours. ${LEFT_OUT} Of a transaction that takes ` +
      '`transactions:read`.',
    members: {
      transaction: Type.Optional(transactionId('The transaction to undo.')),
      workedHours: Type.Optional(workedHoursId('The hours to undo.')),
      reversedBy: Type.Optional(
        reversalOrLine('The reversal that undid it; of worked hours the position of its event'),
      ),
    },
  },
  'version-conflict': {
    status: 409,
    title: 'Version conflict',
    description:
      'The account, the request or the hold has changed since the caller saw it. For a new request: its id is taken. Look at it ' +
      'again, and decide anew. Whoever may not read the request is told neither what it is nor its version; ' +
      '`currentVersion` of an account takes `balances:read`.',
    members: {
      entity: Type.Optional(id('Of an account: whose.', 'ada')),
      policy: Type.Optional(id('Of an account: under which policy.', 'annual-leave')),
      requestId: Type.Optional(id('Of a request: which.', 'r-17')),
      request: Type.Optional(Request),
      holdId: Type.Optional(id('Of a hold: which.', 'hold-7c1f')),
      expectedVersion: version,
      currentVersion: Type.Optional(version),
    },
  },
  'duplicate-idempotency-key': {
    status: 409,
    title: 'Duplicate idempotency key',
    description:
      'The command was recorded before, and the caller asked by `Prefer: handling=strict` to be told so. Or what was ' +
      'recorded under the key is erased: nothing that is left of it is otherwise, and whether the rest was the same ' +
      'command cannot be compared any more (`comparable` is false); then `originalPosition` is for whoever recorded it or ' +
      'may read it.',
    members: {
      originalPosition,
      comparable: Type.Optional(
        Type.Literal(false, { description: 'Said where the original is erased; its answer is not given again.' }),
      ),
    },
  },
  'assignment-overlap': {
    status: 409,
    title: 'Assignments overlap',
    description:
      'Another assignment of the entity to the same policy has some of these days, and nobody earns twice. End that one before, or ' +
      'begin this one after it. What changes from a day on, such as a share of full time, is a version of the same assignment.',
    members: {
      entity: id('Whose assignments.', 'ada'),
      policy: id('Under which policy.', 'annual-leave'),
      other: Type.Object(
        {
          id: id('Which.', 'a-2025'),
          from: day('Its first day.', '2025-01-01'),
          to: Type.Union([day('Its last day.', '2026-06-30'), Type.Null()], {
            description: 'Its last day; null: until further notice.',
          }),
        },
        { description: 'The other assignment.' },
      ),
    },
  },
  'still-employed': {
    status: 409,
    title: 'Still employed',
    description:
      'Whoever is to be erased is employed today, or will be. An erasure cannot be undone: say `leftOn` first, or `force`.',
    members: {
      entity: id('Who is to be erased.', 'ada'),
      leftOn: Type.Optional(
        Type.Union([day('The last day.'), Type.Null()], {
          description: 'null where none is known. Left out for whoever may neither read nor define entities.',
        }),
      ),
    },
  },
  'already-left': {
    status: 409,
    title: 'Already left',
    description:
      'Another last day of this employment is known. `PUT …/entities/{entity}/employments/{from}` says another one; then leave again, ' +
      'on that day. `leftOn` is said to whoever may read or define entities.',
    members: {
      entity: id('Who leaves.', 'ada'),
      on: day('The day that was asked for.', '2027-06-30'),
      leftOn: Type.Optional(day('The last day that is known.', '2027-03-31')),
    },
  },
  'period-closed': {
    status: 409,
    title: 'Period closed',
    description:
      'The line would be effective in a month that is closed. Two ways out: reopen the period; or say ' +
      '`"intoClosedPeriod": "post-today"`. Then the line is recorded today, if the present month is open, and ' +
      '`meantFor` says which day it is about.',
    members: {
      period: Type.Optional(
        period(
          'The month that is closed. Left out where the day is that of a transaction, or of a request, that the caller may ' +
            'not read.',
        ),
      ),
    },
  },
  'hold-ended': {
    status: 409,
    title: 'Hold ended',
    description:
      'It holds nothing any more: it was taken or released, or its time is over. From its `expiresAt` on it is `lapsed`, also ' +
      'where nothing has recorded that yet.',
    members: {
      holdId: id('Which hold.', 'hold-7c1f'),
      currentStatus: Type.Enum(['taken', 'released', 'lapsed'], { type: 'string', description: 'How it ended.' }),
    },
  },
  'invalid-transition': {
    status: 409,
    title: 'Invalid transition',
    description:
      'The status does not allow it. A month that is to be closed is closed already, or one that is to be opened again ' +
      'is open: somebody else did it. Or the request is not in a status for this command: which status that is, is said to ' +
      'whoever may read it.',
    members: {
      period: Type.Optional(period('The month that it is about.')),
      requestId: Type.Optional(id('The request that it is about.', 'r-17')),
      currentStatus: Type.Optional(
        Type.Enum(['open', 'closed', 'pending', 'approved', 'rejected', 'cancelled'], {
          type: 'string',
          description: 'What it is.',
        }),
      ),
      currentVersion: Type.Optional(version),
      request: Type.Optional(Request),
    },
  },
} as const satisfies Record<string, CatalogueEntry>
