import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nameOf } from '../../../src/domain/earning/work-out.ts'
import { BookOfRuns } from './book-of-runs.ts'
import { someAccount } from './some-account.ts'
import type { Example } from './worked.ts'

const MONTHLY = { every: 'month', levels: [{ yearAmount: '24' }] } as const

/** What was posted, in an order that does not depend on when. */
function postedIn(book: BookOfRuns): readonly unknown[] {
  return book.posted
    .map((posting) => ({ name: nameOf(posting), on: posting.on, lines: posting.lines }))
    .toSorted(byName)
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1
}

describe('runs', () => {
  test('once, twice, and split at any days: the same is posted, and nothing is corrected', () => {
    fc.assert(
      fc.property(someAccount(), fc.array(fc.nat(1_200), { maxLength: 6 }), ({ example, through }, splits) => {
        const once = new BookOfRuns()
        once.run(example, through)
        const often = new BookOfRuns()
        const days = splits.map((days) => dayBefore(through, days)).toSorted()
        for (const day of [...days, through, through]) often.run(example, day)
        expect(postedIn(often)).toEqual(postedIn(once))
        expect(often.corrections).toEqual([])
      }),
      { numRuns: 300 },
    )
  }, 120_000)

  test('what changes for the past is corrected once; to and fro comes to the same balances, and the third time to nothing', () => {
    fc.assert(
      fc.property(someAccount(), someAccount(), ({ example, through }, { example: other }) => {
        const changed: Example = { ...other, scale: example.scale! }
        const never = new BookOfRuns()
        never.run(changed, through)
        const book = new BookOfRuns()
        book.run(example, through)
        const before = book.balances()
        book.run(changed, through)
        expect(book.balances()).toEqual(never.balances())
        expect(book.run(changed, through)).toBe(0)
        book.run(example, through)
        expect(book.balances()).toEqual(before)
        expect(book.run(example, through)).toBe(0)
      }),
      { numRuns: 300 },
    )
  }, 120_000)

  test('leave that is entered after the rollover corrects what was carried, and its lapse', () => {
    const example: Example = {
      terms: { earning: MONTHLY, carryOver: { validUntil: '03-31' as never } },
      recorded: ['2026-07-01 takes 14'],
    }
    const book = new BookOfRuns()
    // 10 carried, and all of it lapses.
    book.run(example, '2027-04-30')
    expect(book.balances().get('2027-04-01' as never)).toBe(-1_000n + 200n)
    // Four days of leave in December that nobody had entered.
    book.run({ ...example, recorded: [...example.recorded!, '2026-12-07 takes 4'] }, '2027-04-30')
    expect(book.balances().get('2027-04-01' as never)).toBe(-600n + 200n)
    expect(book.corrections).toEqual([
      {
        days: [{ on: '2027-04-01', amount: 400n }],
        carried: [
          { on: '2027-01-01', earnedBefore: '2027-01-01', kept: '6.00', validUntil: '2027-03-31', neverLapses: '0.00' },
        ],
      },
    ])
  })

  test('a hire date that turns out to be a month later takes the month back, on its day', () => {
    const assigned = { terms: { earning: MONTHLY } }
    const book = new BookOfRuns()
    book.run({ ...assigned, employed: [{ from: '2026-01-01' as never, to: null }] }, '2026-06-30')
    book.run({ ...assigned, employed: [{ from: '2026-02-01' as never, to: null }] }, '2026-06-30')
    expect(book.corrections).toEqual([{ days: [{ on: '2026-01-01', amount: -200n }], carried: [] }])
  })
})

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10)
}
