import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PolicyBody } from '../../../src/commands/bodies.ts'
import type { CalendarVersion } from '../../../src/domain/calendar/calendar.ts'
import { FIRST_DAY } from '../../../src/domain/calendar-date.ts'
import type { Person } from '../../../src/domain/request/request.ts'
import { accrual, day, dayAfter } from '../../support/builders.ts'
import { cancel, change, MONDAY, type Order, reject, submit, TUESDAY } from '../../support/builders-orders.ts'
import { given, leaveWith } from '../../support/builders-requests.ts'

const MON_TO_FRI = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' } as const

// Limits hold for a request together with those that adjoin it: to cut leave into pieces gains nothing.

function piece(request: string, from: number, to = from, also: Parameters<typeof submit>[0] = {}): Order {
  return submit({ request, from: dayAfter(MONDAY, from), to: dayAfter(MONDAY, to), ...also })
}

describe('requests that adjoin', () => {
  const three = (...before: readonly Order[]) => given(...before).underTerms({ maxConsecutiveDays: 3 })

  test('are as long as all of them', () => {
    const days = three(piece('a', 0), piece('b', 1), piece('c', 2))
    expect(days.when(piece('d', 3)).outcome).toBe('rule-violated')
    expect(days.when(piece('d', 4)).outcome).toBe('request-submitted → pending')
    expect(three(piece('a', 0), piece('b', 2, 3)).when(piece('c', 1)).outcome).toBe('rule-violated')
  })

  test('with only days off between: these count', () => {
    const weekend = three(piece('a', 4))
    expect(weekend.when(piece('b', 7)).outcome).toBe('rule-violated')
    expect(weekend.when(piece('b', 8)).outcome).toBe('request-submitted → pending')
  })

  test('not with a half day between that is worked', () => {
    const half = three(piece('a', 0, 2, { toPortion: 'am' }))
    expect(half.when(piece('b', 3)).outcome).toBe('request-submitted → pending')
    expect(half.when(piece('b', 2, 3, { fromPortion: 'pm' })).outcome).toBe('rule-violated')
  })

  test('a change counts with the others, and not with what it was', () => {
    const two = three(piece('a', 3, 4), submit())
    expect(two.when(change({ from: MONDAY, to: MONDAY })).outcome).toBe('request-changed → pending')
    expect(two.when(change({ to: dayAfter(MONDAY, 2) })).outcome).toBe('rule-violated')
  })

  test('are granted at once only as far as all of them would be', () => {
    const one = given(piece('a', 0)).underTerms({ automaticUpTo: '1' })
    one.when(piece('b', 1)).thenRecorded('request-submitted', { status: 'pending' })
    one.when(piece('b', 2)).thenRecorded('request-submitted', { status: 'approved' })
  })
})

describe('requests that adjoin over what somebody works', () => {
  const calendarOf = (said: Partial<CalendarVersion>): Partial<Person> => {
    const version = { calendar: 'at', version: 1, position: 1, effectiveFrom: FIRST_DAY, workingDays: MON_TO_FRI }
    const nothing = { rota: null, hoursPerDay: '8', holidays: [], workedDays: [], region: null, publicHolidays: null }
    const calendars = new Map([['at', [{ ...version, ...nothing, ...said }] as const]])
    return { time: { calendar: 'at', patterns: [], calendars } }
  }
  const whoever = (person: Partial<Person>, terms: PolicyBody['requests'], also: Partial<PolicyBody> = {}) => {
    const earned = accrual('100', { effectiveOn: day('2026-01-01') })
    return (...before: readonly Order[]) =>
      given(earned, ...before)
        .under({ annual: leaveWith(terms, also) })
        .withPeople({ e1: person })
  }

  test('in a rota: the free days of a week of it lie between, those of another week do not', () => {
    const short = { ...MON_TO_FRI, wed: '0', thu: '0', fri: '0' } as const
    const rota = { weeks: [short, MON_TO_FRI], weeksFrom: MONDAY }
    const shifts = whoever(calendarOf({ rota }), { maxConsecutiveDays: 7 })
    // Tuesday of the short week, and Monday after it.
    expect(shifts(piece('a', 0, 1)).when(piece('b', 7)).outcome).toBe('rule-violated')
    // Tuesday of the long one: Wednesday is worked.
    expect(shifts(piece('a', 7, 8)).when(piece('b', 14)).outcome).toBe('request-submitted → pending')
  })

  test('over a public holiday; over half of one only where the other half is taken', () => {
    const feast = (portion: 'am' | 'full' | 'pm') =>
      calendarOf({ holidays: [{ date: TUESDAY, name: 'Feast', portion }] })
    const two = (portion: 'am' | 'full' | 'pm') => whoever(feast(portion), { maxConsecutiveDays: 2 })
    expect(two('full')(piece('a', 0)).when(piece('b', 2)).outcome).toBe('rule-violated')
    expect(two('pm')(piece('a', 0)).when(piece('b', 2)).outcome).toBe('request-submitted → pending')
    expect(two('am')(piece('a', 0)).when(piece('b', 2)).outcome).toBe('request-submitted → pending')
    expect(two('pm')(piece('a', 0, 1)).when(piece('b', 2)).outcome).toBe('rule-violated')
    expect(two('am')(piece('a', 1, 2)).when(piece('b', 0)).outcome).toBe('rule-violated')
  })

  test('are granted at once by hours, together', () => {
    const hours = whoever(calendarOf({ hoursPerDay: '7.7' }), { automaticUpTo: '15.4' }, { unit: 'hour' })
    expect(hours(piece('a', 0)).when(piece('b', 1)).outcome).toBe('request-submitted → approved')
    expect(hours(piece('a', 0), piece('b', 1)).when(piece('c', 2)).outcome).toBe('request-submitted → pending')
    const noon = hours(piece('a', 0), piece('b', 1, 1, { toPortion: 'am' }))
    expect(noon.when(piece('c', 2)).outcome).toBe('request-submitted → approved')
    expect(noon.when(piece('c', 1, 1, { fromPortion: 'pm' })).outcome).toBe('request-submitted → approved')
    expect(noon.when(piece('c', 1, 2, { fromPortion: 'pm' })).outcome).toBe('request-submitted → pending')
  })

  test.each([
    ['days', { unit: 'day' }],
    ['hours', { unit: 'hour' }],
    ['days that nobody claims', { unit: 'day', dayExclusive: false }],
    ['hours that nobody claims', { unit: 'hour', dayExclusive: false }],
  ] as const)('counted in %s: not with half a day between that is worked', (_what, counted) => {
    const two = whoever(calendarOf({}), { maxConsecutiveDays: 2 }, counted)
    const morning = piece('a', 0, 1, { toPortion: 'am' })
    expect(two(morning).when(piece('b', 2)).outcome).toBe('request-submitted → pending')
    expect(two(morning).when(piece('b', 1, 2, { fromPortion: 'pm' })).outcome).toBe('rule-violated')
    const afternoon = piece('a', 1, 2, { fromPortion: 'pm' })
    expect(two(afternoon).when(piece('b', 0)).outcome).toBe('request-submitted → pending')
    expect(two(afternoon).when(piece('b', 0, 1, { toPortion: 'am' })).outcome).toBe('rule-violated')
    const parts = { portions: { [TUESDAY]: 'am' } } as const
    expect(two(piece('a', 0, 1, parts)).when(piece('b', 2)).outcome).toBe('request-submitted → pending')
  })

  test('do not with one between that was rejected, cancelled, or has given the day back', () => {
    const terms = { maxConsecutiveDays: 2, automaticUpTo: '2' }
    const two = whoever(calendarOf({}), terms)
    const between = piece('b', 1)
    const outcomeAfter = (...orders: readonly Order[]) => two(piece('a', 0), ...orders).when(piece('c', 2)).outcome
    expect(outcomeAfter(between)).toBe('rule-violated')
    expect(outcomeAfter(between, cancel({ request: 'b' }))).toBe('request-submitted → approved')
    const asked = whoever(calendarOf({}), { maxConsecutiveDays: 2 })
    const rejected = asked(piece('a', 0), between, reject({ request: 'b' }))
    expect(rejected.when(piece('c', 2)).outcome).toBe('request-submitted → pending')
    const longer = whoever(calendarOf({}), { maxConsecutiveDays: 3, automaticUpTo: '1' })
    const shortened = longer(piece('a', 0, 1), cancel({ request: 'a', days: [TUESDAY] }))
    expect(shortened.when(piece('c', 2)).outcome).toBe('request-submitted → approved')
    expect(longer(piece('a', 0, 1)).when(piece('c', 2)).outcome).toBe('request-submitted → pending')
  })
})

test('a law: cutting a request into pieces never changes whether it is allowed', () => {
  const cuts = fc.record({
    first: fc.nat({ max: 6 }),
    days: fc.integer({ min: 1, max: 12 }),
    cuts: fc.array(fc.nat({ max: 11 }), { maxLength: 5 }),
    limit: fc.integer({ min: 1, max: 12 }),
    backwards: fc.boolean(),
  })
  fc.assert(
    fc.property(cuts, ({ first, days, cuts, limit, backwards }) => {
      const isWorked = (offset: number) => offset % 7 < 5
      const last = first + days - 1
      // A piece has a day that is worked; a request begins and ends with one.
      fc.pre(isWorked(first) && isWorked(last))
      const starts = [first, ...new Set(cuts.map((cut) => first + cut))].filter((at) => at <= last && isWorked(at))
      const sorted = [...new Set(starts)].toSorted((a, b) => a - b)
      const pieces = sorted.map((from, index) => piece(`p${index}`, from, (sorted[index + 1] ?? last + 1) - 1))
      const ordered = backwards ? pieces.toReversed() : pieces
      const under = (...before: readonly Order[]) =>
        given(accrual('20', { effectiveOn: day('2026-01-01') }), ...before).underTerms({ maxConsecutiveDays: limit })
      const whole = under().when(piece('whole', first, last)).outcome
      let outcome = 'request-submitted → pending'
      const taken: Order[] = []
      for (const one of ordered) {
        outcome = under(...taken).when(one).outcome
        if (outcome === 'rule-violated') break
        taken.push(one)
      }
      expect(outcome).toBe(whole)
    }),
  )
})
