import { type TSchema, Type } from 'typebox'
import { WEEKDAYS } from '../../domain/calendar/calendar.ts'
import type { EventType } from '../../domain/event.ts'
import { ID_PATTERN } from '../../domain/id.ts'
import { earningTerms } from '../schemas/earning-terms.ts'
import { day, hash, id, period, position } from '../schemas/scalars.ts'
import {
  anyText,
  byName,
  counted,
  hours,
  hoursByWeekday,
  listOf,
  nullable,
  numbered,
  oneOf,
  plainQuantity,
  portion,
  shape,
  workedDays,
} from './parts.ts'

const daysOrNull = (description: string) => nullable(Type.Integer({ minimum: 0 }), description)

const requestTerms = shape(
  {
    approval: nullable(
      Type.Array(id('', 'manager')),
      'the roles that have to agree, one after the other; null: anybody but whoever asks',
    ),
    automaticUpTo: nullable(plainQuantity(''), 'a request of at most this much is granted at once; null: none'),
    blackouts: listOf(
      shape({ from: day('first day'), name: anyText('why'), to: day('last day') }),
      'spans in which no working day may be taken',
    ),
    cancellation: oneOf(['free', 'ask'], '`free`, or `ask`: what was approved is cancelled only by whoever decides'),
    expiresOn: nullable(day(''), 'no later day is drawn from it; null: never'),
    maxConsecutiveDays: daysOrNull('how many days of the calendar a request may span; null: 366'),
    maxDaysAhead: daysOrNull('how many days from today on the first day may be; null: any'),
    minNoticeDays: daysOrNull('how many days before its first day it has to be submitted; null: none'),
    priority: counted('of the policies of a resource the one with the lowest is drawn on first'),
    roles: byName(
      { called: 'role', pattern: ID_PATTERN },
      listOf(id('', 'h1'), 'by role'),
      'the entities that have a role',
    ),
    countCalendarDays: Type.Optional(
      Type.Literal(true, { description: 'true where every day of a request counts, worked or not; else absent' }),
    ),
    displaces: Type.Optional(
      listOf(
        id('', 'annual-leave'),
        'resources whose approved requests give back the days that its own have; absent where there are none',
      ),
    ),
    waitingDays: daysOrNull('how many days after the beginning of a period of employment a day may be; null: none'),
  },
  'what it says about requests; absent where nothing was said. What of it was left out is there as usual',
)

/** What a policy says of earning is recorded as it is said, with quantities in their normal spelling. */
function asSaid<const Schema extends TSchema>(schema: Schema, description: string) {
  return Type.Optional(Object.assign({}, schema, { description, 'x-described-elsewhere': true }) as Schema)
}

const policyDefined = shape({
  daysClaimed: Type.Optional(
    shape(
      {
        from: day('the first of the days'),
        lines: counted('how many lines claim theirs'),
        until: nullable(day(''), 'the first day that is not among them any more; null: all later ones are'),
      },
      'the days that lines recorded before claim since this version; left out where there is no such line',
    ),
  ),
  dayExclusive: Type.Boolean({ description: 'whether consumptions claim their half days' }),
  effectiveFrom: day('the day from which this version decides'),
  name: nullable(anyText(''), 'for people; null where there is none'),
  overdraftLimit: nullable(plainQuantity(''), 'how far below zero a balance may go; null: without limit'),
  policy: id('its id', 'annual-leave'),
  requests: Type.Optional(requestTerms),
  resource: id('what it counts; the same in every version', 'annual-leave'),
  kindVisibleTo: Type.Optional(
    oneOf(['team', 'hr'], 'who sees of what kind an absence is: `team` or `hr`; left out where managers do'),
  ),
  retiredFrom: Type.Optional(
    day('the day from which nothing is accrued or taken under it any more; left out where it is not retired'),
  ),
  scale: Type.Integer({ minimum: 0, maximum: 8, description: 'decimals; never fewer than in the version before' }),
  unit: anyText('what one of it is called; the same in every version'),
  version: numbered(),
  leaveYear: asSaid(
    earningTerms.leaveYear,
    'when leave years begin; left out, as all that follow, where nothing was said',
  ),
  earning: asSaid(earningTerms.earning, 'how something is earned'),
  carryOver: asSaid(earningTerms.carryOver, 'what becomes of a balance when a year ends'),
  spending: asSaid(earningTerms.spending, 'what may be taken, and from when on'),
  encashment: asSaid(earningTerms.encashment, 'what of a balance may be paid out'),
  countsAsWorked: asSaid(
    earningTerms.countsAsWorked,
    'how much of a day that is taken counts as attended where something is earned by working time',
  ),
  lateLeave: asSaid(earningTerms.lateLeave, 'whether leave that is entered late corrects what was posted'),
})

const entityDefined = shape({
  calendar: nullable(
    id('', 'at'),
    'whose working days count; null where not said, as for all that follow but `entity` and `version`',
  ),
  department: nullable(anyText(''), 'the department they belong to'),
  employment: Type.Optional(
    shape(
      { from: day('its first day'), to: nullable(day(''), 'its last day; null: until further notice') },
      'the period that was put by itself; left out where the entity was defined as a whole',
    ),
  ),
  employments: Type.Optional(
    listOf(
      shape({
        from: nullable(day(''), 'first day; null only of the first one'),
        to: nullable(day(''), 'last day; null only of the last one'),
      }),
      'all periods of employment, by day; left out where there is no more than `hiredOn` and `leftOn` say',
    ),
  ),
  entity: id('its id', 'ada'),
  hiredOn: nullable(day(''), 'first day of the last period of employment'),
  kind: nullable(anyText(''), '`employee`, `wallet` …'),
  leftOn: nullable(day(''), 'last day of the same period'),
  manager: nullable(id('', 'm1'), 'the entity that decides about their requests'),
  version: numbered(),
})

const holidays = (description: string, ofDay: string) =>
  listOf(shape({ date: day('the day'), name: anyText('what people call it'), portion: portion(ofDay) }), description)

const ownHolidays = listOf(
  shape({
    date: day('the day'),
    name: anyText('what people call it'),
    portion: oneOf(
      ['full', 'am', 'pm', 'none'],
      'what of the day is off: `full`, `am` or `pm`; `none`: it is no holiday here, whatever the region says',
    ),
  }),
  'the holidays that it lists, by date, one a day; the newest list decides about each date',
)

const madeUpDays = (description: string) =>
  Type.Optional(
    listOf(
      shape({
        date: day('the day'),
        like: oneOf([...WEEKDAYS], 'the weekday as which it is worked'),
        name: nullable(anyText(''), 'what people call it'),
      }),
      description,
    ),
  )

const rota = {
  weeks: Type.Optional(
    listOf(
      workedDays,
      'a rota: weeks that follow one another and begin anew, instead of `workingDays`; left out without one',
    ),
  ),
  weeksFrom: Type.Optional(day('a day of the first week of the rota; left out without one')),
}

const year = (description: string) => Type.Integer({ minimum: 1900, maximum: 2999, description })

const calendarDefined = shape({
  calendar: id('its id', 'at'),
  effectiveFrom: day('the day from which this version decides'),
  holidays: ownHolidays,
  hoursPerDay: Type.Union([hours(''), hoursByWeekday], {
    description: 'hours of a whole working day; an object by weekday where they differ',
  }),
  publicHolidays: nullable(
    shape({
      from: year('the first year'),
      holidays: holidays(
        'by date, one a day; where `holidays` has the same day, that one holds',
        'what of the day is off',
      ),
      to: year('the last year, included; leave of a later one is not counted by this version'),
      workedDays: madeUpDays(
        'days of weekends that are worked as on another weekday, by date; left out where there are none',
      ),
    }),
    'those of the region, as they were known; null without a region',
  ),
  region: nullable(
    Type.String({ pattern: '^[A-Z]{2}(-[A-Za-z0-9]{1,16}){0,2}$' }),
    'ISO 3166-2; null where there is none',
  ),
  version: numbered(),
  warnings: Type.Optional(
    listOf(
      shape({
        code: oneOf(['region-has-parts'], 'always `region-has-parts`'),
        parts: listOf(anyText(''), 'parts of the region that have other days'),
      }),
      'what whoever defined it was told; left out where that is nothing',
    ),
  ),
  ...rota,
  workedDays: madeUpDays(
    'dates that are worked as on another weekday, by date, one a day; left out where there are none',
  ),
  workingDays: {
    ...workedDays,
    description: 'how much of each weekday is worked: `0`, `0.5` or `am` (the morning), `pm` or `1`',
  },
})

const workPatternDefined = shape({
  calendar: nullable(id('', 'at'), 'the calendar; null: the one of the entity’s definition'),
  effectiveFrom: day('the day from which it holds'),
  entity: id('whose', 'ada'),
  hoursPerDay: Type.Union([hours(''), hoursByWeekday, Type.Null()], {
    description: 'instead of those of the calendar, here by weekday; null: those of the calendar',
  }),
  version: numbered('how many patterns of the entity were recorded up to it'),
  ...rota,
  workingDays: nullable(workedDays, 'instead of those of the calendar, as there; null: those of the calendar'),
})

const periodChanged = shape({
  period: period('the month'),
  version: numbered('how often it was closed or reopened: 1, 2, 3 …'),
})

const periodClosed = shape({
  pending: Type.Optional(
    listOf(
      shape({
        entity: id('whose it is', 'ada'),
        from: day('its first day'),
        request: id('the request', 'r-17'),
        resource: id('what is asked for', 'annual-leave'),
        to: day('its last day'),
      }),
      'requests that begin in the month or before and were not decided, by their first day; left out where there are none',
    ),
  ),
  period: period('the month, closed with every one before it'),
  version: numbered('how often it was closed or reopened: 1, 2, 3 …'),
})

const snapshotTaken = shape({
  asOf: day('the end of this day'),
  count: counted('how many balances there are'),
  digest: hash('SHA-256 of the balances as NDJSON: canonical JSON, by entity and then policy, a line feed after each'),
  entities: nullable(Type.Array(id('', 'ada')), 'only of these, ascending; null: of all'),
  knownAt: position('the position up to which the record was taken into account'),
  name: nullable(anyText(''), 'for people; null where there is none'),
  policy: nullable(id('', 'annual-leave'), 'only under this policy; null: under all'),
  resource: nullable(id('', 'annual-leave'), 'only of this resource; null: of all'),
})

const assignmentDefined = shape({
  amounts: nullable(
    Type.Union([
      shape({ amount: plainQuantity('for each period') }),
      shape({ yearAmount: plainQuantity('for each leave year') }),
    ]),
    'in place of what every level earns; null: as the policy says',
  ),
  assignment: id('its id among those of the entity', 'a-2026'),
  effectiveFrom: day('the day from which its share, amounts and terms hold'),
  entity: id('who earns', 'ada'),
  from: day('the first day of the whole assignment, whichever version said it last'),
  policy: id('under which policy; the same in every version', 'annual-leave'),
  resource: id('what that counts', 'annual-leave'),
  serviceSince: nullable(day(''), 'since when service counts; null: since hiring, else since `from`'),
  share: nullable(plainQuantity(''), 'of full time; null: full time'),
  terms: nullable(
    shape({
      carryOver: asSaid(earningTerms.carryOver, 'in place of what the policy says; left out where nothing was said'),
      earning: asSaid(earningTerms.earning, 'the same'),
    }),
    'what holds of the entity alone; null: nothing',
  ),
  to: nullable(day(''), 'its last day; null: until further notice'),
  version: numbered(),
})

/** `data` of the events that define something, close a month or take a snapshot. */
export const definitionData = {
  'book-defined': shape({
    name: nullable(anyText(''), 'for people; null where there is none'),
    timeZone: anyText('IANA name: what "today" means in the book'),
  }),
  'policy-defined': policyDefined,
  'entity-defined': entityDefined,
  'calendar-defined': calendarDefined,
  'work-pattern-defined': workPatternDefined,
  'delegation-defined': shape({
    delegate: id('who decides meanwhile', 'm2'),
    entity: id('whose decisions', 'm1'),
    from: day('first day'),
    to: day('last day'),
    version: numbered(),
  }),
  'assignment-defined': assignmentDefined,
  'worked-hours-recorded': shape({
    entity: id('who has worked', 'ada'),
    from: day('first day'),
    hours: plainQuantity('how many, over all these days'),
    reference: nullable(anyText(''), 'the caller’s key for it; null where none was said'),
    to: day('last day; the first one where nothing else was said'),
  }),
  'worked-hours-reversed': shape({
    entity: id('whose they are', 'ada'),
    workedHours: position('the event that recorded them'),
  }),
  'notice-given': shape({
    entity: id('who was told', 'ada'),
    givenOn: day('when'),
    policy: id('of what kind of leave', 'annual-leave'),
    resource: id('what the policy counts', 'annual-leave'),
    year: year('of which leave year: the one in which it begins'),
  }),
  'entity-erased': shape({
    entity: id('who was erased', 'e2'),
    erased: shape({
      apiKeys: Type.Optional(counted('API keys that were it, and ended; absent in older ones')),
      audit: Type.Optional(
        counted('entries of the audit trail by it, or about it, whose `client` became null; absent in older ones'),
      ),
      events: counted('events about or by it whose `erasable` became null'),
      feeds: counted('calendar feeds that ended'),
      keys: counted('keys of definitions that had changed nothing, whose salt became null'),
      profile: counted('members of the profile that were known'),
      users: Type.Optional(counted('users who were it, and ended; absent in older ones')),
    }),
    force: Type.Optional(
      Type.Literal(true, { description: 'true where it was to be erased although employed; else absent' }),
    ),
    version: numbered('how often it was erased: 1, 2, 3 …'),
  }),
  'retention-defined': shape({
    profileMonthsAfterLeaving: nullable(
      counted(''),
      'how long after the last day of employment a person is erased; null: never',
    ),
    reasonsMonths: nullable(counted(''), 'how old reasons become; null: they stay'),
    version: numbered(),
  }),
  'reasons-erased': shape({
    after: counted('of events after this position'),
    events: counted('events whose `erasable` became null'),
    upTo: position('up to this one'),
    version: numbered(),
  }),
  'period-closed': periodClosed,
  'period-reopened': periodChanged,
  'snapshot-taken': snapshotTaken,
} satisfies Partial<Record<EventType, TSchema>>
