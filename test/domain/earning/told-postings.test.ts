import { describe, expect, test } from 'vitest'
import { sentenceOf } from '../../../src/domain/earning/sentence.ts'
import type { MonthDay } from '../../../src/domain/earning/terms.ts'
import { normalQuantity, printMinor } from '../../../src/domain/quantity.ts'
import { type Example, postings } from './worked.ts'

// What is told of what the rules post, with the figures that they give it: in the order in which it is posted.

function told(example: Example, through: string): string[] {
  return postings(example, through).flatMap(({ on, period, figures, carried, kind, lines }) =>
    [...lines, ...(lines.length === 0 ? [{ rule: kind, amount: 0n }] : [])].map(({ rule, amount }) =>
      sentenceOf({
        on,
        unit: 'day',
        amount: normalQuantity(printMinor(amount, example.scale ?? 2)),
        meantFor: null,
        by: { rule, period, figures, carried, cause: null },
      }),
    ),
  )
}

const monthly = { every: 'month', levels: [{ amount: '2.5' }] } as const

describe('what the rules post', () => {
  test('says what rounding left over where that makes a difference', () => {
    const twelfths: Example = { terms: { earning: { every: 'month', levels: [{ yearAmount: '25' }] } } }
    expect(told(twelfths, '2026-03-01')).toEqual([
      'January at 25 days a year in 12 parts: 2.08',
      'February at 25 days a year in 12 parts, with 1/300 left over from before: 2.09',
      'March at 25 days a year in 12 parts: 2.08',
    ])
  })

  test('says how it is rounded', () => {
    const halves: Example = {
      terms: { earning: { ...monthly, rounding: { step: '0.5', mode: 'up', of: 'posting' } } },
      assigned: { from: '2026-03-14' as never },
    }
    expect(told(halves, '2026-04-01')).toEqual([
      '18 of 31 days of March at 2.5 days a month, rounded up to a multiple of 0.5 days: 1.5',
      'April at 2.5 days a month: 2.5',
    ])
  })

  test('says what the most of a year leaves of it', () => {
    const most: Example = { terms: { earning: { every: 'quarter', levels: [{ amount: '10', yearMax: '25' }] } } }
    expect(told(most, '2026-12-31')).toEqual([
      'January to March at 10 days a quarter: 10',
      'April to June at 10 days a quarter: 10',
      'July to September at 10 days a quarter, at most 25 days in a leave year: 5',
    ])
  })

  test('says what a cap cuts off', () => {
    const capped: Example = { terms: { earning: { every: 'month', levels: [{ amount: '2.5', balanceCap: '4' }] } } }
    expect(told(capped, '2026-02-01')).toEqual([
      'January at 2.5 days a month: 2.5',
      'February at 2.5 days a month: 2.5',
      'No more than 4 days may be left: 1 of 2.5 days cut off',
    ])
  })

  test('says what is carried, until when, and what lapses then', () => {
    const carried: Example = {
      terms: {
        carryOver: { keep: { upTo: '5' }, validUntil: '03-31' as MonthDay, neverLapses: '2' },
      },
      assigned: null,
      recorded: ['2026-01-01 gives 10'],
    }
    expect(told(carried, '2027-04-01')).toEqual([
      '10 days left of 2026, 5 carried over, to be taken by 31 March, all but 2, which never lapse',
      '3 days lapsed, not taken by 31 March',
    ])
  })

  test('says what waits for a notice, and what became of it', () => {
    const noticed: Example = {
      terms: { carryOver: { keep: 'none', needsNotice: true } },
      assigned: null,
      recorded: ['2026-01-01 gives 10'],
      notices: [{ year: 2026, givenOn: '2027-05-03' }],
    }
    expect(told(noticed, '2028-01-01')).toEqual([
      '10 days left of 2026, all carried over, to lapse only after a notice about 2026',
      '10 days left of 2026, told that they lapse: to be taken by 31 December',
      '10 days lapsed, not taken by 31 December 2027',
    ])
  })
})
