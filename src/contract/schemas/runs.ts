import { Type } from 'typebox'
import { count, orNull, page, reply, text } from './replies.ts'
import { day, id, instant, position, quantity } from './scalars.ts'

/** Entities or policies that one run may name. */
const MOST_NAMED = 10_000

/** How long a caller may wait for a run, in seconds. */
export const MOST_WAIT_SECONDS = 30

export const RunOrder = Type.Object(
  {
    through: day('Everything that is due up to and including this day is posted.', '2026-12-31'),
    entities: Type.Optional(
      Type.Array(id('Whose accounts.', 'ada'), {
        minItems: 1,
        maxItems: MOST_NAMED,
        description: 'Only accounts of these; all, unless given.',
        'x-must': `be a list of 1 to ${MOST_NAMED} ids`,
      }),
    ),
    policies: Type.Optional(
      Type.Array(id('Under which policy.', 'annual-leave'), {
        minItems: 1,
        maxItems: MOST_NAMED,
        description: 'Only accounts under these; under all, unless given.',
        'x-must': `be a list of 1 to ${MOST_NAMED} ids`,
      }),
    ),
  },
  { additionalProperties: false, 'x-schema': 'RunOrder', examples: [{ through: '2026-12-31' }] },
)

export const RunPath = Type.Object({
  book: id('The book.', 'main'),
  run: id('The run.', 'b2a9c1de-2f0e-4f3b-9c43-0d9f3e0c7d11'),
})

const asked = {
  through: day('Everything that is due up to and including this day is posted.', '2026-12-31'),
  status: Type.Enum(['running', 'done', 'failed'], { type: 'string', description: 'Whether it still goes on.' }),
  startedAt: instant('When it was asked for.'),
  finishedAt: orNull(instant('When it had finished.'), 'null while it goes on.'),
  position: orNull(position('The last position of the book when it had finished.'), 'null while it goes on.'),
}

const postings = reply('RunPostings', {
  accruals: count('What was earned.'),
  carryOvers: count('What was carried, or cut, when a year ended.'),
  lapses: count('What could no longer be taken.'),
  corrections: count('Differences that late facts have made.'),
})

/** These say something of people. */
const found = {
  entities: count('Of how many entities something was due, or had changed.'),
  accounts: count('How many accounts these have.'),
  accountsLeft: count('How many of them are still to be worked out.'),
  postings,
  amounts: Type.Record(Type.String(), quantity('What they come to.', '41.25'), {
    description: 'What the postings come to, by policy.',
    examples: [{ annual: '41.25' }],
  }),
  problems: Type.Array(
    reply('RunProblem', {
      entity: text('Whose account.'),
      policy: text('Under which policy.'),
      assignment: orNull(text('By which assignment.'), 'null: by none.'),
      code: text('What is the matter.'),
      detail: text('The same in words.'),
    }),
    {
      description:
        'Accounts that could not be worked out. They held up nobody else, and the next run tries them again.',
    },
  ),
}

export const Run = reply(
  'Run',
  { id: text('Its id.'), ...asked, ...found },
  'What the rules posted, up to which day, or have posted so far.',
)

export const RunDay = reply(
  'RunDay',
  {
    through: day('Up to which they posted.', '2026-12-31'),
    runs: count('How many there were.'),
    running: count('How many of them go on.'),
    failed: count('How many of them have failed.'),
    postings: Type.Optional(postings),
    problems: Type.Optional(count('How many accounts could not be worked out.')),
  },
  "The runs up to one day. Whoever may not see everybody's balances is not told what was posted, and what could not be.",
)

export const StartedRun = reply(
  'StartedRun',
  {
    id: orNull(text('Its id.'), 'null in a dry run.'),
    ...asked,
    entities: Type.Optional(found.entities),
    accounts: Type.Optional(found.accounts),
    accountsLeft: Type.Optional(found.accountsLeft),
    postings: Type.Optional(found.postings),
    amounts: Type.Optional(found.amounts),
    problems: Type.Optional(found.problems),
  },
  'A run, or what it would be. How many it is about, what was posted and what could not be is left out for whoever may not ' +
    'read runs.',
)

export const RunPage = page('RunPage', Run)
