import { expect, test } from 'vitest'
import { withAmount } from '../../../src/domain/account/account.ts'
import { draw } from '../../../src/domain/drawing/draw.ts'
import type { Refusal } from '../../../src/domain/refusal.ts'
import { day } from '../../support/builders.ts'
import { type DayAsked, days, MONDAY, source } from '../../support/builders-sources.ts'

/** What a day, or what it is changed by, is refused with. */
function refusalOf(sources: Parameters<typeof draw>[0], ...asked: readonly DayAsked[]): Refusal {
  const drawn = draw(sources, days(...asked))
  if (!('refusal' in drawn)) throw new Error('it was drawn')
  return drawn.refusal
}

test('every account that was looked at is named, in the order in which they are drawn on, with what it has', () => {
  expect(refusalOf([source('a', 50n), source('b', 25n), source('c', 0n)], {})).toEqual({
    code: 'insufficient-balance',
    entity: 'e1',
    policy: 'a',
    available: '0.75',
    requested: '1.00',
    firstViolatedOn: MONDAY,
    accounts: [
      { policy: 'a', available: '0.50' },
      { policy: 'b', available: '0.25' },
      { policy: 'c', available: '0.00' },
    ],
  })
})

test('a single account is named as it always was', () => {
  expect(refusalOf([source('a', 50n)], {})).not.toHaveProperty('accounts')
})

test('what each has is what the first day violated allows, whatever days before were drawn from it', () => {
  const tuesday = { date: day('2025-07-08'), on: day('2025-07-08') }
  expect(refusalOf([source('a', 100n), source('b', 50n)], {}, tuesday)).toMatchObject({
    available: '1.50',
    requested: '2.00',
    firstViolatedOn: tuesday.on,
    accounts: [{ available: '1.00' }, { available: '0.50' }],
  })
})

test('what is taken on a later day counts', () => {
  const { history, account } = source('a', 100n)
  const later = withAmount(account, { component: 'consumed', amount: -75n, on: day('2025-12-24'), position: 2 })
  const { accounts } = refusalOf([{ history, account: later }, source('b', 25n)], {}) as { accounts?: unknown }
  expect(accounts).toMatchObject([{ available: '0.25' }, { available: '0.25' }])
})

test('an account that has expired has nothing for the day, and says until when it had', () => {
  const expiring = source('a', 500n, { requests: { expiresOn: MONDAY } })
  const tuesday = { date: day('2025-07-08'), on: day('2025-07-08') }
  expect(refusalOf([expiring, source('b', 50n)], tuesday)).toMatchObject({
    policy: 'b',
    available: '0.50',
    accounts: [
      { policy: 'a', available: '0.00', expiresOn: MONDAY },
      { policy: 'b', available: '0.50' },
    ],
  })
})

test('one that is below its floor gives nothing, and takes nothing from what the others have', () => {
  expect(refusalOf([source('a', -50n), source('b', 75n)], {})).toMatchObject({
    available: '0.75',
    accounts: [{ available: '-0.50' }, { available: '0.75' }],
  })
})

test('what was asked for does not look like less, where the first account counts more coarsely', () => {
  expect(refusalOf([source('a', 1n, { scale: 0 }), source('b', 25n)], { cost: '2.5' })).toMatchObject({
    available: '1.25',
    requested: '2.50',
    accounts: [{ available: '1' }, { available: '0.25' }],
  })
})
