import { type TProperties, Type } from 'typebox'
import { orNull } from './replies.ts'
import { RunDay } from './runs.ts'
import { day, id, LARGEST, label, quantity } from './scalars.ts'

/** Consumers of each resource and unit, unless the caller says. */
export const DEFAULT_TOP = 10

export const StatsQuery = Type.Object(
  {
    from: Type.Optional(
      day('First day of the events, by when they were recorded (UTC); 30 days in all, unless given.'),
    ),
    to: Type.Optional(day('Last day of the events, at most 366 days in all; today (UTC), unless given.')),
    asOf: Type.Optional(
      day(
        "The end of the day that balances are summed up to, and whose year is looked at; today in the book's time zone, unless given.",
      ),
    ),
    top: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100,
        default: DEFAULT_TOP,
        description: 'The most consumers of each resource and unit.',
        'x-must': 'be a whole number from 1 to 100',
      }),
    ),
  },
  { additionalProperties: false },
)

function reply<const Properties extends TProperties>(name: string, properties: Properties, description: string) {
  return Type.Object(properties, { description, 'x-schema': name })
}

function count(description: string) {
  return Type.Integer({ minimum: 0, maximum: LARGEST, description })
}

const resource = id('What is counted.', 'annual-leave')
const unit = label('What a quantity of 1 is: days and hours of one resource are not added up.', 32, 'day')

export const Stats = reply(
  'Stats',
  {
    book: id('The book.', 'main'),
    position: count('The last position that is counted in.'),
    from: day('First day of `events`.'),
    to: day('Last day of `events`.'),
    asOf: day('The end of the day that `balances` are as of.'),
    events: Type.Array(
      reply(
        'EventCount',
        {
          day: day('When they were recorded (UTC).'),
          type: Type.String({ description: 'What happened.', examples: ['accrual-recorded'] }),
          events: count('How many.'),
        },
        'Events of one type on one day.',
      ),
      { description: 'By day, then type; days on which nothing was recorded are left out.' },
    ),
    balances: Type.Array(
      reply(
        'ResourceBalance',
        {
          resource,
          unit,
          accrued: orNull(quantity('Earned.', '2500.00')),
          consumed: orNull(quantity('Taken.', '730.50')),
          pending: orNull(quantity('Held by requests that are not decided yet, and by holds.', '0.00')),
          adjusted: orNull(quantity('Corrected, signed.', '0.00')),
          available: orNull(quantity('accrued − consumed − pending + adjusted', '1769.50')),
          transactions: orNull(count('Effective by that day.')),
        },
        'All entities together, under the policies with that resource and unit.',
      ),
      {
        description:
          'By resource, then unit, at the finest scale of their policies. Callers without `absences:read` about everybody are ' +
          'told no figure of fewer than 5 people: each is one as of the end of an earlier month, or null, totals always; a ' +
          'resource without any is left out.',
      },
    ),
    runs: Type.Array(RunDay, {
      description: 'By day, from `from` to `to`: up to which the rules were run, as of the moment of the question.',
    }),
    topConsumers: Type.Array(
      reply(
        'TopConsumer',
        {
          resource,
          unit,
          year: Type.Integer({ minimum: 1_900, maximum: 2_999, description: 'The year of `asOf`.' }),
          entity: id('Who.', 'ada'),
          consumed: quantity('Taken by effective day, net of what was reversed.', '31.50'),
        },
        'What one entity takes in a year, under the policies with that resource and unit.',
      ),
      { description: 'By resource, then unit, most first. Empty for callers without `absences:read` about everybody.' },
    ),
  },
  'A book as a whole. It follows the record at a short distance: `position` says how far it has come.',
)
