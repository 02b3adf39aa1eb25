import { describe, expect, test } from 'vitest'
import type { CalendarDate } from '../../../src/domain/calendar-date.ts'
import { checkRules } from '../../../src/domain/request/rules.ts'
import { MOST_DAYS, USUAL_TERMS } from '../../../src/domain/request/terms.ts'
import { accrual, dayAfter, policy } from '../../support/builders.ts'
import { approve, cancel, change, MONDAY, submit, TODAY, TUESDAY, WEDNESDAY } from '../../support/builders-orders.ts'
import { given, leaveWith } from '../../support/builders-requests.ts'

// Every term of a policy's `requests`, at the last value that is allowed and at the first that is not.

function broken(rule: string, limit: string) {
  return { code: 'rule-violated', rule, limit } as const
}

/** Monday is the 35th day after today. */
const AHEAD = 35

describe('maxDaysAhead', () => {
  test('leave begins at most so many days after today', () => {
    given().underTerms({ maxDaysAhead: AHEAD }).when(submit()).thenRecorded('request-submitted')
    given()
      .underTerms({ maxDaysAhead: AHEAD - 1 })
      .when(submit())
      .thenRefused(broken('max-days-ahead', '34'))
  })

  test('is 365 where nobody says, and none where it is null', () => {
    const next = (days: number) => ({ from: dayAfter(TODAY, days), to: dayAfter(TODAY, days) })
    given()
      .when(submit(next(365)))
      .thenRecorded('request-submitted')
    given()
      .when(submit(next(366)))
      .thenRefused(broken('max-days-ahead', '365'))
    given()
      .underTerms({ maxDaysAhead: null })
      .when(submit(next(366)))
      .thenRecorded('request-submitted')
  })
})

describe('maxConsecutiveDays', () => {
  test('leave spans at most so many days of the calendar', () => {
    given().underTerms({ maxConsecutiveDays: 2 }).when(submit()).thenRecorded('request-submitted')
    given()
      .underTerms({ maxConsecutiveDays: 2 })
      .when(submit({ to: WEDNESDAY }))
      .thenRefused(broken('max-consecutive-days', '2'))
  })

  test('no request spans more than 366 days, whatever a policy says', () => {
    const unlimited = given(accrual('300')).underTerms({ maxConsecutiveDays: null })
    const until = (days: number) => ({ from: MONDAY, to: dayAfter(MONDAY, days - 1) })
    unlimited.when(submit(until(MOST_DAYS))).thenRecorded('request-submitted')
    unlimited.when(submit(until(MOST_DAYS + 1))).thenRefused(broken('max-consecutive-days', '366'))
  })
})

describe('minNoticeDays', () => {
  test('leave begins at least so many days after today', () => {
    given().underTerms({ minNoticeDays: AHEAD }).when(submit()).thenRecorded('request-submitted')
    given()
      .underTerms({ minNoticeDays: AHEAD + 1 })
      .when(submit())
      .thenRefused(broken('min-notice-days', '36'))
  })

  test('without it leave may have begun', () => {
    given().on('2026-07-10').when(submit()).thenRecorded('request-submitted')
    given().on('2026-07-10').underTerms({ minNoticeDays: 0 }).when(submit()).thenRefused(broken('min-notice-days', '0'))
  })
})

describe('waitingDays', () => {
  const waiting = given().underTerms({ waitingDays: 5 })

  test('leave begins at least so many days after the first day of employment', () => {
    waiting
      .withPeople({ e1: { employments: [{ from: dayAfter(MONDAY, -5), to: null }] } })
      .when(submit())
      .thenRecorded('request-submitted')
    waiting
      .withPeople({ e1: { employments: [{ from: dayAfter(MONDAY, -4), to: null }] } })
      .when(submit())
      .thenRefused(broken('waiting-days', '5'))
  })

  test('of somebody whose first day nobody knows there is no waiting', () => {
    waiting.when(submit()).thenRecorded('request-submitted')
  })
})

describe('blackouts', () => {
  const closed = (from: CalendarDate, to: CalendarDate) =>
    given().underTerms({ blackouts: [{ from, to, name: 'stock taking' }] })

  test('no working day of it lies in one', () => {
    const limit = (from: CalendarDate, to: CalendarDate) => broken('blackouts', `${from}/${to} stock taking`)
    const sunday = dayAfter(MONDAY, -1)
    closed(sunday, MONDAY).when(submit()).thenRefused(limit(sunday, MONDAY))
    closed(TUESDAY, WEDNESDAY).when(submit()).thenRefused(limit(TUESDAY, WEDNESDAY))
    closed(dayAfter(MONDAY, -2), sunday).when(submit()).thenRecorded('request-submitted')
    closed(WEDNESDAY, WEDNESDAY).when(submit()).thenRecorded('request-submitted')
  })

  test('a day off in one is no harm', () => {
    const saturday = dayAfter(MONDAY, 5)
    closed(saturday, dayAfter(saturday, 1))
      .when(submit({ to: dayAfter(saturday, 2) }))
      .thenRecorded('request-submitted')
  })

  test('the first one that is met is told', () => {
    given()
      .underTerms({
        blackouts: [
          { from: TUESDAY, to: TUESDAY, name: 'b' },
          { from: MONDAY, to: MONDAY, name: 'a' },
        ],
      })
      .when(submit())
      .thenRefused(broken('blackouts', '2026-07-07/2026-07-07 b'))
  })
})

describe('rules together', () => {
  test('all that are broken are told, the first of them first', () => {
    given()
      .underTerms({
        maxDaysAhead: 1,
        maxConsecutiveDays: 1,
        minNoticeDays: 100,
        waitingDays: 400,
        blackouts: [{ from: MONDAY, to: MONDAY, name: 'stock taking' }],
      })
      .withPeople({ e1: { employments: [{ from: TODAY, to: null }] } })
      .when(submit())
      .thenRefused({
        ...broken('max-days-ahead', '1'),
        others: [
          { rule: 'max-consecutive-days', limit: '1' },
          { rule: 'min-notice-days', limit: '100' },
          { rule: 'waiting-days', limit: '400' },
          { rule: 'blackouts', limit: '2026-07-06/2026-07-06 stock taking' },
        ],
      })
  })

  test('what is kept is not told among them', () => {
    given()
      .underTerms({ maxDaysAhead: 100, minNoticeDays: 40, maxConsecutiveDays: 1 })
      .when(submit())
      .thenRefused({
        ...broken('max-consecutive-days', '1'),
        others: [{ rule: 'min-notice-days', limit: '40' }],
      })
  })

  test('the rules that are set are named, and no others', () => {
    const none = { ...USUAL_TERMS, maxDaysAhead: null, maxConsecutiveDays: null }
    const span = { from: MONDAY, to: MONDAY, fromPortion: 'full', toPortion: 'full', hoursPerDay: null } as const
    const time = { calendar: null, patterns: [], calendars: new Map() }
    const person = { manager: null, employments: [{ from: TODAY, to: null }], time }
    const asked = { entity: 'e1', span, person, today: TODAY, isDecided: false }
    expect(checkRules(none, asked, [])).toEqual([])
    const all = {
      ...USUAL_TERMS,
      minNoticeDays: 0,
      waitingDays: 0,
      blackouts: [{ from: TODAY, to: TODAY, name: 'today' }],
    }
    expect(checkRules(all, asked, [])).toEqual([
      'max-days-ahead',
      'max-consecutive-days',
      'min-notice-days',
      'waiting-days',
      'blackouts',
    ])
  })

  test('the terms in force on the first day decide', () => {
    const tightened = [policy(), leaveWith({ maxConsecutiveDays: 1 }, { effectiveFrom: TUESDAY })]
    given().under({ annual: tightened }).when(submit()).thenRecorded('request-submitted')
    given()
      .under({ annual: tightened })
      .when(submit({ from: TUESDAY, to: WEDNESDAY }))
      .thenRefused(broken('max-consecutive-days', '1'))
  })

  test('every policy that is drawn on is held to, and no other', () => {
    const policies = { annual: leaveWith({ priority: 1 }), carried: leaveWith({ maxConsecutiveDays: 1 }) }
    const both = accrual('5', { policy: 'carried' })
    given(accrual('1.5'), both).under(policies).when(submit()).thenRefused(broken('max-consecutive-days', '1'))
    given(accrual('2'), both).under(policies).when(submit()).thenRecorded('request-submitted')
  })

  test('where too little is left, the rules of the first policy come before that', () => {
    const policies = { annual: leaveWith({ priority: 1, maxConsecutiveDays: 1 }), carried: leaveWith({}) }
    given(accrual('1'), accrual('0.5', { policy: 'carried' }))
      .under(policies)
      .when(submit())
      .thenRefused(broken('max-consecutive-days', '1'))
    given(accrual('1'), accrual('0.5', { policy: 'carried' }))
      .under({ annual: leaveWith({ priority: 1 }), carried: leaveWith({ maxConsecutiveDays: 1 }) })
      .when(submit())
      .thenRefused({
        code: 'insufficient-balance',
        entity: 'e1',
        policy: 'annual',
        available: '1.50',
        requested: '2.00',
        firstViolatedOn: TUESDAY,
        accounts: [
          { policy: 'annual', available: '1.00' },
          { policy: 'carried', available: '0.50' },
        ],
      })
  })

  test('an order to decide, cancel or recount looks at none of them', () => {
    const strict = { annual: leaveWith({ maxConsecutiveDays: 1, minNoticeDays: 300 }) }
    given(submit()).when(approve(), { policies: strict }).thenRecorded('request-approved')
    given(submit()).when(cancel(), { policies: strict }).thenRecorded('request-cancelled')
  })

  test('a change is held to the rules as a new request is', () => {
    given(submit())
      .underTerms({ maxConsecutiveDays: 2 })
      .when(change({ to: WEDNESDAY }))
      .thenRefused(broken('max-consecutive-days', '2'))
  })
})

describe('priority and expiresOn', () => {
  const both = [accrual('1'), accrual('5', { policy: 'carried' })] as const

  test('the lowest number is drawn on first', () => {
    given(...both)
      .under({ annual: leaveWith({ priority: 2 }), carried: leaveWith({ priority: 1 }) })
      .when(submit())
      .thenLines('pending carried 2026-07-06 -1.00 full', 'pending carried 2026-07-07 -1.00 full')
    given(...both)
      .under({ annual: leaveWith({ priority: 1 }), carried: leaveWith({ priority: 2 }) })
      .when(submit())
      .thenLines('pending annual 2026-07-06 -1.00 full', 'pending carried 2026-07-07 -1.00 full')
  })

  test('nothing is drawn for a day after the expiry', () => {
    given(...both)
      .under({ annual: policy(), carried: leaveWith({ priority: 1, expiresOn: MONDAY }) })
      .when(submit())
      .thenLines('pending carried 2026-07-06 -1.00 full', 'pending annual 2026-07-07 -1.00 full')
  })
})
