import { type TProperties, type TSchema, Type } from 'typebox'
import { POSTING_RULES } from '../../domain/earning/posting.ts'
import { earningTerms } from './earning-terms.ts'
import { AllRequestTerms } from './request-terms.ts'
import {
  day,
  hash,
  id,
  instant,
  KindVisibleTo,
  LARGEST,
  label,
  Portion,
  position,
  quantity,
  RecordedKey,
  TransactionType,
  transactionId,
} from './scalars.ts'

/*
 * What the service answers. These describe; replies are not checked against them as they are sent, but by a test that
 * sends whatever the request schemas allow. Clients are to ignore members that they do not know.
 */

export function reply<const Properties extends TProperties>(
  name: string,
  properties: Properties,
  description?: string,
) {
  return Type.Object(properties, { ...(description === undefined ? {} : { description }), 'x-schema': name })
}

/** @param description what null means, too; as the schema says, unless given */
export function orNull<const Schema extends TSchema & { readonly description?: string }>(
  schema: Schema,
  description = schema.description,
) {
  return Type.Union([schema, Type.Null()], description === undefined ? {} : { description })
}

export function text(description: string) {
  return Type.String({ description })
}

export function count(description: string) {
  return Type.Integer({ minimum: 0, maximum: LARGEST, description })
}

export const whereRecorded = {
  position: position('Its place in the history of its book: 1, 2, 3 … without a gap.'),
  recordedAt: instant('When the database wrote it.'),
  hash: hash('SHA-256 of the event, which covers the one before it.'),
}

/** The same in the answer to a command, which may be a dry run: that records nothing. */
const whereIfRecorded = {
  position: orNull(whereRecorded.position, 'Its place in the history of its book; null in a dry run.'),
  recordedAt: orNull(whereRecorded.recordedAt, 'When the database wrote it; null in a dry run.'),
  hash: orNull(whereRecorded.hash, 'SHA-256 of the event, which covers the one before it; null in a dry run.'),
}

/**
 * What a command is answered with: the same for a dry run, so that whoever decodes one decodes the other.
 * @param name of the component that it is in the OpenAPI document
 * @param properties of what it made, as it is read later
 */
export function answered<const Properties extends TProperties>(
  name: string,
  properties: Properties,
  description?: string,
) {
  return reply(name, { ...properties, ...whereIfRecorded }, description)
}

export const Book = reply('Book', {
  id: id('The book.', 'main'),
  name: orNull(text('What people call it.')),
  timeZone: Type.String({ description: 'What "today" means in it.', examples: ['UTC'] }),
  ...whereRecorded,
})

export const Policy = reply(
  'Policy',
  {
    id: id('The policy.', 'annual-leave'),
    resource: id('What is counted.', 'annual-leave'),
    unit: label('What a quantity of 1 is.', 32, 'day'),
    scale: Type.Integer({ minimum: 0, maximum: 8, description: 'Decimals that quantities have.' }),
    dayExclusive: Type.Boolean({ description: 'Whether a consumption takes its day, or half of it.' }),
    overdraftLimit: orNull(quantity('How far below zero a balance may go.', '0.00'), 'null: without limit.'),
    name: orNull(text('What people call it.')),
    requests: orNull(AllRequestTerms, 'null where it says nothing about requests: then the usual holds.'),
    retiredFrom: orNull(
      day('The day from which nothing is accrued or taken under it any more.', '2027-01-01'),
      'The day from which nothing is accrued or taken under it any more; null: it is not retired.',
    ),
    kindVisibleTo: KindVisibleTo,
    leaveYear: orNull(
      earningTerms.leaveYear,
      'When leave years begin; null where nothing is said: with the calendar year.',
    ),
    earning: orNull(earningTerms.earning, 'How something is earned; null: by accruals that are recorded by hand.'),
    carryOver: orNull(earningTerms.carryOver, 'What becomes of a balance when a year ends; null: it stays.'),
    spending: orNull(earningTerms.spending, 'What may be taken, and from when on; null: what is there, at once.'),
    encashment: orNull(earningTerms.encashment, 'What of a balance may be paid out; null: all of it.'),
    countsAsWorked: orNull(
      earningTerms.countsAsWorked,
      'Under a `basis` of working time: how much of a day that is taken counts as attended; null: all of it.',
    ),
    lateLeave: orNull(
      earningTerms.lateLeave,
      'Whether leave that is entered late corrects what was posted on the grounds of the balance then; null: it does.',
    ),
    version: Type.Integer({ minimum: 1, description: 'Which version this is: 1, 2, 3 …' }),
    effectiveFrom: day('The day from which this version decides.', '2026-01-01'),
    text: Type.Optional(
      Type.String({
        description:
          'Its terms of earning in plain words: where a reader asks by `explain=true`, and in a dry run where there are some.',
        examples: [
          'The leave year is the calendar year. Earned: 25 days for each leave year, in equal parts each month.',
        ],
      }),
    ),
    ...whereRecorded,
  },
  'One version of a policy, and where it was recorded.',
)

export const Entity = reply(
  'Entity',
  {
    id: id('The entity.', 'ada'),
    kind: orNull(text('What it is.')),
    department: orNull(text('Where it belongs.')),
    manager: orNull(text('The entity that decides about its requests.')),
    hiredOn: orNull(day('First day of the last period of employment.')),
    leftOn: orNull(day('Last day of that period.')),
    calendar: orNull(text('The calendar that says which days it works.')),
    name: orNull(text('Beside the record, erasable.')),
    email: orNull(text('Beside the record, erasable.')),
    personnelNumber: orNull(text('Beside the record, erasable.')),
    metadata: orNull(
      Type.Unsafe<object>({ type: 'object', additionalProperties: true }),
      'Beside the record, erasable.',
    ),
    version: Type.Integer({ minimum: 1, description: 'Which definition this is: 1, 2, 3 …' }),
    ...whereRecorded,
  },
  'An entity as it was last defined, and where that was recorded.',
)

export const Rule = Type.Enum([...POSTING_RULES], {
  type: 'string',
  description: 'Only of what the rules of the policy posted: by which of them.',
})

const transaction = {
  type: TransactionType,
  entity: id('Whose balance.', 'ada'),
  policy: id('The policy the balance is kept under.', 'annual-leave'),
  resource: id('What is counted.', 'annual-leave'),
  amount: quantity('Signed effect on what is available.', '-1.00'),
  effectiveOn: day('The calendar day from which it counts.'),
  meantFor: Type.Optional(
    day('Only where it was recorded later than a day in a closed period: that day, which it is about and may take.'),
  ),
  validUntil: Type.Optional(
    day('Only of an accrual that lapses: the last day on which what is left of it may be taken.', '2026-06-30'),
  ),
  carriedIn: Type.Optional(
    Type.Literal(true, { description: 'Only of an accrual that counts as carried into its leave year.' }),
  ),
  rule: Type.Optional(Rule),
  period: Type.Optional(
    Type.Object(
      { from: day('The first.', '2026-03-01'), to: day('The last.', '2026-03-31') },
      { description: 'Only with `rule`: the days that the posting is about.' },
    ),
  ),
  portion: orNull(Portion, 'null unless the policy is `dayExclusive`.'),
  reverses: orNull(transactionId('The transaction that this one undoes.')),
  reversedBy: orNull(transactionId('The transaction that undoes this one.')),
  reference: orNull(text('A key in the system that it comes from.')),
  reason: orNull(text('Why, in words; null once that was erased.')),
}
const whereTransaction = {
  id: transactionId('`<position>.<line>`'),
  position: whereRecorded.position,
  recordedAt: whereRecorded.recordedAt,
}

export const Transaction = reply('Transaction', {
  ...whereTransaction,
  ...transaction,
  metadata: Type.Optional(
    orNull(
      Type.Unsafe<object>({ type: 'object', additionalProperties: true }),
      'Only with `include=metadata`: of the line, else of its command; null where there is none, or it was erased.',
    ),
  ),
})
/** A line of a command's answer. */
export const AnsweredTransaction = reply(
  'AnsweredTransaction',
  {
    ...transaction,
    id: orNull(whereTransaction.id, '`<position>.<line>`; null in a dry run.'),
    position: whereIfRecorded.position,
    recordedAt: whereIfRecorded.recordedAt,
  },
  'A transaction that a command recorded, or that a dry run would have.',
)
export const StatementTransaction = reply('StatementTransaction', {
  ...whereTransaction,
  ...transaction,
  balance: quantity('The balance after it.', '24.00'),
})

const account = {
  entity: id('Whose balance.', 'ada'),
  policy: id('The policy it is kept under.', 'annual-leave'),
  resource: id('What is counted.', 'annual-leave'),
  unit: label('What a quantity of 1 is.', 32, 'day'),
  asOf: day('The end of this day.'),
}
const standing = {
  available: quantity('accrued − consumed − pending + adjusted', '24.00'),
  spendable: orNull(
    quantity(
      'What could be taken on that day without bringing it, or any later day, below the limit that holds on it, of what is posted: where a leave year may be spent ahead, a request may take more.',
      '24.00',
    ),
    'null: no such day has a limit.',
  ),
  pending: quantity('Held by requests that are not decided yet, and by holds.', '0.00'),
  version: count('How many transactions the account has.'),
}

export const TouchedBalance = reply(
  'TouchedBalance',
  { ...account, ...standing },
  'An account after a command, as of the latest effective day among the lines on it.',
)

export const Balance = reply('Balance', {
  ...account,
  knownAt: count('The position up to which the record was taken into account.'),
  accrued: quantity('Earned.', '25.00'),
  consumed: quantity('Taken.', '1.00'),
  adjusted: quantity('Corrected, signed.', '0.00'),
  ...standing,
  lapsed: Type.Optional(
    quantity(
      'What of `adjusted` has lapsed, or was cut by carry-over or a cap; positive. Left out where nothing is earned, nor was ever taken by a rule.',
      '2.00',
    ),
  ),
  encashed: Type.Optional(quantity('What of `adjusted` was paid out; positive. Left out as `lapsed` is.', '1.00')),
  earnedThrough: Type.Optional(
    orNull(
      day('Only of a policy that earns, and not with `knownAt`: up to this day the rules have posted.', '2026-11-30'),
      'null: they have not yet.',
    ),
  ),
  projected: Type.Optional(
    reply(
      'ProjectedBalance',
      {
        accrued: quantity('Earned by then.', '27.50'),
        lapsed: quantity('What lapsed by then, and what carry-over or a cap cut off; above zero.', '2.00'),
        available: quantity('What there is then.', '24.50'),
        spendable: orNull(quantity('What could be taken then.', '24.50'), 'null: no such day has a limit.'),
      },
      'Only where it is asked for: the same once the rules have posted everything by `asOf`.',
    ),
  ),
})

const balances = Type.Array(TouchedBalance, {
  description: 'Every account that the command touched, after it; of those that the caller may read (`balances:read`).',
})

const MailLikeId = reply(
  'MailLikeId',
  {
    code: Type.Literal('id-looks-like-mail', { description: 'What is to be known of it.' }),
    id: text('What cannot be erased.'),
  },
  'An id that stays for ever and tells of somebody.',
)

/** Of what can never be erased. */
export const idWarnings = {
  warnings: Type.Optional(
    Type.Array(MailLikeId, {
      description:
        'Entity ids, references and request ids that look like mail addresses: they cannot be erased. The first 20; left out where there is none.',
    }),
  ),
}

export const Recorded = answered(
  'Recorded',
  {
    transactions: Type.Array(AnsweredTransaction, {
      description:
        'What it recorded, in order. Reversals say what their originals were: they are here for whoever may read those ' +
        '(`transactions:read`).',
    }),
    balances,
    ...idWarnings,
  },
  'What a command recorded, and the balances after it.',
)

export const RecordedEncashment = answered(
  'RecordedEncashment',
  {
    rate: orNull(
      text('What one unit is worth, as it was said, without trailing zeros.'),
      'null where it was not said.',
    ),
    money: orNull(text('The rate times what was paid out, exactly.'), 'null where no rate was said.'),
    ...Recorded.properties,
  },
  'What was paid out instead of taken, and the balances after it.',
)

export const DefinedBook = answered('DefinedBook', Book.properties, 'A book as it was defined.')
export const DefinedEntity = answered(
  'DefinedEntity',
  { ...Entity.properties, ...idWarnings },
  'An entity as it was defined.',
)

/** A page of a list. */
export function page<const Item extends TSchema>(name: string, item: Item, more: TProperties = {}) {
  return reply(name, {
    items: Type.Array(item, { description: 'Those of this page, in the order of the list.' }),
    nextCursor: orNull(Type.String({ description: 'The `cursor` of the next page.' }), 'null: this is the last page.'),
    ...more,
  })
}

export const Balances = page('Balances', Balance, {
  asOf: day('The day that all items are as of.'),
  knownAt: count('The position that all items are known at.'),
})

export const Statement = reply(
  'Statement',
  {
    entity: account.entity,
    policy: account.policy,
    resource: account.resource,
    unit: account.unit,
    from: orNull(day('First effective day.'), 'null: from the beginning.'),
    to: orNull(day('Last effective day.'), 'null: everything recorded.'),
    openingBalance: quantity('Before the first of these items.', '25.00'),
    items: Type.Array(StatementTransaction, { description: 'By effective day, then position.' }),
    closingBalance: quantity('At the end of `to`, whatever the page.', '24.00'),
    nextCursor: orNull(Type.String({ description: 'The `cursor` of the next page.' }), 'null: this is the last page.'),
  },
  'Transactions of one account by the day they take effect, each with the balance after it.',
)

const open = { type: 'object', additionalProperties: true }

export const Actor = reply(
  'Actor',
  {
    type: Type.String({ description: 'What kind of actor.', examples: ['admin'] }),
    id: id('Who.', 'root'),
  },
  'Who acts: an entity (`employee`, `manager`), a key (`client`), an account (`user`), a system or an administrator.',
)

export const Event = reply(
  'Event',
  {
    book: id('The book.', 'main'),
    ...whereRecorded,
    type: Type.String({ description: 'What happened, in the past tense.', examples: ['accrual-recorded'] }),
    idempotencyKey: RecordedKey,
    actor: Actor,
    data: Type.Unsafe<object>({
      ...open,
      description: 'What the command said beyond its transactions and `erasable`.',
    }),
    transactions: Type.Array(Type.Unsafe<object>({ ...open, description: 'A transaction as it is hashed.' })),
    decision: Type.Unsafe<object>({ ...open, description: 'On what grounds the command was accepted.' }),
    erasableDigest: hash('SHA-256 of the canonical JSON of `erasable`; stays when that is erased.'),
    erasable: orNull(
      Type.Unsafe<object>({
        ...open,
        description: 'Free text, metadata and the client: what may have to be forgotten.',
      }),
      'null once it was erased.',
    ),
    previousHash: hash('`hash` of the event before it; 64 zeros at position 1.'),
  },
  'What one accepted command recorded. See docs/reference/events.md for what each type of event holds.',
)

export const Events = reply('Events', {
  items: Type.Array(Event),
  nextPosition: orNull(count('What to give as `after` for the next page.'), 'null: this page reaches the head.'),
  head: count('The position of the last event in the book.'),
})
