import { expect, test } from 'vitest'
import { EVERY_DAY } from '../../../src/domain/calendar/work-time.ts'
import { accrualSentence } from '../../../src/domain/earning/accrual-sentence.ts'
import { earnedParts } from '../../../src/domain/earning/earned-parts.ts'
import type { Figures } from '../../../src/domain/earning/part.ts'
import { roundedAt } from '../../../src/domain/fraction.ts'
import { normalQuantity, printMinor } from '../../../src/domain/quantity.ts'
import { day } from '../../support/builders.ts'
import { factsOf, type Someone } from './someone.ts'

// What is told of a part that somebody earns, with the figures that the rules give it. A name says the figure that is told.

/** @param on the day on which it is posted */
function told(someone: Someone, on: string, figures: Figures = {}): string {
  const facts = factsOf(someone)
  const part = earnedParts(facts, day(on)).findLast(({ postedOn }) => postedOn === on)
  if (part === undefined) throw new Error(`nothing is posted on ${on}`)
  const { scale, unit } = facts.policy[0]
  const all = { earned: printMinor(roundedAt(part.amount, scale), scale), ...part.figures, ...figures }
  return accrualSentence({ on: day(on), amount: normalQuantity(all.earned), unit, period: part.part, figures: all })
}

const MONTHLY = { amount: '2.5' }
const ODD_AND_EVEN = [
  { after: { days: 0 }, amount: '2' },
  { after: { years: 5 }, amount: '2.5' },
]

type Example = [figure: string, someone: Someone, on: string, text: string, figures?: Figures]

const examples: Example[] = [
  ['a whole month', { earning: MONTHLY }, '2026-03-01', 'March at 2.5 days a month: 2.5'],
  [
    'a month posted in the year after it',
    { earning: { ...MONTHLY, postOn: 'day-after' } },
    '2027-01-01',
    'December 2026 at 2.5 days a month: 2.5',
  ],
  [
    'days of a part',
    { earning: MONTHLY, from: '2026-03-14' },
    '2026-03-14',
    '18 of 31 days of March at 2.5 days a month: 1.45',
  ],
  [
    'a month that begins on the 15th',
    { earning: { ...MONTHLY, on: { dayOfMonth: 15 } } },
    '2026-03-15',
    '15 March to 14 April at 2.5 days a month: 2.5',
  ],
  ['a day', { earning: { every: 'day', amount: '0.1' } }, '2026-03-02', '2 March at 0.1 days a day: 0.1'],
  ['one', { earning: { every: 'quarter', amount: '1' } }, '2026-04-01', 'April to June at 1 day a quarter: 1'],
  ['a week', { earning: { every: 'week', amount: '0.5' } }, '2026-03-02', '2 to 8 March at 0.5 days a week: 0.5'],
  [
    'two weeks over the end of a year',
    { earning: { every: 'two-weeks', on: { from: day('2026-12-28') }, amount: '4' }, policy: { unit: 'hour' } },
    '2026-12-28',
    '28 December 2026 to 10 January 2027 at 4 hours every two weeks: 4',
  ],
  [
    'half a month',
    { earning: { every: 'twice-a-month', amount: '1' } },
    '2026-02-16',
    '16 to 28 February at 1 day twice a month: 1',
  ],
  ['a year', { earning: { every: 'year', amount: '30' } }, '2026-01-01', '2026 at 30 days a year: 30'],
  [
    'parts of a year’s amount',
    { earning: { yearAmount: '25' } },
    '2026-02-01',
    'February at 25 days a year in 12 parts: 2.08',
  ],
  [
    'days of a year’s amount',
    { earning: { every: 'week', yearAmount: '25' } },
    '2026-03-02',
    '2 to 8 March, 7 of the 365 days of the leave year, at 25 days a year: 0.48',
  ],
  [
    'the last full period of the year',
    {
      earning: {
        every: 'two-weeks',
        on: { from: day('2026-01-05') },
        amount: '6',
        inLastFullPeriodOfCalendarYear: '10',
      },
    },
    '2026-12-07',
    '7 to 20 December at 10 days every two weeks: 10',
  ],
  [
    'a level',
    { earning: { levels: ODD_AND_EVEN }, since: '2020-03-01' },
    '2026-03-01',
    'March at 2.5 days a month, after 5 years of service: 2.5',
  ],
  [
    'the first level',
    { earning: { levels: ODD_AND_EVEN }, since: '2026-01-01' },
    '2026-03-01',
    'March at 2 days a month: 2',
  ],
  [
    'a level that is reached within a period',
    { earning: { levels: ODD_AND_EVEN }, since: '2021-03-21' },
    '2026-03-21',
    '11 of 31 days of March at 2.5 days a month, after 5 years of service: 0.89',
  ],
  [
    'a part that counts as half, and is divided by a level',
    { earning: { levels: ODD_AND_EVEN, firstPeriod: 'half' }, since: '2021-03-21', from: '2026-03-11' },
    '2026-03-21',
    '11 of 21 days of half of March at 2.5 days a month, after 5 years of service: 0.65',
  ],
  [
    'a part that counts in full',
    { earning: { ...MONTHLY, firstPeriod: 'full' }, from: '2026-03-14' },
    '2026-03-14',
    'all of March at 2.5 days a month: 2.5',
  ],
  [
    'a part by the day of joining',
    { earning: { ...MONTHLY, firstPeriod: { joinedBy: 15, then: 'full', else: 'half' } }, from: '2026-03-16' },
    '2026-03-16',
    'half of March at 2.5 days a month: 1.25',
  ],
  [
    'full months of a year',
    { earning: { every: 'year', yearAmount: '24', firstPeriod: 'full-months' }, from: '2026-06-15' },
    '2026-06-15',
    '6 of 12 full months of 2026 at 24 days a year: 12',
  ],
  [
    'started months of a year',
    { earning: { every: 'year', yearAmount: '24', firstPeriod: 'started-months' }, from: '2026-06-15' },
    '2026-06-15',
    '7 of 12 started months of 2026 at 24 days a year: 14',
  ],
  [
    'calendar months of a half-year',
    { earning: { every: 'half-year', amount: '12', firstPeriod: 'calendar-months' }, from: '2026-03-15' },
    '2026-03-15',
    '4 of 6 calendar months of January to June at 12 days every half-year: 8',
  ],
  [
    'working time of a part',
    { earning: { ...MONTHLY, firstPeriod: 'working-time' }, from: '2026-03-16' },
    '2026-03-16',
    '6/11 of the working time of March at 2.5 days a month: 1.36',
  ],
  [
    'a share',
    { earning: { ...MONTHLY, scaledByShare: true }, share: '0.8' },
    '2026-03-01',
    'March at 2.5 days a month, a share of 0.8: 2',
  ],
  [
    'a share that changes',
    { earning: { ...MONTHLY, scaledByShare: true }, share: '0.8', shares: { '2026-03-15': '0.5' } },
    '2026-03-01',
    'March at 2.5 days a month, a share of 0.8 for 14 days, 0.5 for 17 days: 1.59',
  ],
  [
    'a week',
    { earning: { every: 'year', yearAmount: '24', week: { days: '6' } } },
    '2026-01-01',
    '2026 at 24 days a year, weeks of 5 instead of 6 days: 20',
  ],
  [
    'working time',
    {
      earning: { ...MONTHLY, basis: 'working-time', postOn: 'last-day' },
      absent: [{ on: '2026-03-02', days: '1', countsAs: '0' }],
    },
    '2026-03-31',
    'March at 2.5 days a month, 168 of 176 hours attended: 2.39',
  ],
  [
    'hours worked',
    {
      earning: { perHours: { amount: '1', hours: '20', of: 'worked' }, postOn: 'last-day' },
      worked: { '2026-03-02/2026-03-31': '152' },
    },
    '2026-03-31',
    '152 hours worked in March at 1 day for each 20: 7.6',
  ],
  [
    'what was kept back',
    { earning: { ...MONTHLY, postOn: 'last-day', waiting: { months: 3, then: 'all' } } },
    '2026-04-01',
    'March at 2.5 days a month, kept back until 1 April: 2.5',
  ],
  [
    'a whole year after a waiting',
    { earning: { amount: '2', waiting: { months: 6, then: 'full-year' } } },
    '2026-07-01',
    '2026 at 2 days a month, due when the waiting ended on 1 July: 24',
  ],
  [
    'a whole year after a waiting, of whoever joined within it',
    {
      from: '2026-01-15',
      since: '2026-01-15',
      earning: { yearAmount: '24', waiting: { months: 6, then: 'full-year' } },
    },
    '2026-07-15',
    '2026 at 24 days a year, due when the waiting ended on 15 July: 24',
  ],
  [
    'a year after a waiting, of whoever joined within it and leaves within it',
    {
      from: '2026-01-15',
      since: '2026-01-15',
      to: '2026-09-30',
      earning: { yearAmount: '24', waiting: { months: 6, then: 'full-year' } },
    },
    '2026-07-15',
    '273 of 365 days of 2026 at 24 days a year, due when the waiting ended on 15 July: 17.95',
  ],
  [
    'the most of a year',
    { earning: MONTHLY },
    '2026-03-01',
    'March at 2.5 days a month, at most 22 days in a leave year: 2.5',
    { atMost: true, yearMax: '22' },
  ],
  [
    'the remainder of rounding',
    { earning: { yearAmount: '25' } },
    '2026-02-01',
    'February at 25 days a year in 12 parts, with 1/300 left over from before: 2.09',
    { exact: '25/12', broughtForward: '1/300', earned: '2.09' },
  ],
  [
    'a remainder that changes nothing',
    { earning: { yearAmount: '25' } },
    '2026-02-01',
    'February at 25 days a year in 12 parts: 2.08',
    { exact: '25/12', broughtForward: '-1/300', earned: '2.08' },
  ],
  [
    'what was rounded up before',
    { earning: { yearAmount: '20' } },
    '2026-02-01',
    'February at 20 days a year in 12 parts, less 1/300 that was rounded up before: 1.66',
    { exact: '5/3', broughtForward: '-1/300', earned: '1.66' },
  ],
  [
    'no rounding of the year where the remainder alone makes the difference',
    { earning: { yearAmount: '22.3' } },
    '2026-04-01',
    'April at 22.3 days a year in 12 parts, less 0.005 that was rounded up before: 1.85',
    { exact: '223/120', broughtForward: '-0.005', rounding: 'to the nearest multiple of 0.5 days', earned: '1.85' },
  ],
  [
    'rounding by a rule',
    { earning: MONTHLY },
    '2026-03-01',
    'March at 2.5 days a month, rounded up to a multiple of 0.5 days: 2.5',
    { exact: '2.3', rounding: 'up to a multiple of 0.5 days', earned: '2.50' },
  ],
]

test.each(examples)('%s', (_figure, someone, on, text, figures) => {
  expect(told({ time: EVERY_DAY, ...someone }, on, figures)).toBe(text)
})
