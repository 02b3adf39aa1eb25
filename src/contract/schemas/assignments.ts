import { Type } from 'typebox'
import type { AssignmentBody } from '../../commands/bodies.ts'
import { amount, CarryOverTerms, EarningTerms, oneMember } from './earning-terms.ts'
import { answered, orNull, page, reply, text, whereRecorded } from './replies.ts'
import { day, id, quantity } from './scalars.ts'

const closed = { additionalProperties: false }

const Amounts = oneMember<NonNullable<AssignmentBody['amounts']>>(
  { yearAmount: amount('For each whole leave year.', '30'), amount: amount('For each whole period.', '2.5') },
  {
    'x-schema': 'AssignmentAmounts',
    description: 'What is earned in place of what each level of the policy says: one of the two.',
    examples: [{ yearAmount: '30' }],
    'x-must': 'be an object with either yearAmount or amount',
  },
)

/** At least one of them: who says none is not different from others. */
const Terms = Type.Unsafe<NonNullable<AssignmentBody['terms']>>(
  Type.Object(
    { earning: Type.Optional(EarningTerms), carryOver: Type.Optional(CarryOverTerms) },
    {
      ...closed,
      minProperties: 1,
      'x-schema': 'AssignmentTerms',
      description:
        'What holds of the entity alone, each in place of what the policy says: an exception for one person.',
      examples: [{ carryOver: { keep: 'all' } }],
      'x-must': 'be an object with earning, carryOver or both',
    },
  ),
)

/** More than twice of full time is a mistake, such as a number of percent. */
const Share = Type.String({
  pattern: '^(?!0(\\.0+)?$)([01](\\.[0-9]{1,8})?|2(\\.0{1,8})?)$',
  description: 'Of full time: greater than zero and at most 2, with at most 8 decimals. Unless given: full time.',
  examples: ['0.8'],
  'x-must': 'be a share of full time, greater than 0 and at most 2, such as "0.8" for four days of five',
})

const SERVICE_SINCE =
  'Since when service counts, for levels and for leave years that begin with service. Unless given: since `hiredOn` of the ' +
  'entity, and where that is not known since `from`.'

export const AssignmentDefinition = Type.Object(
  {
    policy: id('Under which policy it earns: the same in every version.', 'annual-leave'),
    from: day('Its first day. What is said of employment bounds it as well.', '2026-01-01'),
    to: Type.Optional(orNull(day('Its last day. Unless given: until further notice.', '2026-12-31'))),
    serviceSince: Type.Optional(orNull(day(SERVICE_SINCE, '2020-09-01'))),
    share: Type.Optional(orNull(Share)),
    amounts: Type.Optional(orNull(Amounts)),
    terms: Type.Optional(orNull(Terms)),
    effectiveFrom: Type.Optional(
      day(
        'The day from which `share`, `amounts` and `terms` hold, until that of the next version. Unless given: from the ' +
          'beginning on. `from`, `to` and `serviceSince` are of the whole assignment, whatever this day is.',
        '2026-07-01',
      ),
    ),
  },
  {
    ...closed,
    'x-schema': 'AssignmentDefinition',
    examples: [{ policy: 'annual-leave', from: '2026-01-01', share: '0.8' }],
  },
)

export const Assignment = reply(
  'Assignment',
  {
    id: id('The assignment, among those of the entity.', 'a-2026'),
    entity: id('Who earns.', 'ada'),
    policy: id('Under which policy.', 'annual-leave'),
    resource: text('What that counts.'),
    from: day('Its first day.', '2026-01-01'),
    to: orNull(day('Its last day.', '2026-12-31'), 'Its last day; null: until further notice.'),
    serviceSince: orNull(
      day('Since when service counts.', '2020-09-01'),
      'Since when service counts; null: since `hiredOn` of the entity, and where that is not known since `from`.',
    ),
    share: orNull(quantity('Of full time.', '0.8'), 'Of full time; null: full time.'),
    amounts: orNull(
      Amounts,
      'What is earned in place of what each level of the policy says; null: as the policy says.',
    ),
    terms: orNull(Terms, 'What holds of the entity alone, in place of what the policy says; null: nothing.'),
    effectiveFrom: day('The day from which the share, the amounts and the terms hold.', '2026-01-01'),
    version: Type.Integer({ minimum: 1, description: 'Which version this is: 1, 2, 3 …' }),
    ...whereRecorded,
  },
  'One version of an assignment, and where it was recorded.',
)

export const DefinedAssignment = answered(
  'DefinedAssignment',
  Assignment.properties,
  'A version of an assignment as it was defined.',
)

export const AssignmentPage = page('AssignmentPage', Assignment)
