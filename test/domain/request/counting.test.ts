import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DayParts } from '../../../src/domain/calendar/day-parts.ts'
import { workingDaysIn } from '../../../src/domain/calendar/working-days.ts'
import { minutesBetween } from '../../../src/domain/request/times.ts'
import { day, dayAfter, policy } from '../../support/builders.ts'
import { approve, cancel, change, MONDAY, recount, submit, TUESDAY, WEDNESDAY } from '../../support/builders-orders.ts'
import { given, leaveWith, working } from '../../support/builders-requests.ts'

// What of a span is asked for and how it counts: parts of single days, hours between two times, every day of the calendar.

const THURSDAY = dayAfter(MONDAY, 3)
const FRIDAY = dayAfter(MONDAY, 4)
const SUNDAY = dayAfter(MONDAY, 6)
const violated = (rule: string, limit: string) => ({ code: 'rule-violated', rule, limit }) as const

describe('parts of single days', () => {
  test('are asked for in the midst of a span', () => {
    given()
      .when(
        submit({ to: FRIDAY, portions: { [TUESDAY]: 'am', [WEDNESDAY]: 'none', [THURSDAY]: 'pm', [FRIDAY]: 'full' } }),
      )
      .thenLines(
        'pending annual 2026-07-06 -1.00 full',
        'pending annual 2026-07-07 -0.50 am',
        'pending annual 2026-07-09 -0.50 pm',
        'pending annual 2026-07-10 -1.00 full',
      )
  })

  test('take the place of what the ends say of those days', () => {
    given()
      .when(submit({ fromPortion: 'pm', toPortion: 'am', portions: { [MONDAY]: 'am', [TUESDAY]: 'full' } }))
      .thenLines('pending annual 2026-07-06 -0.50 am', 'pending annual 2026-07-07 -1.00 full')
    given()
      .when(submit({ portions: { [MONDAY]: 'none' } }))
      .thenHolds('2026-07-07 1.00')
  })

  test('make no working day of a day off, or of its half', () => {
    given()
      .withPeople({ e1: { time: working({ mon: 'pm' }) } })
      .when(submit({ to: SUNDAY, portions: { [MONDAY]: 'am', [SUNDAY]: 'full', [TUESDAY]: 'none' } }))
      .thenHolds('2026-07-08 1.00', '2026-07-09 1.00', '2026-07-10 1.00')
  })

  test('are of days of the span, and leave something of it', () => {
    given()
      .when(submit({ portions: { [WEDNESDAY]: 'am' } }))
      .thenRefused(violated('portions-within-span', '2026-07-06/2026-07-07'))
    given()
      .when(submit({ portions: { [MONDAY]: 'none', [TUESDAY]: 'none' } }))
      .thenRefused({ code: 'no-working-days', entity: 'e1', from: MONDAY, to: TUESDAY })
  })

  test('are kept by a change for days that stay, until something newer is said of them', () => {
    const asked = submit({ to: WEDNESDAY, portions: { [MONDAY]: 'pm', [TUESDAY]: 'am', [WEDNESDAY]: 'am' } })
    given(asked)
      .when(change({ from: TUESDAY, to: THURSDAY }))
      .thenHolds('2026-07-07 0.50', '2026-07-08 0.50', '2026-07-09 1.00')
    given(asked)
      .when(change({ fromPortion: 'full' }))
      .thenHolds('2026-07-06 1.00', '2026-07-07 0.50', '2026-07-08 0.50')
    given(asked)
      .when(change({ portions: { [TUESDAY]: 'pm' } }))
      .thenHolds('2026-07-06 1.00', '2026-07-07 0.50', '2026-07-08 1.00')
    given(asked)
      .when(change({ portions: {} }))
      .thenHolds('2026-07-06 1.00', '2026-07-07 1.00', '2026-07-08 1.00')
    given(asked)
      .when(change({ to: TUESDAY, portions: { [WEDNESDAY]: 'am' } }))
      .thenRefused(violated('portions-within-span', '2026-07-06/2026-07-07'))
  })

  test('are counted again as they were asked for', () => {
    given(submit({ to: WEDNESDAY, portions: { [TUESDAY]: 'am', [WEDNESDAY]: 'none' } }))
      .when(recount(), { people: { e1: { time: working({ mon: '0' }) } } })
      .thenHolds('2026-07-07 0.50')
  })

  test('law: a request counts what its days count alone', () => {
    const part = fc.constantFrom('full' as const, 'am' as const, 'pm' as const, 'none' as const)
    const worked = fc.constantFrom('0' as const, 'am' as const, 'pm' as const, '1' as const)
    const days = Array.from({ length: 9 }, (_, index) => dayAfter(MONDAY, index))
    fc.assert(
      fc.property(
        fc.array(fc.option(part), { minLength: 9, maxLength: 9 }),
        fc.tuple(worked, worked, worked),
        (parts, [mon, tue, sat]) => {
          const time = working({ mon, tue, sat })
          const said = days.flatMap((date, index) => (parts[index] ? [[date, parts[index]] as const] : []))
          const portions: DayParts = Object.fromEntries(said)
          const whole = { from: days[0]!, to: days.at(-1)!, fromPortion: 'full', toPortion: 'full' } as const
          const alone = days.flatMap((date) => {
            const portion = portions[date] ?? 'full'
            if (portion === 'none') return []
            return workingDaysIn(time, { from: date, to: date, fromPortion: portion, toPortion: 'full' })
          })
          expect(workingDaysIn(time, { ...whole, portions })).toEqual(alone)
        },
      ),
    )
  })
})

describe('hours between two times', () => {
  const hours = () =>
    given()
      .under({ annual: policy({ unit: 'hour' }) })
      .withPeople({ e1: { time: working({ fri: 'am', hours: '7.5' }) } })
  const timed = (fromTime: string, toTime: string, also: object = {}) =>
    submit({ to: MONDAY, fromTime, toTime, ...also })

  test('are what one day costs, at most what it has', () => {
    hours().when(timed('09:00', '11:30')).thenHolds('2026-07-06 2.50')
    hours().when(timed('09:03', '10:00')).thenHolds('2026-07-06 0.95')
    hours().when(timed('08:00', '17:00')).thenHolds('2026-07-06 7.50')
    hours()
      .when(timed('08:00', '17:00', { hoursPerDay: '6' }))
      .thenHolds('2026-07-06 6.00')
    hours()
      .when(timed('08:00', '12:00', { from: FRIDAY, to: FRIDAY }))
      .thenHolds('2026-07-10 3.75')
    expect(minutesBetween('00:00', '24:00')).toBe(1_440)
  })

  test('are of one day, under a policy that counts hours', () => {
    hours()
      .when(submit({ fromTime: '09:00', toTime: '10:00' }))
      .thenRefused(violated('times-of-one-day', '2026-07-06'))
    given().when(timed('09:00', '10:00')).thenRefused(violated('times-of-hours', 'hour'))
  })

  test('are kept when the day is counted again or moved, until a part of it is asked for', () => {
    const asked = hours().and(timed('09:00', '11:00'))
    asked.when(change({ from: TUESDAY, to: TUESDAY })).thenHolds('2026-07-07 2.00')
    asked.when(change({ to: TUESDAY })).thenRefused(violated('times-of-one-day', '2026-07-06'))
    asked.when(change({ fromTime: '09:00', toTime: '12:00' })).thenHolds('2026-07-06 3.00')
    asked.when(change({ fromPortion: 'pm' })).thenHolds('2026-07-06 3.75')
    asked.when(recount(), { people: { e1: { time: working({ hours: '1' }) } } }).thenHolds('2026-07-06 1.00')
  })
})

describe('a policy under which every day counts', () => {
  const every = () => given().underTerms({ countCalendarDays: true })

  test('takes weekends too, whole and in halves', () => {
    every()
      .when(submit({ from: FRIDAY, to: dayAfter(MONDAY, 7), portions: { [SUNDAY]: 'pm' } }))
      .thenLines(
        'pending annual 2026-07-10 -1.00 full',
        'pending annual 2026-07-11 -1.00 full',
        'pending annual 2026-07-12 -0.50 pm',
        'pending annual 2026-07-13 -1.00 full',
      )
  })

  test('asks nothing of a calendar', () => {
    every()
      .withPeople({ e1: { time: { ...working({}), calendar: 'gone', patterns: [] } } })
      .when(submit({ to: MONDAY }))
      .thenHolds('2026-07-06 1.00')
  })

  test('looks at employment on each of them', () => {
    every()
      .withPeople({ e1: { employments: [{ from: null, to: FRIDAY }] } })
      .when(submit({ from: FRIDAY, to: SUNDAY }))
      .thenRefused({ code: 'outside-employment', entity: 'e1', date: day('2026-07-11'), hiredOn: null, leftOn: FRIDAY })
  })

  test('counts a request again as it was counted, whatever the policy says by then', () => {
    const asked = every().and(submit({ from: FRIDAY, to: SUNDAY }), approve())
    asked
      .when(recount(), {
        people: { e1: { employments: [{ from: null, to: dayAfter(FRIDAY, 1) }] } },
        policies: { annual: leaveWith({}) },
      })
      .thenHolds('2026-07-10 1.00', '2026-07-11 1.00')
    asked.when(cancel({ days: [SUNDAY] })).thenHolds('2026-07-10 1.00', '2026-07-11 1.00')
  })
})
