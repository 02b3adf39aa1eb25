import fc from 'fast-check'
import { expect, test } from 'vitest'
import { daysBetween } from '../../src/domain/day-number.ts'
import { accrual, adjustment, day, dayAfter } from '../support/builders.ts'
import { approve, cancel, change, MONDAY, type Order, recount, submit } from '../support/builders-orders.ts'
import { given, leaveWith } from '../support/builders-requests.ts'
import { isWorked, LENGTH, type Stretch, stretchSpan, type World, world } from '../support/builders-worlds.ts'
import { meeting } from '../support/meeting.ts'

/*
 * Giving days up is never refused: whatever people worked when they asked and work now, whatever their policy says by now,
 * however far below its limit the account is, and whether they still belong to the company.
 */

const TERMS = [
  { minNoticeDays: 300 },
  { maxDaysAhead: 1 },
  { maxConsecutiveDays: 1 },
  { waitingDays: 9_000 },
  { blackouts: [{ from: MONDAY, to: dayAfter(MONDAY, LENGTH), name: 'fair' }] },
  { approval: ['hr', 'manager'], roles: { hr: ['h1'] }, automaticUpTo: '0.5' },
  { countCalendarDays: true },
]

const cases = fc.record({
  world,
  now: fc.option(world, { freq: 2 }),
  whole: fc.record({ from: fc.nat(6), length: fc.integer({ min: 3, max: 20 }) }),
  left: fc.record({ cut: fc.nat(12), length: fc.integer({ min: 1, max: 19 }) }),
  isApproved: fc.boolean(),
  cancelled: fc.option(fc.nat(LENGTH), { freq: 2 }),
  isRecounted: fc.boolean(),
  terms: fc.subarray(TERMS),
  late: fc.constantFrom('0', '3', '400'),
  leftOn: fc.option(fc.nat(LENGTH), { freq: 3 }),
})

/** The whole stretch, and a part of it that is less. */
function stretchesOf(whole: { from: number; length: number }, left: { cut: number; length: number }) {
  const of: Stretch = { from: whole.from, to: whole.from + whole.length }
  const from = Math.min(of.from + left.cut, of.to - 1)
  return { of, part: { from, to: Math.min(from + left.length, of.to) } }
}

const held = (orders: readonly Order[], { time, unit, dayExclusive }: World) =>
  given(accrual('300', { effectiveOn: day('2026-01-01') }), ...orders)
    .under({ annual: leaveWith(undefined, { unit, dayExclusive }) })
    .withPeople({ e1: { time } })

const isRecorded = (outcome: string): boolean => outcome.includes(' → ')

test('law: giving days up is never refused, nothing is decided anew, and every whole day that stays keeps its line', async () => {
  await meeting({ freed: 6, nothingFreed: 6, halved: 6 }, (seen) =>
    fc.assert(
      fc.property(cases, ({ world, now, whole, left, isApproved, cancelled, isRecounted, terms, late, leftOn }) => {
        const { of, part } = stretchesOf(whole, left)
        fc.pre(isWorked(world.time, of) && (part.from > of.from || part.to < of.to))
        const orders: Order[] = [submit(stretchSpan(of)), ...(isApproved ? [approve()] : [])]
        const add = (order: Order): void => {
          if (isRecorded(held(orders, world).when(order).outcome)) orders.push(order)
        }
        if (cancelled !== null) add(cancel({ days: [dayAfter(MONDAY, cancelled)] }))

        const employments = leftOn === null ? [] : [{ from: null, to: dayAfter(MONDAY, leftOn) }]
        const people = { e1: { time: (now ?? world).time, employments } }
        const before = held(orders, world)
        const recounted = before.when(recount(), { people }).outcome
        // Where no line claims which half it is, the calendar says so: what changed there is counted by then.
        const isKnown = isRecounted || !world.dayExclusive
        const later = isKnown && isRecorded(recounted) ? before.whileSo(people, recount()) : before
        const spent =
          late === '0' ? later : later.and(adjustment(`-${late}`, { effectiveOn: day(MONDAY), allowNegative: true }))
        const { unit, dayExclusive } = world
        const policies = { annual: leaveWith(Object.assign({}, ...terms) as object, { unit, dayExclusive }) }
        const datesHeld = (
          isRecorded(spent.when(cancel()).outcome) ? spent.when(cancel()).accepted().transactions : []
        ).map(({ effectiveOn }) => effectiveOn)
        fc.pre(datesHeld.some((date) => shareOf(part, date) === 2))

        const { transactions, recorded } = spent.when(change(stretchSpan(part)), { people, policies }).accepted()
        expect(recorded!.data).toMatchObject({ givesUp: true, status: isApproved ? 'approved' : 'pending' })
        const freed = transactions.filter(({ type }) => type === 'reversal').map(({ effectiveOn }) => effectiveOn)
        const anew = transactions.filter(({ type }) => type !== 'reversal').map(({ effectiveOn }) => effectiveOn)
        expect(freed.filter((date) => shareOf(part, date) === 2)).toEqual([])
        expect(datesHeld.filter((date) => shareOf(part, date) === 0 && !freed.includes(date))).toEqual([])
        expect(anew.filter((date) => shareOf(part, date) !== 1)).toEqual([])
        seen[freed.length === 0 ? 'nothingFreed' : anew.length > 0 ? 'halved' : 'freed'] += 1
      }),
      { numRuns: 500 },
    ),
  )
})

/** How many halves of a day are in a stretch. */
function shareOf({ from, to }: Stretch, date: string): number {
  const halves = [0, 1].map((half) => 2 * daysBetween(MONDAY, day(date)) + half)
  return halves.filter((half) => from <= half && half < to).length
}
