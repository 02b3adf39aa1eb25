import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Account,
  accountFrom,
  atScale,
  COMPONENTS,
  folded,
  keeps,
  lowestKept,
  outlook,
  sumsUpTo,
  withAmount,
} from '../../src/domain/account/account.ts'
import { firstDayBelow } from '../../src/domain/account/headroom.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import type { Component } from '../../src/domain/transaction.ts'
import { someDay } from '../support/builders-arbitrary.ts'
import { newAccount } from '../support/builders-given.ts'

// I4, I6: an account is a fold that keeps its days short and sums ahead. The law is a list of amounts, filtered and added.

interface Amount {
  readonly component: Component
  readonly amount: bigint
  readonly on: CalendarDate
}

const days = someDay({ from: '2026-01-01', days: 40 })
const amount = fc.bigInt({ min: -1000n, max: 1000n }).filter((amount) => amount !== 0n)
const amounts = fc.array(fc.record({ component: fc.constantFrom(...COMPONENTS), amount, on: days }), { maxLength: 60 })

const sum = (amounts: readonly Amount[]): bigint => amounts.reduce((total, { amount }) => total + amount, 0n)
const until = (amounts: readonly Amount[], day: CalendarDate): Amount[] => amounts.filter(({ on }) => on <= day)
const daysFrom = (amounts: readonly Amount[], day: CalendarDate): CalendarDate[] => [
  day,
  ...amounts.map(({ on }) => on).filter((on) => on > day),
]
const lowest = (amounts: readonly Amount[], days: readonly CalendarDate[]): bigint =>
  days.map((day) => sum(until(amounts, day))).reduce((a, b) => (a < b ? a : b))

function fold(amounts: readonly Amount[]): Account {
  return amounts.reduce(
    (account, amount, index) => withAmount(account, { ...amount, position: index + 1 }),
    newAccount(),
  )
}

test('I4 law: what is available on a day, held by then, and lowest from then on are sums over the list', () => {
  fc.assert(
    fc.property(amounts, days, (amounts, day) => {
      const held = until(amounts, day).filter(({ component }) => component === 'pending')
      expect(outlook(fold(amounts), day)).toEqual({
        available: sum(until(amounts, day)),
        pending: -sum(held),
        lowest: lowest(amounts, daysFrom(amounts, day)),
      })
    }),
  )
})

test('I4 law: each component up to a day is one sum', () => {
  fc.assert(
    fc.property(amounts, days, (amounts, day) => {
      const expected = COMPONENTS.map((component) =>
        sum(until(amounts, day).filter((amount) => amount.component === component)),
      )
      expect(sumsUpTo(fold(amounts), day)).toEqual(expected)
    }),
  )
})

test('I4 law: the order of recording changes no balance of any day', () => {
  fc.assert(
    fc.property(
      amounts.chain((amounts) =>
        fc.tuple(fc.constant(amounts), fc.shuffledSubarray(amounts, { minLength: amounts.length })),
      ),
      ([amounts, reordered]) => {
        const { lastPosition: _a, ...one } = fold(amounts)
        const { lastPosition: _b, ...other } = fold(reordered)
        expect(other).toEqual(one)
      },
    ),
  )
})

test('I6 law: the first day below a floor is the first that the list says', () => {
  fc.assert(
    fc.property(amounts, days, amount, fc.bigInt({ min: -500n, max: 0n }), (amounts, day, amount, floor) => {
      const violated = daysFrom(amounts, day)
        .toSorted()
        .find((on) => sum(until(amounts, on)) + amount < floor)
      expect(firstDayBelow(fold(amounts), { first: floor, changes: [] }, { day, amount })).toBe(violated)
    }),
  )
})

test('I4 law: folding old days away changes nothing that can still be asked', () => {
  fc.assert(
    fc.property(amounts, days, fc.integer({ min: 1, max: 20 }), (amounts, day, most) => {
      const whole = fold(amounts)
      const short = folded(whole, most)
      expect(short.days.length).toBeLessThanOrEqual(most)
      expect({ total: short.total, version: short.version }).toEqual({ total: whole.total, version: whole.version })
      expect(lowestKept(short)).toBe(lowest(amounts, short.days.length === 0 ? [day] : short.days.map(({ on }) => on)))
      if (!keeps(short, day)) return
      expect(outlook(short, day)).toEqual(outlook(whole, day))
      expect(sumsUpTo(short, day)).toEqual(sumsUpTo(whole, day))
    }),
  )
})

test('I4 law: an account read back from what is stored of it is the account', () => {
  fc.assert(
    fc.property(amounts, fc.integer({ min: 1, max: 20 }), (amounts, most) => {
      const account = folded(fold(amounts), most)
      const { total: _total, totalPending: _totalPending, ...stored } = account
      expect(accountFrom({ ...stored, days: stored.days.map(({ on, sums }) => ({ on, sums })) })).toEqual(account)
    }),
  )
})

test('I4 law: a finer scale multiplies, whether before or after the amounts', () => {
  fc.assert(
    fc.property(amounts, fc.nat(6), (amounts, more) => {
      const factor = 10n ** BigInt(more)
      const finer = amounts.map((one) => ({ ...one, amount: one.amount * factor }))
      expect(atScale(fold(amounts), 2 + more)).toEqual({ ...fold(finer), scale: 2 + more })
    }),
  )
})
