import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CalendarDate } from '../../../src/domain/calendar-date.ts'
import { forecastOf, foreseenLines, foreseenPostings } from '../../../src/domain/earning/forecast.ts'
import { printMinor } from '../../../src/domain/quantity.ts'
import { linesFrom } from './lines.ts'
import { someAccount } from './some-account.ts'
import { type Example, postings } from './worked.ts'

interface Ahead {
  /** What the rules post after `asOf`, by which nothing is due any more. */
  readonly example?: Example
  readonly lines?: readonly string[]
  readonly balance?: bigint
  readonly asOf?: string
  readonly until?: string
}

/** `2026-02-01 accrual 2.50 = 12.50`, and what will lapse. */
function ahead({ example, lines = [], balance = 0n, asOf = '2025-12-31', until = '2026-12-31' }: Ahead) {
  const rules = example === undefined ? [] : postings(example, until).filter(({ on }) => on > asOf)
  const { items, willLapse } = forecastOf(balance, [...foreseenLines(linesFrom(lines), 2), ...foreseenPostings(rules)])
  return {
    items: items.map(
      ({ on, kind, amount, balance: after, rule }) =>
        `${on} ${kind} ${printMinor(amount, 2)} = ${printMinor(after, 2)}${rule === null || rule === kind ? '' : ` (${rule})`}`,
    ),
    willLapse: willLapse.map(({ on, amount }) => `${on} ${printMinor(amount, 2)}`),
  }
}

const monthly: Example = { terms: { earning: { every: 'month', levels: [{ amount: '2.5' }] } } }

describe('a balance goes on', () => {
  test('with what the rules post, from what is there already', () => {
    expect(ahead({ example: monthly, balance: 1000n, asOf: '2026-10-31' }).items).toEqual([
      '2026-11-01 accrual 2.50 = 12.50',
      '2026-12-01 accrual 2.50 = 15.00',
    ])
  })

  test('with leave that is booked, held and given back', () => {
    const lines = [
      '2026-07-01 consumption -1',
      '2026-07-02 pending -1',
      '2026-07-03 consumption -1',
      '2026-07-06 reversal 1 of 3.1',
    ]
    expect(ahead({ lines, balance: 500n }).items).toEqual([
      '2026-07-01 leave -1.00 = 4.00',
      '2026-07-02 hold -1.00 = 3.00',
      '2026-07-03 leave -1.00 = 2.00',
      '2026-07-06 leave 1.00 = 3.00',
    ])
  })

  test('without what was given back on its own day', () => {
    const lines = ['2026-07-01 pending -1', '2026-07-01 reversal 1 of 1.1', '2026-07-01 consumption -1']
    expect(ahead({ lines, balance: 500n }).items).toEqual(['2026-07-01 leave -1.00 = 4.00'])
  })

  test('with what people adjust, and what was posted ahead', () => {
    const lines = [
      '2026-07-01 accrual 2.5 by accrual',
      '2026-07-01 adjustment -0.5 by cap',
      '2026-08-01 adjustment 1',
      '2026-08-02 adjustment -1 by correction',
      '2026-08-03 adjustment -1 by encashment',
    ]
    expect(ahead({ lines }).items).toEqual([
      '2026-07-01 accrual 2.50 = 2.50',
      '2026-07-01 accrual -0.50 = 2.00 (cap)',
      '2026-08-01 adjustment 1.00 = 3.00',
      '2026-08-02 adjustment -1.00 = 2.00 (correction)',
      '2026-08-03 adjustment -1.00 = 1.00 (encashment)',
    ])
  })

  test('in the order of payroll on one day', () => {
    const example: Example = {
      terms: { ...monthly.terms, carryOver: { keep: { upTo: '5' }, validUntil: '03-31' as never } },
      recorded: ['2026-01-01 gives 10', '2027-04-01 takes 1'],
    }
    const { items, willLapse } = ahead({
      example,
      lines: ['2027-04-01 consumption -1'],
      balance: 4000n,
      asOf: '2026-12-31',
      until: '2027-04-01',
    })
    expect(items).toEqual([
      '2027-01-01 carry-over -35.00 = 5.00',
      '2027-01-01 accrual 2.50 = 7.50',
      '2027-02-01 accrual 2.50 = 10.00',
      '2027-03-01 accrual 2.50 = 12.50',
      '2027-04-01 lapse -5.00 = 7.50',
      '2027-04-01 accrual 2.50 = 10.00',
      '2027-04-01 leave -1.00 = 9.00',
    ])
    expect(willLapse).toEqual(['2027-01-01 35.00', '2027-04-01 5.00'])
  })

  test('with a carry-over that keeps everything', () => {
    const example: Example = { terms: { ...monthly.terms, carryOver: { keep: 'all' } } }
    const { items, willLapse } = ahead({ example, balance: 3000n, asOf: '2026-12-31', until: '2027-01-01' })
    expect(items).toEqual(['2027-01-01 carry-over 0.00 = 30.00', '2027-01-01 accrual 2.50 = 32.50'])
    expect(willLapse).toEqual([])
  })

  test('cut by a cap', () => {
    const example: Example = { terms: { earning: { every: 'month', levels: [{ amount: '2.5', balanceCap: '6' }] } } }
    expect(ahead({ example, until: '2026-03-01' }).items).toEqual([
      '2026-01-01 accrual 2.50 = 2.50',
      '2026-02-01 accrual 2.50 = 5.00',
      '2026-03-01 accrual 2.50 = 7.50',
      '2026-03-01 accrual -1.50 = 6.00 (cap)',
    ])
  })
})

test('law: from whatever day one looks ahead, the balance comes to the same', () => {
  fc.assert(
    fc.property(someAccount(), fc.integer({ min: 0, max: 40 }), ({ example, through }, months) => {
      const all = postings(example, through)
      const asOf = new Date(Date.UTC(2026, months, 1)).toISOString().slice(0, 10) as CalendarDate
      const total = all.flatMap(({ lines }) => lines).reduce((sum, { amount }) => sum + amount, 0n)
      const before = all.filter(({ on }) => on <= asOf).flatMap(({ lines }) => lines)
      const balance = before.reduce((sum, { amount }) => sum + amount, 0n)
      const { items } = forecastOf(balance, foreseenPostings(all.filter(({ on }) => on > asOf)))
      expect(items.at(-1)?.balance ?? balance).toBe(total)
      expect(items.map(({ on }) => on)).toEqual(items.map(({ on }) => on).toSorted())
    }),
  )
})
