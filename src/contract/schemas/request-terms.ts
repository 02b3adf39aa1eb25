import { type TSchema, Type } from 'typebox'
import { ID_PATTERN } from '../../domain/id.ts'
import { MOST_DAYS, type RequestTerms as Terms } from '../../domain/request/terms.ts'
import { day, id, label } from './scalars.ts'

const closed = { additionalProperties: false }

/** No rule counts further. */
const MOST_RULE_DAYS = 3_660

/** @param also what else its schema says */
function days(
  description: string,
  {
    least,
    example,
    most = MOST_RULE_DAYS,
  }: { readonly least: number; readonly example: number; readonly most?: number },
  also: { readonly 'x-null-says'?: string } = {},
) {
  return Type.Union(
    [
      Type.Integer({
        minimum: least,
        maximum: most,
        examples: [example],
        'x-must': `be a whole number from ${least} to ${most}`,
      }),
      Type.Null(),
    ],
    { description, ...also },
  )
}

const role = id('A role.', 'manager')

const terms = {
  priority: Type.Integer({
    minimum: 0,
    maximum: 1_000,
    description: 'Of the policies of one resource the one with the lowest number is drawn on first; 100 unless given.',
    examples: [10],
    'x-must': 'be a whole number from 0 to 1000',
  }),
  expiresOn: Type.Union([day('A day.', '2026-03-31'), Type.Null()], {
    description:
      'No later day is drawn from it; of two with the same priority the one that expires earlier goes first. null, unless ' +
      'given: never.',
  }),
  approval: Type.Union([Type.Array(role, { maxItems: 8 }), Type.Null()], {
    description:
      'The roles that have to agree, one after the other. `manager` is whom the definition of the entity names, any other ' +
      'those of `roles`. An empty list: granted at once. null, unless given: anybody but the one whose request it is.',
  }),
  roles: Type.Unsafe<Terms['roles']>({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string', pattern: ID_PATTERN }, maxItems: 100 },
    propertyNames: { pattern: ID_PATTERN },
    maxProperties: 16,
    description: 'The entities that have a role, by role.',
    examples: [{ hr: ['h1', 'h2'] }],
    'x-must': 'be an object of lists of ids, by role',
  }),
  automaticUpTo: Type.Union(
    [
      Type.String({
        pattern: '^(0|[1-9][0-9]{0,17})(\\.[0-9]{1,8})?$',
        examples: ['1'],
        'x-must': 'be a decimal number in a string, such as "1.5", zero or more',
      }),
      Type.Null(),
    ],
    { description: 'A request of at most this much is granted at once. null, unless given: none.' },
  ),
  cancellation: Type.Enum(['free', 'ask'], {
    type: 'string',
    description:
      'What was approved is cancelled by the one whose it is (`free`, unless given), or only asked for (`ask`): then ' +
      'whoever has the last role of `approval` decides, and nobody else changes it.',
    'x-must': 'be "free" or "ask"',
  }),
  maxDaysAhead: days(
    'How many days from today on the first day may be; 365 unless given, null: any.',
    { least: 0, example: 365 },
    { 'x-null-says': 'any' },
  ),
  maxConsecutiveDays: days(
    'How many days of the calendar a request may span; 30 unless given, null: 366.',
    { least: 1, example: 30, most: MOST_DAYS },
    { 'x-null-says': '366' },
  ),
  minNoticeDays: days('How many days before the first day it has to be submitted. null, unless given: none.', {
    least: 0,
    example: 14,
  }),
  waitingDays: days(
    'From the beginning of a period of employment on, days before which the first day may not be. null, unless given: none.',
    { least: 0, example: 90 },
  ),
  blackouts: Type.Array(
    Type.Object(
      {
        from: day('First day.', '2026-12-01'),
        to: day('Last day.', '2026-12-23'),
        name: label('Why.', 128, 'Stocktaking'),
      },
      closed,
    ),
    { maxItems: 100, description: 'Spans in which no working day may be taken.' },
  ),
} satisfies Partial<Record<keyof Terms, TSchema>>

/** Terms that are shown where they say something. */
const seldom = {
  countCalendarDays: Type.Optional(
    Type.Boolean({
      description:
        'Every day of a request counts as 1 day, worked or not, halves as 0.5. Only where `unit` is `day`. false, unless ' +
        'given: working days count.',
    }),
  ),
  displaces: Type.Optional(
    Type.Array(id('A resource that the policy does not count.', 'annual-leave'), {
      maxItems: 16,
      description:
        'Approved requests for these resources give back the days that an approved request under this policy has, in the ' +
        'same event, and get them again where it has them no more. None, unless given.',
      'x-must': 'be a list of at most 16 ids',
    }),
  ),
} satisfies Partial<Record<keyof Terms, TSchema>>

const optional = {
  priority: Type.Optional(terms.priority),
  expiresOn: Type.Optional(terms.expiresOn),
  approval: Type.Optional(terms.approval),
  roles: Type.Optional(terms.roles),
  automaticUpTo: Type.Optional(terms.automaticUpTo),
  cancellation: Type.Optional(terms.cancellation),
  maxDaysAhead: Type.Optional(terms.maxDaysAhead),
  maxConsecutiveDays: Type.Optional(terms.maxConsecutiveDays),
  minNoticeDays: Type.Optional(terms.minNoticeDays),
  waitingDays: Type.Optional(terms.waitingDays),
  blackouts: Type.Optional(terms.blackouts),
  ...seldom,
} satisfies Record<keyof Terms, TSchema>

/** What a policy says about requests, as it is said. */
export const RequestTerms = Type.Object(optional, {
  ...closed,
  'x-schema': 'RequestTerms',
  description: 'What the policy says about requests for leave; what is left out is as usual.',
  examples: [{ approval: ['manager'], minNoticeDays: 7 }],
})

/** The same as it is shown: with what was left out. */
export const AllRequestTerms = Type.Object({ ...terms, ...seldom }, { 'x-schema': 'AllRequestTerms' })
