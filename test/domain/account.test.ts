import { describe, expect, test } from 'vitest'
import {
  type Account,
  atScale,
  folded,
  lowestKept,
  NotKept,
  outlook,
  sumsUpTo,
  withAmount,
} from '../../src/domain/account/account.ts'
import { firstDayBelow } from '../../src/domain/account/headroom.ts'
import type { Component } from '../../src/domain/transaction.ts'
import { day } from '../support/builders.ts'
import { newAccount } from '../support/builders-given.ts'

const jan = day('2026-01-31')
const feb = day('2026-02-28')
const mar = day('2026-03-31')
const apr = day('2026-04-30')

function accountOf(...amounts: readonly [Component, bigint, string][]): Account {
  return amounts.reduce(
    (account, [component, amount, on], index) =>
      withAmount(account, { component, amount, on: day(on), position: index + 1 }),
    newAccount(),
  )
}

describe('the outlook of a day', () => {
  const account = accountOf(['accrued', 10n, jan], ['consumed', -8n, mar], ['accrued', 5n, apr])

  test('what is available counts what is effective by then, and nothing later', () => {
    expect(outlook(account, day('2026-01-30')).available).toBe(0n)
    expect(outlook(account, jan).available).toBe(10n)
    expect(outlook(account, feb).available).toBe(10n)
    expect(outlook(account, mar).available).toBe(2n)
    expect(outlook(account, apr).available).toBe(7n)
  })

  test('the lowest is that of the day itself and of all later ones, never of an earlier one', () => {
    expect(outlook(account, day('2026-01-30')).lowest).toBe(0n)
    expect(outlook(account, jan).lowest).toBe(2n)
    expect(outlook(account, mar).lowest).toBe(2n)
    expect(outlook(account, apr).lowest).toBe(7n)
    expect(outlook(account, day('2999-12-31')).lowest).toBe(7n)
  })

  test('what is held is counted apart, as a positive sum', () => {
    const held = accountOf(['accrued', 10n, jan], ['pending', -3n, feb], ['pending', -2n, apr])
    expect(outlook(held, jan).pending).toBe(0n)
    expect(outlook(held, feb)).toEqual({ available: 7n, pending: 3n, lowest: 5n })
    expect(outlook(held, apr)).toEqual({ available: 5n, pending: 5n, lowest: 5n })
  })

  test('an account without transactions has nothing on any day', () => {
    expect(outlook(newAccount(), jan)).toEqual({ available: 0n, pending: 0n, lowest: 0n })
  })
})

describe('the first day below a floor', () => {
  const account = accountOf(['accrued', 10n, jan], ['consumed', -8n, mar], ['consumed', -1n, apr])

  test('is the day itself where it does not bear the amount', () => {
    expect(firstDayBelow(account, { first: 0n, changes: [] }, { day: feb, amount: -11n })).toBe(feb)
  })

  test('is the first later day that does not', () => {
    expect(firstDayBelow(account, { first: 0n, changes: [] }, { day: feb, amount: -3n })).toBe(mar)
    expect(firstDayBelow(account, { first: 0n, changes: [] }, { day: feb, amount: -2n })).toBe(apr)
  })

  test('is none where every day bears it, and a floor below nought lets it go further', () => {
    expect(firstDayBelow(account, { first: 0n, changes: [] }, { day: feb, amount: -1n })).toBeUndefined()
    expect(firstDayBelow(account, { first: -2n, changes: [] }, { day: feb, amount: -3n })).toBeUndefined()
  })
})

describe('folding old days', () => {
  const account = accountOf(
    ['accrued', 10n, jan],
    ['consumed', -1n, feb],
    ['adjusted', 2n, mar],
    ['consumed', -4n, apr],
  )

  test('happens only beyond the bound, and then halves the days, so that it is rare', () => {
    expect(folded(account, 4)).toBe(account)
    expect(folded(account, 3).days.map(({ on }) => on)).toEqual([mar, apr])
  })

  test('changes no balance of a day that is kept', () => {
    const short = folded(account, 3)
    expect(short).toMatchObject({ keptFrom: mar, opening: [10n, -1n, 0n, 0n], total: 7n, version: 4 })
    expect(outlook(short, mar)).toEqual(outlook(account, mar))
    expect(sumsUpTo(short, apr)).toEqual(sumsUpTo(account, apr))
  })

  test('the lowest balance is then that of the kept days', () => {
    expect(lowestKept(accountOf(['consumed', -5n, jan], ['accrued', 10n, feb]))).toBe(-5n)
    const negativeOnce = accountOf(['consumed', -5n, jan], ['accrued', 10n, feb], ['accrued', 1n, mar])
    expect(lowestKept(folded(negativeOnce, 2))).toBe(6n)
  })

  test('a day before the kept ones is not answered wrongly: it has to be loaded first', () => {
    const short = folded(account, 3)
    expect(() => outlook(short, feb)).toThrow(NotKept)
    expect(() => firstDayBelow(short, { first: 0n, changes: [] }, { day: feb, amount: -1n })).toThrow(NotKept)
    expect(() => withAmount(short, { component: 'accrued', amount: 1n, on: feb, position: 9 })).toThrow(NotKept)
  })
})

test('a finer scale changes the units and no quantity', () => {
  const account = { ...accountOf(['accrued', 150n, jan], ['pending', -25n, feb]), floor: -500n }
  const finer = atScale(account, 4)
  expect(finer).toMatchObject({ scale: 4, total: 12500n, totalPending: 2500n, floor: -50000n })
  expect(outlook(finer, jan)).toEqual({ available: 15000n, pending: 0n, lowest: 12500n })
  expect(atScale(account, 2)).toBe(account)
})

test('an account is never changed: a refused command leaves no trace in it', () => {
  const account = accountOf(['accrued', 10n, jan])
  const before = structuredClone(account)
  withAmount(account, { component: 'consumed', amount: -1n, on: jan, position: 2 })
  expect(account).toEqual(before)
})
