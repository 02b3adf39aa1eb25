import { Type } from 'typebox'
import { answered, orNull, Recorded, Rule, reply } from './replies.ts'
import { day, id, quantity } from './scalars.ts'

/** Policies that one call may name. */
const MOST_NAMED = 1_000

const on = day('The last day of employment.', '2026-09-30')

const Settle = Type.Enum(['pay-out', 'forfeit', 'keep'], {
  type: 'string',
  description:
    'What becomes of what is left. `pay-out`: it is to be paid. `forfeit`: it is lost. Either brings the accounts to 0, also from ' +
    'below: a debt ends, and with `pay-out` is to be deducted. `keep`: it stays.',
})

export const Leaving = Type.Object(
  {
    on,
    policies: Type.Optional(
      Type.Array(id('Under which policy.', 'annual-leave'), {
        minItems: 1,
        maxItems: MOST_NAMED,
        description: 'Only what is left under these is settled; under all, unless given.',
        'x-must': `be a list of 1 to ${MOST_NAMED} ids`,
      }),
    ),
    settle: Settle,
  },
  { additionalProperties: false, 'x-schema': 'Leaving', examples: [{ on: '2026-09-30', settle: 'pay-out' }] },
)

const policy = id('Under which policy.', 'annual-leave')

const RequestGivenBack = reply(
  'RequestGivenBack',
  {
    request: id('Which.', 'r-17'),
    status: Type.Enum(['approved', 'cancelled', 'pending'], {
      type: 'string',
      description: 'What it is then: `cancelled` where nothing is left of it.',
    }),
    days: Type.Array(
      reply('DayGivenBack', {
        date: day('The day.', '2026-10-05'),
        policy,
        amount: quantity('How much of it.', '1.00'),
      }),
      { description: 'What it gave back: its days after the last one.' },
    ),
  },
  'A request that reached beyond the last day.',
)

const RulePosting = reply(
  'RulePosting',
  {
    policy,
    rule: Rule,
    on: day('The day that it is about.', '2026-09-30'),
    amount: quantity('Signed effect on what is available.', '2.08'),
  },
  'What a rule of a policy posted.',
)

const AccountLeft = reply(
  'AccountLeft',
  {
    policy,
    before: quantity('What there was, with everything that was recorded for later days.', '7.50'),
    givenBack: quantity(
      'Leave after the last day; less what was accrued by hand for later days and is taken back.',
      '3.00',
    ),
    posted: quantity('What the rules posted.', '2.08'),
    settled: quantity('Paid out, or forfeited; below zero: a debt that ended.', '12.58'),
    after: quantity('What is left: `before` + `givenBack` + `posted` − `settled`.', '0.00'),
  },
  'What became of an account.',
)

export const RecordedLeaving = answered(
  'RecordedLeaving',
  {
    entity: id('Who leaves.', 'ada'),
    on,
    settle: Settle,
    policies: orNull(Type.Array(policy), 'The policies that were named; null: none, so all.'),
    requests: Type.Optional(
      Type.Array(RequestGivenBack, {
        description: 'Requests that gave back days; for whoever may read them (`requests:read`).',
      }),
    ),
    postings: Type.Optional(
      Type.Array(RulePosting, {
        description: 'What the rules posted because of it; for whoever may read transactions (`transactions:read`).',
      }),
    ),
    accounts: Type.Optional(
      Type.Array(AccountLeft, {
        description: 'Every account of the entity; for whoever may read balances (`balances:read`).',
      }),
    ),
    ...Recorded.properties,
  },
  'What leaving came to. `transactions` are those of the settlement, which is an event of its own.',
)
