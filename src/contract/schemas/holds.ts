import { Type } from 'typebox'
import type { PlaceHoldBody } from '../../commands/bodies.ts'
import { HOLD_STATUSES, LONGEST_HOLD_SECONDS, MOST_HELD_LINES } from '../../domain/hold/hold.ts'
import { Metadata } from './metadata.ts'
import { INSTANT } from './parameters.ts'
import { AnsweredTransaction, answered, count, idWarnings, orNull, reply, TouchedBalance, text } from './replies.ts'
import { day, id, instant, LARGEST, label, Portion, PositiveQuantity, quantity, transactionId } from './scalars.ts'

const closed = { additionalProperties: false }

/** Lines that may be recorded with a hold that is taken. */
const MOST_MORE_LINES = 100

const account = {
  entity: id('Whose balance: an item, a seat, a wallet, a person. It need not have been defined.', 'item-7'),
  policy: id('The policy the balance is kept under.', 'stock'),
}
const effectiveOn = day('The calendar day from which it counts.')
const held = {
  ...account,
  amount: PositiveQuantity,
  effectiveOn,
  portion: Type.Optional(Portion),
}
const heldExample = { entity: 'item-7', policy: 'stock', amount: '1', effectiveOn: '2026-03-31' }

const accountVersion = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: LARGEST,
    description: 'The version of the account that the caller saw; where it is another by now, 409 `version-conflict`.',
    examples: [7],
    'x-must': 'be a whole number, zero or more',
  }),
)

const heldLine = Type.Object({ ...held, expectedVersion: accountVersion }, { ...closed, 'x-schema': 'LineToHold' })

const expiresAt = Type.Refine(
  Type.String({
    pattern: `^${INSTANT}$`,
    format: 'date-time',
    description:
      'From this instant on it holds nothing: after now, and at most 30 days ahead. Read to the millisecond. Or `seconds`.',
    examples: ['2026-03-31T08:15:00Z'],
    'x-must': 'be an instant that exists, as RFC 3339 has it, such as 2026-03-31T08:15:00Z',
  }),
  isInstant,
)
const seconds = Type.Integer({
  minimum: 1,
  maximum: LONGEST_HOLD_SECONDS,
  description: 'How long, from when it is recorded: 1 second to 30 days. Or `expiresAt`.',
  examples: [900],
  'x-must': `be a whole number of seconds, 1 to ${LONGEST_HOLD_SECONDS}`,
})

/** 30 February has the form, and JavaScript moves it to March. */
function isInstant(text: string): boolean {
  const monthEnd = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate()
  return !Number.isNaN(Date.parse(text)) && Number(text.slice(8, 10)) <= monthEnd
}

export const HoldPlacing = Type.Unsafe<PlaceHoldBody>(
  Type.Object(
    {
      lines: Type.Array(heldLine, {
        minItems: 1,
        maxItems: MOST_HELD_LINES,
        description:
          'Held in this order, all or none. One line for each account and day, or half of a day: a second one is 422 `rule-violated`, rule `held-once`.',
        'x-must': `be a list of 1 to ${MOST_HELD_LINES} lines`,
      }),
      expiresAt: Type.Optional(expiresAt),
      seconds: Type.Optional(seconds),
      reference: Type.Optional(
        label('Of all its lines: a key in the system that it comes from, not for personal data.', 255, 'cart-17'),
      ),
      metadata: Type.Optional(Metadata),
    },
    {
      ...closed,
      'x-schema': 'HoldPlacing',
      oneOf: [
        { properties: { expiresAt }, required: ['expiresAt'] },
        { properties: { seconds }, required: ['seconds'] },
      ],
      'x-must': 'say either `expiresAt` or `seconds`',
      examples: [{ lines: [heldExample], seconds: 900, reference: 'cart-17' }],
    },
  ),
)

const expectedVersion = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: LARGEST,
    description: 'The version of the hold that the caller saw; where it is another by now, 409 `version-conflict`.',
    examples: [1],
    'x-must': 'be a whole number, 1 or more',
  }),
)

const moreSaid = {
  ...account,
  amount: PositiveQuantity,
  effectiveOn,
  expectedVersion: accountVersion,
  reference: Type.Optional(label('The line’s own; that of the hold, unless given.', 255, 'order-17')),
}

const moreLine = Type.Union(
  [
    Type.Object(
      { type: Type.Literal('consumption'), ...moreSaid, portion: Type.Optional(Portion) },
      { ...closed, 'x-schema': 'MoreConsumption' },
    ),
    Type.Object(
      {
        type: Type.Literal('accrual'),
        ...moreSaid,
        validUntil: Type.Optional(
          day('The last day on which it may be taken; without it, it does not lapse by itself.', '2026-06-30'),
        ),
      },
      { ...closed, 'x-schema': 'MoreAccrual' },
    ),
  ],
  {
    discriminator: {
      propertyName: 'type',
      mapping: {
        consumption: '#/components/schemas/MoreConsumption',
        accrual: '#/components/schemas/MoreAccrual',
      },
    },
    'x-schema': 'MoreLine',
    'x-must': 'have a type: "accrual" or "consumption"',
  },
)

export const HoldTaking = Type.Object(
  {
    expectedVersion,
    lines: Type.Optional(
      Type.Array(Type.Object(held, { ...closed, 'x-schema': 'PartToTake' }), {
        minItems: 1,
        maxItems: MOST_HELD_LINES,
        description:
          'What of it is taken: lines as they were held, with as much or less. The rest is released. Everything, unless given.',
        'x-must': `be a list of 1 to ${MOST_HELD_LINES} lines`,
      }),
    ),
    more: Type.Optional(
      Type.Array(moreLine, {
        minItems: 1,
        maxItems: MOST_MORE_LINES,
        description:
          'Lines of other accounts, in the same event: what is paid for it, what somebody gets. All or none.',
        'x-must': `be a list of 1 to ${MOST_MORE_LINES} lines`,
      }),
    ),
  },
  {
    ...closed,
    'x-schema': 'HoldTaking',
    examples: [
      {
        expectedVersion: 1,
        more: [{ type: 'consumption', entity: 'ada', policy: 'wallet', amount: '20', effectiveOn: '2026-03-31' }],
      },
    ],
  },
)

export const HoldReleasing = Type.Object(
  { expectedVersion },
  { ...closed, 'x-schema': 'HoldReleasing', examples: [{ expectedVersion: 1 }] },
)

export const HoldStatus = Type.Enum([...HOLD_STATUSES], {
  type: 'string',
  description:
    '`held`; or how it ended: `taken`, all of it or a part; `released` before its time; `lapsed` when that was over. ' +
    'Held until the end is recorded, which may be a moment after `expiresAt`.',
  'x-must': 'be "held", "taken", "released" or "lapsed"',
})

export const Hold = reply(
  'Hold',
  {
    id: id('The hold.', 'hold-7c1f'),
    status: HoldStatus,
    version: count('How many events it has: 1, and 2 once it ended. What `expectedVersion` names.'),
    lines: Type.Array(
      reply('HeldLine', {
        transaction: orNull(transactionId('The `pending` line by which it is held.'), 'null in a dry run.'),
        entity: id('Whose balance.', 'item-7'),
        policy: id('The policy it is kept under.', 'stock'),
        resource: id('What is counted.', 'stock'),
        amount: quantity('What is held, or was.', '1'),
        effectiveOn: day('The calendar day from which it counts.'),
        portion: orNull(Portion, 'null unless the policy was `dayExclusive`.'),
        taken: quantity('What was taken of it; 0 while it is held.', '0'),
      }),
      { description: 'In their order; of those, what the caller may read.' },
    ),
    expiresAt: instant('From then on it holds nothing.'),
    endedAt: orNull(instant('When its end was recorded.'), 'null: it has not ended.'),
    reference: orNull(text('A key in the system that it comes from.')),
  },
  'Lines that are held until they are taken, released, or their time is over.',
)

export const RecordedHold = answered(
  'RecordedHold',
  {
    hold: Hold,
    transactions: Type.Array(AnsweredTransaction, {
      description: 'What it recorded, in order. Of those, what the caller said or may read.',
    }),
    balances: Type.Array(TouchedBalance, {
      description:
        'Every account that the command touched, after it; of those that the caller may read (`balances:read`).',
    }),
    ...idWarnings,
  },
  'A hold after a command, and the balances after it.',
)
