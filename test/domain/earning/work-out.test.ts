import { describe, expect, test } from 'vitest'
import { type Example, worked } from './worked.ts'

/** 24 days a year, two on the first of each month. */
const MONTHLY = { every: 'month', levels: [{ yearAmount: '24' }] } as const

interface Case {
  readonly name: string
  readonly example: Example
  readonly through: string
  /** The last postings, as many as are named. */
  readonly ends: readonly string[]
}

const CASES: readonly Case[] = [
  {
    name: 'two days a month',
    example: { terms: { earning: MONTHLY } },
    through: '2026-02-28',
    ends: ['2026-01-01 accrual 2.00', '2026-02-01 accrual 2.00'],
  },
  {
    // 25 ÷ 12 = 2.083…: 2.08, 4.17, 6.25 in running total.
    name: 'a running total loses nothing',
    example: { terms: { earning: { every: 'month', levels: [{ yearAmount: '25' }] } } },
    through: '2026-03-31',
    ends: ['2026-01-01 accrual 2.08', '2026-02-01 accrual 2.09', '2026-03-01 accrual 2.08'],
  },
  {
    // Each month 2.083… → 2.5; at most 25 in the year: ten months of 2.5.
    name: 'each posting rounded up to halves, and the year held to its most',
    example: {
      terms: {
        earning: {
          every: 'month',
          levels: [{ yearAmount: '25', yearMax: '25' }],
          rounding: { step: '0.5', mode: 'up', of: 'posting' },
        },
      },
    },
    through: '2026-12-31',
    ends: ['2026-09-01 accrual 2.50', '2026-10-01 accrual 2.50'],
  },
  {
    // 25 × 11 ÷ 12 would be 22.92; the last posting brings the year to 23 in whole days: 25 is whole already.
    name: 'the last posting of a year takes the difference to whole days',
    example: {
      terms: {
        earning: { every: 'month', levels: [{ yearAmount: '25.3' }], rounding: { step: '1', mode: 'up', of: 'year' } },
      },
    },
    through: '2026-12-31',
    ends: ['2026-11-01 accrual 2.11', '2026-12-01 accrual 2.81'],
  },
  {
    name: 'a cap cuts a posting to fit, and leave makes room again',
    example: {
      terms: { earning: { every: 'month', levels: [{ amount: '2', balanceCap: '5' }] } },
      recorded: ['2026-03-15 takes 1'],
    },
    through: '2026-04-30',
    ends: ['2026-03-01 accrual 2.00', '2026-03-01 cap -1.00', '2026-04-01 accrual 2.00', '2026-04-01 cap -1.00'],
  },
  {
    name: 'leave that is booked for later makes no room under a cap',
    example: {
      terms: { earning: { every: 'month', levels: [{ amount: '2', balanceCap: '3' }] } },
      recorded: ['2026-06-15 takes 3'],
    },
    through: '2026-02-28',
    ends: ['2026-01-01 accrual 2.00', '2026-02-01 accrual 2.00', '2026-02-01 cap -1.00'],
  },
  {
    // 24 earned, 14 taken: 10 left, of which 5 are carried and 5 cut; the five lapse after March, but for two taken.
    name: 'five days are carried until the end of March',
    example: {
      terms: { earning: MONTHLY, carryOver: { keep: { upTo: '5' }, validUntil: '03-31' } } as never,
      recorded: ['2026-07-01 takes 14', '2027-02-01 takes 2'],
    },
    through: '2027-04-30',
    ends: [
      '2027-01-01 carry-over -5.00',
      '2027-01-01 accrual 2.00',
      '2027-02-01 accrual 2.00',
      '2027-03-01 accrual 2.00',
      '2027-04-01 lapse -3.00',
      '2027-04-01 accrual 2.00',
    ],
  },
  {
    name: 'what is posted on the carry-over day is not among what is carried',
    example: { terms: { earning: MONTHLY, carryOver: { keep: 'none' } } },
    through: '2027-01-31',
    ends: ['2026-12-01 accrual 2.00', '2027-01-01 carry-over -24.00', '2027-01-01 accrual 2.00'],
  },
  {
    name: 'a carry-over that keeps everything has no transaction',
    example: { terms: { earning: MONTHLY, carryOver: { validFor: { months: 3 } } } },
    through: '2027-04-01',
    ends: [
      '2027-01-01 carry-over keeps 24.00 until 2027-03-31',
      '2027-01-01 accrual 2.00',
      '2027-02-01 accrual 2.00',
      '2027-03-01 accrual 2.00',
      '2027-04-01 lapse -24.00',
      '2027-04-01 accrual 2.00',
    ],
  },
  {
    name: 'time off in lieu has a last day of its own: it is neither counted nor cut',
    example: {
      terms: { earning: MONTHLY, carryOver: { keep: 'none' } },
      recorded: ['2026-12-01 gives 3 until 2027-06-30'],
    },
    through: '2027-01-01',
    ends: ['2027-01-01 carry-over -24.00', '2027-01-01 accrual 2.00'],
  },
  {
    name: 'a debt is carried, does not lapse, and is repaid by what is earned',
    example: {
      terms: { earning: { every: 'year', levels: [{ yearAmount: '10' }] }, carryOver: { keep: 'none' } },
      recorded: ['2026-12-01 takes 13'],
    },
    through: '2028-01-01',
    ends: ['2027-01-01 accrual 10.00', '2028-01-01 carry-over -7.00', '2028-01-01 accrual 10.00'],
  },
  {
    name: 'three of five never lapse',
    example: {
      terms: {
        earning: { every: 'year', levels: [{ yearAmount: '10' }] },
        carryOver: { keep: { upTo: '5' }, validUntil: '03-31', neverLapses: '3' },
      } as never,
    },
    through: '2027-04-01',
    ends: ['2027-01-01 carry-over -5.00', '2027-01-01 accrual 10.00', '2027-04-01 lapse -2.00'],
  },
  {
    name: 'what is accrued by hand counts towards what a year may earn, what is carried in does not',
    example: {
      terms: { earning: { every: 'half-year', levels: [{ amount: '10', yearMax: '12' }] } },
      recorded: ['2026-01-01 gives 3', '2026-01-01 carries 6'],
    },
    through: '2026-12-31',
    ends: ['2026-01-01 accrual 9.00'],
  },
  {
    name: 'nothing lapses of a year unless a notice was given',
    example: {
      terms: {
        earning: { every: 'year', levels: [{ yearAmount: '10' }] },
        carryOver: { validUntil: '03-31', needsNotice: true },
      } as never,
    },
    through: '2027-12-31',
    ends: ['2027-01-01 carry-over keeps 10.00', '2027-01-01 accrual 10.00'],
  },
  {
    // 10 days unused, and 62 working days from 5 January to 31 March.
    name: 'a notice in time lets it lapse on its day',
    example: {
      terms: {
        earning: { every: 'year', levels: [{ yearAmount: '10' }] },
        carryOver: { validUntil: '03-31', needsNotice: true },
      } as never,
      notices: [{ year: 2026, givenOn: '2027-01-04' }],
    },
    through: '2027-04-01',
    ends: [
      '2027-01-01 carry-over keeps 10.00',
      '2027-01-01 accrual 10.00',
      '2027-01-04 carry-over keeps 10.00 until 2027-03-31',
      '2027-04-01 lapse -10.00',
    ],
  },
  {
    // On 25 March four working days are left, for ten days.
    name: 'a notice that comes too late lets it lapse on the next carry-over day',
    example: {
      terms: {
        earning: { every: 'year', levels: [{ yearAmount: '10' }] },
        carryOver: { validUntil: '03-31', needsNotice: true },
      } as never,
      notices: [{ year: 2026, givenOn: '2027-03-25' }],
    },
    through: '2028-01-01',
    ends: [
      '2027-03-25 carry-over keeps 10.00 until 2027-12-31',
      '2028-01-01 lapse -10.00',
      '2028-01-01 carry-over keeps 10.00',
      '2028-01-01 accrual 10.00',
    ],
  },
]

describe('what the rules post on an account', () => {
  test.each(CASES)('$name', ({ example, through, ends }) => {
    expect(worked(example, through).slice(-ends.length)).toEqual(ends)
  })
})
