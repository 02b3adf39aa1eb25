import { describe, expect, test } from 'vitest'
import type { CalendarDate } from '../../../../src/domain/calendar-date.ts'
import { earnedParts } from '../../../../src/domain/earning/earned-parts.ts'
import { printFigure } from '../../../../src/domain/earning/figures.ts'
import type { Every } from '../../../../src/domain/earning/terms.ts'
import { plus, ZERO } from '../../../../src/domain/fraction.ts'
import { day } from '../../../support/builders.ts'
import { factsOf, type Someone, termsOf } from '../someone.ts'
import { type PartExample, starts, testExamples } from './part-examples.ts'

// What a part of the amount of a whole year is.

const yearAmounts: PartExample[] = [
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

testExamples('an amount of a year', yearAmounts)

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
