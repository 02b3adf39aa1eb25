import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { appendDays, lastDayIn, parseDays, parseDaysAfter, printMonthDays } from '../../projections/balances/days.ts'
import { changesIn, movesOf } from '../../projections/balances/fold.ts'
import { type Month, monthEnd } from '../../projections/balances/month.ts'
import { standingFrom } from '../../projections/balances/surroundings.ts'
import { NO_SUMS, net } from '../../src/domain/account/account.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { atPolicyScale, exactFrom, plusAmount, printExact } from '../../src/domain/exact.ts'
import type { Component } from '../../src/domain/transaction.ts'
import type { ProjectedTransaction } from '../../src/projecting/projection.ts'
import { day, dayAfter } from '../support/builders.ts'

const components: readonly Component[] = ['accrued', 'consumed', 'pending', 'adjusted']

function line(also: Partial<ProjectedTransaction>): ProjectedTransaction {
  const at = { position: 1, line: 1, type: 'accrual', component: 'accrued', amount: '1' } as const
  return { ...at, entity: 'e1', policy: 'annual', resource: 'leave', effectiveOn: day('2026-01-31'), ...also }
}

/** Lines of one account over a few months, in any order of their days. */
const lines = fc
  .array(
    fc.record({
      component: fc.constantFrom(...components),
      amount: fc
        .integer({ min: -999, max: 999 })
        .filter((number) => number !== 0)
        .map((number) => (number / 100).toFixed(2)),
      effectiveOn: fc.nat(150).map((number) => dayAfter('2025-11-20', number)),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((list) => list.map((also, index) => line({ ...also, position: index + 1 })))

/** Applies a batch the way `project.ts` does, with an array for a table. */
function apply(months: Month[], batch: readonly ProjectedTransaction[]): Month[] {
  const [change] = changesIn(batch)
  if (change === undefined) return months
  const moves = movesOf(change, (index) =>
    months
      .filter(({ end }) => end <= change.months[index]!.end)
      .toSorted((a, b) => (a.end < b.end ? -1 : 1))
      .at(-1),
  )
  const moved = months.map((month) => {
    const move = moves.find((one) => one.month.end <= month.end && (one.before === null || month.end < one.before))
    if (move === undefined) return month
    const isFirst = move.month.end === month.end
    return {
      ...month,
      sums: month.sums.map((sum, index) => sum + move.sums[index]!) as unknown as Month['sums'],
      lowest: isFirst ? move.month.lowest : month.lowest + net(move.sums),
      days: isFirst ? move.month.days : month.days,
      lastPosition: Math.max(month.lastPosition, move.lastPosition),
      count: month.count + move.count,
    }
  })
  for (const { isNew, month } of moves) {
    const there = moved.find(({ end }) => end === month.end)
    expect(isNew, month.end).toBe(there === undefined)
    // What is written of a month that is there adds up to what was made of it.
    if (there !== undefined) expect(there).toEqual(month)
  }
  const added = moves.filter(({ isNew }) => isNew).map(({ month }) => month)
  return [...moved, ...added].toSorted((a, b) => (a.end < b.end ? -1 : 1))
}

/** What the months should be, summed up for each of them anew. */
function summed(all: readonly ProjectedTransaction[]): Month[] {
  const ends = [...new Set(all.map(({ effectiveOn }) => monthEnd(effectiveOn)))].toSorted()
  return ends.map((end) => {
    const byThen = all.filter(({ effectiveOn }) => effectiveOn <= end)
    const sumsBy = (on: (day: CalendarDate) => boolean) =>
      all
        .filter(({ effectiveOn }) => on(effectiveOn))
        .reduce((sums, one) => plusAmount(sums, one.component, exactFrom(one.amount)), NO_SUMS)
    const days = [...new Set(byThen.map(({ effectiveOn }) => effectiveOn))]
      .toSorted()
      .filter((on) => monthEnd(on) === end)
    const balances = days.map((on) => net(sumsBy((day) => day <= on)))
    return {
      end,
      sums: sumsBy((day) => day <= end),
      lowest: balances.reduce((lowest, balance) => (balance < lowest ? balance : lowest)),
      days: printMonthDays(days.map((on) => ({ on, sums: sumsBy((day) => day === on) }))),
      lastPosition: Math.max(...byThen.map(({ position }) => position)),
      count: byThen.length,
    }
  })
}

test('law: in whatever batches, the months are the sums of everything effective by their ends', () => {
  fc.assert(
    fc.property(lines, fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 5 }), (all, sizes) => {
      let months: Month[] = []
      for (let at = 0, turn = 0; at < all.length; turn++) {
        const size = sizes[turn % sizes.length]!
        months = apply(months, all.slice(at, at + size))
        at += size
      }
      expect(months).toEqual(summed(all))
    }),
    { numRuns: 500 },
  )
})

test('a back-dated line adds to every later month, and to nothing else of it', () => {
  const months = apply(
    [],
    [
      line({ position: 1, amount: '10', effectiveOn: day('2026-01-10') }),
      line({ position: 2, component: 'consumed', amount: '-4', effectiveOn: day('2026-03-05') }),
    ],
  )
  const after = apply(months, [
    line({ position: 3, component: 'adjusted', amount: '-7', effectiveOn: day('2026-02-01') }),
  ])
  expect(after.map(({ end, sums, lowest, count }) => [end, printExact(net(sums)), printExact(lowest), count])).toEqual([
    ['2026-01-31', '10', '10', 1],
    ['2026-02-28', '3', '3', 2],
    ['2026-03-31', '-1', '-1', 3],
  ])
  expect(after[2]!.days).toBe(months[1]!.days)
})

describe('days as text', () => {
  const sums = (...[accrued, consumed, pending, adjusted]: [string, string, string, string]) =>
    [exactFrom(accrued), exactFrom(consumed), exactFrom(pending), exactFrom(adjusted)] as const
  const days = [
    { on: day('2026-02-01'), sums: sums('2.5', '0', '0', '0') },
    { on: day('2026-02-09'), sums: NO_SUMS },
    { on: day('2026-02-28'), sums: sums('0', '-0.125', '-1', '20') },
  ]

  test('are printed one after the other, and read again', () => {
    expect(printMonthDays(days)).toBe('1a2.5;9;28c-0.125p-1j20')
    expect(parseDays(printMonthDays(days), day('2026-02-28'))).toEqual(days)
    expect(parseDays('', day('2026-02-28'))).toEqual([])
    expect(parseDaysAfter(printMonthDays(days), day('2026-02-09'))).toEqual(days.slice(2))
    expect(parseDaysAfter('', day('2026-02-09'))).toEqual([])
  })

  test('are appended to without being read', () => {
    expect(appendDays('', days)).toBe(printMonthDays(days))
    expect(appendDays(printMonthDays(days.slice(0, 1)), days.slice(1))).toBe(printMonthDays(days))
    expect([lastDayIn(''), lastDayIn(printMonthDays(days)), lastDayIn('7')]).toEqual([0, 28, 7])
  })
})

describe('exact quantities', () => {
  test.each(['0', '1', '-1', '2.5', '-0.00000001', '999999999999999999.99999999', '100'])(
    '%s is read and printed',
    (text) => {
      expect(printExact(exactFrom(text))).toBe(text)
    },
  )

  test('have one spelling', () => {
    expect(['1.50', '0.00', '-0.0', '10.000'].map((text) => printExact(exactFrom(text)))).toEqual([
      '1.5',
      '0',
      '0',
      '10',
    ])
  })

  test('what is none, or finer than any policy, is not taken', () => {
    expect(() => exactFrom('1.123456789')).toThrow('finer than any policy')
    expect(() => exactFrom('NaN')).toThrow(SyntaxError)
    expect(() => plusAmount(NO_SUMS, 'owed' as Component, 1n)).toThrow('there is no component owed')
  })

  test('are shown at the scale of a policy, which is never coarser', () => {
    expect(atPolicyScale(exactFrom('2.5'), 2)).toBe(250n)
    expect(() => atPolicyScale(exactFrom('2.125'), 2)).toThrow('finer than its policy’s scale')
  })
})

test('an account without snapshots, and months that end on every kind of last day', () => {
  const nothing = {
    base: undefined,
    tail: [],
    tailIs: 'missing',
    whole: undefined,
    days: [],
    count: undefined,
  } as const
  expect(standingFrom({ asOf: day('2026-01-01'), ...nothing }, { first: -5n, changes: [] })).toEqual({
    sums: NO_SUMS,
    spendable: 5n,
    version: 0,
  })
  expect(['2024-02-10', '2026-02-28', '2026-12-31', '1900-02-01', '2999-11-30'].map((on) => monthEnd(day(on)))).toEqual(
    ['2024-02-29', '2026-02-28', '2026-12-31', '1900-02-28', '2999-11-30'],
  )
})
