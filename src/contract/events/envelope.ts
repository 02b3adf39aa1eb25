import { Type } from 'typebox'
import { POSTING_RULES } from '../../domain/earning/posting.ts'
import { CALLER_KINDS } from '../../domain/event.ts'
import { ID_PATTERN } from '../../domain/id.ts'
import { Metadata } from '../schemas/metadata.ts'
import { day, hash, id, instant, label, position, RecordedKey, transactionId } from '../schemas/scalars.ts'
import { anyText, byName, counted, listOf, nullable, oneOf, shape } from './parts.ts'

/** As it is recorded: with exactly the decimals of its policy's scale, which are eight at most. */
const AMOUNT_PATTERN = '^-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,8})?$'
const amount = (description: string) => Type.String({ pattern: AMOUNT_PATTERN, description, 'x-must': 'be a quantity' })

const actor = shape(
  {
    id: id('their id among those of their type: `payroll`', 'payroll'),
    type: Type.String({
      pattern: '^[a-z][a-z-]{0,31}$',
      description: '`employee`, `manager`, `system`, `admin`, `client`, `user`',
      'x-must': 'be a type of actor',
    }),
  },
  'who did it',
)

/** One line of an event. */
export const recordedTransaction = shape({
  amount: amount('signed effect on what is available, with exactly the decimals of the policy’s scale'),
  carriedIn: Type.Optional(
    Type.Literal(true, { description: 'only of an accrual that counts as carried into its leave year' }),
  ),
  component: oneOf(
    ['accrued', 'consumed', 'pending', 'adjusted'],
    'what the amount counts towards: `accrued`, `consumed`, `pending` or `adjusted`; that of its target for a reversal',
  ),
  effectiveOn: day('the day from which it counts'),
  entity: id('whose balance', 'ada'),
  id: transactionId('`<position>.<line>`, lines from 1'),
  meantFor: Type.Optional(
    day(
      'only where it was recorded later than its day, because that is in a closed period: the day that it is about, and ' +
        'that it takes under a `dayExclusive` policy',
    ),
  ),
  period: Type.Optional(
    shape({ from: day('the first'), to: day('the last') }, 'only with `rule`: the days that the posting is about'),
  ),
  policy: id('under which policy', 'annual-leave'),
  portion: nullable(
    Type.Enum(['full', 'am', 'pm'], { type: 'string' }),
    '`full`, `am` or `pm` where the policy is `dayExclusive` and the line takes (or gives back) a day; else null',
  ),
  reference: nullable(label('', 255, 'summer'), 'the caller’s key for it, its own or that of its command; else null'),
  resource: id('what the policy counts', 'annual-leave'),
  reverses: nullable(transactionId(''), 'id of the transaction that it undoes; null unless it is a reversal'),
  rule: Type.Optional(
    oneOf(
      POSTING_RULES,
      'only of what the rules of the policy posted (an event of type `earned`), and of what is paid out: by which of them',
    ),
  ),
  type: oneOf(
    ['accrual', 'consumption', 'pending', 'reversal', 'adjustment'],
    '`accrual`, `consumption`, `pending` (held for a request), `adjustment` or `reversal`',
  ),
  validUntil: Type.Optional(
    day('only of an accrual that lapses: the last day on which what is left of it may be taken'),
  ),
})

const balanceBefore = shape({
  asOf: day('the latest effective day among the event’s lines on the account'),
  available: amount('the balance at the end of that day'),
  entity: id('which account: its entity', 'ada'),
  pending: amount('what undecided requests held on that day'),
  policy: id('which account: its policy', 'annual-leave'),
  spendable: nullable(
    amount(''),
    'what could be taken on that day without bringing it or a later one below its floor; below zero where the account ' +
      'already was; null where overdraft is unlimited',
  ),
  spendableAfter: Type.Optional(
    amount(
      'what may be taken on that day after the event; only where that is not as much more or less as the balance has ' +
        'become: lots that lapse before the day are no loss to it',
    ),
  ),
  version: counted('how many transactions the account had'),
})

/** Of what a rule of a policy posted, it has more members: by which rule, and on what figures. */
const ahead = shape({
  amount: amount('what the rules still bring after the day of the leave, until the leave year ends'),
  entity: id('which account: its entity', 'ada'),
  policy: id('which account: its policy', 'annual-leave'),
  until: day('the last day of that leave year'),
})

const decision = Type.Object(
  {
    ahead: Type.Optional(
      listOf(
        ahead,
        'only of leave that is taken ahead of what is posted (`spending` of the `year`): each account that it brings below its floor',
      ),
    ),
    balancesBefore: listOf(
      balanceBefore,
      'every account that the event touches, as it was before, in the order of their first line',
    ),
    checks: listOf(Type.String({ pattern: '^[a-z][a-z-]*$' }), 'the rules that were looked at, each once, by name'),
    policyVersions: byName(
      { called: 'policy', pattern: ID_PATTERN },
      Type.Integer({
        minimum: 1,
        description: 'the version of it that was in force on `asOf`; the newest one where its accounts differ',
      }),
      'the policies of the event’s lines',
    ),
    rules: Type.Optional(
      Type.Integer({
        minimum: 2,
        description: 'the rules by which it was decided: raised by a release that decides otherwise; absent: the first',
      }),
    ),
    via: Type.Optional(
      shape(
        {
          id: Type.String({
            description: 'their id among those of their kind; of a key or a user never a name or an address',
          }),
          kind: oneOf(
            [...CALLER_KINDS],
            '`admin`: with the bootstrap key; `client`: with an API key; `user`: a person who has signed in',
          ),
        },
        'who really called, whoever acts; absent: the service itself did it, or it was recorded before this was noted',
      ),
    ),
  },
  { description: 'on what grounds it was accepted; of an `earned` event, with members of its own besides' },
)

const said = (reason: string) => ({
  metadata: Type.Optional({ ...Metadata, description: 'as sent; absent where not sent' }),
  reason: Type.Optional(anyText(reason)),
})

const erasable = nullable(
  shape({
    client: shape(
      {
        ip: nullable(Type.String(), 'address; null where unknown'),
        session: nullable(Type.String(), 'what the caller named itself by `Daybook-Client-Id`; null where it did not'),
        userAgent: nullable(Type.String(), 'its `User-Agent`; null where it sent none'),
      },
      'where the command came from',
    ),
    lines: Type.Optional(
      byName(
        { called: 'line', pattern: '^[1-9][0-9]{0,3}$' },
        shape(said('as sent; absent where not sent'), 'by the line’s number'),
        'what single lines of `transactions-recorded` said; absent where none said anything',
      ),
    ),
    metadata: Type.Optional({ ...Metadata, description: 'of the whole command, as sent; absent where not sent' }),
    reason: Type.Optional(
      anyText('of the whole command, as sent (about a request: its `comment`); absent where not sent'),
    ),
    salt: Type.String({ pattern: '^[0-9a-f]{32}$', description: '128 random bits in hex' }),
  }),
  'what may have to be forgotten; null once it was',
)

/** An event as it is shown and exported, whatever its type. */
export const eventOfAnyType = shape({
  actor,
  book: id('the book it belongs to', 'main'),
  data: Type.Unsafe<object>({
    type: 'object',
    description: 'what the command said that stands nowhere else in the event; below, by type',
  }),
  decision,
  erasable,
  erasableDigest: hash('SHA-256 of the canonical JSON of `erasable`; stays when that goes'),
  hash: hash('SHA-256 of the canonical JSON of everything else in the event, `erasable` left out'),
  idempotencyKey: { ...RecordedKey, description: 'the caller’s name for the command; one event a book has it' },
  position: position('its place in the book'),
  previousHash: hash('`hash` of the position before; 64 zeros at position 1'),
  recordedAt: instant(
    'the database’s clock when it was recorded, under the lock of the book’s head; never earlier than the position before',
  ),
  transactions: listOf(recordedTransaction, 'what it adds to balances, by line; empty for a definition'),
  type: Type.String({ description: 'one of the types below' }),
})
