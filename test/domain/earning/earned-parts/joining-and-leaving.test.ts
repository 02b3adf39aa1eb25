import { day } from '../../../support/builders.ts'
import { type PartExample, testExamples } from './part-examples.ts'

// What the first and the last period earn.

const joining: PartExample[] = [
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

const leaving: PartExample[] = [
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

testExamples('joining', joining)
testExamples('leaving', leaving)
