import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ENOUGH_PEOPLE,
  FEWEST_PEOPLE,
  type ToldMonth,
  type ToldSum,
  toldFigures,
} from '../../projections/stats/told.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { exactFrom } from '../../src/domain/exact.ts'

// Whoever must not know what a person has may ask about any day, as often as they like, and keep the answers. All of
// these are sums that were told; from them follow their differences, and nothing that is not made up of those between
// neighbours. So no difference of neighbours may be that of few people.

interface Part {
  readonly month: number
  readonly entity: string
  readonly amount: number
}

const lastDay = (month: number) => `2026-${String(month).padStart(2, '0')}-28` as CalendarDate

/** What the database makes of them, see `told.sql.ts`. */
function monthsOf(parts: readonly Part[]): readonly ToldMonth[] {
  const months = [...new Set(parts.map(({ month }) => month))].toSorted((a, b) => a - b)
  return months.flatMap((month): ToldMonth[] => {
    const nets = netsOf(parts.filter((part) => part.month === month))
    if (nets.size === 0) return []
    const amount = exactFrom(String([...nets.values()].reduce((a, b) => a + b)))
    const amounts = Array.from(nets, ([entity, net]) => [entity, String(net)] as const)
    const people = nets.size
    return [
      {
        resource: 'leave',
        unit: 'day',
        figure: 'consumed',
        lastDay: lastDay(month),
        people,
        amount,
        amounts: people < ENOUGH_PEOPLE ? amounts : null,
      },
    ]
  })
}

/** Of each whose amounts do not add up to nothing, what they add up to. */
function netsOf(parts: readonly Part[]): ReadonlyMap<string, number> {
  const nets = new Map<string, number>()
  for (const { entity, amount } of parts) nets.set(entity, (nets.get(entity) ?? 0) + amount)
  return new Map([...nets].filter(([, net]) => net !== 0))
}

const parts = fc.array(
  fc.record({
    month: fc.integer({ min: 1, max: 12 }),
    entity: fc.constantFrom(...Array.from('abcdefghijklmnop')),
    amount: fc.integer({ min: -2, max: 2 }),
  }),
  { maxLength: 120 },
)

const isOf = (told: ToldSum | undefined, month: number) => told?.lastDay === lastDay(month)

test('law: what lies between two sums that are told is of at least five people', () => {
  fc.assert(
    fc.property(parts, (parts) => {
      let from = 0
      for (const { lastDay: last, sum } of toldFigures(monthsOf(parts))) {
        const month = Number(last.slice(5, 7))
        const between = netsOf(parts.filter((part) => part.month > from && part.month <= month))
        expect(between.size).toBeGreaterThanOrEqual(FEWEST_PEOPLE)
        const whole = parts.filter((part) => part.month <= month).reduce((sum, { amount }) => sum + amount, 0)
        expect(sum).toBe(exactFrom(String(whole)))
        from = month
      }
    }),
  )
})

test('law: nothing that was told becomes otherwise when months go on', () => {
  fc.assert(
    fc.property(parts, fc.integer({ min: 1, max: 12 }), (parts, now) => {
      const soFar = toldFigures(monthsOf(parts.filter(({ month }) => month <= now)))
      expect(toldFigures(monthsOf(parts)).slice(0, soFar.length)).toEqual(soFar)
    }),
  )
})

test('a month in which few have something is told with the next, and once enough have', () => {
  const of = (month: number, people: string, amount = 1) => Array.from(people, (entity) => ({ month, entity, amount }))
  const told = toldFigures(
    monthsOf([...of(1, 'abcd'), ...of(2, 'abc'), ...of(3, 'e'), ...of(4, 'a'), ...of(5, 'abcde')]),
  )
  expect(told.map(({ sum }) => sum)).toEqual([exactFrom('8'), exactFrom('14')])
  expect([isOf(told[0], 3), isOf(told[1], 5)]).toEqual([true, true])
  // Four take back what they had, and so are nobody.
  expect(toldFigures(monthsOf([...of(1, 'abcd'), ...of(2, 'abcd', -1), ...of(2, 'e')]))).toEqual([])
})
