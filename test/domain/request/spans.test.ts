import { describe, expect, test } from 'vitest'
import { EVERY_DAY } from '../../../src/domain/calendar/work-time.ts'
import { accrual, day, dayAfter, policy } from '../../support/builders.ts'
import { cancel, change, MONDAY, recount, submit, TUESDAY, WEDNESDAY } from '../../support/builders-orders.ts'
import { given, leaveWith, working } from '../../support/builders-requests.ts'

// Which days a request takes: its span, its halves, when somebody works and is employed.

const FRIDAY = dayAfter(MONDAY, 4)
const NEXT_MONDAY = dayAfter(MONDAY, 7)

describe('a span', () => {
  const violated = (rule: string, limit: string) => ({ code: 'rule-violated', rule, limit }) as const

  test('begins before it ends, or on the same day', () => {
    given()
      .when(submit({ from: TUESDAY, to: MONDAY }))
      .thenRefused(violated('from-not-after-to', '2026-07-07'))
    given()
      .when(submit({ to: MONDAY }))
      .thenHolds('2026-07-06 1.00')
  })

  test('of several days has its first from noon on, and its last until noon', () => {
    given()
      .when(submit({ fromPortion: 'pm', toPortion: 'am', to: WEDNESDAY }))
      .thenLines(
        'pending annual 2026-07-06 -0.50 pm',
        'pending annual 2026-07-07 -1.00 full',
        'pending annual 2026-07-08 -0.50 am',
      )
    given()
      .when(submit({ fromPortion: 'am' }))
      .thenRefused(violated('am-of-first-day-only', 'full, pm'))
    given()
      .when(submit({ toPortion: 'pm' }))
      .thenRefused(violated('pm-of-last-day-only', 'full, am'))
  })

  test('of one day is the half that is said, and not two that exclude each other', () => {
    const oneDay = (fromPortion: 'am' | 'full' | 'pm', toPortion: 'am' | 'full' | 'pm' = 'full') =>
      given().when(submit({ to: MONDAY, fromPortion, toPortion }))
    oneDay('am').thenLines('pending annual 2026-07-06 -0.50 am')
    oneDay('pm').thenLines('pending annual 2026-07-06 -0.50 pm')
    oneDay('full', 'am').thenLines('pending annual 2026-07-06 -0.50 am')
    oneDay('am', 'am').thenLines('pending annual 2026-07-06 -0.50 am')
    oneDay('pm', 'am').thenRefused(violated('pm-of-last-day-only', 'full, am'))
    oneDay('full', 'pm').thenRefused(violated('pm-of-last-day-only', 'full, am'))
  })

  test('takes working days alone', () => {
    given()
      .when(submit({ from: FRIDAY, to: NEXT_MONDAY }))
      .thenHolds('2026-07-10 1.00', '2026-07-13 1.00')
    given()
      .withPeople({ e1: { time: working({ sat: '1', mon: '0.5' }) } })
      .when(submit({ from: FRIDAY, to: NEXT_MONDAY }))
      .thenLines(
        'pending annual 2026-07-10 -1.00 full',
        'pending annual 2026-07-11 -1.00 full',
        'pending annual 2026-07-13 -0.50 am',
      )
  })

  test('without a working day is refused', () => {
    const saturday = dayAfter(FRIDAY, 1)
    given()
      .when(submit({ from: saturday, to: dayAfter(saturday, 1) }))
      .thenRefused({ code: 'no-working-days', entity: 'e1', from: saturday, to: dayAfter(saturday, 1) })
  })

  test('that a calendar cannot count is refused with the reason', () => {
    given()
      .withPeople({ e1: { time: { ...EVERY_DAY, calendar: 'gone' } } })
      .when(submit())
      .thenRefused({ code: 'unknown-calendar', calendar: 'gone' })
    given(submit())
      .when(recount(), { people: { e1: { time: { ...EVERY_DAY, calendar: 'gone' } } } })
      .thenRefused({ code: 'unknown-calendar', calendar: 'gone' })
  })
})

describe('employment', () => {
  const employed = (hiredOn: string | null, leftOn: string | null) =>
    given()
      .withPeople({
        e1: {
          employments: [{ from: hiredOn === null ? null : day(hiredOn), to: leftOn === null ? null : day(leftOn) }],
        },
      })
      .when(submit())

  test('lasts from its first to its last day, both included', () => {
    employed('2026-07-06', '2026-07-07').thenRecorded('request-submitted')
  })

  test('takes no day before or after it', () => {
    const outside = (date: string, hiredOn: string | null, leftOn: string | null) =>
      ({
        code: 'outside-employment',
        entity: 'e1',
        date: day(date),
        hiredOn: hiredOn === null ? null : day(hiredOn),
        leftOn: leftOn === null ? null : day(leftOn),
      }) as const
    employed('2026-07-07', null).thenRefused(outside('2026-07-06', '2026-07-07', null))
    employed(null, '2026-07-06').thenRefused(outside('2026-07-07', null, '2026-07-06'))
  })

  test('may end before a day of the span that is not worked', () => {
    given()
      .withPeople({ e1: { employments: [{ from: null, to: FRIDAY }] } })
      .when(submit({ from: FRIDAY, to: dayAfter(FRIDAY, 2) }))
      .thenHolds('2026-07-10 1.00')
  })
})

describe('what is counted', () => {
  const hours = { annual: policy({ unit: 'hour' }) }

  test('hours of the day, under a policy that counts hours; of half a day the half', () => {
    given(accrual('40'))
      .under(hours)
      .withPeople({ e1: { time: working({ hours: '7.5' }) } })
      .when(submit({ toPortion: 'am' }))
      .thenHolds('2026-07-06 7.50', '2026-07-07 3.75')
  })

  test('the hours that are said, instead of those of the calendar', () => {
    given(accrual('40'))
      .under(hours)
      .when(submit({ hoursPerDay: '4.5', toPortion: 'am' }))
      .thenHolds('2026-07-06 4.50', '2026-07-07 2.25')
    given()
      .when(submit({ hoursPerDay: '4.5', toPortion: 'am' }))
      .thenHolds('2026-07-06 1.00', '2026-07-07 0.50')
  })

  test('days of no hours take nothing, and a request of only such days is refused', () => {
    given(accrual('40'))
      .under(hours)
      .withPeople({ e1: { time: working({ hours: '0' }) } })
      .when(submit())
      .thenRefused({ code: 'no-working-days', entity: 'e1', from: MONDAY, to: TUESDAY })
  })

  test('not days that were given back: where nothing else is worked, nothing is left to ask for', () => {
    given(submit(), cancel({ days: [MONDAY] }))
      .when(change({ hoursPerDay: '7' }), { people: { e1: { time: working({ tue: '0' }) } } })
      .thenRefused({ code: 'no-working-days', entity: 'e1', from: MONDAY, to: TUESDAY })
  })

  test('neither euros nor pieces', () => {
    given(accrual('40'))
      .under({ annual: policy({ unit: 'euro' }) })
      .when(submit())
      .thenRefused({ code: 'rule-violated', rule: 'counted-in-days-or-hours', limit: 'day, hour' })
  })
})

describe('what is drawn on', () => {
  test('one policy, or all of a resource', () => {
    const policies = { annual: policy(), carried: leaveWith({ priority: 1 }) }
    const both = given(accrual('5'), accrual('5', { policy: 'carried' })).under(policies)
    both
      .when(submit({ to: MONDAY }))
      .thenLines('pending carried 2026-07-06 -1.00 full')
      .thenRequest({ policy: null })
    both
      .when(submit({ to: MONDAY, policy: 'annual' }))
      .thenLines('pending annual 2026-07-06 -1.00 full')
      .thenRequest({ policy: 'annual', resource: 'leave' })
  })

  test('stays one policy when the request is changed', () => {
    given(accrual('5'), accrual('5', { policy: 'carried' }), submit({ to: MONDAY, policy: 'annual' }))
      .under({ annual: policy(), carried: leaveWith({ priority: 1 }) })
      .when(change({ to: TUESDAY }))
      .thenLines('reversal of 3.1', 'pending annual 2026-07-06 -1.00 full', 'pending annual 2026-07-07 -1.00 full')
  })

  test('is known', () => {
    given()
      .when(submit({ policy: 'none' }))
      .thenRefused({ code: 'unknown-policy', policy: 'none' })
    given()
      .when(submit({ resource: 'none' }))
      .thenRefused({ code: 'unknown-policy', resource: 'none' })
  })

  test('a day of two accounts is claimed by the first of its lines', () => {
    given(accrual('0.5'), accrual('5', { policy: 'carried' }))
      .under({ annual: leaveWith({ priority: 1 }), carried: policy() })
      .when(submit({ to: MONDAY }))
      .thenLines('pending annual 2026-07-06 -0.50 full', 'pending carried 2026-07-06 -0.50 unclaimed')
      .thenRecorded('request-submitted', { days: [{ date: MONDAY, portion: 'full' }] })
  })

  test('an entity without an account draws on a policy that allows a debt', () => {
    given()
      .under({ annual: policy(), sick: policy({ resource: 'sick-leave', overdraftLimit: null }) })
      .when(submit({ resource: 'sick-leave' }))
      .thenHolds('2026-07-06 1.00', '2026-07-07 1.00')
  })

  test('too little of it refuses the whole', () => {
    given(accrual('1.5')).when(submit()).thenRefused({
      code: 'insufficient-balance',
      entity: 'e1',
      policy: 'annual',
      available: '1.50',
      requested: '2.00',
      firstViolatedOn: TUESDAY,
    })
  })
})

test('a request is decided only with what is known of requests', () => {
  expect(() => given().whenNothingIsKnown(submit())).toThrow('without what is known of requests')
})
