import { Type } from 'typebox'
import { HOLD_STATUSES } from '../../domain/hold/hold.ts'
import { ID_PATTERN } from '../../domain/id.ts'
import { csvForm, snapshotCsvForm } from './csv.ts'
import {
  CLIENT_ID_PATTERN,
  day,
  IdempotencyKey,
  id,
  LARGEST,
  label,
  period,
  REGION_PATTERN,
  RequestStatus,
  TransactionType,
  transactionId,
  workedHoursId,
} from './scalars.ts'

/*
 * What stands in paths, queries and headers. Queries are objects that allow no other member: an unknown parameter is an
 * error. Whole numbers and booleans are read strictly (`compile.ts`), everything else is text.
 */

const book = id('The book.', 'main')

export const BookPath = Type.Object({ book })
export const PolicyPath = Type.Object({ book, policy: id('The policy.', 'annual-leave') })
export const EntityPath = Type.Object({ book, entity: id('The entity.', 'ada') })
export const RequestPath = Type.Object({ book, request: id('The request.', 'r-17') })
export const HoldPath = Type.Object({ book, hold: id('The hold.', 'hold-7c1f') })
export const EmploymentPath = Type.Object({
  book,
  entity: id('The entity.', 'ada'),
  from: day('The first day of the period.', '2024-09-01'),
})
export const DelegationPath = Type.Object({
  book,
  entity: id('Whose decisions.', 'm1'),
  delegate: id('Who makes them meanwhile.', 'm2'),
})
export const AssignmentPath = Type.Object({
  book,
  entity: id('Who earns.', 'ada'),
  assignment: id('Which of its assignments.', 'a-2026'),
})
export const WorkedHoursPath = Type.Object({ book, workedHours: workedHoursId('The hours.') })
export const CalendarPath = Type.Object({ book, calendar: id('The calendar.', 'de-by') })
export const CalendarHolidayPath = Type.Object({
  book,
  calendar: id('The calendar.', 'de-by'),
  date: day('The date.', '2026-12-24'),
})
export const WorkPatternPath = Type.Object({
  book,
  entity: id('The entity.', 'ada'),
  effectiveFrom: day('The day from which it holds.', '2026-07-01'),
})
export const PeriodPath = Type.Object({ book, period: period('The month.') })
export const SnapshotPath = Type.Object({
  book,
  snapshot: Type.String({
    pattern: '^[1-9][0-9]{0,14}$',
    description: 'The snapshot.',
    examples: ['42'],
    'x-must': 'be the id of a snapshot, such as 42',
  }),
})
export const TransactionPath = Type.Object({ book, transaction: transactionId('The transaction.') })
export const ProblemPath = Type.Object({
  code: Type.String({ pattern: '^[a-z-]{1,64}$', description: 'The code of a problem.', examples: ['not-found'] }),
})

const closed = { additionalProperties: false }

export const PolicyQuery = Type.Object(
  {
    explain: Type.Optional(
      Type.Boolean({
        description: 'Say in `text`, in plain words, what its terms of earning are.',
        'x-must': 'be true or false',
      }),
    ),
  },
  closed,
)

export const NoQuery = Type.Object({}, closed)

export const CommandQuery = Type.Object(
  {
    dryRun: Type.Optional(
      Type.Boolean({
        description: 'Decide exactly as the real command would, and record nothing.',
        'x-must': 'be true or false',
      }),
    ),
  },
  closed,
)

export const paged = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1_000,
      default: 50,
      description: 'The most items of one page.',
      'x-must': 'be a whole number from 1 to 1000',
    }),
  ),
  cursor: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]{1,2048}$',
      description: '`nextCursor` of the page before, with the other parameters unchanged.',
      'x-must': 'be the nextCursor of a page of this list',
    }),
  ),
}

/** Items of a page, unless the caller says. */
export const DEFAULT_LIMIT = 50

export const RegionYearQuery = Type.Object(
  {
    region: Type.String({
      pattern: REGION_PATTERN,
      description: 'A country (ISO 3166-1) or a part of one (ISO 3166-2).',
      examples: ['DE-BY'],
      'x-must': 'be a country or a part of one, such as DE-BY',
    }),
    year: Type.Integer({
      minimum: 1900,
      maximum: 2999,
      description: 'The year.',
      examples: [2026],
      'x-must': 'be a year from 1900 to 2999',
    }),
  },
  closed,
)

export const ListQuery = Type.Object(paged, closed)

export const EntitiesQuery = Type.Object(
  {
    kind: Type.Optional(label('Only entities of this kind.', 64, 'employee')),
    department: Type.Optional(label('Only entities of this department.', 128, 'Finance')),
    manager: Type.Optional(id('Only entities with this manager.', 'm1')),
    q: Type.Optional(
      label(
        'Only entities with this in their id, name, e-mail address or personnel number, whatever its case.',
        255,
        'ada',
      ),
    ),
    ...paged,
  },
  closed,
)

const account = {
  entity: Type.Optional(id('Only this entity.', 'ada')),
  policy: Type.Optional(id('Only this policy.', 'annual-leave')),
  resource: Type.Optional(id('Only this resource.', 'annual-leave')),
}
const range = {
  from: Type.Optional(day('First effective day.', '2026-01-01')),
  to: Type.Optional(day('Last effective day.', '2026-12-31')),
}

/** `metadata.<name>`: a member of metadata, at its top. */
const METADATA_FILTER = '^metadata\\.[^\\u0000-\\u001f"\\\\]{1,128}$'

const included = {
  include: Type.Optional(
    Type.Enum(['metadata'], {
      type: 'string',
      description: '`metadata`: shows it, as a member of each transaction.',
      'x-must': 'be "metadata"',
    }),
  ),
}

export const TransactionQuery = Type.Object(included, closed)

export const TransactionsQuery = Type.Object(
  {
    ...account,
    type: Type.Optional(TransactionType),
    ...range,
    reference: Type.Optional(label('Only transactions with this reference.', 255, 'PAY-2026-03')),
    afterPosition: Type.Optional(wholeNumber('Only transactions recorded after this position.')),
    ...included,
    ...paged,
  },
  { ...closed, patternProperties: { [METADATA_FILTER]: label('What the metadata says there.', 255, 'PO-17') } },
)

export const AssignmentsQuery = Type.Object(
  { entity: account.entity, policy: Type.Optional(id('Only assignments to this policy.', 'annual-leave')), ...paged },
  closed,
)

export const EntityAssignmentsQuery = Type.Object(
  { policy: Type.Optional(id('Only assignments to this policy.', 'annual-leave')), ...paged },
  closed,
)

export const WorkedHoursQuery = Type.Object(
  {
    entity: account.entity,
    from: Type.Optional(day('Only hours that reach into this day or later ones.', '2026-01-01')),
    to: Type.Optional(day('Only hours that reach into this day or earlier ones.', '2026-12-31')),
    ...paged,
  },
  closed,
)

export const NoticesQuery = Type.Object(
  {
    entity: account.entity,
    policy: Type.Optional(id('Only notices about leave under this policy.', 'annual-leave')),
    year: Type.Optional(
      Type.Integer({
        minimum: 1900,
        maximum: 2999,
        description: 'Only notices about the leave year that begins in this one.',
        examples: [2026],
        'x-must': 'be a year from 1900 to 2999',
      }),
    ),
    ...paged,
  },
  closed,
)

export const RequestsQuery = Type.Object(
  {
    status: Type.Optional(
      Type.Enum(RequestStatus.enum, { ...RequestStatus, description: 'Only requests of this status.' }),
    ),
    entity: account.entity,
    manager: Type.Optional(id('Only of entities with this manager.', 'm1')),
    resource: account.resource,
    waitingFor: Type.Optional(
      id('Only requests that this entity may decide about today, in its own right or for whom it stands in.', 'm1'),
    ),
    from: Type.Optional(day('Only requests that reach into this day or later ones.', '2026-01-01')),
    to: Type.Optional(day('Only requests that reach into this day or earlier ones.', '2026-12-31')),
    ...paged,
  },
  closed,
)

export const HoldsQuery = Type.Object(
  {
    status: Type.Optional(
      Type.Enum([...HOLD_STATUSES], {
        type: 'string',
        description: 'Only holds of this status.',
        'x-must': 'be "held", "taken", "released" or "lapsed"',
      }),
    ),
    entity: Type.Optional(id('Only holds with a line of this entity.', 'item-7')),
    ...paged,
  },
  closed,
)

/** The part after the seconds is as fine as the caller has it; what is recorded has milliseconds. */
export const INSTANT =
  '[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})'

const asOf = Type.Optional(day("The end of this day; of today in the book's time zone, unless given."))
export const knownAt = Type.Optional(
  Type.String({
    pattern: `^(0|[1-9][0-9]{0,14}|${INSTANT})$`,
    description: 'A position, or an instant (RFC 3339): only what was recorded up to then. The head, unless given.',
    examples: ['42'],
    'x-must': 'be a position, or an instant as RFC 3339 has it, such as 2026-03-31T08:15:30.250Z',
  }),
)

export const BalancesQuery = Type.Object({ ...account, asOf, knownAt, ...paged, ...csvForm }, closed)
export const EntityBalancesQuery = Type.Object(
  {
    policy: account.policy,
    resource: account.resource,
    asOf,
    knownAt,
    projected: Type.Optional(
      Type.Boolean({
        description:
          'Shows beside each balance, in `projected`, what the rules will have posted by `asOf`; policies that the entity is only ' +
          'assigned to are among them. Up to 1,000, on one page; not with `knownAt`, `cursor` or CSV.',
        'x-must': 'be true or false',
      }),
    ),
    ...paged,
    ...csvForm,
  },
  closed,
)

export const SnapshotBalancesQuery = Type.Object({ ...paged, ...snapshotCsvForm }, closed)

export const StatementQuery = Type.Object(
  { policy: id('Under which policy.', 'annual-leave'), ...range, ...paged },
  closed,
)

export const EventsQuery = Type.Object(
  {
    after: Type.Optional(
      wholeNumber(
        'Only events after this position, which the book has to reach, or 503 `not-caught-up`; from the first, unless given.',
      ),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000,
        description:
          'The most events. Of a JSON page 50 unless given, and fewer where they are large; of a stream all unless given.',
        'x-must': 'be a whole number from 1 to 1000',
      }),
    ),
  },
  closed,
)

export const LiveQuery = Type.Object(
  {
    token: Type.Optional(
      Type.String({
        pattern: '^[!-~]{1,255}$',
        description: 'A ticket of `POST …/live/tickets`, for clients that cannot send `Authorization`, as browsers.',
        examples: [`dbt_${'t1ck3t-'.repeat(6)}t`],
        'x-must': 'be a ticket',
      }),
    ),
  },
  closed,
)

function wholeNumber(description: string) {
  return Type.Integer({
    minimum: 0,
    maximum: LARGEST,
    description,
    examples: [42],
    'x-must': 'be a whole number, zero or more',
  })
}

/** Read in `caller.ts`. */
export const CommandHeaders = Type.Object({
  'Idempotency-Key': IdempotencyKey,
  ...actorHeaders(),
})

/** Of commands that carry their keys in the body. */
export const BulkHeaders = Type.Object(actorHeaders())

function actorHeaders() {
  return {
    'Daybook-Actor': Type.Optional(
      Type.String({
        pattern: `^(employee|manager|system|admin):${ID_PATTERN.slice(1)}`,
        description:
          'Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right ' +
          '`actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need ' +
          '`actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 ' +
          '`forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as ' +
          '`manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`.',
        examples: ['system:payroll'],
      }),
    ),
    'Daybook-Client-Id': Type.Optional(
      Type.String({
        pattern: CLIENT_ID_PATTERN,
        description:
          'Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not ' +
          'told of it by `…/live`.',
        examples: ['console-7f3a'],
      }),
    ),
    Prefer: Type.Optional(
      Type.String({
        description:
          '`handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome.',
        examples: ['handling=strict'],
      }),
    ),
  }
}

const minPosition = Type.Optional(
  wholeNumber('Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`.'),
)

/** Read in `reading.ts`. */
export const ReadHeaders = Type.Object({ 'Daybook-Min-Position': minPosition })

export const ifNoneMatch = Type.Optional(
  Type.String({ description: '`ETag` of the answer that the caller has.', examples: ['"bm90LWEtcmVhbC1vbmU"'] }),
)

/** Of what is the same until it is sent with another tag. */
export const DocumentHeaders = Type.Object({ 'If-None-Match': ifNoneMatch })

/** Read in `events.ts`. */
export const EventsHeaders = Type.Object({
  'Daybook-Min-Position': minPosition,
  'Last-Event-ID': Type.Optional(wholeNumber('Of `text/event-stream`: the last position seen; goes before `after`.')),
})
