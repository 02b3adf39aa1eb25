import { Type } from 'typebox'
import { isTimeZone } from '../../domain/calendar-date.ts'
import { MAX_SCALE } from '../../domain/quantity.ts'
import { earningTerms } from './earning-terms.ts'
import { Metadata } from './metadata.ts'
import { RequestTerms } from './request-terms.ts'
import { day, email, id, KindVisibleTo, Limit, label } from './scalars.ts'

function orNull<const Schema extends Parameters<typeof Type.Optional>[0] & { readonly description?: string }>(
  schema: Schema,
) {
  const { description } = schema
  return Type.Optional(Type.Union([schema, Type.Null()], description === undefined ? {} : { description }))
}

const closed = { additionalProperties: false }

/** No blanks at its ends: a number that stands twice but for a blank would be two people's. */
const PersonnelNumber = Type.String({
  maxLength: 64,
  pattern: '^[^\\s\\u0000-\\u001f\\u007f]([^\\u0000-\\u001f\\u007f]*[^\\s\\u0000-\\u001f\\u007f])?$',
  description:
    'What payroll knows the person by: a text, so zeros in front stay, and `a1` is not `A1`. Unique in the book. Kept ' +
    'beside the record, where it can be erased.',
  examples: ['00017'],
  'x-must': 'be a text of 1 to 64 characters without control characters, and without a blank at either end',
})

export const BookDefinition = Type.Object(
  {
    name: orNull(label('What people call the book.', 255, 'Germany')),
    timeZone: Type.Optional(
      Type.Refine(
        Type.String({
          maxLength: 64,
          description: 'IANA name of the time zone that "today" means in this book; `UTC` unless given.',
          examples: ['Europe/Berlin'],
          'x-must': 'be the IANA name of a time zone, such as Europe/Berlin',
        }),
        isTimeZone,
      ),
    ),
  },
  { ...closed, 'x-schema': 'BookDefinition', examples: [{ name: 'Germany', timeZone: 'Europe/Berlin' }] },
)

export const PolicyDefinition = Type.Object(
  {
    resource: id(
      'What is counted; several policies may feed one resource. It cannot be changed later.',
      'annual-leave',
    ),
    unit: label('What a quantity of 1 is: `day`, `hour`, a currency. It cannot be changed later.', 32, 'day'),
    scale: Type.Integer({
      minimum: 0,
      maximum: MAX_SCALE,
      description: 'Decimals that quantities have. It may rise, and never falls.',
      examples: [2],
      'x-must': `be a whole number from 0 to ${MAX_SCALE}`,
    }),
    dayExclusive: Type.Boolean({
      description: 'Whether a consumption takes its day, or half of it, so that no other of the same resource can.',
    }),
    overdraftLimit: Type.Union([Limit, Type.Null()], {
      description: 'How far below zero a balance may go; null: without limit.',
    }),
    name: orNull(label('What people call the policy.', 255, 'Annual leave')),
    requests: orNull(RequestTerms),
    retiredFrom: Type.Optional(
      day(
        'The day from which nothing is accrued or taken under the policy any more; what lies before can be corrected all the ' +
          'same. A later version without it brings the policy back. Unless given: it is not retired.',
        '2027-01-01',
      ),
    ),
    kindVisibleTo: Type.Optional(KindVisibleTo),
    leaveYear: Type.Optional(earningTerms.leaveYear),
    earning: Type.Optional(earningTerms.earning),
    carryOver: Type.Optional(earningTerms.carryOver),
    spending: Type.Optional(earningTerms.spending),
    encashment: Type.Optional(earningTerms.encashment),
    countsAsWorked: Type.Optional(earningTerms.countsAsWorked),
    lateLeave: Type.Optional(earningTerms.lateLeave),
    effectiveFrom: Type.Optional(
      day(
        'The day from which this version decides. Unless given: of the first version always, of a later one today.',
        '2026-01-01',
      ),
    ),
  },
  {
    ...closed,
    'x-schema': 'PolicyDefinition',
    examples: [{ resource: 'annual-leave', unit: 'day', scale: 2, dayExclusive: true, overdraftLimit: '0' }],
  },
)

export const EntityDefinition = Type.Object(
  {
    kind: orNull(label('What it is.', 64, 'employee')),
    department: orNull(label('Where it belongs.', 128, 'Finance')),
    manager: orNull(id('The entity that decides about its requests.', 'm1')),
    hiredOn: orNull(
      day(
        'First day of the last period of employment; after the `leftOn` that is known, of another one.',
        '2024-09-01',
      ),
    ),
    leftOn: orNull(day('Last day of that period.', '2027-03-31')),
    calendar: orNull(id('The calendar that says which days it works.', 'de-berlin')),
    name: orNull(label('Kept beside the record, where it can be erased.', 255, 'Ada Lovelace')),
    email: orNull(email('Unique in the book, whatever its case. Kept beside the record, where it can be erased.')),
    personnelNumber: orNull(PersonnelNumber),
    metadata: orNull(Metadata),
  },
  {
    ...closed,
    'x-schema': 'EntityDefinition',
    examples: [{ kind: 'employee', manager: 'm1', hiredOn: '2024-09-01', name: 'Ada Lovelace' }],
  },
)
