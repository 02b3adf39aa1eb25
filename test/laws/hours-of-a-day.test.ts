import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { WorkTime } from '../../src/domain/calendar/work-time.ts'
import { EVERY_DAY } from '../../src/domain/calendar/work-time.ts'
import { evolve } from '../../src/domain/recording/book-state.ts'
import { consumption, day, policy } from '../support/builders.ts'
import { bookState, decide } from '../support/builders-given.ts'

const MONDAY = day('2026-07-06')

function worksHours(hoursPerDay: string): WorkTime {
  const workingDays = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' } as const
  const pattern = { effectiveFrom: day('2026-01-01'), calendar: null, workingDays, rota: null, hoursPerDay }
  return { calendar: null, patterns: [pattern], calendars: new Map() }
}

/** Hours that are taken, one after the other, of one day. @returns those that were accepted, in hundredths */
function accepted(hundredths: readonly number[], time: WorkTime): number[] {
  const state = bookState({ annual: policy({ unit: 'hour', overdraftLimit: null }) })
  state.times.set('e1', time)
  return hundredths.filter((amount, index) => {
    const line = consumption((amount / 100).toFixed(2), { effectiveOn: MONDAY })
    const decided = decide(state, index + 1, line)
    if ('refusal' in decided) return false
    evolve(state, decided.changes)
    return true
  })
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0)

test('law: accepted hours of a day are never more than it has, and one is refused only where they would be', () => {
  const hours = fc.integer({ min: 1, max: 2_400 })
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 12 }), fc.option(hours), (amounts, has) => {
      const time = has === null ? EVERY_DAY : worksHours((has / 100).toFixed(2))
      const most = has ?? 2_400
      const taken = accepted(amounts, time)
      expect(sum(taken)).toBeLessThanOrEqual(most)
      const refused = amounts.length - taken.length
      if (sum(amounts) <= most) expect(refused).toBe(0)
      else expect(refused).toBeGreaterThan(0)
    }),
  )
})

test('law: hours that fit into a day fit in any order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 8 }), fc.nat(), (amounts, turn) => {
      const time = worksHours('9')
      const turned = [...amounts.slice(turn % 8), ...amounts.slice(0, turn % 8)].toReversed()
      fc.pre(sum(amounts) <= 900)
      expect(sum(accepted(turned, time))).toBe(sum(accepted(amounts, time)))
    }),
  )
})
