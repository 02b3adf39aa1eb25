import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accrual, day, dayAfter } from '../../support/builders.ts'
import { change, MONDAY, type Order, submit } from '../../support/builders-orders.ts'
import { given } from '../../support/builders-requests.ts'

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
