import { describe, expect, test } from 'vitest'
import { EVERY_DAY } from '../../../src/domain/calendar/work-time.ts'
import type { CalendarDate } from '../../../src/domain/calendar-date.ts'
import { earnedParts } from '../../../src/domain/earning/earned-parts.ts'
import { printFigure } from '../../../src/domain/earning/figures.ts'
import type { Every, MonthDay } from '../../../src/domain/earning/terms.ts'
import { plus, ZERO } from '../../../src/domain/fraction.ts'
import { day } from '../../support/builders.ts'
import { earned, factsOf, type Someone, termsOf } from './someone.ts'

/*
 * Worked examples: who earns what, and when it is posted. Amounts are exact, so a sixth is a sixth; the name of an example says
 * how it comes about. Nobody is named; the year is 2026 unless it is said.
 */

type Example = [how: string, someone: Someone, through: string, posted: string]

const starts = (text: string) => ({ leaveYear: { starts: text as MonthDay | 'service' } })
const on = (...dates: string[]) => ({ on: { dates: dates as MonthDay[] } })

const periods: Example[] = [
  ['months, on their first day', { earning: { amount: '1.25' } }, '2026-03-01', '01-01 1.25, 02-01 1.25, 03-01 1.25'],
  ['months, on their last day', { earning: { amount: '1', postOn: 'last-day' } }, '2026-03-30', '01-31 1, 02-28 1'],
  ['months, on the day after', { earning: { amount: '1', postOn: 'day-after' } }, '2026-03-01', '02-01 1, 03-01 1'],
  [
    'February of a leap year',
    { from: '2028-01-01', earning: { amount: '1', postOn: 'last-day' } },
    '2028-02-29',
    '2028-01-31 1, 2028-02-29 1',
  ],
  [
    'from the 15th: 14 of 31 days are left of the first',
    { earning: { amount: '1', on: { dayOfMonth: 15 } } },
    '2026-02-15',
    '01-01 14/31, 01-15 1, 02-15 1',
  ],
  [
    'from the 31st, the last day of every month',
    { from: '2026-01-31', earning: { amount: '1', on: { dayOfMonth: 31 } } },
    '2026-05-31',
    '01-31 1, 02-28 1, 03-31 1, 04-30 1, 05-31 1',
  ],
  [
    'from the 30th, which February does not have',
    { from: '2026-01-30', earning: { amount: '1', on: { dayOfMonth: 30 } } },
    '2026-03-30',
    '01-30 1, 02-28 1, 03-30 1',
  ],
  [
    'from the 29th, in a leap year',
    { from: '2028-01-29', earning: { amount: '1', on: { dayOfMonth: 29 } } },
    '2028-03-29',
    '2028-01-29 1, 2028-02-29 1, 2028-03-29 1',
  ],
  [
    'twice a month',
    { earning: { every: 'twice-a-month', amount: '1' } },
    '2026-02-16',
    '01-01 1, 01-16 1, 02-01 1, 02-16 1',
  ],
  [
    'twice a month, on the 15th and the last day',
    { from: '2026-01-31', earning: { every: 'twice-a-month', amount: '1', on: { daysOfMonth: [15, 31] } } },
    '2026-03-15',
    '01-31 1, 02-15 1, 02-28 1, 03-15 1',
  ],
  [
    'twice a month, on two days that February has in one',
    { from: '2026-01-31', earning: { every: 'twice-a-month', amount: '1', on: { daysOfMonth: [30, 31] } } },
    '2026-03-30',
    '01-31 1, 02-28 1, 03-30 1',
  ],
  [
    'weeks, from Monday: 4 of 7 days are left of the first',
    { earning: { every: 'week', amount: '0.7' } },
    '2026-01-12',
    '01-01 0.4, 01-05 0.7, 01-12 0.7',
  ],
  [
    'weeks, from Thursday',
    { earning: { every: 'week', amount: '1', on: { weekday: 'thu' } } },
    '2026-01-15',
    '01-01 1, 01-08 1, 01-15 1',
  ],
  [
    'two weeks, counted back too: 5 of 14 days',
    { earning: { every: 'two-weeks', amount: '2.8', on: { from: day('2026-06-25') } } },
    '2026-01-22',
    '01-01 1.4, 01-08 2.8, 01-22 2.8',
  ],
  [
    'two weeks, from a Monday unless said',
    { from: '2026-01-12', earning: { every: 'two-weeks', amount: '1' } },
    '2026-02-09',
    '01-12 1, 01-26 1, 02-09 1',
  ],
  ['days', { earning: { every: 'day', amount: '0.1' } }, '2026-01-03', '01-01 0.1, 01-02 0.1, 01-03 0.1'],
  [
    'days, on the day after',
    { earning: { every: 'day', amount: '0.1', postOn: 'day-after' } },
    '2026-01-03',
    '01-02 0.1, 01-03 0.1',
  ],
  [
    'quarters of the leave year: 31 of 92 days are left of the first',
    { earning: { every: 'quarter', amount: '5' }, policy: starts('02-01') },
    '2026-08-01',
    '01-01 155/92, 02-01 5, 05-01 5, 08-01 5',
  ],
  [
    'half-years of the leave year',
    { earning: { every: 'half-year', amount: '10' }, policy: starts('07-01') },
    '2026-12-31',
    '01-01 10, 07-01 10',
  ],
  [
    'half-years from 31 August: the other begins with February’s last day',
    { from: '2026-02-28', earning: { every: 'half-year', amount: '1' }, policy: starts('08-31') },
    '2027-02-28',
    '02-28 1, 08-31 1, 2027-02-28 1',
  ],
  [
    'quarters on dates',
    { earning: { every: 'quarter', amount: '1', ...on('01-01', '03-15', '07-01', '09-30') } },
    '2026-12-31',
    '01-01 1, 03-15 1, 07-01 1, 09-30 1',
  ],
  ['years', { earning: { every: 'year', amount: '30' } }, '2028-06-30', '01-01 30, 2027-01-01 30, 2028-01-01 30'],
  [
    'years of service',
    { earning: { every: 'year', amount: '30', on: { anniversary: true } }, from: '2024-05-10' },
    '2026-12-31',
    '2024-05-10 30, 2025-05-10 30, 05-10 30',
  ],
  [
    'years of service since 29 February',
    { earning: { every: 'year', amount: '1', on: { anniversary: true } }, from: '2024-02-29' },
    '2028-12-31',
    '2024-02-29 1, 2025-02-28 1, 02-28 1, 2027-02-28 1, 2028-02-29 1',
  ],
  [
    'quarters of service since the 31st',
    { earning: { every: 'quarter', amount: '1', on: { anniversary: true } }, from: '2025-08-31' },
    '2026-08-31',
    '2025-08-31 1, 2025-11-30 1, 02-28 1, 05-31 1, 08-31 1',
  ],
]

const yearAmounts: Example[] = [
  ['25 a year in months: 25 ÷ 12', { earning: { yearAmount: '25' } }, '2026-02-01', '01-01 25/12, 02-01 25/12'],
  [
    '25 a year twice a month: 25 ÷ 24',
    { earning: { every: 'twice-a-month', yearAmount: '25' } },
    '2026-01-16',
    '01-01 25/24, 01-16 25/24',
  ],
  [
    '25 a year in quarters',
    { earning: { every: 'quarter', yearAmount: '25' } },
    '2026-04-01',
    '01-01 6.25, 04-01 6.25',
  ],
  [
    '36.5 a year in weeks: 7 × 36.5 ÷ 365',
    { from: '2026-01-05', earning: { every: 'week', yearAmount: '36.5' } },
    '2026-01-12',
    '01-05 0.7, 01-12 0.7',
  ],
  [
    '36.6 in days of a leap year',
    { from: '2028-02-28', earning: { every: 'day', yearAmount: '36.6' } },
    '2028-03-01',
    '2028-02-28 0.1, 2028-02-29 0.1, 2028-03-01 0.1',
  ],
  [
    'weeks over the end of a year: each year has its own days',
    { from: '2027-12-27', earning: { every: 'week', yearAmount: '0.73' } },
    '2028-01-03',
    '2027-12-27 0.01, 2028-01-01 73/18300, 2028-01-03 511/36600',
  ],
  [
    'months and a leave year that begins within one: twelve parts',
    { from: '2026-05-01', earning: { yearAmount: '24' }, policy: starts('04-06') },
    '2026-06-01',
    '05-01 2, 06-01 2',
  ],
  [
    'a leave year of 27 pay periods: 14 of 378 days',
    {
      from: '2026-01-01',
      earning: { every: 'two-weeks', yearAmount: '27' },
      policy: { leaveYear: { payPeriodsFrom: day('2026-01-01') } },
    },
    '2026-01-15',
    '01-01 1, 01-15 1',
  ],
  [
    'an amount of one’s own, in place of the policy’s',
    { earning: { yearAmount: '25' }, assignment: { amounts: { yearAmount: '30' } } },
    '2026-01-01',
    '01-01 2.5',
  ],
  [
    'an amount of one’s own, in place of another kind',
    { earning: { yearAmount: '25' }, assignment: { amounts: { amount: '3' } } },
    '2026-01-01',
    '01-01 3',
  ],
  [
    'terms of one’s own',
    { earning: { yearAmount: '25' }, assignment: { terms: { earning: termsOf({ every: 'year', amount: '40' }) } } },
    '2026-12-31',
    '01-01 40',
  ],
]

const levels: Example[] = [
  [
    'after a year: the month falls into two, 9 and 22 of 31 days',
    { since: '2025-01-10', earning: { levels: [{ amount: '3.1' }, { after: { years: 1 }, amount: '6.2' }] } },
    '2026-02-01',
    '01-01 0.9, 01-10 4.4, 02-01 6.2',
  ],
  [
    'each part by the rule for posting',
    {
      since: '2025-01-10',
      earning: { postOn: 'last-day', levels: [{ amount: '3.1' }, { after: { years: 1 }, amount: '6.2' }] },
    },
    '2026-02-27',
    '01-09 0.9, 01-31 4.4',
  ],
  [
    'each part on the day after it',
    {
      since: '2025-01-10',
      earning: { postOn: 'day-after', levels: [{ amount: '3.1' }, { after: { years: 1 }, amount: '6.2' }] },
    },
    '2026-02-27',
    '01-10 0.9, 02-01 4.4',
  ],
  [
    'reached on the first day of a month, it holds for that',
    { since: '2025-02-01', earning: { levels: [{ amount: '1' }, { after: { years: 1 }, amount: '2' }] } },
    '2026-02-01',
    '01-01 1, 02-01 2',
  ],
  [
    'from the next period on',
    {
      since: '2025-01-10',
      earning: { levelChange: 'next-period', levels: [{ amount: '1' }, { after: { years: 1 }, amount: '2' }] },
    },
    '2026-02-01',
    '01-01 1, 02-01 2',
  ],
  [
    'from the next year on',
    {
      since: '2025-01-10',
      earning: { levelChange: 'next-year', levels: [{ amount: '1' }, { after: { years: 1 }, amount: '2' }] },
    },
    '2027-01-01',
    `${months('1')}, 2027-01-01 2`,
  ],
  [
    'after 90 days: on the 91st',
    { earning: { every: 'day', levels: [{ amount: '0' }, { after: { days: 90 }, amount: '1' }] } },
    '2026-04-02',
    '04-01 1, 04-02 1',
  ],
  [
    'after a month from 31 January: from 28 February',
    { from: '2026-01-31', earning: { every: 'day', levels: [{ amount: '0' }, { after: { months: 1 }, amount: '1' }] } },
    '2026-03-01',
    '02-28 1, 03-01 1',
  ],
  [
    'after a year from 29 February',
    { from: '2024-02-29', earning: { every: 'day', levels: [{ amount: '0' }, { after: { years: 1 }, amount: '1' }] } },
    '2025-03-01',
    '2025-02-28 1, 2025-03-01 1',
  ],
  [
    'nothing before the first level: 12 of 31 days from then on',
    { earning: { levels: [{ after: { days: 78 }, amount: '3.1' }] } },
    '2026-04-01',
    '03-20 1.2, 04-01 3.1',
  ],
  [
    'the first level is no change, so it does not wait for a year',
    { earning: { levelChange: 'next-year', levels: [{ after: { months: 2 }, amount: '1' }] } },
    '2026-04-01',
    '03-01 1, 04-01 1',
  ],
  [
    'two levels in one month: 9, 10 and 12 of 31 days',
    {
      since: '2025-12-11',
      earning: {
        levels: [{ amount: '3.1' }, { after: { days: 30 }, amount: '6.2' }, { after: { days: 40 }, amount: '9.3' }],
      },
    },
    '2026-01-31',
    '01-01 0.9, 01-10 2, 01-20 3.6',
  ],
  [
    'a level with periods of its own: 184 of 365 days of the year',
    {
      since: '2025-07-01',
      earning: { levels: [{ amount: '1' }, { after: { years: 1 }, every: 'year', amount: '36.5' }] },
    },
    '2027-01-01',
    '01-01 1, 02-01 1, 03-01 1, 04-01 1, 05-01 1, 06-01 1, 07-01 18.4, 2027-01-01 36.5',
  ],
  [
    'service from before',
    { since: '2015-01-01', earning: { levels: [{ amount: '1' }, { after: { years: 10 }, amount: '2' }] } },
    '2026-01-01',
    '01-01 2',
  ],
  [
    'service since hiring',
    { employed: ['2020-01-01/..'], earning: { levels: [{ amount: '1' }, { after: { years: 5 }, amount: '2' }] } },
    '2026-01-01',
    '01-01 2',
  ],
  [
    'hired again, service begins anew',
    {
      from: '2020-01-01',
      employed: ['2020-01-01/2020-01-31', '2026-01-01/..'],
      earning: { levels: [{ amount: '1' }, { after: { years: 5 }, amount: '2' }] },
    },
    '2026-01-01',
    '2020-01-01 1, 01-01 1',
  ],
]

/** The twelve months of 2026. */
function months(amount: string): string {
  return Array.from({ length: 12 }, (_, month) => `${String(month + 1).padStart(2, '0')}-01 ${amount}`).join(', ')
}

const joining: Example[] = [
  [
    'on the last day of a month: 1 of 31 days',
    { from: '2026-01-31', earning: { amount: '3.1' } },
    '2026-02-01',
    '01-31 0.1, 02-01 3.1',
  ],
  ['on 29 February: 1 of 29', { from: '2028-02-29', earning: { amount: '2.9' } }, '2028-02-29', '2028-02-29 0.1'],
  [
    'posted at the end, as ever',
    { from: '2026-03-10', earning: { amount: '3.1', postOn: 'last-day' } },
    '2026-04-29',
    '03-31 2.2',
  ],
  ['by employment', { employed: ['2026-03-10/..'], earning: { amount: '3.1' } }, '2026-04-01', '03-10 2.2, 04-01 3.1'],
  ['in full', { from: '2026-03-31', earning: { amount: '2', firstPeriod: 'full' } }, '2026-04-01', '03-31 2, 04-01 2'],
  ['half', { from: '2026-03-02', earning: { amount: '2', firstPeriod: 'half' } }, '2026-04-01', '03-02 1, 04-01 2'],
  ['nothing', { from: '2026-03-02', earning: { amount: '2', firstPeriod: 'none' } }, '2026-04-01', '04-01 2'],
  [
    'but on its first day the period is whole',
    { from: '2026-03-01', earning: { amount: '2', firstPeriod: 'none' } },
    '2026-03-01',
    '03-01 2',
  ],
  [
    'by the 15th',
    { from: '2026-03-15', earning: { amount: '2', firstPeriod: { joinedBy: 15, then: 'full', else: 'half' } } },
    '2026-03-31',
    '03-15 2',
  ],
  [
    'after the 15th',
    { from: '2026-03-16', earning: { amount: '2', firstPeriod: { joinedBy: 15, then: 'full', else: 'half' } } },
    '2026-03-31',
    '03-16 1',
  ],
  [
    'by working time: 5 of 22 days of work',
    { from: '2026-03-25', earning: { amount: '2.2', firstPeriod: 'working-time' } },
    '2026-03-31',
    '03-25 0.5',
  ],
  [
    'full months: 15 March to 14 December are 9',
    { from: '2026-03-15', earning: { every: 'year', yearAmount: '24', firstPeriod: 'full-months' } },
    '2026-12-31',
    '03-15 18',
  ],
  [
    'started months: the one from 15 December counts',
    { from: '2026-03-15', earning: { every: 'year', yearAmount: '24', firstPeriod: 'started-months' } },
    '2026-12-31',
    '03-15 20',
  ],
  [
    'full months from the 31st',
    { from: '2026-08-31', earning: { every: 'year', yearAmount: '24', firstPeriod: 'full-months' } },
    '2026-12-31',
    '08-31 8',
  ],
  [
    'full months: on 2 January eleven are left',
    { from: '2026-01-02', earning: { every: 'year', yearAmount: '12', firstPeriod: 'full-months' } },
    '2026-12-31',
    '01-02 11',
  ],
  [
    'full months of a half-year',
    { from: '2026-02-10', earning: { every: 'half-year', yearAmount: '24', firstPeriod: 'full-months' } },
    '2026-07-01',
    '02-10 8, 07-01 12',
  ],
  [
    'no full month in February and March',
    { from: '2026-02-27', to: '2026-03-26', earning: { every: 'year', yearAmount: '24', firstPeriod: 'full-months' } },
    '2026-12-31',
    '02-27 2',
  ],
  [
    'and a day less is none',
    { from: '2026-02-27', to: '2026-03-25', earning: { every: 'year', yearAmount: '24', firstPeriod: 'full-months' } },
    '2026-12-31',
    '',
  ],
  [
    'calendar months: March counts for its last day',
    { from: '2026-03-31', earning: { every: 'year', yearAmount: '24', firstPeriod: 'calendar-months' } },
    '2026-12-31',
    '03-31 20',
  ],
  [
    'calendar months of a month: the whole',
    { from: '2026-03-31', earning: { amount: '2', firstPeriod: 'calendar-months' } },
    '2026-03-31',
    '03-31 2',
  ],
]

const leaving: Example[] = [
  [
    '10 of 31 days',
    { to: '2026-03-10', earning: { amount: '3.1', levels: [{ amount: '3.1' }] } },
    '2026-12-31',
    '01-01 3.1, 02-01 3.1, 03-01 1',
  ],
  [
    'posted on the last day',
    { to: '2026-03-10', earning: { amount: '3.1', postOn: 'last-day' } },
    '2026-12-31',
    '01-31 3.1, 02-28 3.1, 03-10 1',
  ],
  [
    'posted on the day after',
    { to: '2026-03-10', earning: { amount: '3.1', postOn: 'day-after' } },
    '2026-12-31',
    '02-01 3.1, 03-01 3.1, 03-11 1',
  ],
  ['by employment', { employed: ['2025-01-01/2026-01-10'], earning: { amount: '3.1' } }, '2026-12-31', '01-01 1'],
  ['in full', { to: '2026-01-01', earning: { amount: '2', lastPeriod: 'full' } }, '2026-12-31', '01-01 2'],
  ['nothing', { to: '2026-02-27', earning: { amount: '2', lastPeriod: 'none' } }, '2026-12-31', '01-01 2'],
  [
    'by the 15th: nothing',
    { to: '2026-02-15', earning: { amount: '2', lastPeriod: { joinedBy: 15, then: 'none', else: 'full' } } },
    '2026-12-31',
    '01-01 2',
  ],
  [
    'after it: all',
    { to: '2026-02-16', earning: { amount: '2', lastPeriod: { joinedBy: 15, then: 'none', else: 'full' } } },
    '2026-12-31',
    '01-01 2, 02-01 2',
  ],
  [
    'full months: 1 January to 20 May are 4',
    { to: '2026-05-20', earning: { every: 'year', yearAmount: '24', lastPeriod: 'full-months' } },
    '2026-12-31',
    '01-01 8',
  ],
  [
    'full months: all of April is one',
    { to: '2026-04-30', earning: { every: 'year', yearAmount: '24', lastPeriod: 'full-months' } },
    '2026-12-31',
    '01-01 8',
  ],
  [
    'calendar months: 1 May counts',
    { to: '2026-05-01', earning: { every: 'year', yearAmount: '24', lastPeriod: 'calendar-months' } },
    '2026-12-31',
    '01-01 10',
  ],
  [
    'joined and left in a month: once, 5 of 31 days',
    { from: '2026-03-10', to: '2026-03-14', earning: { amount: '3.1' } },
    '2026-12-31',
    '03-10 0.5',
  ],
  [
    'joined and left in a month: half once',
    { from: '2026-03-10', to: '2026-03-14', earning: { amount: '2', firstPeriod: 'half', lastPeriod: 'half' } },
    '2026-12-31',
    '03-10 1',
  ],
  [
    'joined and left in a month: by the rule for joining',
    { from: '2026-03-10', to: '2026-03-14', earning: { amount: '2', firstPeriod: 'full', lastPeriod: 'none' } },
    '2026-12-31',
    '03-10 2',
  ],
  [
    'hired again in the same month: 10 and 12 of 31 days',
    { employed: ['2025-01-01/2026-01-10', '2026-01-20/..'], earning: { amount: '3.1' } },
    '2026-02-01',
    '01-01 1, 01-20 1.2, 02-01 3.1',
  ],
  [
    'two assignments in a row: 9 and 22 of 31 days',
    { to: '2026-03-09', earning: { amount: '3.1' }, from: '2026-03-01', more: [{ from: day('2026-03-10') }] },
    '2026-03-31',
    '03-01 0.9, 03-10 2.2',
  ],
  [
    'the policy is retired',
    { policy: { retiredFrom: day('2026-02-15') }, earning: { amount: '2.8' } },
    '2026-12-31',
    '01-01 2.8, 02-01 1.4',
  ],
  [
    'retired, and brought back',
    {
      policy: { retiredFrom: day('2026-02-01') },
      then: [{ effectiveFrom: day('2026-03-01'), retiredFrom: day('2999-12-31') }],
      earning: { amount: '2' },
    },
    '2026-04-01',
    '01-01 2, 03-01 2, 04-01 2',
  ],
]

const waiting: Example[] = [
  [
    'three months, then all at once',
    { earning: { amount: '1', waiting: { months: 3, then: 'all' } } },
    '2026-05-01',
    '04-01 1, 04-01 1, 04-01 1, 04-01 1, 05-01 1',
  ],
  [
    '90 days from 15 January: April falls into two, 14 and 16 of 30 days',
    { employed: ['2026-01-15/..'], earning: { amount: '3', postOn: 'last-day', waiting: { days: 90, then: 'all' } } },
    '2026-04-30',
    '04-15 51/31, 04-15 3, 04-15 3, 04-15 1.4, 04-30 1.6',
  ],
  [
    'served before: there is nothing to wait for',
    { since: '2024-01-01', earning: { amount: '1', waiting: { months: 3, then: 'all' } } },
    '2026-01-01',
    '01-01 1',
  ],
  [
    'left within it: nothing',
    { employed: ['2026-01-01/2026-03-31'], earning: { amount: '1', waiting: { months: 3, then: 'all' } } },
    '2026-12-31',
    '',
  ],
  [
    'left on the day it ended: all',
    {
      employed: ['2026-01-01/2026-04-01'],
      earning: { every: 'quarter', amount: '9.1', waiting: { months: 3, then: 'all' } },
    },
    '2026-12-31',
    '04-01 9.1, 04-01 0.1',
  ],
  [
    'the assignment ends, the employment does not: all',
    { employed: ['2026-01-01/..'], to: '2026-01-31', earning: { amount: '1', waiting: { months: 3, then: 'all' } } },
    '2026-12-31',
    '04-01 1',
  ],
]

const shares: Example[] = [
  ['0.8 of full time', { share: '0.8', earning: { amount: '2.5', scaledByShare: true } }, '2026-01-01', '01-01 2'],
  [
    'is nothing where the policy does not say so',
    { share: '0.8', earning: { amount: '2.5' } },
    '2026-01-01',
    '01-01 2.5',
  ],
  ['full time unless said', { earning: { amount: '2.5', scaledByShare: true } }, '2026-01-01', '01-01 2.5'],
  [
    'changes on 15 March: 14 days of 0.8 and 17 of 0.5, of 31',
    {
      from: '2026-03-01',
      share: '0.8',
      shares: { '2026-03-15': '0.5' },
      earning: { amount: '31', scaledByShare: true },
    },
    '2026-04-01',
    '03-01 19.7, 04-01 15.5',
  ],
  [
    'changes in a month that is cut: 5 days of 1 and 17 of 0.5',
    { from: '2026-03-10', share: '1', shares: { '2026-03-15': '0.5' }, earning: { amount: '31', scaledByShare: true } },
    '2026-03-31',
    '03-10 13.5',
  ],
  [
    'changes in a month that counts as half: 5 and 17 of 22 days',
    {
      from: '2026-03-10',
      share: '1',
      shares: { '2026-03-15': '0' },
      earning: { amount: '44', firstPeriod: 'half', scaledByShare: true },
    },
    '2026-03-31',
    '03-10 5',
  ],
  [
    'changes twice, once to nothing',
    { share: '1', shares: { '2026-02-01': '0', '2026-03-01': '0.5' }, earning: { amount: '2', scaledByShare: true } },
    '2026-03-01',
    '01-01 2, 03-01 1',
  ],
]

const fiveDays = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' } as const
const threeDays = { ...fiveDays, thu: '0', fri: '0' } as const
const pattern = (from: string, workingDays: typeof fiveDays | typeof threeDays, hoursPerDay: string | null = null) => ({
  effectiveFrom: day(from),
  calendar: null,
  workingDays,
  rota: null,
  hoursPerDay,
})
const working = (...patterns: ReturnType<typeof pattern>[]) => ({ ...EVERY_DAY, patterns })

const weeks: Example[] = [
  [
    '24 days in weeks of six are 20 in weeks of five (BUrlG § 3)',
    { earning: { every: 'year', yearAmount: '24', week: { days: '6' } } },
    '2026-12-31',
    '01-01 20',
  ],
  [
    'and 12 in weeks of three',
    {
      time: working(pattern('2020-01-01', threeDays)),
      earning: { every: 'year', yearAmount: '24', week: { days: '6' } },
    },
    '2026-12-31',
    '01-01 12',
  ],
  [
    '160 hours in weeks of 40 are 96 in weeks of 24',
    {
      time: working(pattern('2020-01-01', threeDays)),
      earning: { every: 'year', amount: '160', week: { hours: '40' } },
    },
    '2026-12-31',
    '01-01 96',
  ],
  [
    'from five days to three on 15 March: 14 and 17 of 31 days',
    {
      from: '2026-03-01',
      time: working(pattern('2020-01-01', fiveDays), pattern('2026-03-15', threeDays)),
      earning: { amount: '31', week: { days: '5' } },
    },
    '2026-04-01',
    '03-01 24.2, 04-01 18.6',
  ],
  [
    'a rota of five and of three days is one of four',
    {
      time: {
        ...EVERY_DAY,
        patterns: [
          {
            ...pattern('2020-01-01', fiveDays),
            workingDays: null,
            rota: { weeks: [fiveDays, threeDays], weeksFrom: day('2026-01-05') },
          },
        ],
      },
      earning: { amount: '5', week: { days: '5' } },
    },
    '2026-01-01',
    '01-01 4',
  ],
  [
    'a half day is half of one',
    {
      time: working({ ...pattern('2020-01-01', fiveDays), workingDays: { ...fiveDays, fri: 'am' } as never }),
      earning: { amount: '5', week: { days: '5' } },
    },
    '2026-01-01',
    '01-01 4.5',
  ],
  [
    'a year’s most bounds it: 5.6 weeks of six days are 28 (SI 1998/1833)',
    {
      time: working({ ...pattern('2020-01-01', fiveDays), workingDays: { ...fiveDays, sat: '1' } as never }),
      earning: { every: 'year', yearAmount: '5.6', yearMax: '28', week: { days: '1' } },
    },
    '2026-12-31',
    '01-01 28',
  ],
  [
    'before parts of it are taken: 184 of 365 days of 28',
    {
      from: '2026-07-01',
      time: working({ ...pattern('2020-01-01', fiveDays), workingDays: { ...fiveDays, sat: '1' } as never }),
      earning: { every: 'year', yearAmount: '5.6', yearMax: '28', week: { days: '1' } },
    },
    '2026-12-31',
    '07-01 5152/365',
  ],
  [
    'and twelfths of it',
    {
      time: working({ ...pattern('2020-01-01', fiveDays), workingDays: { ...fiveDays, sat: '1' } as never }),
      earning: { yearAmount: '5.6', yearMax: '24', week: { days: '1' } },
    },
    '2026-01-01',
    '01-01 2',
  ],
]

const holiday = { date: day('2026-03-17'), name: 'off', portion: 'full' as const }
const calendar = {
  calendar: 'plant',
  version: 1,
  position: 1,
  effectiveFrom: day('2020-01-01'),
  workingDays: fiveDays,
  rota: null,
  hoursPerDay: '8',
  holidays: [holiday],
  workedDays: [],
  region: null,
  publicHolidays: null,
} as const
const withHoliday = { calendar: 'plant', patterns: [], calendars: new Map([['plant', [calendar] as const]]) }
const march: Someone = { from: '2026-03-01', earning: { amount: '22', basis: 'working-time', postOn: 'last-day' } }
const off = (on: string, also: object = {}) => ({ on, days: '1', countsAs: '0', ...also })

const workingTime: Example[] = [
  ['nobody absent: all of 22 days', march, '2026-03-31', '03-31 22'],
  [
    'two days absent that do not count: 20 of 22',
    { ...march, absent: [off('2026-03-02'), off('2026-03-03')] },
    '2026-03-31',
    '03-31 20',
  ],
  ['that count in full', { ...march, absent: [off('2026-03-02', { countsAs: '1' })] }, '2026-03-31', '03-31 22'],
  ['that count as half', { ...march, absent: [off('2026-03-02', { countsAs: '0.5' })] }, '2026-03-31', '03-31 21.5'],
  ['half a day', { ...march, absent: [off('2026-03-02', { days: '0.5' })] }, '2026-03-31', '03-31 21.5'],
  [
    'two hours of eight',
    { ...march, absent: [off('2026-03-02', { days: undefined, hours: '2' })] },
    '2026-03-31',
    '03-31 21.75',
  ],
  [
    'never more than the day has',
    { ...march, absent: [off('2026-03-02', { days: undefined, hours: '12' }), off('2026-03-02')] },
    '2026-03-31',
    '03-31 21',
  ],
  ['nothing on a day that is not worked', { ...march, absent: [off('2026-03-01')] }, '2026-03-31', '03-31 22'],
  ['a holiday is attended', { ...march, time: withHoliday }, '2026-03-31', '03-31 22'],
  [
    'whatever else it is',
    { ...march, time: withHoliday, absent: [off('2026-03-17'), off('2026-03-18')] },
    '2026-03-31',
    '03-31 21',
  ],
  [
    'absent all month: nothing',
    { ...march, absent: Array.from({ length: 31 }, (_, at) => off(`2026-03-${String(at + 1).padStart(2, '0')}`)) },
    '2026-03-31',
    '',
  ],
  ['nothing scheduled: nothing', { ...march, time: working(pattern('2020-01-01', fiveDays, '0')) }, '2026-03-31', ''],
  [
    'joined on the 25th: 5 of 22 days, one of them absent',
    { ...march, from: '2026-03-25', absent: [off('2026-03-26')] },
    '2026-03-31',
    '03-31 4',
  ],
  [
    'fewer hours from the 16th on: 10 × 8 + 12 × 4 of that',
    {
      ...march,
      time: working(pattern('2020-01-01', fiveDays, '8'), pattern('2026-03-16', fiveDays, '4')),
      absent: [off('2026-03-02')],
    },
    '2026-03-31',
    '03-31 20.625',
  ],
]

const hours: Example[] = [
  [
    '1 for 20 hours worked, at the month’s end',
    {
      earning: { perHours: { amount: '1', hours: '20', of: 'worked' } },
      worked: { '2026-01-31': '150', '2026-02-28': '10' },
    },
    '2026-02-28',
    '01-31 7.5, 02-28 0.5',
  ],
  [
    'hours over two months are spread: 160 ÷ 8 days, 3 and 5 of them',
    { earning: { perHours: { amount: '1', hours: '20', of: 'worked' } }, worked: { '2026-01-29/2026-02-05': '160' } },
    '2026-02-28',
    '01-31 3, 02-28 5',
  ],
  [
    'hours before joining do not count',
    {
      from: '2026-02-01',
      earning: { perHours: { amount: '1', hours: '20', of: 'worked' } },
      worked: { '2026-01-29/2026-02-05': '160' },
    },
    '2026-02-28',
    '02-28 5',
  ],
  [
    '1 for 13 hours scheduled: 176 ÷ 13 (Fair Work Act 2009, s 87)',
    { from: '2026-03-01', earning: { perHours: { amount: '1', hours: '13', of: 'scheduled' } } },
    '2026-03-31',
    '03-31 176/13',
  ],
  [
    'a part of a month has its own hours: 5 days of 8',
    { from: '2026-03-25', earning: { perHours: { amount: '1', hours: '20', of: 'scheduled' } } },
    '2026-03-31',
    '03-31 2',
  ],
  [
    'unless the first part earns nothing',
    { from: '2026-03-25', earning: { firstPeriod: 'none', perHours: { amount: '1', hours: '20', of: 'scheduled' } } },
    '2026-03-31',
    '',
  ],
  [
    'a holiday is scheduled',
    { from: '2026-03-01', time: withHoliday, earning: { perHours: { amount: '1', hours: '22', of: 'scheduled' } } },
    '2026-03-31',
    '03-31 8',
  ],
  [
    '12.07 % of hours worked (SI 2023/1426)',
    {
      earning: { perHours: { amount: '12.07', hours: '100', of: 'worked' } },
      worked: { '2026-01-01/2026-01-31': '100' },
    },
    '2026-01-31',
    '01-31 12.07',
  ],
]

const versions: Example[] = [
  [
    'a period follows the version of its first day',
    { earning: { amount: '1' }, then: [{ effectiveFrom: day('2026-02-15'), earning: termsOf({ amount: '2' }) }] },
    '2026-03-01',
    '01-01 1, 02-01 1, 03-01 2',
  ],
  [
    'also for who joins after the change',
    {
      from: '2026-02-15',
      earning: { amount: '2.8' },
      then: [{ effectiveFrom: day('2026-02-10'), earning: termsOf({ amount: '28' }) }],
    },
    '2026-03-01',
    '02-15 1.4, 03-01 28',
  ],
  [
    'a year goes on to its end',
    {
      earning: { every: 'year', amount: '30' },
      then: [{ effectiveFrom: day('2026-07-01'), earning: termsOf({ amount: '2' }) }],
    },
    '2027-02-01',
    '01-01 30, 2027-01-01 2, 2027-02-01 2',
  ],
  [
    'months end, and a year takes over: 184 of 365 days',
    {
      from: '2026-06-01',
      earning: { amount: '2' },
      then: [{ effectiveFrom: day('2026-07-01'), earning: termsOf({ every: 'year', amount: '36.5' }) }],
    },
    '2027-01-01',
    '06-01 2, 07-01 18.4, 2027-01-01 36.5',
  ],
  [
    'a policy that begins to earn: 17 of 31 days',
    { then: [{ effectiveFrom: day('2026-03-15'), earning: termsOf({ amount: '3.1' }) }] },
    '2026-04-01',
    '03-15 1.7, 04-01 3.1',
  ],
  [
    'a policy that ends to',
    { earning: { amount: '1' }, then: [{ effectiveFrom: day('2026-02-15'), earning: undefined as never }] },
    '2026-12-31',
    '01-01 1, 02-01 1',
  ],
  [
    'an amount of one’s own from a day on',
    { earning: { amount: '1' }, shares: { '2026-02-15': '1' }, assignment: { amounts: { amount: '2' } } },
    '2026-03-01',
    '01-01 2, 02-01 2, 03-01 2',
  ],
]

const germany: NonNullable<Someone['earning']> = {
  every: 'year',
  yearAmount: '24',
  week: { days: '6' },
  firstPeriod: 'full-months',
  lastPeriod: 'full-months-in-first-half',
  waiting: { months: 6, then: 'full-year' },
}

const laws: Example[] = [
  // Germany, BUrlG §§ 3–5: 24 days in weeks of six, here 20 in weeks of five; full after six months; twelfths else.
  [
    'Germany: all of the year is due after six months',
    { employed: ['2026-02-01/..'], earning: germany },
    '2027-01-01',
    '08-01 20, 2027-01-01 20',
  ],
  [
    'Germany: hired on 1 July, six months are over on 1 January (BAG 9 AZR 179/15)',
    { employed: ['2026-07-01/..'], earning: germany },
    '2027-12-31',
    '12-31 10, 2027-01-01 20',
  ],
  [
    'Germany: a year that ends within the waiting has its twelfths',
    { employed: ['2026-09-15/..'], earning: germany },
    '2027-12-31',
    '12-31 5, 2027-03-15 20',
  ],
  [
    'Germany: left within the waiting, full months alone',
    { employed: ['2026-02-01/2026-05-14'], earning: germany },
    '2026-12-31',
    '05-14 5',
  ],
  [
    'Germany: left in the first half of the year, five twelfths',
    { employed: ['2020-01-01/2026-05-31'], earning: germany },
    '2026-12-31',
    '01-01 25/3',
  ],
  [
    'Germany: left on 30 June, six twelfths',
    { employed: ['2020-01-01/2026-06-30'], earning: germany },
    '2026-12-31',
    '01-01 10',
  ],
  [
    'Germany: left on 1 July, all of it',
    { employed: ['2020-01-01/2026-07-01'], earning: germany },
    '2026-12-31',
    '01-01 20',
  ],
  [
    'Germany: joined and left in a year, having waited: all',
    { employed: ['2026-01-15/2026-08-31'], earning: germany },
    '2026-12-31',
    '07-15 20',
  ],
  // France, Code du travail L. 3141-3: 2.5 working days a month, from 1 June.
  [
    'France: 2.5 days for each month of work',
    { from: '2026-06-01', earning: { amount: '2.5', postOn: 'last-day' }, policy: starts('06-01') },
    '2026-08-31',
    '06-30 2.5, 07-31 2.5, 08-31 2.5',
  ],
  [
    'France: thirty in a year',
    { from: '2026-06-01', earning: { every: 'year', yearAmount: '30' }, policy: starts('06-01') },
    '2027-05-31',
    '06-01 30',
  ],
  // United States, 5 U.S.C. 6303: 4, 6 and 8 hours for each pay period of two weeks, after 3 and 15 years; 10 in the last one.
  [
    'federal: under three years',
    { from: '2026-01-11', since: '2025-01-12', earning: federal(), policy: payPeriods() },
    '2026-01-25',
    '01-11 4, 01-25 4',
  ],
  [
    'federal: three years, and ten hours in the year’s last full period',
    { from: '2026-11-29', since: '2020-01-01', earning: federal(), policy: payPeriods() },
    '2026-12-27',
    '11-29 6, 12-13 10, 12-27 6',
  ],
  [
    'federal: three years are reached within a period, so the next one counts',
    {
      from: '2026-01-11',
      since: '2023-01-20',
      earning: { ...federal(), levelChange: 'next-period' },
      policy: payPeriods(),
    },
    '2026-01-25',
    '01-11 4, 01-25 6',
  ],
  [
    'federal: fifteen years',
    { from: '2026-12-13', since: '2010-01-01', earning: federal(), policy: payPeriods() },
    '2026-12-13',
    '12-13 8',
  ],
  // Australia, Fair Work Act 2009, s 87: four weeks a year by ordinary hours: 1 ÷ 13 of them.
  [
    'Australia: 38 hours a week, for four weeks',
    {
      from: '2026-01-05',
      to: '2026-02-01',
      time: working(pattern('2020-01-01', fiveDays, '7.6')),
      earning: { every: 'week', perHours: { amount: '1', hours: '13', of: 'scheduled' } },
    },
    '2026-02-01',
    '01-11 38/13, 01-18 38/13, 01-25 38/13, 02-01 38/13',
  ],
  // United Kingdom, SI 1998/1833: 5.6 weeks, and 12.07 % of the hours of who works irregular ones.
  [
    'United Kingdom: 5.6 weeks of five days',
    { earning: { every: 'year', yearAmount: '5.6', yearMax: '28', week: { days: '1' } } },
    '2026-12-31',
    '01-01 28',
  ],
  [
    'United Kingdom: 5.6 weeks of three days',
    {
      time: working(pattern('2020-01-01', threeDays)),
      earning: { every: 'year', yearAmount: '5.6', yearMax: '28', week: { days: '1' } },
    },
    '2026-12-31',
    '01-01 16.8',
  ],
  [
    'United Kingdom: a twelfth each month of the first year',
    { from: '2026-09-01', earning: { yearAmount: '28' } },
    '2026-10-01',
    '09-01 7/3, 10-01 7/3',
  ],
  // Switzerland, OR Art. 329a: four weeks a year, five up to the age of 20; by the part of the year that is served.
  [
    'Switzerland: left on 31 March, 90 of 365 days of 20',
    { to: '2026-03-31', earning: { every: 'year', yearAmount: '20' } },
    '2026-12-31',
    '01-01 360/73',
  ],
  // Netherlands, BW 7:634: four times the weekly hours a year.
  [
    'Netherlands: 4 × 24 hours, by the month',
    {
      time: working(pattern('2020-01-01', threeDays)),
      earning: { yearAmount: '4', week: { hours: '1' }, postOn: 'last-day' },
    },
    '2026-01-31',
    '01-31 8',
  ],
  // Austria, UrlG § 2: 30 working days, 36 after 25 years; in the first six months by their part of the year.
  [
    'Austria: thirty-six after 25 years',
    {
      since: '2001-07-01',
      earning: {
        every: 'year',
        levels: [{ yearAmount: '30' }, { after: { years: 25 }, yearAmount: '36' }],
        levelChange: 'next-year',
      },
    },
    '2027-01-01',
    '01-01 30, 2027-01-01 36',
  ],
  // Japan, Labour Standards Act, Art. 39: ten days after six months, eleven a year later.
  [
    'Japan: ten days after six months, eleven a year later',
    {
      from: '2026-04-01',
      earning: {
        every: 'year',
        on: { dates: ['10-01' as MonthDay] },
        levels: [
          { after: { months: 6 }, amount: '10' },
          { after: { months: 18 }, amount: '11' },
        ],
      },
    },
    '2027-10-01',
    '10-01 10, 2027-10-01 11',
  ],
  // California, Labor Code § 246: an hour for every thirty that are worked.
  [
    'California: an hour for each 30',
    {
      earning: {
        every: 'two-weeks',
        on: { from: day('2026-01-05') },
        perHours: { amount: '1', hours: '30', of: 'worked' },
      },
      from: '2026-01-05',
      worked: { '2026-01-05/2026-01-18': '80' },
    },
    '2026-01-18',
    '01-18 8/3',
  ],
  // Spain, Estatuto de los Trabajadores, Art. 38: thirty calendar days a year.
  [
    'Spain: 30 days, 2.5 for each month',
    { from: '2026-07-01', earning: { yearAmount: '30' } },
    '2026-08-01',
    '07-01 2.5, 08-01 2.5',
  ],
  // Poland, Kodeks pracy, Art. 153: in the first year a twelfth of 20 days after each month of work.
  [
    'Poland: a twelfth of 20 after each month',
    { from: '2026-03-01', earning: { yearAmount: '20', postOn: 'last-day' } },
    '2026-04-30',
    '03-31 5/3, 04-30 5/3',
  ],
]

function federal() {
  const level = (years: number, amount: string, also = {}) => ({ after: { years }, amount, ...also })
  return {
    every: 'two-weeks' as const,
    levels: [level(0, '4'), level(3, '6', { inLastFullPeriodOfCalendarYear: '10' }), level(15, '8')],
  }
}

function payPeriods() {
  return { leaveYear: { payPeriodsFrom: day('2026-01-11') } }
}

describe.each(
  Object.entries({
    periods,
    yearAmounts,
    levels,
    joining,
    leaving,
    waiting,
    shares,
    weeks,
    workingTime,
    hours,
    versions,
    laws,
  }),
)('%s', (_about, examples) => {
  test.each(examples)('%s', (_how, someone, through, posted) => {
    expect(
      earned(someone, through)
        .map((text) => text.replace(/^2026-/, ''))
        .join(', '),
    ).toBe(posted)
  })
})

describe('a part', () => {
  test('knows its period, its leave year, its level and its limits', () => {
    const level = { yearAmount: '24', yearMax: '22', balanceCap: '30' }
    const rounding = { step: '0.5', mode: 'up', of: 'posting' } as const
    const [part] = earnedParts(
      factsOf({ from: '2026-03-10', earning: { levels: [level], rounding } }),
      day('2026-03-10'),
    )
    expect(part).toMatchObject({
      assignment: 'a1',
      assignmentVersion: 1,
      policyVersion: 1,
      part: { from: '2026-03-10', to: '2026-03-31' },
      period: { from: '2026-03-01', to: '2026-03-31' },
      leaveYear: { from: '2026-01-01', to: '2026-12-31' },
      level,
      rounding,
      isLastOfYear: false,
    })
    expect([part!.balanceCap, part!.yearMax].map((limit) => printFigure(limit!))).toEqual(['30', '22'])
  })

  test('says what it goes by', () => {
    const [, part] = earnedParts(
      factsOf({
        since: '2025-01-10',
        share: '0.5',
        earning: { scaledByShare: true, levels: [{ amount: '1' }, { after: { years: 1 }, amount: '2' }] },
      }),
      day('2026-01-31'),
    )
    expect(part!.figures).toEqual({
      days: 22,
      ofDays: 31,
      periodFrom: '2026-01-01',
      periodTo: '2026-01-31',
      every: 'month',
      amount: '2',
      after: '1 year',
      serviceSince: '2025-01-10',
      share: '0.5',
    })
  })

  test('that a year’s most bounds says so', () => {
    const bounded = earnedParts(
      factsOf({ earning: { yearAmount: '5.6', yearMax: '24', week: { days: '1' } } }),
      day('2026-01-01'),
    )
    expect(bounded[0]!.figures).toMatchObject({ weekDays: '5', ofWeek: '1', yearMax: '24', atMost: true })
    const free = earnedParts(
      factsOf({ earning: { yearAmount: '5.6', yearMax: '28', week: { days: '1' } } }),
      day('2026-01-01'),
    )
    expect(free[0]!.figures['atMost']).toBeUndefined()
  })

  // What rounding leaves of a year is posted with its last part, so one that earns nothing is needed, too.
  test('is the last of its year, though it earns nothing', () => {
    const facts = factsOf({ to: '2027-02-10', earning: { amount: '1', lastPeriod: 'none' } })
    const lasts = earnedParts(facts, day('2027-12-31')).filter(({ isLastOfYear }) => isLastOfYear)
    expect(lasts.map(({ postedOn, amount }) => `${postedOn} ${printFigure(amount)}`)).toEqual([
      '2026-12-01 1',
      '2027-02-01 0',
    ])
  })

  test('is the last of its year, whatever comes with another employment', () => {
    const facts = factsOf({ employed: ['2026-01-01/2026-02-28', '2026-11-01/..'], earning: { amount: '1' } })
    const all = earnedParts(facts, day('2027-01-01')).map(({ postedOn, isLastOfYear }) => [postedOn, isLastOfYear])
    expect(all).toEqual([
      ['2026-01-01', false],
      ['2026-02-01', false],
      ['2026-11-01', false],
      ['2026-12-01', true],
      ['2027-01-01', false],
    ])
  })

  test('of a calendar that is missing throws, where working time has to be counted', () => {
    const missing = { calendar: 'gone', patterns: [], calendars: new Map() }
    expect(() => earnedParts(factsOf({ ...march, time: missing }), day('2026-03-31'))).toThrow(
      'there is no calendar gone',
    )
    expect(earned({ from: '2026-03-01', time: missing, earning: { amount: '1' } }, '2026-03-31')).toEqual([
      '2026-03-01 1',
    ])
  })
})

const EVERY: Every[] = ['day', 'week', 'two-weeks', 'twice-a-month', 'month', 'quarter', 'half-year', 'year']

describe('a whole leave year sums to its amount', () => {
  const yearsOf = (someone: Someone, through: CalendarDate): Record<string, string> => {
    const byYear = Map.groupBy(earnedParts(factsOf(someone), through), ({ leaveYear }) => leaveYear.from)
    return Object.fromEntries(
      [...byYear].map(([from, parts]) => [from, printFigure(parts.map(({ amount }) => amount).reduce(plus, ZERO))]),
    )
  }

  test.each(EVERY)('every %s, in years of 365 and 366 days', (every) => {
    const someone: Someone = { from: '2026-01-01', earning: { every, yearAmount: '25.3' } }
    expect(yearsOf(someone, day('2028-12-31'))).toEqual({
      '2026-01-01': '25.3',
      '2027-01-01': '25.3',
      '2028-01-01': '25.3',
    })
  })

  test.each(EVERY.filter((every) => every !== 'year'))('every %s, in years from 29 February', (every) => {
    const someone: Someone = { from: '2023-02-28', earning: { every, yearAmount: '25.3' }, policy: starts('02-29') }
    const years = yearsOf(someone, day('2025-02-27'))
    expect(years['2024-02-29']).toBe('25.3')
  })

  test.each(['two-weeks', 'month', 'quarter', 'half-year', 'year'] as const)(
    'every %s, in years of 26 and 27 pay periods',
    (every) => {
      const someone: Someone = {
        from: '2025-01-01',
        earning: { every, yearAmount: '25.3' },
        policy: { leaveYear: { payPeriodsFrom: day('2026-01-01') } },
      }
      const years = yearsOf(someone, day('2028-01-12'))
      expect([years['2026-01-01'], years['2027-01-14']]).toEqual(['25.3', '25.3'])
    },
  )
})
