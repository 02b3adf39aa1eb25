import { type TSchema, Type } from 'typebox'
import { WEEKDAYS } from '../../domain/calendar/calendar.ts'
import { isMonthDay } from '../../domain/earning/month-day.ts'
import type {
  EarningTerms as Earning,
  CarryOverTerms as EarningCarryOver,
  LeaveYear as EarningLeaveYear,
  PeriodsOn as EarningPeriodsOn,
  EarningPolicyTerms,
  Length,
  Level as LevelTerms,
  MonthDay,
  SpendingTerms as Spending,
  WaitingTerms,
} from '../../domain/earning/terms.ts'
import { day } from './scalars.ts'

/*
 * What a policy, or one assignment, says of earning. Here is what each member may be by itself; what cannot be said together is
 * in domain/earning/contradictions.ts.
 */

const closed = { additionalProperties: false }

const DIGITS = '(0|[1-9][0-9]{0,17})(\\.[0-9]{1,8})?'
const POSITIVE = `^(?!0(\\.0+)?$)${DIGITS}$`
const DECIMAL = 'a decimal number in a string, such as "1.25", with at most 8 decimals'

/** Zero or more, of at most 8 decimals whatever the policy's scale. */
export function amount(description: string, example: string) {
  return Type.String({
    pattern: `^${DIGITS}$`,
    description,
    examples: [example],
    'x-must': `be ${DECIMAL}, zero or more`,
  })
}

export function positive(description: string, example: string) {
  return Type.String({
    pattern: POSITIVE,
    description,
    examples: [example],
    'x-must': `be ${DECIMAL}, greater than zero`,
  })
}

/** One of some words. */
function word<const Words extends string>(words: readonly Words[], description: string) {
  const quoted = words.map((one) => `"${one}"`)
  const must = quoted.length === 1 ? quoted[0]! : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)!}`
  return Type.Enum([...words], { type: 'string', description, 'x-must': `be ${must}` })
}

const MONTH_DAY = '(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'
const MONTH_DAY_MUST =
  'a day of the year that exists, as MM-DD, such as "03-31"; "02-29" is 28 February in common years'

function monthDay(description: string, example: string) {
  return monthDayOr([], description, example)
}

/** A day of the year, or one of some words. */
function monthDayOr<const Words extends string>(words: readonly Words[], description: string, example: string) {
  return Type.Refine(
    Type.Unsafe<MonthDay | Words>(
      Type.String({
        pattern: `^(${[...words, MONTH_DAY].join('|')})$`,
        description,
        examples: [example],
        'x-must': `be ${[...words.map((one) => `"${one}"`), MONTH_DAY_MUST].join(' or ')}`,
      }),
    ),
    (value) => (words as readonly string[]).includes(value) || isMonthDay(value),
  )
}

/**
 * An object with exactly one of its members: generators of clients read that better than a union.
 * @param also members that it has in any case
 */
export function oneMember<As>(
  members: Record<string, TSchema>,
  options: Record<string, unknown>,
  also: Record<string, TSchema> = {},
) {
  const some = Object.fromEntries(Object.entries(members).map(([name, schema]) => [name, Type.Optional(schema)]))
  const count = 1 + Object.keys(also).length
  return Type.Unsafe<As>(
    Type.Object({ ...some, ...also }, { ...closed, minProperties: count, maxProperties: count, ...options }),
  )
}

/** Two lifetimes in a company: no rule counts further. */
const MOST = { days: 36_600, workingDays: 36_600, months: 1_200, years: 100 } as const

/** A length of time in one of some units. */
function lengthIn(units: readonly (keyof typeof MOST)[], least: number): Record<string, TSchema> {
  return Object.fromEntries(
    units.map((unit) => {
      const must = `be a whole number from ${least} to ${MOST[unit]}`
      return [unit, Type.Integer({ minimum: least, maximum: MOST[unit], 'x-must': must })]
    }),
  )
}

const LeaveYear = oneMember<EarningLeaveYear>(
  {
    starts: monthDayOr(
      ['service'],
      'A day of every year, as `MM-DD`; or `service`: the anniversary of when service began.',
      '04-01',
    ),
    payPeriodsFrom: day(
      'Two-week pay periods are counted from this day. The leave year begins with the first that lies wholly in a calendar year.',
      '2026-01-11',
    ),
  },
  {
    'x-schema': 'LeaveYear',
    description: 'When leave years begin: either member. Unless given: with the calendar year.',
    examples: [{ starts: '04-01' }],
    'x-must': 'be an object with either starts or payPeriodsFrom',
  },
)

const Every = word(
  ['day', 'week', 'two-weeks', 'twice-a-month', 'month', 'quarter', 'half-year', 'year'],
  'How often something is earned: the length of a period.',
)

const dayOfMonth = Type.Integer({ minimum: 1, maximum: 31, 'x-must': 'be a day of the month, from 1 to 31' })

const PeriodsOn = oneMember<EarningPeriodsOn>(
  {
    weekday: word(WEEKDAYS, 'Of `week`: the weekday on which it begins.'),
    from: day('Of `two-weeks`: the first day of any of them.', '2026-01-11'),
    daysOfMonth: Type.Array(dayOfMonth, {
      minItems: 2,
      maxItems: 2,
      description: 'Of `twice-a-month`: the two days on which they begin, the earlier first.',
      examples: [[1, 16]],
      'x-must': 'be two days of the month, such as [1, 16]',
    }),
    dayOfMonth: Type.Integer({
      minimum: 1,
      maximum: 31,
      description: 'Of `month`: the day on which it begins; 31 is the last day of every month.',
      examples: [15],
      'x-must': 'be a day of the month, from 1 to 31',
    }),
    dates: Type.Array(monthDay('A day on which one begins.', '01-01'), {
      minItems: 1,
      maxItems: 4,
      description:
        'Of `quarter` (four), `half-year` (two) and `year` (one): the days on which they begin, in their order.',
      examples: [['01-01', '07-01']],
      'x-must': 'be one, two or four days of the year, as MM-DD',
    }),
    anniversary: Type.Literal(true, {
      description: 'Of `quarter`, `half-year` and `year`: counted from the day on which service began.',
    }),
  },
  {
    'x-schema': 'EarningPeriodsOn',
    description:
      'Where the periods begin: one of the members. Unless given: weeks on Monday, two weeks with the pay periods of the leave ' +
      'year or else from Monday 1 January 1900 on, halves of a month on the 1st and the 16th, months on the 1st, quarters, ' +
      'half-years and years with the leave year.',
    examples: [{ dayOfMonth: 15 }],
    'x-must':
      'be an object with that one of weekday, from, daysOfMonth, dayOfMonth, dates and anniversary which the periods begin by',
  },
)

const roundingMembers = {
  step: positive('What amounts are a multiple of; not finer than the policy’s `scale`.', '0.5'),
  mode: word(
    ['up', 'down', 'nearest', 'half-even', 'up-from-half'],
    '`nearest`: halves away from zero. `up-from-half`: a fraction of at least half a step is rounded up, a smaller one stays ' +
      'as it is.',
  ),
  of: word(
    ['posting', 'running-total', 'year'],
    '`posting`: each by itself, so that the sum of a year may differ. `running-total`: the sum of all so far, so that no ' +
      'fraction is ever lost. `year`: the last posting of a year takes the difference.',
  ),
}

const Rounding = Type.Object(roundingMembers, {
  ...closed,
  'x-schema': 'EarningRounding',
  description: 'How amounts are rounded. Unless given: half-even at the policy’s `scale`, of the running total.',
  examples: [{ step: '0.5', mode: 'up', of: 'posting' }],
})

const carryOver = {
  on: Type.Optional(
    monthDayOr(
      ['year', 'anniversary'],
      'When: on the first day of the leave year (`year`, unless given), on a day of every year, or on the anniversary of when ' +
        'service began.',
      'year',
    ),
  ),
  keep: Type.Optional(
    Type.Union(
      [
        Type.Enum(['all', 'none'], { type: 'string' }),
        Type.Object({ upTo: amount('What is above it is cut off.', '5') }, closed),
      ],
      {
        'x-schema': 'CarryOverKeep',
        description: 'How much of what is left is kept: `all` (unless given), `none`, or up to an amount.',
        examples: [{ upTo: '5' }],
        'x-must': 'be "all", "none" or an object with upTo, such as {"upTo": "5"}',
      },
    ),
  ),
  rounding: Type.Optional(
    Type.Object(
      { ...roundingMembers, of: Type.Optional(roundingMembers.of) },
      {
        ...closed,
        'x-schema': 'CarryOverRounding',
        description: 'How what is kept is rounded. Unless given: not at all.',
        examples: [{ step: '0.5', mode: 'up' }],
      },
    ),
  ),
  validFor: Type.Optional(
    oneMember<NonNullable<EarningCarryOver['validFor']>>(lengthIn(['days', 'months'], 1), {
      description:
        'How long what was carried may be taken: `n` days or months from the carry-over day on; after them it is gone. ' +
        'Unless this or `validUntil` is given: for ever.',
      examples: [{ months: 3 }],
      'x-must': 'be an object with either days or months, 1 or more',
    }),
  ),
  validUntil: Type.Optional(
    monthDay(
      'The last day on which what was carried may be taken: the first such day on or after the carry-over day.',
      '03-31',
    ),
  ),
  neverLapses: Type.Optional(amount('So much of what was carried never lapses.', '3')),
  needsNotice: Type.Optional(
    Type.Boolean({
      description:
        'Nothing lapses of a year unless a notice was given while there were still enough working days left to take it; ' +
        'given later, it lapses on the next carry-over day.',
    }),
  ),
} satisfies Record<keyof EarningCarryOver, TSchema>

/** What becomes of a balance when a year ends. */
export const CarryOverTerms = Type.Object(carryOver, {
  ...closed,
  'x-schema': 'CarryOverTerms',
  description: 'What becomes of a balance when a year ends. Unless given: it stays, and nothing is recorded.',
  examples: [{ keep: { upTo: '5' }, validUntil: '03-31' }],
})

const level = {
  after: Type.Optional(
    oneMember<Length>(lengthIn(['days', 'months', 'years'], 0), {
      description: 'The length of service from which the level holds. Unless given: from the first day on.',
      examples: [{ years: 5 }],
      'x-must': 'be an object with one of days, months and years, zero or more',
    }),
  ),
  amount: Type.Optional(amount('Earned in each whole period. Either this, `yearAmount` or `perHours`.', '1.25')),
  yearAmount: Type.Optional(
    amount(
      'Earned in each whole leave year: months, quarters and half-years earn equal parts, shorter periods their calendar ' +
        'days’ part of the leave year.',
      '25',
    ),
  ),
  perHours: Type.Optional(
    Type.Object(
      {
        amount: amount('What is earned …', '1'),
        hours: positive('… for each so many hours.', '20'),
        of: word(['worked', 'scheduled'], 'Hours that are recorded as worked, or those of the calendar.'),
      },
      {
        ...closed,
        'x-schema': 'EarningPerHours',
        description: 'Earned by hours. Fractions that no decimal writes are said so, too: 1 for each 13 hours.',
        examples: [{ amount: '1', hours: '20', of: 'worked' }],
      },
    ),
  ),
  inLastFullPeriodOfCalendarYear: Type.Optional(
    amount('Earned instead of `amount` in the last period that lies wholly in the calendar year.', '10'),
  ),
  every: Type.Optional(Every),
  on: Type.Optional(PeriodsOn),
  balanceCap: Type.Optional(
    amount('What is earned is cut so that the balance is not above it; taking leave makes room again.', '30'),
  ),
  yearMax: Type.Optional(
    amount('The most that is earned in one leave year; what was carried into it is not counted.', '22'),
  ),
  carryOver: Type.Optional(CarryOverTerms),
} satisfies Record<keyof LevelTerms, TSchema>

const Level = Type.Object(level, {
  ...closed,
  'x-schema': 'EarningLevel',
  description:
    'What is earned from a length of service on. `every`, `on` and `carryOver` are said where they differ from those of the ' +
    'policy.',
  examples: [{ after: { years: 5 }, yearAmount: '29' }],
})

/** More levels than years of service would say nothing. */
const MOST_LEVELS = 60

const WHOLE_OR_PART = ['full', 'half', 'none'] as const
const wholeOrPart = (description: string) => word(WHOLE_OR_PART, description)

const JoinedBy = Type.Object(
  {
    joinedBy: Type.Integer({
      minimum: 1,
      maximum: 31,
      description: 'A day of the month.',
      examples: [15],
      'x-must': 'be a day of the month, from 1 to 31',
    }),
    then: wholeOrPart('What is earned by who joined (or left) on that day or before it.'),
    else: wholeOrPart('What is earned by who did later.'),
  },
  closed,
)

const PARTS = [
  'calendar-days',
  'working-time',
  'full-months',
  'started-months',
  'calendar-months',
  ...WHOLE_OR_PART,
] as const
const PART_SAYS =
  '`calendar-days` (unless given; under a `basis` of working time `working-time`): by the days that there are; ' +
  '`working-time`: by the hours scheduled; `full-months` and ' +
  '`started-months`: twelfths of the `yearAmount`, months counted from the day of joining; `calendar-months`: every month of ' +
  'the calendar that is touched counts; `full`, `half` and `none`; or by the day of the month'

const JOINED_BY_MUST = 'or an object with joinedBy, then and else'

const FirstPeriod = Type.Union([Type.Enum([...PARTS], { type: 'string' }), JoinedBy], {
  'x-schema': 'FirstPeriod',
  description: `What the part of a period earns in which somebody joins: ${PART_SAYS}.`,
  examples: ['calendar-days'],
  'x-must': `be ${PARTS.map((part) => `"${part}"`).join(', ')}, ${JOINED_BY_MUST}`,
})

const LAST_PARTS = [...PARTS, 'full-months-in-first-half'] as const

const LastPeriod = Type.Union([Type.Enum([...LAST_PARTS], { type: 'string' }), JoinedBy], {
  'x-schema': 'LastPeriod',
  description:
    `What the part of a period earns in which somebody leaves: ${PART_SAYS}; or \`full-months-in-first-half\`: twelfths ` +
    'where they leave in the first half of the leave year, the whole in the second.',
  examples: ['calendar-days'],
  'x-must': `be ${LAST_PARTS.map((part) => `"${part}"`).join(', ')}, ${JOINED_BY_MUST}`,
})

const then = word(
  ['all', 'full-year'],
  '`all`: what was earned since the start. `full-year`: the whole amount of the leave year.',
)

const Waiting = oneMember<WaitingTerms>(
  lengthIn(['days', 'months'], 1),
  {
    description:
      'Nothing is posted before so long a service; then at once what is due. Unless given: there is no waiting.',
    examples: [{ months: 6, then: 'full-year' }],
    'x-must': 'be an object with either days or months, 1 or more, and then',
  },
  { then },
)

const Week = oneMember<NonNullable<Earning['week']>>(
  { days: positive('Working days of that week.', '6'), hours: positive('Hours of that week.', '40') },
  {
    description:
      'The amounts are those of a week of so many days or hours, and are scaled to those that the entity works in a week.',
    examples: [{ days: '6' }],
    'x-must': 'be an object with either days or hours',
  },
)

const earning = {
  every: Every,
  on: Type.Optional(PeriodsOn),
  postOn: Type.Optional(
    word(
      ['first-day', 'last-day', 'day-after'],
      'The day of the period on which it is posted; `day-after` is the first day of the next one. Unless given: `first-day`, ' +
        'and with `perHours` `last-day`.',
    ),
  ),
  levels: Type.Array(Level, {
    minItems: 1,
    maxItems: MOST_LEVELS,
    description: 'What is earned, by length of service, ascending. Before the first nothing is earned.',
    'x-must': `be a list of 1 to ${MOST_LEVELS} levels`,
  }),
  levelChange: Type.Optional(
    word(
      ['split', 'next-period', 'next-year'],
      'Where a level is reached within a period: the period falls into two parts (`split`, unless given), or the level holds ' +
        'from the next period or the next leave year on.',
    ),
  ),
  firstPeriod: Type.Optional(FirstPeriod),
  lastPeriod: Type.Optional(LastPeriod),
  basis: Type.Optional(
    word(
      ['calendar', 'working-time'],
      '`calendar`, unless given. `working-time`: every period earns in proportion to the hours attended of those scheduled.',
    ),
  ),
  scaledByShare: Type.Optional(
    Type.Boolean({
      description: 'Amounts are multiplied by the full-time share of the assignment. false, unless given.',
    }),
  ),
  week: Type.Optional(Week),
  rounding: Type.Optional(Rounding),
  waiting: Type.Optional(Waiting),
} satisfies Record<keyof Earning, TSchema>

/** How something is earned. */
export const EarningTerms = Type.Object(earning, {
  ...closed,
  'x-schema': 'EarningTerms',
  description: 'How something is earned. Unless given: only by accruals that are recorded by hand.',
  examples: [{ every: 'month', levels: [{ yearAmount: '25' }, { after: { years: 5 }, yearAmount: '27' }] }],
})

const SpendingTerms = Type.Object(
  {
    of: Type.Optional(
      word(
        ['earned', 'year'],
        '`earned`, unless given: what is there. `year`: all of the running leave year’s entitlement, ahead of its postings.',
      ),
    ),
    from: Type.Optional(
      oneMember<NonNullable<Spending['from']>>(lengthIn(['days', 'months', 'workingDays'], 0), {
        description: 'How long after hiring leave may first be taken. Unless given: at once.',
        examples: [{ months: 3 }],
        'x-must': 'be an object with one of days, months and workingDays, zero or more',
      }),
    ),
    yearMost: Type.Optional(
      amount('The most that may be taken in one leave year. Unless given: there is no such limit.', '30'),
    ),
  },
  {
    ...closed,
    'x-schema': 'SpendingTerms',
    description: 'What may be taken, and from when on.',
    examples: [{ of: 'year', from: { months: 3 } }],
  },
)

const EncashmentTerms = Type.Object(
  {
    keepBack: Type.Optional(
      amount(
        'How much has to be left when leave is paid out; leave that is booked counts as taken. 0, unless given.',
        '10',
      ),
    ),
    most: Type.Optional(
      amount('The most that is paid out in one leave year. Unless given: there is no such limit.', '5'),
    ),
  },
  {
    ...closed,
    'x-schema': 'EncashmentTerms',
    description: 'What of a balance may be paid out.',
    examples: [{ keepBack: '10', most: '5' }],
  },
)

const CountsAsWorked = Type.Union(
  [
    Type.Boolean(),
    Type.String({
      pattern: '^(0(\\.[0-9]{1,8})?|1(\\.0{1,8})?)$',
      examples: ['0.5'],
      'x-must': 'be a decimal number in a string, from "0" to "1"',
    }),
  ],
  {
    'x-schema': 'CountsAsWorked',
    description:
      'Under a `basis` of working time: how much of a day that is taken under this policy counts as attended. true, unless given.',
    examples: ['0.5'],
    'x-must': 'be true, false or a decimal number in a string, from "0" to "1"',
  },
)

/** All that a policy may say about earning, as members of its definition. */
export const earningTerms = {
  leaveYear: LeaveYear,
  earning: EarningTerms,
  carryOver: CarryOverTerms,
  spending: SpendingTerms,
  encashment: EncashmentTerms,
  countsAsWorked: CountsAsWorked,
  lateLeave: word(
    ['recount', 'as-posted'],
    'Whether leave that is entered late corrects what was posted on the grounds of the balance then, such as caps and ' +
      'carry-over. `recount`, unless given.',
  ),
} satisfies Record<keyof EarningPolicyTerms, TSchema>
