import { Type } from 'typebox'
import { WEEKDAYS, type Weekday, type Worked } from '../../domain/calendar/calendar.ts'
import { MOST_YEARS } from '../../domain/calendar/public-holidays.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { answered, orNull, page, reply, text, whereRecorded } from './replies.ts'
import { day, id, label, Portion, REGION_PATTERN } from './scalars.ts'

const closed = { additionalProperties: false }

function ofEachWeekday<const Schema extends Parameters<typeof Type.Optional>[0]>(schema: Schema) {
  return Object.fromEntries(WEEKDAYS.map((weekday) => [weekday, schema])) as Record<Weekday, Schema>
}

const Fraction = Type.Enum(['0', '0.5', '1', 'am', 'pm'], {
  type: 'string',
  description: 'How much of the day is worked: all of it, nothing, or that half. `0.5` is the morning, as `am` is.',
  'x-must': 'be "0", "0.5", "1", "am" or "pm"',
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
  'x-schema': 'HoursPerDay',
  'x-must': 'be hours, such as "7.5", or an object with those of weekdays',
})

const OwnPortion = Type.Enum(['full', 'am', 'pm', 'none'], {
  type: 'string',
  description: 'What of the day is off. `none`: the date is no holiday here, whatever the region says.',
  'x-must': 'be "full", "am", "pm" or "none"',
})

const holidayMembers = {
  name: label('What people call it.', 128, 'Christmas Eve'),
  portion: Type.Optional(OwnPortion),
}

/** One date of a calendar's list, by itself. */
export const SingleHoliday = Type.Object(holidayMembers, { ...closed, 'x-schema': 'SingleHolidayDefinition' })

const HolidayItem = Type.Object(
  { date: day('The day.', '2026-12-24'), ...holidayMembers },
  { ...closed, 'x-schema': 'HolidayDefinition' },
)

const Like = Type.Enum([...WEEKDAYS], {
  type: 'string',
  description: 'As which weekday the date is worked.',
  'x-must': 'be a weekday, such as "fri"',
})

const WorkedDayItem = Type.Object(
  {
    date: day('The day.', '2026-12-12'),
    name: Type.Optional(orNull(label('What people call it.', 128, 'Made up for 24 December'))),
    like: Like,
  },
  { ...closed, 'x-schema': 'WorkedDayDefinition' },
)

const Rota = Type.Array(WorkedDays, {
  minItems: 1,
  maxItems: 8,
  description: 'A rota: weeks that follow one another and then begin anew. Holds instead of `workingDays`.',
  'x-must': 'be 1 to 8 weeks',
})

const RotaFrom = day('A day of the first week of the rota. Unless given: of `effectiveFrom`.', '2026-01-05')

function rotaIsWhole(said: unknown): boolean {
  const { weeks, weeksFrom } = said as { readonly weeks?: unknown; readonly weeksFrom?: unknown }
  return (weeksFrom ?? null) === null || (weeks ?? null) !== null
}

/** The most days off that one version of a calendar lists itself. */
const MOST_HOLIDAYS = 400

type Dated = readonly { readonly date: CalendarDate }[]

function oneADay(days: unknown): boolean {
  const dates = (days as Dated).map(({ date }) => date)
  return new Set(dates).size === dates.length
}

/** A holiday is not worked. */
function listsApart(said: unknown): boolean {
  const { holidays, workedDays } = said as { readonly holidays?: Dated | null; readonly workedDays?: Dated | null }
  return oneADay([...(holidays ?? []), ...(workedDays ?? [])])
}

const year = (description: string) =>
  Type.Integer({
    minimum: 1900,
    maximum: 2999,
    description,
    examples: [2026],
    'x-must': 'be a year from 1900 to 2999',
  })

const AnyCalendarDefinition = Type.Object(
  {
    workingDays: SomeWorkedDays,
    weeks: Type.Optional(orNull(Rota)),
    weeksFrom: Type.Optional(orNull(RotaFrom)),
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
    workedDays: Type.Optional(
      Type.Refine(
        Type.Array(WorkedDayItem, {
          maxItems: MOST_HOLIDAYS,
          description:
            'Dates that are worked as on another weekday, such as a Saturday that makes up for a bridge day. They and the ' +
            'holidays are dated by themselves: the newest list decides about each date, whatever `effectiveFrom` says.',
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
    'x-must': 'say `weeksFrom` only with `weeks`, and list no date both as a holiday and as worked',
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

export const CalendarDefinition = Type.Refine(AnyCalendarDefinition, (said) => rotaIsWhole(said) && listsApart(said))

const AnyWorkPatternDefinition = Type.Object(
  {
    calendar: Type.Optional(
      orNull(id('The calendar whose days are worked; unless given, the one of the entity’s definition.', 'de-by')),
    ),
    workingDays: Type.Optional(
      orNull(WorkedDays, 'Instead of those of the calendar, whose holidays stay off: a part-time pattern.'),
    ),
    weeks: Type.Optional(orNull(Rota)),
    weeksFrom: Type.Optional(orNull(RotaFrom)),
    hoursPerDay: Type.Optional(orNull(HoursPerDay, 'Instead of those of the calendar.')),
  },
  {
    ...closed,
    'x-schema': 'WorkPatternDefinition',
    'x-must': 'say `weeksFrom` only with `weeks`',
    examples: [{ workingDays: { mon: '1', tue: '1', wed: '1', thu: '0', fri: '0', sat: '0', sun: '0' } }],
  },
)

export const WorkPatternDefinition = Type.Refine(AnyWorkPatternDefinition, rotaIsWhole)

const Holiday = reply('Holiday', { date: day('The day.'), name: text('What people call it.'), portion: Portion })

const OwnHoliday = reply('OwnHoliday', {
  date: day('The day.'),
  name: text('What people call it.'),
  portion: OwnPortion,
})

const WorkedDay = reply('WorkedDay', {
  date: day('The day.'),
  name: orNull(text('What people call it.')),
  like: Like,
})

const shownRota = {
  weeks: orNull(Type.Array(WorkedDays), 'A rota, which holds instead of `workingDays`; null: every week is the same.'),
  weeksFrom: orNull(day('A day of the first week of the rota.'), 'null without a rota.'),
}

export const PublicHolidays = reply(
  'PublicHolidays',
  {
    from: year('The first year.'),
    to: year('The last year, included. Leave of a later one cannot be counted.'),
    holidays: Type.Array(Holiday, { description: 'By date.' }),
    workedDays: Type.Optional(
      Type.Array(WorkedDay, {
        description: 'Dates that are worked as on another weekday; left out where there are none.',
      }),
    ),
  },
  'The public holidays of a region over whole years, as they were known when the version was recorded.',
)

export const Calendar = reply(
  'Calendar',
  {
    id: id('The calendar.', 'de-by'),
    workingDays: WorkedDays,
    ...shownRota,
    hoursPerDay: HoursPerDay,
    holidays: Type.Array(OwnHoliday, { description: 'Those that were listed, by date.' }),
    workedDays: Type.Array(WorkedDay, { description: 'Dates that are worked as on another weekday, by date.' }),
    region: orNull(text('Whose public holidays are days off besides.')),
    publicHolidays: orNull(PublicHolidays, 'null without a region.'),
    version: Type.Integer({ minimum: 1, description: 'Which version this is: 1, 2, 3 …' }),
    effectiveFrom: day('The day from which this version decides.', '2026-01-01'),
    ...whereRecorded,
  },
  'One version of a calendar, and where it was recorded.',
)

const Warning = reply('CalendarWarning', {
  code: Type.Literal('region-has-parts', { description: 'Name one of the parts instead.' }),
  parts: Type.Array(text('A part.'), {
    description: 'The parts of the region that have other days than it has alone.',
  }),
})

/** What a definition is answered with: the version, and what whoever defined it should know. */
export const DefinedCalendar = answered(
  'DefinedCalendar',
  {
    ...Calendar.properties,
    warnings: Type.Optional(
      Type.Array(Warning, {
        description:
          'The region alone is not what anybody’s law says: its parts have days of their own. Left out where there is none.',
      }),
    ),
  },
  'A version of a calendar as it was defined.',
)

export const WorkPattern = reply(
  'WorkPattern',
  {
    entity: id('Who works by it.', 'ada'),
    effectiveFrom: day('The day from which it holds, until that of the next one.', '2026-07-01'),
    calendar: orNull(text('The calendar whose days are worked.'), 'null: the one of the entity’s definition.'),
    workingDays: orNull(WorkedDays, 'null: those of the calendar.'),
    ...shownRota,
    hoursPerDay: orNull(HoursPerDay, 'null: those of the calendar.'),
    version: Type.Integer({ minimum: 1, description: 'How many patterns of the entity were recorded up to it.' }),
    ...whereRecorded,
  },
  'What an entity works by from a day on, and where that was recorded.',
)

export const DefinedWorkPattern = answered(
  'DefinedWorkPattern',
  WorkPattern.properties,
  'What an entity works by from a day on, as it was defined.',
)
export const CalendarPage = page('CalendarPage', Calendar)
export const WorkPatternPage = page('WorkPatternPage', WorkPattern)

/** The public holidays of a region in one year, each with who says so. */
export const RegionYear = reply(
  'PublicHolidaysOfYear',
  {
    region: text('The country or the part of one.'),
    year: year('The year.'),
    items: Type.Array(
      reply('SourcedHoliday', {
        date: day('The day.'),
        name: text('What people call it.'),
        portion: Portion,
        law: orNull(text('The law or gazette that makes it one.'), 'null: the tables of `source` have it.'),
        source: text('Where that can be read, or the name of the tables.'),
      }),
      { description: 'By date.' },
    ),
    workedDays: Type.Array(
      reply('SourcedWorkedDay', {
        date: day('The day.'),
        like: Like,
        law: text('The decree that says so.'),
        source: text('Where that can be read.'),
      }),
      { description: 'Dates of a weekend that are worked as on another weekday, by date.' },
    ),
    parts: Type.Array(text('A part of the region that has other days.'), {
      description: 'Parts of the region that have days of their own: people there live by those.',
    }),
  },
  'The public holidays of a region in one year.',
)

/** What an event may warn of. */
export const RecordedWarnings = Type.Array(
  Type.Object({ code: Type.Literal('region-has-parts'), parts: Type.Array(Type.String()) }, closed),
)

/** What an event may hold: what leave is counted by relies on its order. */
export const RecordedPublicHolidays = Type.Refine(
  Type.Object(
    {
      from: year(''),
      to: year(''),
      holidays: Type.Array(Type.Object({ date: day(''), name: label('', 128, ''), portion: Portion }, closed)),
      workedDays: Type.Optional(
        Type.Array(Type.Object({ date: day(''), name: orNull(label('', 128, '')), like: Like }, closed)),
      ),
    },
    { ...closed, 'x-must': 'be public holidays by date, one a day, of the years that it names' },
  ),
  ({ from, to, holidays, workedDays = [] }) =>
    [holidays, workedDays].every((days: Dated) =>
      days.every(
        ({ date }, index) =>
          String(from) <= date.slice(0, 4) &&
          date.slice(0, 4) <= String(to) &&
          (index === 0 || days[index - 1]!.date < date),
      ),
    ),
)
