/*
 * Terms of earning that cannot be so, each with where that is told and how the sentence begins. Every one of them is sound by
 * its schema.
 */

/** Members of a policy of scale 1 without overdraft, unless they say otherwise. */
export interface BadTerms {
  readonly what: string
  readonly said: object
  /** Each with the words by which its sentence is known. */
  readonly told: Readonly<Record<string, RegExp>>
}

const YEARLY = { yearAmount: '25' }

const monthly = (also: object, level: object = YEARLY): object => ({
  earning: { every: 'month', levels: [level], ...also },
})
const levels = (...all: readonly object[]): object => ({ earning: { every: 'month', levels: all } })
const HOURS = { perHours: { amount: '1', hours: '20', of: 'worked' } }
const SCHEDULED = { perHours: { amount: '1', hours: '20', of: 'scheduled' } }
const PERIODS = { payPeriodsFrom: '2026-01-11' }

/** What is told of where periods begin, by their length. */
const MISFIT: readonly (readonly [every: string, on: object, instead: RegExp])[] = [
  ['day', { weekday: 'mon' }, /do not begin by weekday: leave it out$/],
  ['week', { dayOfMonth: 1 }, /say \{"weekday": "mon"\}, or leave it out$/],
  ['two-weeks', { weekday: 'mon' }, /say \{"from": "2026-01-11"\}/],
  ['twice-a-month', { dayOfMonth: 15 }, /say \{"daysOfMonth": \[1, 16\]\}/],
  ['month', { daysOfMonth: [1, 16] }, /say \{"dayOfMonth": 1\}/],
  ['month', { anniversary: true }, /do not begin by anniversary/],
  ['quarter', { dayOfMonth: 1 }, /say \{"dates": \["01-01", "04-01", "07-01", "10-01"\]\}/],
  ['half-year', { from: '2026-01-01' }, /say \{"dates": \["01-01", "07-01"\]\}/],
  ['year', { weekday: 'sun' }, /say \{"dates": \["01-01"\]\}/],
]

const TWELFTHS = ['full-months', 'started-months'] as const

export const BAD_TERMS: readonly BadTerms[] = [
  // What is earned
  {
    what: 'a level that earns nothing',
    said: levels({ after: { years: 1 } }),
    told: { '/earning/levels/0': /must say what is earned: amount/ },
  },
  {
    what: 'an amount for each period and one for the year',
    said: levels({ amount: '2', yearAmount: '24' }),
    told: { '/earning/levels/0': /says amount and yearAmount: keep one/ },
  },
  {
    what: 'an amount for the year and one by hours',
    said: levels({ yearAmount: '24', ...HOURS }),
    told: { '/earning/levels/0': /says yearAmount and perHours/ },
  },
  {
    what: 'all three',
    said: levels(YEARLY, { after: { years: 1 }, amount: '2', yearAmount: '24', ...HOURS }),
    told: { '/earning/levels/1': /amount and yearAmount and perHours/ },
  },
  // Levels
  {
    what: 'a second level from the first day',
    said: levels(YEARLY, YEARLY),
    told: { '/earning/levels/1/after': /is missing: say a longer service .* 0 days$/ },
  },
  {
    what: 'levels in the wrong order',
    said: levels({ ...YEARLY, after: { years: 5 } }, { ...YEARLY, after: { years: 2 } }),
    told: { '/earning/levels/1/after': /longer than 5 years.*in the order of their service/ },
  },
  {
    what: 'two levels after the same years',
    said: levels(YEARLY, { ...YEARLY, after: { years: 5 } }, { ...YEARLY, after: { years: 5 } }),
    told: { '/earning/levels/2/after': /longer than 5 years.*one level of the two/ },
  },
  {
    what: 'twelve months after a year',
    said: levels({ ...YEARLY, after: { years: 1 } }, { ...YEARLY, after: { months: 12 } }),
    told: { '/earning/levels/1/after': /longer than 1 year,.*one level of the two/ },
  },
  {
    what: 'no months after no days',
    said: levels({ ...YEARLY, after: { days: 0 } }, { ...YEARLY, after: { months: 0 } }),
    told: { '/earning/levels/1/after': /longer than 0 days/ },
  },
  {
    what: 'months that some people reach before the days',
    said: levels({ ...YEARLY, after: { days: 182 } }, { ...YEARLY, after: { months: 6 } }),
    told: { '/earning/levels/1/after': /6 months can be 181 to 184 days; say both in one unit/ },
  },
  {
    what: 'days that some people reach before the months',
    said: levels({ ...YEARLY, after: { months: 1 } }, { ...YEARLY, after: { days: 30 } }),
    told: { '/earning/levels/1/after': /1 month can be 28 to 31 days/ },
  },
  {
    what: 'days before a year',
    said: levels({ ...YEARLY, after: { years: 1 } }, { ...YEARLY, after: { days: 364 } }),
    told: { '/earning/levels/1/after': /in the order of their service/ },
  },
  // Where periods begin
  ...MISFIT.map(([every, on, instead]) => ({
    what: `periods of every ${every} on ${JSON.stringify(on)}`,
    said: { earning: { every, on, levels: [YEARLY] } },
    told: { '/earning/on': instead },
  })),
  {
    what: 'where a level’s own periods begin',
    said: levels({ ...YEARLY, every: 'week', on: { dayOfMonth: 3 } }),
    told: { '/earning/levels/0/on': /every: "week"/ },
  },
  {
    what: 'where a level’s periods begin that are those of the policy',
    said: levels({ ...YEARLY, on: { weekday: 'fri' } }),
    told: { '/earning/levels/0/on': /every: "month"/ },
  },
  {
    what: 'the later day of the month first',
    said: { earning: { every: 'twice-a-month', on: { daysOfMonth: [16, 1] }, levels: [YEARLY] } },
    told: { '/earning/on/daysOfMonth': /the earlier first/ },
  },
  {
    what: 'the same day of the month twice',
    said: { earning: { every: 'twice-a-month', on: { daysOfMonth: [15, 15] }, levels: [YEARLY] } },
    told: { '/earning/on/daysOfMonth': /two different days/ },
  },
  {
    what: 'two days that are one in February',
    said: { earning: { every: 'twice-a-month', on: { daysOfMonth: [28, 31] }, levels: [YEARLY] } },
    told: { '/earning/on/daysOfMonth': /in February these are one/ },
  },
  {
    what: 'two dates for quarters',
    said: { earning: { every: 'quarter', on: { dates: ['01-01', '07-01'] }, levels: [YEARLY] } },
    told: { '/earning/on/dates': /must be 4 for every: "quarter"/ },
  },
  {
    what: 'one date for half-years',
    said: { earning: { every: 'half-year', on: { dates: ['01-01'] }, levels: [YEARLY] } },
    told: { '/earning/on/dates': /must be 2 for/ },
  },
  {
    what: 'four dates for a year',
    said: { earning: { every: 'year', on: { dates: ['01-01', '04-01', '07-01', '10-01'] }, levels: [YEARLY] } },
    told: { '/earning/on/dates': /must be 1 for/ },
  },
  {
    what: 'dates out of their order',
    said: { earning: { every: 'half-year', on: { dates: ['07-01', '01-01'] }, levels: [YEARLY] } },
    told: { '/earning/on/dates': /in the order of the calendar year/ },
  },
  {
    what: 'quarters that begin in the middle of the year',
    said: { earning: { every: 'quarter', on: { dates: ['04-01', '07-01', '10-01', '01-01'] }, levels: [YEARLY] } },
    told: { '/earning/on/dates': /in the order of the calendar year/ },
  },
  {
    what: 'the same date twice',
    said: { earning: { every: 'half-year', on: { dates: ['01-01', '01-01'] }, levels: [YEARLY] } },
    told: { '/earning/on/dates': /different days/ },
  },
  {
    what: 'dates that are one in a common year',
    said: { earning: { every: 'half-year', on: { dates: ['02-28', '02-29'] }, levels: [YEARLY] } },
    told: { '/earning/on/dates': /different days/ },
  },
  // Pay periods
  {
    what: 'a leave year of pay periods with months',
    said: { leaveYear: PERIODS, ...monthly({}) },
    told: { '/leaveYear/payPeriodsFrom': /say every: "two-weeks", or a leave year such as/ },
  },
  {
    what: 'two weeks that are a week out of step',
    said: { leaveYear: PERIODS, earning: { every: 'two-weeks', on: { from: '2026-01-18' }, levels: [YEARLY] } },
    told: { '/earning/on/from': /whole periods of two weeks before or after 2026-01-11/ },
  },
  {
    what: 'two weeks of a level that are a day out of step',
    said: { leaveYear: PERIODS, earning: { every: 'two-weeks', levels: [{ ...YEARLY, on: { from: '2025-12-29' } }] } },
    told: { '/earning/levels/0/on/from': /before or after 2026-01-11/ },
  },
  {
    what: 'the last full period of months',
    said: levels({ amount: '2', inLastFullPeriodOfCalendarYear: '3' }),
    told: { '/earning/levels/0/inLastFullPeriodOfCalendarYear': /two weeks alone: leave it out, or say every/ },
  },
  {
    what: 'the last full period of an amount for the year',
    said: { earning: { every: 'two-weeks', levels: [{ ...YEARLY, inLastFullPeriodOfCalendarYear: '3' }] } },
    told: { '/earning/levels/0/inLastFullPeriodOfCalendarYear': /in place of an amount for each period/ },
  },
  // Hours
  {
    what: 'hours worked, known on the first day',
    said: monthly({ postOn: 'first-day' }, HOURS),
    told: { '/earning/postOn': /must be "last-day" or "day-after"/ },
  },
  {
    what: 'hours worked, times the share',
    said: monthly({ scaledByShare: true }, HOURS),
    told: { '/earning/scaledByShare': /left out where hours worked are counted/ },
  },
  {
    what: 'hours worked, of a week of six days',
    said: monthly({ week: { days: '6' } }, HOURS),
    told: { '/earning/week': /left out where hours worked are counted/ },
  },
  {
    what: 'hours worked, in proportion to those attended',
    said: monthly({ basis: 'working-time' }, HOURS),
    told: { '/earning/basis': /left out where hours worked are counted/ },
  },
  {
    what: 'a whole year’s hours at once',
    said: monthly({ waiting: { months: 3, then: 'full-year' } }, SCHEDULED),
    told: { '/earning/waiting/then': /must be "all" where something is earned by hours/ },
  },
  // Scaling
  {
    what: 'the share and the week',
    said: monthly({ scaledByShare: true, week: { days: '5' } }),
    told: { '/earning/scaledByShare': /must not be said with week/ },
  },
  {
    what: 'a week of eight days',
    said: monthly({ week: { days: '8' } }),
    told: { '/earning/week/days': /must be at most "7"/ },
  },
  {
    what: 'a week of two hundred hours',
    said: monthly({ week: { hours: '200' } }),
    told: { '/earning/week/hours': /must be at most "168"/ },
  },
  // Parts of periods
  ...TWELFTHS.map((part) => ({
    what: `${part} of months`,
    said: monthly({ firstPeriod: part }),
    told: { '/earning/firstPeriod': /every: "month": say "calendar-days", or every: "quarter"/ },
  })),
  ...TWELFTHS.map((part) => ({
    what: `${part} without an amount for the year`,
    said: { earning: { every: 'year', lastPeriod: part, levels: [{ amount: '25' }] } },
    told: { '/earning/lastPeriod': /no yearAmount to take twelfths of/ },
  })),
  {
    what: 'twelfths in the first half, of months',
    said: monthly({ lastPeriod: 'full-months-in-first-half' }),
    told: { '/earning/lastPeriod': /say "calendar-days"/ },
  },
  {
    what: 'twelfths of a level that is earned by weeks',
    said: {
      earning: {
        every: 'year',
        firstPeriod: 'full-months',
        levels: [YEARLY, { ...YEARLY, after: { years: 1 }, every: 'week' }],
      },
    },
    told: { '/earning/firstPeriod': /every: "week"/ },
  },
  // Rounding
  {
    what: 'steps finer than the scale',
    said: monthly({ rounding: { step: '0.25', mode: 'nearest', of: 'posting' } }),
    told: { '/earning/rounding/step': /scale of 1: say "0.1" or more, or a scale of 2$/ },
  },
  {
    what: 'half days where there are none',
    said: { scale: 0, ...monthly({ rounding: { step: '0.5', mode: 'up', of: 'year' } }) },
    told: { '/earning/rounding/step': /scale of 0: say "1" or more, or a scale of 1$/ },
  },
  {
    what: 'steps of a carry-over that are finer than the scale',
    said: { carryOver: { rounding: { step: '0.125', mode: 'up' } } },
    told: { '/carryOver/rounding/step': /or a scale of 3$/ },
  },
  // Carrying over
  {
    what: 'both a length and a last day',
    said: { carryOver: { validFor: { months: 3 }, validUntil: '03-31' } },
    told: { '/carryOver/validUntil': /must not be said with validFor/ },
  },
  {
    what: 'a length of nothing',
    said: { carryOver: { keep: 'none', validFor: { months: 3 } } },
    told: { '/carryOver/validFor': /left out where nothing is kept; or say what is/ },
  },
  {
    what: 'a last day of nothing',
    said: { carryOver: { keep: 'none', validUntil: '03-31' } },
    told: { '/carryOver/validUntil': /left out where nothing is kept/ },
  },
  {
    what: 'what never lapses of nothing',
    said: { carryOver: { keep: 'none', neverLapses: '3' } },
    told: { '/carryOver/neverLapses': /left out where nothing is kept/ },
  },
  {
    what: 'how nothing is rounded',
    said: { carryOver: { keep: 'none', rounding: { step: '1', mode: 'up' } } },
    told: { '/carryOver/rounding': /left out where nothing is kept/ },
  },
  {
    what: 'more that never lapses than is kept',
    said: { carryOver: { keep: { upTo: '5' }, validUntil: '03-31', neverLapses: '5.5' } },
    told: { '/carryOver/neverLapses': /must be at most "5"/ },
  },
  {
    what: 'what never lapses where nothing does',
    said: { carryOver: { keep: { upTo: '5' }, neverLapses: '3' } },
    told: { '/carryOver/neverLapses': /left out where nothing lapses/ },
  },
  {
    what: 'a notice of what never lapses',
    said: { carryOver: { needsNotice: true } },
    told: { '/carryOver/needsNotice': /left out where nothing lapses/ },
  },
  {
    what: 'a level’s carry-over',
    said: levels({ ...YEARLY, carryOver: { keep: 'none', validUntil: '03-31' } }),
    told: { '/earning/levels/0/carryOver/validUntil': /left out where nothing is kept/ },
  },
  // Spending
  {
    what: 'the whole year ahead without a limit',
    said: { overdraftLimit: null, ...monthly({}), spending: { of: 'year' } },
    told: { '/spending/of': /must be "earned" where overdraft is unlimited/ },
  },
  {
    what: 'more to be taken than is earned',
    said: { ...monthly({}, { ...YEARLY, yearMax: '25' }), spending: { yearMost: '26' } },
    told: { '/spending/yearMost': /must be at most "25"/ },
  },
  {
    what: 'more to be taken than any level earns',
    said: {
      ...levels({ ...YEARLY, yearMax: '25' }, { yearAmount: '30', after: { years: 5 }, yearMax: '30' }),
      spending: { yearMost: '30.5' },
    },
    told: { '/spending/yearMost': /must be at most "30"/ },
  },
  // Several
  {
    what: 'several things at once, each in its place',
    said: {
      ...levels({ after: { years: 1 } }, { ...YEARLY, after: { days: 1 } }),
      carryOver: { keep: 'none', neverLapses: '1' },
    },
    told: {
      '/earning/levels/0': /must say what is earned/,
      '/earning/levels/1/after': /order of their service/,
      '/carryOver/neverLapses': /nothing is kept/,
    },
  },
]
