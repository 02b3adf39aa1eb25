import { Type } from 'typebox'
import { answered, Balance, count, orNull, page, reply, text, whereRecorded } from './replies.ts'
import { day, hash, id, label, position, quantity, TransactionIds } from './scalars.ts'

/** Entities that one snapshot may name. */
const MOST_ENTITIES = 1_000

export const SnapshotOrder = Type.Object(
  {
    asOf: day('The end of this day.'),
    resource: Type.Optional(id('Only balances of this resource.', 'annual-leave')),
    policy: Type.Optional(id('Only balances under this policy.', 'annual-leave')),
    entities: Type.Optional(
      Type.Array(id('Whose balance.', 'ada'), {
        minItems: 1,
        maxItems: MOST_ENTITIES,
        description: 'Only balances of these; all, unless given.',
        'x-must': `be a list of 1 to ${MOST_ENTITIES} ids`,
      }),
    ),
    name: Type.Optional(label('What people call it; not for personal data.', 255, 'Payroll March 2026')),
  },
  {
    additionalProperties: false,
    'x-schema': 'SnapshotOrder',
    examples: [{ asOf: '2026-03-31', name: 'Payroll March 2026' }],
  },
)

const facts = {
  name: orNull(text('What people call it.')),
  asOf: day('The end of this day.'),
  knownAt: position('The book as it stood at this position: the head when it began to be computed.'),
  resource: orNull(text('Only balances of this resource.'), 'null: of all.'),
  policy: orNull(text('Only balances under this policy.'), 'null: under all.'),
  entities: orNull(Type.Array(id('Whose balance.', 'ada')), 'null: of all.'),
  count: count('How many balances it has.'),
  digest: hash('SHA-256 of the whole of its balances as NDJSON.'),
}

export const Snapshot = reply(
  'Snapshot',
  {
    id: Type.String({ pattern: '^[1-9][0-9]{0,14}$', description: 'Its id.', examples: ['42'] }),
    ...facts,
    ...whereRecorded,
  },
  'What a snapshot is of, what it came to, and where that was recorded.',
)

export const TakenSnapshot = answered(
  'TakenSnapshot',
  {
    ...Snapshot.properties,
    id: orNull(Snapshot.properties.id, 'Its id; null in a dry run.'),
    count: Type.Optional(facts.count),
    digest: Type.Optional(facts.digest),
  },
  'A snapshot as it was taken. What it came to is left out for whoever may read neither snapshots nor balances.',
)

export const SnapshotBalances = page('SnapshotBalances', Balance)

export const SnapshotChanges = page(
  'SnapshotChanges',
  reply(
    'SnapshotChange',
    {
      entity: id('Whose balance.', 'ada'),
      policy: id('Under which policy.', 'annual-leave'),
      then: quantity('What was available in the snapshot.', '24.00'),
      now: quantity('What would be available in it if it were taken now.', '23.00'),
      difference: quantity('now − then', '-1.00'),
      transactions: TransactionIds,
      transactionCount: count('How many transactions there are.'),
    },
    'An account about which something was recorded since that is effective up to the day of the snapshot.',
  ),
  {
    asOf: day('The day of the snapshot.'),
    knownAt: count('The position that `now` is known at; the same for all pages of one walk.'),
  },
)
