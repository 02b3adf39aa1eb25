import { months, type PartExample, testExamples } from './part-examples.ts'

// Levels by length of service, and when a change of level holds.

const levels: PartExample[] = [
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

testExamples('levels', levels)
