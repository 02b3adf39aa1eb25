import { Type } from 'typebox'
import { answered, count, Policy, reply, text } from './replies.ts'
import { id, quantity } from './scalars.ts'

const Impact = reply(
  'PolicyImpact',
  {
    entities: count('How many are assigned to the policy.'),
    gained: quantity('What those have more, together, who would have more.', '12.50'),
    lost: quantity('What those have less, together, who would have less; above zero.', '3.00'),
    items: Type.Array(
      reply('PolicyImpactItem', {
        entity: id('Who.', 'ada'),
        now: quantity('By what is in force.', '25.00'),
        then: quantity('By the new version.', '27.50'),
        difference: quantity('What they would have more; below zero: less.', '2.50'),
      }),
      { description: 'The largest differences first, then by entity: 1,000 at most. The totals are over everybody.' },
    ),
    problems: Type.Array(
      reply('PolicyImpactProblem', {
        entity: id('Whose.', 'ada'),
        code: text('What is the matter.'),
        detail: text('The same in words.'),
      }),
      { description: 'Whose rules cannot be worked out: 1,000 at most. They are in no total.' },
    ),
  },
  'What a new version would change: balances at the end of the leave year that each of them is in, with all that the rules post by then.',
)

export const DefinedPolicy = answered(
  'DefinedPolicy',
  {
    ...Policy.properties,
    impact: Type.Optional({
      ...Impact,
      description: 'Only in a dry run that would change something, and to whoever may read all balances.',
    }),
  },
  'A version of a policy as it was defined.',
)
