import { describe, expect, test } from 'vitest'
import { approve, cancel, change, DECIDER, MONDAY, type Order, submit, TUESDAY } from '../../support/builders-orders.ts'
import { given } from '../../support/builders-requests.ts'

/*
 * A change that asks for what a request asks for already: Monday and Tuesday, 6 and 7 July, whole days. Nothing is recorded,
 * and so nothing that was agreed is asked again.
 */

const ASKS = { approval: ['hr', 'boss'], roles: { hr: ['m1'], boss: ['m1'] }, cancellation: 'ask' } as const

const SAME = {
  nothing: {},
  'the same days': { from: MONDAY, to: TUESDAY },
  'the same parts': { fromPortion: 'full', toPortion: 'full' },
  'the same parts, day by day': { portions: { [MONDAY]: 'full', [TUESDAY]: 'full' } },
} as const

const STATUSES = {
  pending: [submit()],
  'half approved': [submit(), approve()],
  approved: [submit(), approve(), approve()],
  'asked back': [submit(), approve(), approve(), cancel()],
} as const satisfies Record<string, readonly Order[]>

describe.each(Object.entries(STATUSES))('a request that is %s', (_status, steps) => {
  test.each(Object.entries(SAME))('stays so when %s is asked for', (_what, said) => {
    const asked = given(...steps).underTerms(ASKS)
    asked.when(change(said)).thenAsItIs(steps.length + 1)
    asked.when(change(said, { by: DECIDER })).thenAsItIs(steps.length + 1)
  })
})

test('a version that is not the present one is a conflict all the same', () => {
  given(submit(), approve())
    .underTerms(ASKS)
    .when(change({}, { expectedVersion: 1 }))
    .thenRefused({ code: 'version-conflict', requestId: 'r1', expectedVersion: 1, currentVersion: 2 })
})

test('a request that holds nothing any more cannot be changed to what it was', () => {
  const { outcome } = given(submit(), cancel()).when(change({ from: MONDAY, to: TUESDAY }))
  expect(outcome).toBe('invalid-transition')
})

test('days that were cancelled stay so, until `from` or `to` is said', () => {
  const partly = given(submit(), cancel({ days: [MONDAY] }))
  partly.when(change({ toPortion: 'full' })).thenAsItIs(3)
  partly
    .when(change({ from: MONDAY, to: TUESDAY }))
    .thenRecorded('request-changed')
    .thenHolds('2026-07-06 1.00', '2026-07-07 1.00')
})

test('half a day less is a change', () => {
  given(submit())
    .when(change({ toPortion: 'am' }))
    .thenRecorded('request-changed')
    .thenHolds('2026-07-06 1.00', '2026-07-07 0.50')
})
