import { Type } from 'typebox'
import { FORESEEN_KINDS } from '../../domain/earning/forecast.ts'
import type { Figures } from '../../domain/earning/part.ts'
import { knownAt, paged } from './parameters.ts'
import { count, orNull, page, Rule, reply, text } from './replies.ts'
import { day, id, label, quantity, transactionId } from './scalars.ts'

const closed = { additionalProperties: false }

const policy = id('Under which policy.', 'annual-leave')

export const ForecastQuery = Type.Object(
  {
    policy,
    asOf: Type.Optional(day('It begins with the end of this day; of today, unless given.', '2026-11-30')),
    until: Type.Optional(
      day('The last day: at most 10 years after `asOf`, and one year after it unless given.', '2027-12-31'),
    ),
  },
  closed,
)

export const ExplanationQuery = Type.Object(
  {
    policy,
    asOf: Type.Optional(day('The end of this day; of today, unless given.')),
    knownAt,
    ...paged,
    limit: Type.Optional({ ...paged.limit, default: 1_000, description: 'The most items of one page.' }),
  },
  closed,
)

export const EntitlementsQuery = Type.Object(
  {
    policy,
    entity: Type.Optional(id('Only of this entity.', 'ada')),
    year: Type.Optional(
      Type.Integer({
        minimum: 1900,
        maximum: 2999,
        description: 'The leave year that begins in this year of the calendar.',
        examples: [2026],
        'x-must': 'be a year from 1900 to 2999',
      }),
    ),
    on: Type.Optional(day('The leave year that this day is in. Unless this or `year` is given: that of today.')),
    ...paged,
  },
  closed,
)

const account = {
  entity: id('Whose balance.', 'ada'),
  policy: id('The policy it is kept under.', 'annual-leave'),
  resource: id('What is counted.', 'annual-leave'),
  unit: label('What a quantity of 1 is.', 32, 'day'),
}

const byRule = orNull(Rule, 'By which rule; null: people recorded it.')

export const Forecast = reply(
  'Forecast',
  {
    ...account,
    asOf: day('It begins with the end of this day.', '2026-11-30'),
    until: day('Its last day.', '2027-12-31'),
    balance: quantity('What is recorded up to `asOf`.', '12.50'),
    items: Type.Array(
      reply('ForecastItem', {
        on: day('When it takes effect. What was due by `asOf` and is not posted yet comes first, on its own day.'),
        kind: Type.Enum([...FORESEEN_KINDS], {
          type: 'string',
          description:
            '`accrual` (a cut by a cap is one with the rule `cap`), `carry-over`, `lapse`; `leave` that is booked, `hold`: held and ' +
            'not decided; `adjustment`: by people, or a correction of what was posted before.',
        }),
        amount: quantity('Signed effect on the balance; zero where all is carried over.', '2.50'),
        balance: quantity('The balance after it.', '15.00'),
        rule: byRule,
      }),
      {
        description:
          'By day; on one day what lapses, what is carried, what is earned, what is adjusted, and then leave.',
      },
    ),
    willLapse: Type.Array(
      reply('WillLapse', {
        on: day('The first day on which it is gone.', '2027-04-01'),
        amount: quantity('How much, above zero.', '3.00'),
      }),
      { description: 'What lapses, or is cut off when it is carried over, unless it is taken before; by day.' },
    ),
  },
  'How a balance goes on: by what is recorded for later days, and by what the rules will post.',
)

const Explained = reply('ExplanationItem', {
  transaction: orNull(
    transactionId('The transaction.'),
    'null: a carry-over, or a notice, that needed none: its amount is zero.',
  ),
  on: day('When it takes effect.'),
  amount: quantity('Signed effect on the balance.', '1.45'),
  balance: quantity('The balance after it.', '13.95'),
  rule: byRule,
  policyVersion: orNull(count('The version of the policy that decided about it.'), 'null where none was noted.'),
  figures: Type.Unsafe<Figures>({
    type: 'object',
    additionalProperties: true,
    description:
      'The figures that it was decided on, as they were recorded: days of a period, amounts of a level, a share, what rounding ' +
      'left over. docs/guides/explaining-a-balance.md says what each of them is.',
    examples: [{ days: 18, ofDays: 31, every: 'month', amount: '2.5', earned: '1.45' }],
  }),
  text: Type.String({
    description: 'The same in one sentence. What people recorded has their reason in it, until that is erased.',
    examples: ['18 of 31 days of March at 2.5 days a month: 1.45'],
  }),
})

export const Explanation = page('Explanation', Explained, {
  ...account,
  asOf: day('The end of this day.'),
  knownAt: count('The position up to which the record was taken into account.'),
})

export const LotPage = page(
  'LotPage',
  reply('Lot', {
    transaction: transactionId('The transaction that earned it.'),
    earnedOn: day('From this day on it may be taken.'),
    amount: quantity('What was earned.', '2.50'),
    used: quantity('What was taken of it.', '1.00'),
    lapsed: quantity('What could no longer be taken, or was cut.', '0.00'),
    remaining: quantity('What is left of it.', '1.50'),
    validUntil: orNull(
      day('The last day on which it may be taken.', '2027-03-31'),
      'null: it does not lapse by itself.',
    ),
    rule: byRule,
  }),
  {
    ...account,
    asOf: day('The end of this day.'),
    knownAt: count('The position up to which the record was taken into account.'),
  },
)

export const EntitlementPage = page(
  'EntitlementPage',
  reply('Entitlement', {
    entity: id('Whose.', 'ada'),
    leaveYear: reply('LeaveYearDays', {
      from: day('Its first day.', '2026-01-01'),
      to: day('Its last day.', '2026-12-31'),
    }),
    entitlement: orNull(
      quantity('What the rules post for the year, to its end, and what people gave for it.', '30.00'),
      'null: without limit.',
    ),
    earned: quantity('How much of it is posted.', '27.50'),
    carriedIn: quantity(
      'What is kept when it is carried into the year, and what people carried in; never below zero. Without rules for it: all ' +
        'that was left. Of a year that the runs have not reached: what they will keep, as things are now.',
      '5.00',
    ),
    taken: quantity('Leave of days of the year, booked ahead as well.', '12.00'),
    lapsed: quantity(
      'What lapsed at the end of a day of the year, or was cut off by a carry-over then, or by a cap.',
      '2.00',
    ),
    remaining: orNull(
      quantity(
        'What is left: carried in and entitled, without what is taken, held or lapsed. Adjustments count, and of before debts and what ' +
          'has a last valid day of its own.',
        '20.50',
      ),
      'null: without limit.',
    ),
  }),
  {
    problems: Type.Array(
      reply('EntitlementProblem', {
        entity: id('Whose.', 'ada'),
        code: text('What is the matter.'),
        detail: text('The same in words.'),
      }),
      { description: 'Of this page: whose entitlement cannot be worked out. They are not among the items.' },
    ),
  },
)
