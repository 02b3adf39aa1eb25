import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { headroomByLots } from '../../../src/domain/account/headroom.ts'
import { balancesByLots } from '../../../src/domain/lots/account-lots.ts'
import { type AccountHistory, accountLotsOf, lotsDays } from '../../../src/domain/lots/lots-of.ts'
import { NO_LOTS, OpenLots } from '../../../src/domain/lots/open-lots.ts'
import { day, dayAfter } from '../../support/builders.ts'
import { adjusted, anyAsOf, anyHistory, carried, earned, historyOf, type Step, taken, undone } from './history.ts'

// What may be taken of an account on a day, where its lots count only up to their last day.

const NO_DEBT = { first: 0n, changes: [] }

function spendable(asOf: string, ...steps: readonly Step[]): bigint | null {
  return headroomByLots(accountLotsOf(historyOf(...steps)), NO_DEBT, day(asOf))
}

describe('what may be taken', () => {
  const toil = [earned(5, '2026-01-01'), earned(10, '2026-01-01', '2026-03-31')]

  test('counts a lot up to its last day, whether or not its lapse was posted', () => {
    expect(spendable('2026-03-31', ...toil)).toBe(15n)
    expect(spendable('2026-04-01', ...toil)).toBe(5n)
    expect(spendable('2026-04-01', ...toil, adjusted(-10, '2026-04-01', 'lapse'))).toBe(5n)
  })

  test('is no less for what lapses anyway', () => {
    const booked = [...toil, taken(5, '2026-05-04')]
    // Of the fifteen, five are booked for May: the ten that lapse before can all be taken.
    expect(spendable('2026-02-02', ...booked)).toBe(10n)
    expect(spendable('2026-04-01', ...booked)).toBe(0n)
  })

  test('before a lapse that is posted already, is what there was: that is corrected', () => {
    const posted = [...toil, adjusted(-10, '2026-04-01', 'lapse')]
    expect(spendable('2026-03-31', ...posted)).toBe(15n)
    expect(spendable('2026-04-01', ...posted, taken(10, '2026-03-30'))).toBe(5n)
  })

  test('of what was carried over, is what its last day says', () => {
    const kept = [earned(8, '2025-01-01'), carried('2026-01-01', { until: '2026-03-31', kept: 5 })]
    const cut = [...kept, adjusted(-3, '2026-01-01', 'carry-over'), earned(20, '2026-01-01')]
    expect(spendable('2026-03-31', ...cut)).toBe(25n)
    expect(spendable('2026-04-01', ...cut)).toBe(20n)
  })

  test('does not count twice what was cut too much, and given back by a correction', () => {
    const cut = [
      earned(24, '2025-01-01'),
      adjusted(-19, '2026-01-01', 'carry-over'),
      carried('2026-01-01', { until: '2026-03-31', kept: 5 }),
      earned(2, '2026-01-01'),
      adjusted(-5, '2026-04-01', 'lapse'),
    ]
    // Entered after the carry-over: of the twenty-four, twelve were there to carry over, and five of them are kept.
    const late = [...cut, taken(12, '2025-12-10'), adjusted(12, '2026-01-01', 'correction')]
    expect(spendable('2026-03-31', ...late)).toBe(7n)
    expect(spendable('2026-04-01', ...late)).toBe(2n)
  })

  test('is below zero where a later day is', () => {
    expect(spendable('2026-02-02', ...toil, taken(7, '2026-05-04'))).toBe(-2n)
  })

  test('does not count a lot that was taken back', () => {
    expect(spendable('2026-02-02', ...toil, undone(2))).toBe(5n)
  })
})

/** The lowest that lots come to on a day or any later one, worked out day by day. */
function lowestFrom(history: AccountHistory, asOf: string): bigint {
  const lots = new OpenLots(NO_LOTS, { remembers: true })
  const days = lotsDays(history)
  let lowest: bigint | undefined
  for (let on = dayAfter('2025-12-01', 0); on < '2026-05-01'; on = dayAfter(on, 1)) {
    const of = days.find(([one]) => one === on)?.[1]
    if (of === undefined) lots.lapse(on)
    else lots.take(on, of)
    if (on >= asOf && (lowest === undefined || lots.balance < lowest)) lowest = lots.balance
  }
  return lowest!
}

test('law: what may be taken can be taken, and one more cannot', () => {
  fc.assert(
    fc.property(anyHistory, anyAsOf, (history, asOf) => {
      const room = headroomByLots(accountLotsOf(history), NO_DEBT, asOf)!
      const after = (amount: bigint): bigint => {
        const { position } = history.lines.at(-1) ?? { position: 0 }
        const [leave] = historyOf(taken(Number(amount), asOf)).lines
        return lowestFrom({ ...history, lines: [...history.lines, { ...leave!, position: position + 1_000 }] }, asOf)
      }
      if (room < 0n) {
        expect(lowestFrom(history, asOf)).toBe(room)
        return
      }
      expect(after(room)).toBeGreaterThanOrEqual(0n)
      expect(after(room + 1n)).toBeLessThan(0n)
    }),
    { numRuns: Number(process.env['LAW_RUNS'] ?? 500) },
  )
})

test('law: what there is on a day is what its lots have left, less the debt', () => {
  fc.assert(
    fc.property(anyHistory, anyAsOf, (history, asOf) => {
      const lots = new OpenLots(NO_LOTS, { remembers: true })
      for (const [on, of] of lotsDays(history)) if (on <= asOf) lots.take(on, of)
      lots.lapse(asOf)
      expect(balancesByLots(accountLotsOf(history), asOf)[0].balance).toBe(lots.balance)
    }),
    { numRuns: Number(process.env['LAW_RUNS'] ?? 500) },
  )
})
