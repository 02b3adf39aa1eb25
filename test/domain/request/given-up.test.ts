import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accrual, adjustment, day, dayAfter } from '../../support/builders.ts'
import {
  ADMIN,
  approve,
  cancel,
  change,
  MONDAY,
  recount,
  submit,
  TUESDAY,
  WEDNESDAY,
} from '../../support/builders-orders.ts'
import { given, leaveWith, working } from '../../support/builders-requests.ts'

// A change that only gives up days or halves is refused by no rule, and leaves alone what stays.

describe('giving up days', () => {
  test('reverses their lines; the days that stay keep theirs, and what was agreed stays agreed', () => {
    given(submit(), approve())
      .when(change({ to: MONDAY }))
      .thenRecorded('request-changed', { status: 'approved', givesUp: true, days: [{ date: MONDAY, portion: 'full' }] })
      .thenLines('reversal of 3.4')
      .thenRequest({ status: 'approved', agreed: [null] })
      .thenHolds('2026-07-06 1.00')
    given(submit(), approve())
      .underTerms({ approval: ['hr', 'manager'], roles: { hr: ['m1'] } })
      .when(change({ from: TUESDAY }))
      .thenLines('reversal of 2.1')
      .thenRequest({ status: 'pending', agreed: ['hr'] })
  })

  test('of days that nobody works, that were cancelled or are lost, gives up nothing but these', () => {
    const strict = leaveWith({ minNoticeDays: 90, automaticUpTo: '1', approval: ['manager'] })
    const sunday = day('2026-07-12')
    const weekend = given(submit({ from: day('2026-07-10'), to: sunday }), approve())
    weekend
      .when(change({ to: day('2026-07-11') }), { policies: { annual: strict } })
      .thenRecorded('request-changed', {
        status: 'approved',
        givesUp: true,
        days: [{ date: '2026-07-10', portion: 'full' }],
      })
      .thenLines()
      .thenRequest({ status: 'approved', to: day('2026-07-11') })
    given(submit({ to: WEDNESDAY }), approve(), cancel({ days: [WEDNESDAY] }))
      .when(change({ to: TUESDAY }), { policies: { annual: strict } })
      .thenLines()
      .thenRequest({ status: 'approved', givenBack: [WEDNESDAY] })
      .thenHolds('2026-07-06 1.00', '2026-07-07 1.00')
    const feast = { e1: { time: working({ wed: '0' }) } }
    given(submit({ to: WEDNESDAY }), approve())
      .whileSo(feast, recount())
      .when(change({ to: TUESDAY }), { people: feast, policies: { annual: strict } })
      .thenLines()
      .thenRequest({ status: 'approved', lost: [] })
  })

  test('of a day of which half is given up, the half that is left is held anew', () => {
    given(submit(), approve())
      .when(change({ toPortion: 'am' }))
      .thenLines('reversal of 3.4', 'consumption annual 2026-07-07 -0.50 am')
      .thenHolds('2026-07-06 1.00', '2026-07-07 0.50')
  })

  test('half of a day that is drawn from two accounts is drawn from the first', () => {
    given(accrual('0.3'), accrual('5', { policy: 'carried' }), submit({ to: MONDAY }))
      .under({ annual: leaveWith({ priority: 1 }), carried: leaveWith({}) })
      .when(change({ fromPortion: 'pm' }))
      .thenLines(
        'reversal of 3.1',
        'reversal of 3.2',
        'pending annual 2026-07-06 -0.30 pm',
        'pending carried 2026-07-06 -0.20 unclaimed',
      )
  })

  test('is not refused where the account is overdrawn meanwhile', () => {
    const late = adjustment('-5', { effectiveOn: MONDAY, allowNegative: true })
    const overdrawn = given(accrual('2'), submit(), approve(), late)
    overdrawn.when(change({ to: MONDAY })).thenLines('reversal of 3.4')
    overdrawn
      .when(change({ toPortion: 'am' }))
      .thenHolds('2026-07-06 1.00', '2026-07-07 0.50')
      .thenChecked('day-free', 'overdraft-allowed', 'request-status', 'request-version')
  })

  test('is not refused by notice, blackouts, or how long leave may be', () => {
    const strict = {
      minNoticeDays: 90,
      maxDaysAhead: 1,
      maxConsecutiveDays: 1,
      blackouts: [{ from: MONDAY, to: WEDNESDAY, name: 'fair' }],
    }
    given(submit({ to: WEDNESDAY }), approve())
      .when(change({ to: TUESDAY }), { policies: { annual: leaveWith(strict) } })
      .thenLines('reversal of 3.6')
  })

  test('is not refused for days that stay, in a closed month or outside an employment', () => {
    given(submit({ from: day('2026-06-29'), to: WEDNESDAY }), approve())
      .when(change({ to: TUESDAY }), { closed: ['2026-06' as never], today: day('2026-07-02') })
      .thenLines('reversal of 3.16')
    given(submit(), approve())
      .when(change({ to: MONDAY }), { people: { e1: { employments: [{ from: null, to: day('2026-07-01') }] } } })
      .thenLines('reversal of 3.4')
  })

  test('days that were cancelled one by one stay cancelled', () => {
    given(submit({ to: WEDNESDAY }), cancel({ days: [MONDAY] }))
      .when(change({ to: TUESDAY }))
      .thenLines('reversal of 2.3')
      .thenRequest({ givenBack: [MONDAY] })
      .thenHolds('2026-07-07 1.00')
  })

  test('what is still asked to be cancelled, stays asked', () => {
    given(submit({ to: WEDNESDAY }), approve(), cancel({ days: [MONDAY, WEDNESDAY] }))
      .underTerms({ cancellation: 'ask' })
      .when(change({ to: TUESDAY }, { by: ADMIN }))
      .thenRequest({ cancellation: [MONDAY] })
  })

  test('is no asking for more: other days, other hours, or what was cancelled', () => {
    given(submit(), approve())
      .when(change({ from: TUESDAY, to: WEDNESDAY }))
      .thenRequest({ status: 'pending' })
    given(submit(), approve())
      .when(change({ hoursPerDay: '4', to: MONDAY }))
      .thenRequest({ status: 'pending' })
  })

  test('where nothing is left, it is cancelling, and is refused', () => {
    given(submit({ from: day('2026-07-10'), to: day('2026-07-13') }))
      .when(change({ from: day('2026-07-11'), to: day('2026-07-12') }))
      .thenRefused({
        code: 'no-working-days',
        entity: 'e1',
        from: day('2026-07-11'),
        to: day('2026-07-12'),
      })
  })

  test('a law: a span within the former one is never refused, and every line that stays is the same', () => {
    const friday = day('2026-07-10')
    const strict = {
      minNoticeDays: 200,
      maxConsecutiveDays: 1,
      blackouts: [{ from: MONDAY, to: friday, name: 'fair' }],
    }
    fc.assert(
      fc.property(WITHIN, fc.boolean(), fc.integer({ min: 1, max: 9 }), (said, isApproved, late) => {
        fc.pre(said.from > MONDAY || said.to < friday || said.fromPortion === 'pm' || said.toPortion === 'am')
        const less = adjustment(`-${late}`, { effectiveOn: MONDAY, allowNegative: true })
        const steps = [submit({ to: friday }), ...(isApproved ? [approve()] : []), less]
        const { transactions, recorded } = given(accrual('5'), ...steps)
          .when(change(said), { policies: { annual: leaveWith(strict) } })
          .accepted()
        expect(recorded!.data).toMatchObject({ givesUp: true, status: isApproved ? 'approved' : 'pending' })
        const halved = [said.fromPortion === 'pm' && said.from, said.toPortion === 'am' && said.to]
        const anew = transactions.filter(({ type }) => type !== 'reversal').map(({ effectiveOn }) => effectiveOn)
        expect(anew).toEqual([...new Set(halved)].filter(Boolean))
      }),
    )
  })
})

/** Any part of the week from Monday, 6 July, to Friday. */
const WITHIN = fc
  .tuple(fc.nat({ max: 4 }), fc.nat({ max: 4 }), fc.boolean(), fc.boolean())
  .map(([a, b, fromPm, toAm]) => {
    const [from, to] = [dayAfter(MONDAY, Math.min(a, b)), dayAfter(MONDAY, Math.max(a, b))]
    const isNothing = from === to && fromPm
    return { from, to, fromPortion: fromPm ? 'pm' : 'full', toPortion: toAm && !isNothing ? 'am' : 'full' } as const
  })
