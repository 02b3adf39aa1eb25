import { day } from '../../../support/builders.ts'
import { on, type PartExample, starts, testExamples } from './part-examples.ts'

// When periods begin, and on which of their days they are posted.

const periods: PartExample[] = [
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

testExamples('periods', periods)
