import { type PartExample, testExamples } from './part-examples.ts'

// What is kept back until a waiting ends.

const waiting: PartExample[] = [
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

testExamples('waiting', waiting)
