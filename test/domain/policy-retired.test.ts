import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PolicyBody } from '../../src/commands/bodies.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { draw } from '../../src/domain/drawing/draw.ts'
import { sourcesOf } from '../../src/domain/drawing/sources.ts'
import { exactFrom } from '../../src/domain/exact.ts'
import { retiredOn } from '../../src/domain/policy/retirement.ts'
import { accrual, adjustment, consumption, day, dayAfter, policy, reversalOf } from '../support/builders.ts'
import { bookState, given, policyHistory } from '../support/builders-given.ts'
import { approve, cancel, change, MONDAY, recount, reject, submit, TUESDAY } from '../support/builders-orders.ts'
import { given as givenRequests, leaveWith, working } from '../support/builders-requests.ts'

// A policy that is retired: from its day on nothing is accrued or taken under it. What lies before can be corrected.

const jul = day('2026-07-01')
const RETIRED = policy({ retiredFrom: jul })
const refusal = { code: 'rule-violated', rule: 'policy-retired', limit: jul } as const

describe('from when on', () => {
  const spans = (...versions: readonly Partial<PolicyBody>[]) => {
    const history = policyHistory(
      'annual',
      versions.map((also) => policy(also)),
    )
    return (on: string) => retiredOn(history, day(on))
  }

  test('its day is the first, and there is no last', () => {
    const retired = spans({ retiredFrom: jul })
    expect([retired('2026-06-30'), retired('2026-07-01'), retired('2999-12-31')]).toEqual([undefined, jul, jul])
    expect(spans({})('2999-12-31')).toBeUndefined()
  })

  test('a version says it of days before its own, too', () => {
    const retired = spans({}, { retiredFrom: jul, effectiveFrom: day('2026-11-28') })
    expect([retired('2026-06-30'), retired('2026-07-01'), retired('2026-12-01')]).toEqual([undefined, jul, jul])
  })

  test('a later version without it brings the policy back on its day; another one of the same day, altogether', () => {
    const back = spans({ retiredFrom: jul }, { effectiveFrom: day('2027-01-01') })
    expect([back('2026-12-31'), back('2027-01-01')]).toEqual([jul, undefined])
    const mended = spans({}, { retiredFrom: jul, effectiveFrom: jul }, { effectiveFrom: jul })
    expect(mended('2026-07-02')).toBeUndefined()
  })

  test('a version that is in force for none of its days retires nothing', () => {
    const scheduled = spans({ retiredFrom: day('2027-06-01') }, { effectiveFrom: day('2027-01-01') })
    expect(scheduled('2027-06-01')).toBeUndefined()
  })

  test('law: versions on days of their own say the same in whatever order they were put', () => {
    const versions = fc
      .uniqueArray(fc.nat(40), { minLength: 1, maxLength: 5 })
      .chain((starts) =>
        fc.tuple(
          ...starts.map((start) =>
            fc.option(fc.nat(60)).map(
              (retired): PolicyBody => ({
                ...policy({ effectiveFrom: dayAfter('2026-01-01', start) }),
                ...(retired === null ? {} : { retiredFrom: dayAfter('2026-01-01', retired) }),
              }),
            ),
          ),
        ),
      )
      .chain((bodies) => fc.tuple(fc.constant(bodies), fc.shuffledSubarray(bodies, { minLength: bodies.length })))
    fc.assert(
      fc.property(versions, fc.nat(80), ([bodies, shuffled], at) => {
        const on = dayAfter('2026-01-01', at)
        expect(retiredOn(policyHistory('annual', shuffled), on)).toBe(retiredOn(policyHistory('annual', bodies), on))
      }),
    )
  })
})

describe('a line', () => {
  const retired = given(accrual('10'), consumption('1', { effectiveOn: day('2026-06-30') })).under({ annual: RETIRED })

  test('that accrues or takes on its day or later is refused, and one before is not', () => {
    retired.when(accrual('1', { effectiveOn: jul })).thenRefused(refusal)
    retired.when(consumption('1', { effectiveOn: day('2027-01-04') })).thenRefused(refusal)
    retired.when(accrual('1', { effectiveOn: day('2026-06-30') })).thenRecorded()
    retired.when(consumption('1', { effectiveOn: day('2026-06-29') })).thenRecorded()
  })

  test('of several is named', () => {
    const lines = [accrual('1'), consumption('1', { effectiveOn: jul })]
    retired.when(...lines).thenRefused(refusal, 1)
  })

  test('that adjusts is not: a rest can be cleared', () => {
    retired.when(adjustment('-9', { effectiveOn: jul })).thenBalances({ available: '0.00' })
    retired.when(adjustment('1', { effectiveOn: jul })).thenRecorded()
  })

  test('that undoes an earlier one is not, on whatever day', () => {
    retired.when(reversalOf('2.1')).thenRecorded({ effectiveOn: day('2026-06-30') })
    retired.when(reversalOf('2.1', { effectiveOn: day('2026-09-01') })).thenRecorded({ effectiveOn: day('2026-09-01') })
  })
})

describe('drawing over a resource', () => {
  const days = (date: CalendarDate) => [{ date, on: date, portion: 'full' as const, cost: exactFrom('1') }]
  const sources = (policies: Record<string, PolicyBody>, first = jul) => {
    const found = sourcesOf(
      bookState(policies),
      { entity: 'e1', resource: 'leave', policy: null },
      { first, accountOf: () => undefined },
    )
    if ('refusal' in found) throw new Error('no policy counts it')
    return found
  }
  const open = { overdraftLimit: null }

  test('passes over what is retired, from its day on', () => {
    const both = sources({ annual: policy({ ...open, retiredFrom: jul }), next: policy(open) }, day('2026-06-30'))
    expect(draw(both, days(day('2026-06-30')))).toMatchObject([{ policy: 'annual' }])
    expect(draw(both, days(jul))).toMatchObject([{ policy: 'next' }])
  })

  test('counts in the unit of what is not', () => {
    const both = sources({ annual: policy({ ...open, retiredFrom: jul }), hours: policy({ ...open, unit: 'hour' }) })
    expect(both.map(({ account }) => account.policy)).toEqual(['hours'])
  })

  test('says why, where all of it is retired', () => {
    const all = sources({
      annual: policy({ ...open, retiredFrom: jul }),
      carried: policy({ ...open, retiredFrom: jul }),
    })
    expect(draw(all, days(jul))).toEqual({ refusal })
  })
})

describe('a request', () => {
  const later = { policies: { annual: leaveWith(undefined, { retiredFrom: MONDAY }) } }
  const retired = { code: 'rule-violated', rule: 'policy-retired', limit: MONDAY } as const

  test('for its days is refused', () => {
    givenRequests().under(later.policies).when(submit()).thenRefused(retired)
  })

  test('that is pending when it is retired is not approved any more, and may be rejected or cancelled', () => {
    givenRequests(submit()).when(approve(), later).thenRefused(retired)
    givenRequests(submit()).when(reject(), later).thenLines('reversal of 2.1', 'reversal of 2.2')
    givenRequests(submit()).when(cancel(), later).thenLines('reversal of 2.1', 'reversal of 2.2')
  })

  test('that is approved stays, and can be given back', () => {
    givenRequests(submit(), approve()).when(cancel(), later).thenLines('reversal of 3.3', 'reversal of 3.4')
  })

  test('gives up days and halves all the same', () => {
    givenRequests(submit(), approve())
      .when(change({ to: MONDAY }), later)
      .thenLines('reversal of 3.4')
    givenRequests(submit(), approve())
      .when(change({ toPortion: 'am' }), later)
      .thenLines('reversal of 3.4', 'consumption annual 2026-07-07 -0.50 am')
  })

  test('of which a day costs something else by a late fact is counted again all the same', () => {
    givenRequests(submit(), approve())
      .when(recount(), { ...later, people: { e1: { time: working({ tue: '0.5' }) } } })
      .thenLines('reversal of 3.4', 'consumption annual 2026-07-07 -0.50 am')
      .thenHolds('2026-07-06 1.00', '2026-07-07 0.50')
    expect(TUESDAY).toBe('2026-07-07')
  })
})
