import { Type } from 'typebox'
import { WEEKDAYS, type Weekday, type Worked } from '../../domain/calendar/calendar.ts'
import { MOST_YEARS } from '../../domain/calendar/public-holidays.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { orNull, page, reply, text, whereRecorded, withoutPlace } from './replies.ts'
import { day, id, label, Portion } from './scalars.ts'

const closed = { additionalProperties: false }

function ofEachWeekday<const Schema extends Parameters<typeof Type.Optional>[0]>(schema: Schema) {
  return Object.fromEntries(WEEKDAYS.map((weekday) => [weekday, schema])) as Record<Weekday, Schema>
}

const Fraction = Type.Enum(['0', '0.5', '1'], {
  type: 'string',
  description: 'How much of the day is worked. Of `0.5` it is the morning.',
  'x-must': 'be "0", "0.5" or "1"',
})

const WorkedDays = Type.Object(ofEachWeekday(Fraction), {
  ...closed,
  description: 'How much of each weekday is worked.',
  'x-schema': 'WorkingDays',
  examples: [{ mon: '1', tue: '1', wed: '1', thu: '1', fri: '0.5', sat: '0', sun: '0' }],
})

const SomeWorkedDays = Type.Refine(
  Type.Object(ofEachWeekday(Fraction), {
    ...closed,
    description: 'At least one day is worked.',
    'x-schema': 'CalendarWorkingDays',
    examples: [{ mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' }],
    'x-must': 'have a day that is worked',
  }),
  (days) => Object.values(days as Record<Weekday, Worked>).some((worked) => worked !== '0'),
)

const Hours = Type.String({
  pattern: '^(?!0(\\.0+)?$)((0|1?[1-9]|10|2[0-3])(\\.[0-9]{1,4})?|24(\\.0{1,4})?)$',
  description:
    'Hours of a whole working day: more than 0, at most 24, at most four decimals. Half a day is half of them.',
  examples: ['7.7'],
  'x-must': 'be a decimal number in a string, such as "7.5", greater than zero and at most 24, of at most 4 decimals',
})

const HoursOfEach = Type.Object(
  Object.fromEntries(WEEKDAYS.map((weekday) => [weekday, Type.Optional(Hours)])) as Record<
    Weekday,
    ReturnType<typeof Type.Optional<typeof Hours>>
  >,
  { ...closed, description: 'By weekday; 8 where a weekday is not said.', 'x-schema': 'HoursByWeekday' },
)

const HoursPerDay = Type.Union([Hours, HoursOfEach], {
  description: 'Hours of a whole working day, of every weekday or of each.',
  'x-must': 'be hours, such as "7.5", or an object with those of weekdays',
})

const HolidayItem = Type.Object(
  {
    date: day('The day.', '2026-12-24'),
    name: label('What people call it.', 128, 'Christmas Eve'),
    portion: Type.Optional(Portion),
  },
  { ...closed, 'x-schema': 'HolidayDefinition' },
)

/** The most days off that one version of a calendar lists itself. */
const MOST_HOLIDAYS = 400

function oneADay(holidays: unknown): boolean {
  const dates = (holidays as readonly { readonly date: CalendarDate }[]).map(({ date }) => date)
  return new Set(dates).size === dates.length
}

const year = (description: string) =>
  Type.Integer({
    minimum: 1900,
    maximum: 2999,
    description,
    examples: [2026],
    'x-must': 'be a year from 1900 to 2999',
  })

const REGION_PATTERN = '^[A-Z]{2}(-[A-Za-z0-9]{1,16}){0,2}$'

export const CalendarDefinition = Type.Object(
  {
    workingDays: SomeWorkedDays,
    hoursPerDay: Type.Optional(HoursPerDay),
    holidays: Type.Optional(
      Type.Refine(
        Type.Array(HolidayItem, {
          maxItems: MOST_HOLIDAYS,
          description:
            'Days off, in whole or in part, besides those of the region; where one of those falls on the same day, what ' +
            'stands here holds. No day twice.',
          'x-must': 'have no day twice',
        }),
        oneADay,
      ),
    ),
    region: Type.Optional(
      orNull(
        Type.String({
          pattern: REGION_PATTERN,
          description:
            'A country (ISO 3166-1) or a part of one (ISO 3166-2) whose public holidays are days off. They are recorded ' +
            'with the version, as they are known now.',
          examples: ['DE-BY'],
          'x-must': 'be a country or a part of one, such as DE-BY',
        }),
      ),
    ),
    regionYears: Type.Optional(
      Type.Refine(
        Type.Object(
          { from: year('The first year.'), to: year('The last year, included.') },
          {
            ...closed,
            description:
              `The years whose public holidays are recorded, at most ${MOST_YEARS}. Unless given: from five years ago, or ` +
              'the year of `effectiveFrom` where that is later, to five years ahead of both.',
            'x-must': `be at most ${MOST_YEARS} years as {"from": …, "to": …}, the first not after the last`,
          },
        ),
        ({ from, to }) => from <= to && to - from < MOST_YEARS,
      ),
    ),
    effectiveFrom: Type.Optional(
      day(
        'The day from which this version decides. Unless given: of the first version always, of a later one today.',
        '2026-01-01',
      ),
    ),
  },
  {
    ...closed,
    'x-schema': 'CalendarDefinition',
    examples: [
      {
        workingDays: { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' },
        hoursPerDay: '8',
        holidays: [{ date: '2026-12-24', name: 'Christmas Eve', portion: 'pm' }],
        region: 'DE-BY',
      },
    ],
  },
)

export const WorkPatternDefinition = Type.Object(
  {
    calendar: Type.Optional(
      orNull(id('The calendar whose days are worked; unless given, the one of the entity’s definition.', 'de-by')),
    ),
    workingDays: Type.Optional(
      orNull(WorkedDays, 'Instead of those of the calendar, whose holidays stay off: a part-time pattern.'),
    ),
    hoursPerDay: Type.Optional(orNull(HoursPerDay, 'Instead of those of the calendar.')),
  },
  {
    ...closed,
    'x-schema': 'WorkPatternDefinition',
    examples: [{ workingDays: { mon: '1', tue: '1', wed: '1', thu: '0', fri: '0', sat: '0', sun: '0' } }],
  },
)

const Holiday = reply('Holiday', { date: day('The day.'), name: text('What people call it.'), portion: Portion })

export const PublicHolidays = reply(
  'PublicHolidays',
  {
    from: year('The first year.'),
    to: year('The last year, included. Leave of a later one cannot be counted.'),
    holidays: Type.Array(Holiday, { description: 'By date.' }),
  },
  'The public holidays of a region over whole years, as they were known when the version was recorded.',
)

export const Calendar = reply(
  'Calendar',
  {
    id: id('The calendar.', 'de-by'),
    workingDays: WorkedDays,
    hoursPerDay: HoursPerDay,
    holidays: Type.Array(Holiday, { description: 'Those that were listed, by date.' }),
    region: orNull(text('Whose public holidays are days off besides.')),
    publicHolidays: orNull(PublicHolidays, 'null without a region.'),
    version: Type.Integer({ minimum: 1, description: 'Which version this is: 1, 2, 3 …' }),
    effectiveFrom: day('The day from which this version decides.', '2026-01-01'),
    ...whereRecorded,
  },
  'One version of a calendar, and where it was recorded.',
)

export const WorkPattern = reply(
  'WorkPattern',
  {
    entity: id('Who works by it.', 'e1'),
    effectiveFrom: day('The day from which it holds, until that of the next one.', '2026-07-01'),
    calendar: orNull(text('The calendar whose days are worked.'), 'null: the one of the entity’s definition.'),
    workingDays: orNull(WorkedDays, 'null: those of the calendar.'),
    hoursPerDay: orNull(HoursPerDay, 'null: those of the calendar.'),
    version: Type.Integer({ minimum: 1, description: 'How many patterns of the entity were recorded up to it.' }),
    ...whereRecorded,
  },
  'What an entity works by from a day on, and where that was recorded.',
)

export const PreviewedCalendar = withoutPlace('PreviewedCalendar', Calendar)
export const PreviewedWorkPattern = withoutPlace('PreviewedWorkPattern', WorkPattern)
export const CalendarPage = page('CalendarPage', Calendar)
export const WorkPatternPage = page('WorkPatternPage', WorkPattern)

/** What an event may hold: what leave is counted by relies on its order. */
export const RecordedPublicHolidays = Type.Refine(
  Type.Object(
    {
      from: year(''),
      to: year(''),
      holidays: Type.Array(Type.Object({ date: day(''), name: label('', 128, ''), portion: Portion }, closed)),
    },
    { ...closed, 'x-must': 'be public holidays by date, one a day, of the years that it names' },
  ),
  ({ from, to, holidays }) =>
    holidays.every(
      ({ date }, index) =>
        String(from) <= date.slice(0, 4) &&
        date.slice(0, 4) <= String(to) &&
        (index === 0 || holidays[index - 1]!.date < date),
    ),
)
