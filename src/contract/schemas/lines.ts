import { type TProperties, Type } from 'typebox'
import type { ConsumptionBody, DrawingBody } from '../../commands/bodies.ts'
import { Metadata } from './metadata.ts'
import { NoticeItem } from './notices.ts'
import {
  askedBalance,
  day,
  IdempotencyKey,
  id,
  LARGEST,
  LARGEST_IN_ID,
  label,
  Portion,
  PositiveQuantity,
  position,
  SignedQuantity,
  transactionId,
} from './scalars.ts'
import { WorkedHoursItem } from './worked-hours.ts'

const RATE_PATTERN = '^(?!0(\\.0+)?$)(0|[1-9][0-9]{0,17})(\\.[0-9]{1,8})?$'

/** Lines that one command may have. */
export const MOST_LINES = 1_000

const said = {
  reference: Type.Optional(
    label('A key in the system that the line comes from, not for personal data.', 255, 'PAY-2026-03'),
  ),
  reason: Type.Optional(
    Type.String({
      maxLength: 2_000,
      description: 'Why, in words. Kept beside the record, where it can be erased.',
      examples: ['Monthly accrual'],
      'x-must': 'be a text of at most 2000 characters',
    }),
  ),
  metadata: Type.Optional(Metadata),
}

const expectedVersion = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: LARGEST,
    description: 'The version of the account that the caller saw; where it is another by now, 409 `version-conflict`.',
    examples: [7],
    'x-must': 'be a whole number, zero or more',
  }),
)

const intoClosedPeriod = Type.Optional(
  Type.Enum(['post-today'], {
    type: 'string',
    description:
      'What becomes of a line for a closed period, which is otherwise refused: `post-today` records it today, and says by ' +
      '`meantFor` which day it is about. A line for an open period is recorded as if this were not said.',
    'x-must': 'be "post-today"',
  }),
)

const allowNegative = Type.Optional(
  Type.Boolean({
    description: 'Record it even where the balance would fall below its limit, and say so in the event.',
  }),
)

const guarded = { expectedVersion, intoClosedPeriod }

const account = {
  entity: id('Whose balance: a person, a wallet, an item, a seat. It need not have been defined.', 'ada'),
  policy: id('The policy the balance is kept under.', 'annual-leave'),
}
const effectiveOn = day('The calendar day from which it counts.')

const accrual = {
  ...account,
  amount: PositiveQuantity,
  effectiveOn,
  validUntil: Type.Optional(
    day(
      'The last day on which it may be taken; without it, it does not lapse by itself. Leave draws what lapses first, and ' +
        'what is left after this day counts no more.',
      '2026-06-30',
    ),
  ),
  carriedIn: Type.Optional(
    Type.Boolean({
      description:
        'Whether it was earned in an earlier leave year, such as an opening balance: then it counts as carried into its ' +
        'leave year, and not as earned in it.',
    }),
  ),
  ...guarded,
  ...said,
}
const consumption = {
  entity: account.entity,
  policy: Type.Optional(account.policy),
  resource: Type.Optional(
    id(
      'In place of `policy`: what is taken, from as many of the entity’s accounts that count it as it takes. They are drawn ' +
        'on as for a request, and each of them gets a transaction of its own.',
      'annual-leave',
    ),
  ),
  amount: PositiveQuantity,
  effectiveOn,
  portion: Type.Optional(Portion),
  ...guarded,
  ...said,
}
const adjustment = {
  ...account,
  amount: Type.Optional(SignedQuantity),
  to: Type.Optional(
    askedBalance(
      'In place of `amount`: what the balance is to be at the end of `effectiveOn`. How much that takes is found out when it ' +
        'is recorded; where it takes nothing, 422 `rule-violated` with the `rule` `adjustment-changes-nothing`.',
    ),
  ),
  effectiveOn,
  allowNegative,
  ...guarded,
  ...said,
}
const reversal = {
  transaction: Type.Optional(transactionId('The transaction to undo, as a whole. Or `position`.')),
  position: Type.Optional(position('The command to undo: all its lines, or none. Or `transaction`.', LARGEST_IN_ID)),
  effectiveOn: Type.Optional(day('The day from which it is undone; that of the transaction, unless given.')),
  allowNegative,
  ...guarded,
  ...said,
}

/** Exactly one of the two. */
const eitherTarget = {
  oneOf: [
    { properties: { transaction: reversal.transaction }, required: ['transaction'] },
    { properties: { position: reversal.position }, required: ['position'] },
  ],
  'x-must': 'say either `transaction` or `position`',
}

/** Exactly one of the two; a version is that of one account. */
const eitherAccount = {
  oneOf: [
    { properties: { policy: account.policy }, required: ['policy'] },
    {
      properties: { resource: consumption.resource },
      required: ['resource'],
      not: { required: ['expectedVersion'] },
    },
  ],
  'x-must': 'say either `policy` or `resource`, and `expectedVersion` only with `policy`',
}

/** Exactly one of the two. */
const eitherAmount = {
  oneOf: [
    { properties: { amount: adjustment.amount }, required: ['amount'] },
    { properties: { to: adjustment.to }, required: ['to'] },
  ],
  'x-must': 'say either `amount` or `to`',
}

/** Of an accrual. */
const inOrder = { 'x-must': 'not be before `effectiveOn`', 'x-at': 'validUntil' }

function isInOrder(said: { readonly effectiveOn: string; readonly validUntil?: string }): boolean {
  return said.validUntil === undefined || said.validUntil >= said.effectiveOn
}

function closed<const Properties extends TProperties>(
  name: string,
  properties: Properties,
  {
    example,
    ...also
  }: {
    readonly example?: object
    readonly oneOf?: object[]
    readonly 'x-must'?: string
    readonly 'x-at'?: string
  } = {},
) {
  const examples = example === undefined ? {} : { examples: [example] }
  return Type.Object(properties, { additionalProperties: false, 'x-schema': name, ...examples, ...also })
}

const earned = { entity: 'ada', policy: 'annual-leave', amount: '2.5', effectiveOn: '2026-01-31' }
const taken = { entity: 'ada', policy: 'annual-leave', amount: '1', effectiveOn: '2026-03-02' }

export const Accrual = Type.Refine(
  closed('Accrual', accrual, { example: { ...earned, reference: 'accrual-2026-01' }, ...inOrder }),
  isInOrder,
)
export const Consumption = Type.Unsafe<ConsumptionBody | DrawingBody>(
  closed('Consumption', consumption, { example: { ...taken, portion: 'full' }, ...eitherAccount }),
)
export const Adjustment = closed('Adjustment', adjustment, {
  example: { ...earned, amount: '-0.5', reason: 'Counted twice' },
  ...eitherAmount,
})
export const Reversal = closed('Reversal', reversal, {
  example: { transaction: '42.1', reason: 'Cancelled' },
  ...eitherTarget,
})

export const Encashment = closed(
  'Encashment',
  {
    ...account,
    amount: PositiveQuantity,
    effectiveOn,
    rate: Type.Optional(
      Type.String({
        pattern: RATE_PATTERN,
        description:
          'What one unit is worth, greater than zero, with up to 8 decimals. What that comes to is answered and kept as `money`.',
        examples: ['210.15'],
        'x-must': 'be a decimal number in a string, greater than zero, of at most 18 integer digits and 8 decimals',
      }),
    ),
    ...guarded,
    ...said,
  },
  { example: { ...earned, amount: '2', effectiveOn: '2026-12-01', rate: '210.15', reference: 'PAY-2026-12' } },
)

const accrualLine = Type.Refine(
  closed('AccrualLine', { type: Type.Literal('accrual'), ...accrual }, inOrder),
  isInOrder,
)
const adjustmentLine = closed('AdjustmentLine', { type: Type.Literal('adjustment'), ...adjustment }, eitherAmount)
const reversalLine = closed('ReversalLine', { type: Type.Literal('reversal'), ...reversal }, eitherTarget)
const ofLineType = { 'x-must': 'have a type: "accrual", "consumption", "adjustment" or "reversal"' }

/** One of several lines, or one as a command by itself: the bodies above, each with its type. */
export const Line = Type.Union(
  [
    accrualLine,
    Type.Unsafe<(ConsumptionBody | DrawingBody) & { readonly type: 'consumption' }>(
      closed('ConsumptionLine', { type: Type.Literal('consumption'), ...consumption }, eitherAccount),
    ),
    adjustmentLine,
    reversalLine,
  ],
  {
    discriminator: {
      propertyName: 'type',
      mapping: {
        accrual: '#/components/schemas/AccrualLine',
        consumption: '#/components/schemas/ConsumptionLine',
        adjustment: '#/components/schemas/AdjustmentLine',
        reversal: '#/components/schemas/ReversalLine',
      },
    },
    'x-schema': 'TransactionLine',
    ...ofLineType,
  },
)

const transactions = {
  transactions: Type.Array(Line, {
    minItems: 1,
    maxItems: MOST_LINES,
    description: 'Recorded in this order, all or none; a line sees those before it.',
    'x-must': `be a list of 1 to ${MOST_LINES} transactions`,
  }),
  ...said,
}

export const Transactions = closed('Transactions', transactions, {
  example: {
    reference: 'leave-17',
    transactions: [
      { type: 'consumption', ...taken },
      { type: 'consumption', ...taken, effectiveOn: '2026-03-03' },
    ],
  },
})

/**
 * What the commands of a bulk look like. Each is checked by itself, without its key, as one of the bodies above. The type
 * of `transactions` may be left out; a generated client says it, which tells it apart from the others.
 */
export const BulkItem = Type.Union(
  [
    closed('AccrualItem', { idempotencyKey: IdempotencyKey, type: Type.Literal('accrual'), ...accrual }),
    closed(
      'ConsumptionItem',
      { idempotencyKey: IdempotencyKey, type: Type.Literal('consumption'), ...consumption },
      eitherAccount,
    ),
    closed(
      'AdjustmentItem',
      { idempotencyKey: IdempotencyKey, type: Type.Literal('adjustment'), ...adjustment },
      eitherAmount,
    ),
    closed(
      'ReversalItem',
      { idempotencyKey: IdempotencyKey, type: Type.Literal('reversal'), ...reversal },
      eitherTarget,
    ),
    closed('TransactionsItem', {
      idempotencyKey: IdempotencyKey,
      type: Type.Literal('transactions', { description: 'May be left out.' }),
      ...transactions,
    }),
    WorkedHoursItem,
    NoticeItem,
  ],
  {
    discriminator: {
      propertyName: 'type',
      mapping: {
        accrual: '#/components/schemas/AccrualItem',
        consumption: '#/components/schemas/ConsumptionItem',
        adjustment: '#/components/schemas/AdjustmentItem',
        reversal: '#/components/schemas/ReversalItem',
        transactions: '#/components/schemas/TransactionsItem',
        'worked-hours': '#/components/schemas/WorkedHoursItem',
        notice: '#/components/schemas/NoticeItem',
      },
    },
    'x-schema': 'BulkCommand',
  },
)
