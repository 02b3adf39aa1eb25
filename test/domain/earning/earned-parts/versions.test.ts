import { day } from '../../../support/builders.ts'
import { termsOf } from '../someone.ts'
import { type PartExample, testExamples } from './part-examples.ts'

// Terms that change from a day on.

const versions: PartExample[] = [
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

testExamples('versions', versions)
