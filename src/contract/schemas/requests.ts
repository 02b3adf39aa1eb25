import { Type } from 'typebox'
import type { DayParts } from '../../domain/calendar/day-parts.ts'
import { Metadata } from './metadata.ts'
import {
  Actor,
  AnsweredTransaction,
  answered,
  idWarnings,
  orNull,
  reply,
  TouchedBalance,
  text,
  whereRecorded,
} from './replies.ts'
import {
  day,
  id,
  instant,
  LARGEST,
  Portion,
  position,
  quantity,
  RequestStatus,
  TIME_PATTERN,
  transactionId,
} from './scalars.ts'

const closed = { additionalProperties: false }

const HOURS = '(24(\\.0{1,4})?|([0-9]|1[0-9]|2[0-3])(\\.[0-9]{1,4})?)'

/** One of a request's ends. */
function end(portions: readonly ('am' | 'full' | 'pm')[], description: string) {
  return Type.Optional(
    Type.Enum([...portions], {
      type: 'string',
      description,
      'x-must': `be ${portions.map((portion) => `"${portion}"`).join(', ')}`,
    }),
  )
}

const fromPortion = end(
  ['full', 'pm', 'am'],
  'Of the first day: `pm` leaves its morning out. `am` only where it is the last day, too.',
)
const toPortion = end(['full', 'am'], 'Of the last day: `am` leaves its afternoon out.')
const hoursPerDay = Type.Optional(
  Type.String({
    pattern: `^(?!0(\\.0+)?$)${HOURS}$`,
    description: 'What a whole day counts under a policy that counts hours; what the calendar says, unless given.',
    examples: ['7.5'],
    'x-must': 'be hours in a string, such as "7.5", greater than zero and at most 24',
  }),
)
const portions = Type.Optional(
  Type.Unsafe<DayParts>({
    type: 'object',
    propertyNames: { format: 'date' },
    additionalProperties: { type: 'string', enum: ['full', 'am', 'pm', 'none'] },
    maxProperties: 366,
    description:
      'What is asked for of single days of the span, by date, in place of what `fromPortion` and `toPortion` say of them; ' +
      '`none`: nothing.',
    examples: [{ '2026-07-08': 'am' }],
    'x-must': 'be an object of "full", "am", "pm" or "none", by date',
  }),
)
function time(description: string, example: string) {
  return Type.Optional(
    Type.String({ pattern: TIME_PATTERN, description, examples: [example], 'x-must': 'be a time such as "09:30"' }),
  )
}
const fromTime = time('Of one day, under a policy that counts hours, with `toTime`: from when on.', '09:00')
const toTime = time(
  'Until when. The hours between them count, at most those of the day. They are a multiple of three minutes: of others the ' +
    'hours are no decimal number.',
  '11:30',
)
const intoClosedPeriod = Type.Optional(
  Type.Enum(['post-today'], {
    type: 'string',
    description: 'What becomes of lines for a closed period, which are otherwise refused: recorded today.',
    'x-must': 'be "post-today"',
  }),
)
const words = {
  maxLength: 2_000,
  examples: ['Holidays in Tyrol'],
  'x-must': 'be a text of at most 2000 characters',
}

export const RequestSubmission = Type.Object(
  {
    id: Type.Optional(
      id('Its id; made by the service, unless given. Where there is such a request: 409 `version-conflict`.', 'r-17'),
    ),
    entity: id('Whose leave.', 'ada'),
    resource: Type.Optional(
      id(
        'What it draws on: the accounts of every policy that counts this, in their order. Or `policy`.',
        'annual-leave',
      ),
    ),
    policy: Type.Optional(id('The only policy that it draws on. Or `resource`.', 'annual-leave')),
    from: day('First day.', '2026-07-06'),
    to: day('Last day.', '2026-07-10'),
    fromPortion,
    toPortion,
    portions,
    hoursPerDay,
    fromTime,
    toTime,
    decided: Type.Optional(
      Type.Enum(['approved'], {
        type: 'string',
        description:
          'Leave that was approved elsewhere, or is entered by whoever decides: taken at once. Notice, how far ahead and ' +
          'blackouts do not apply, and `checks` says so (`min-notice-days-waived`). Only by who may take every step of its approval.',
        'x-must': 'be "approved"',
      }),
    ),
    intoClosedPeriod,
    reason: Type.Optional(
      Type.String({ ...words, description: 'Why, in words. Kept beside the record, where it can be erased.' }),
    ),
    metadata: Type.Optional(Metadata),
  },
  {
    ...closed,
    'x-schema': 'RequestSubmission',
    examples: [{ entity: 'ada', resource: 'annual-leave', from: '2026-07-06', to: '2026-07-10' }],
  },
)

const decided = {
  expectedVersion: Type.Integer({
    minimum: 1,
    maximum: LARGEST,
    description: 'The version of the request that the caller saw; where it is another by now, 409 `version-conflict`.',
    examples: [1],
    'x-must': 'be a whole number, 1 or more',
  }),
  intoClosedPeriod,
  comment: Type.Optional(
    Type.String({ ...words, description: 'In words. Kept beside the record, where it can be erased.' }),
  ),
}
const examples = [{ expectedVersion: 1 }]

export const RequestDecision = Type.Object(decided, { ...closed, 'x-schema': 'RequestDecision', examples })

export const RequestCancellation = Type.Object(
  {
    ...decided,
    days: Type.Optional(
      Type.Array(day('A day of the request.', '2026-07-08'), {
        minItems: 1,
        maxItems: 366,
        description: 'Only these days; all there are, unless given.',
        'x-must': 'be a list of 1 to 366 days',
      }),
    ),
  },
  { ...closed, 'x-schema': 'RequestCancellation', examples },
)

export const RequestChange = Type.Object(
  {
    ...decided,
    from: Type.Optional(day('First day.', '2026-07-07')),
    to: Type.Optional(day('Last day.', '2026-07-13')),
    fromPortion,
    toPortion,
    portions,
    hoursPerDay,
    fromTime,
    toTime,
  },
  { ...closed, 'x-schema': 'RequestChange', examples: [{ expectedVersion: 1, to: '2026-07-13' }] },
)

const requestDay = reply('RequestDay', {
  date: day('The day.', '2026-07-06'),
  portion: Portion,
  amount: quantity('What it holds or has taken.', '1.00'),
  policy: id('From which account.', 'annual-leave'),
  status: Type.Enum(['pending', 'approved'], { type: 'string', description: 'Whether it is held, or taken.' }),
})

export const RecountCause = Type.Object(
  {
    position: position('Where the definition is recorded that says something else about its days.'),
    type: Type.Enum(['calendar-defined', 'entity-defined', 'work-pattern-defined'], {
      type: 'string',
      description: 'What was defined.',
    }),
    about: id('Which calendar; or which entity, also where it is its pattern.', 'at'),
  },
  { ...closed, 'x-schema': 'RecountCause' },
)

/** Why a request moved without anybody asking that of it. */
const StepCause = reply('StepCause', {
  position: position('Where that is recorded.'),
  type: Type.String({ description: 'The type of its event.', examples: ['calendar-defined'] }),
  about: id('Which calendar, entity or other request.', 'at'),
})

export const Request = reply(
  'Request',
  {
    id: id('The request.', 'r-17'),
    entity: id('Whose leave.', 'ada'),
    resource: id('What it counts.', 'annual-leave'),
    policy: orNull(id('The only policy that it draws on.', 'annual-leave'), 'null: any of the resource.'),
    status: RequestStatus,
    version: Type.Integer({ minimum: 1, description: 'How many events it has: what `expectedVersion` names.' }),
    from: day('First day that is asked for.', '2026-07-06'),
    to: day('Last day that is asked for.', '2026-07-10'),
    fromPortion: Portion,
    toPortion: Portion,
    hoursPerDay: orNull(quantity('What a whole day counts in hours.', '7.5'), 'null: what the calendar says.'),
    portions,
    fromTime,
    toTime,
    days: Type.Array(requestDay, {
      description: 'What is still held or taken, by day. A day that is drawn from two accounts is there twice.',
    }),
    total: quantity('The sum of `days`.', '5.00'),
    displaced: Type.Optional(
      Type.Array(
        reply('DisplacedDay', {
          date: day('The day.', '2026-07-07'),
          by: Type.Array(reply('DisplacedBy', { request: id('Which request.', 'r-18'), portion: Portion }), {
            description: 'What takes it, and what of it.',
          }),
        }),
        {
          description:
            'Days that it gave back because other requests take them (`displaces` of their policies), and gets again ' +
            'where they have them no more. Absent where there are none.',
        },
      ),
    ),
    cancellation: orNull(
      reply('AskedCancellation', {
        days: orNull(Type.Array(day('A day.', '2026-07-08')), 'These days; null: all there is.'),
      }),
      'What of it somebody asked to be cancelled; null: nothing.',
    ),
    waitingFor: Type.Array(
      reply('WaitingFor', {
        role: orNull(id('The role that is to agree.', 'manager'), 'null: anybody but whoever the request is for.'),
        entities: Type.Array(id('Somebody.', 'm1'), {
          description: 'Who has the role, and who stands in for them today, by id. Empty where `role` is null.',
        }),
      }),
      {
        description:
          'The roles that are still to agree, in their order: the first of them decides next. While the request is pending, ' +
          'or its cancellation is asked for; else empty.',
      },
    ),
    reason: orNull(text('Why, in words.'), 'null where none was said, or once it was erased.'),
    submittedAt: orNull(instant('When.'), 'null: not yet, in a dry run.'),
    submittedBy: Actor,
    decidedAt: orNull(instant('When it was approved or rejected.'), 'null where it was not.'),
    decidedBy: orNull(
      Actor,
      'null where it was not decided, or granted at once. Whoever entered it, where it was entered as decided.',
    ),
    history: Type.Array(
      reply('RequestStep', {
        version: Type.Integer({ minimum: 1, description: 'Of the request, after it.' }),
        type: Type.String({
          description:
            'What happened: the type of the event. Of the event of another request, whose days it is about: ' +
            '`request-displaced` where that takes days of it, `request-taken-again` where it takes them no more.',
          examples: ['request-submitted'],
        }),
        at: orNull(instant('When.'), 'null: not yet, in a dry run.'),
        by: Actor,
        comment: orNull(text('What was said about it.'), 'null where nothing was, or once it was erased.'),
        cause: orNull(
          StepCause,
          'The definition by which its days were counted again, or the other request; null where something else happened.',
        ),
      }),
      { description: 'All that happened to it, the oldest first.' },
    ),
  },
  'Leave that was asked for.',
)

const balances = Type.Array(TouchedBalance, {
  description: 'Every account that the command touched, after it; of those that the caller may read (`balances:read`).',
})

export const RecordedRequest = answered('RecordedRequest', {
  request: Type.Optional(Request),
  requestId: Type.Optional(
    id('In place of `request`, for whoever submits or decides and may not read it (`requests:read`): its id.', 'r-17'),
  ),
  checks: Type.Array(Type.String({ examples: ['max-days-ahead'] }), {
    description: 'The rules that were looked at: those that hold, and those that were waived.',
  }),
  transactions: Type.Array(AnsweredTransaction, {
    description: 'What it recorded, in order; empty where nothing moved. Of those, what the caller may read.',
  }),
  balances,
  ...idWarnings,
})

export const Absences = reply('Absences', {
  items: Type.Array(
    reply('Absence', {
      request: Type.Optional(orNull(id('By which request.', 'r-16'), 'null: by a consumption of no request.')),
      transaction: Type.Optional(orNull(transactionId('By which consumption.'), 'null: by a request.')),
      entity: id('Who.', 'e2'),
      resource: Type.Optional(
        id('What it counts. Left out, with all but the days: it is not for the caller to know.', 'annual-leave'),
      ),
      status: Type.Optional(
        Type.Enum(['pending', 'approved'], { type: 'string', description: 'Whether it is decided.' }),
      ),
      days: Type.Array(reply('AbsentDay', { date: day('The day.', '2026-07-06'), portion: Portion }), {
        description: 'Of those that were asked about, by date.',
      }),
    }),
    { description: 'By entity; the first 1000.' },
  ),
})

export const DelegationDefinition = Type.Object(
  { from: day('First day.', '2026-07-01'), to: day('Last day.', '2026-07-31') },
  { ...closed, 'x-schema': 'DelegationDefinition', examples: [{ from: '2026-07-01', to: '2026-07-31' }] },
)

const delegation = {
  entity: id('Whose decisions.', 'm1'),
  delegate: id('Who makes them meanwhile.', 'm2'),
  from: day('First day.', '2026-07-01'),
  to: day('Last day.', '2026-07-31'),
  version: Type.Integer({ minimum: 1, description: 'Which definition this is: 1, 2, 3 …' }),
}

export const Delegation = reply('Delegation', { ...delegation, ...whereRecorded })
export const DefinedDelegation = answered('DefinedDelegation', delegation, 'A delegation as it was defined.')
