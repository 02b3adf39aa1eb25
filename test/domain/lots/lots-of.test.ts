import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CalendarDate } from '../../../src/domain/calendar-date.ts'
import { lotsDays, lotsOf } from '../../../src/domain/lots/lots-of.ts'
import { NO_LOTS, OpenLots } from '../../../src/domain/lots/open-lots.ts'
import { day } from '../../support/builders.ts'
import { adjusted, anyAsOf, anyHistory, carried, earned, held, historyOf, type Step, taken, undone } from './history.ts'
import { naiveLots } from './naive-lots.ts'

/** `<transaction> of <amount>: <used> used, <lapsed> lapsed, <remaining> left until <day>` */
function shown(asOf: string, ...steps: readonly Step[]): string[] {
  return lotsOf(historyOf(...steps), { asOf: day(asOf) }).map(
    ({ transaction, amount, used, lapsed, remaining, validUntil }) =>
      `${transaction.split('.')[0]} of ${amount}: ${used} used, ${lapsed} lapsed, ${remaining} left until ${validUntil}`,
  )
}

/** What may be taken at the end of a day, less the debt; and how much the record says. */
function balances(asOf: string, ...steps: readonly Step[]): { counted: bigint; recorded: bigint } {
  const lots = lotsAsOf(historyOf(...steps), day(asOf))
  return { counted: lots.balance, recorded: lots.balance - lots.now.excess }
}

function lotsAsOf(history: ReturnType<typeof historyOf>, asOf: CalendarDate): OpenLots {
  const lots = new OpenLots(NO_LOTS, { remembers: true })
  for (const [on, of] of lotsDays(history)) if (on <= asOf) lots.take(on, of)
  lots.lapse(asOf)
  return lots
}

describe('leave draws', () => {
  test('what lapses first, what never lapses last, older before younger', () => {
    const steps = [
      earned(5, '2026-01-01'),
      earned(5, '2026-01-02', '2026-12-31'),
      earned(5, '2026-01-03', '2026-06-30'),
      earned(5, '2026-01-04', '2026-06-30'),
      taken(12, '2026-02-02'),
    ]
    expect(shown('2026-02-02', ...steps)).toEqual([
      '1 of 5: 0 used, 0 lapsed, 5 left until null',
      '2 of 5: 2 used, 0 lapsed, 3 left until 2026-12-31',
      '3 of 5: 5 used, 0 lapsed, 0 left until 2026-06-30',
      '4 of 5: 5 used, 0 lapsed, 0 left until 2026-06-30',
    ])
  })

  test('what is there on its day, whenever it was recorded', () => {
    const toil = earned(5, '2026-01-01', '2026-01-31')
    const leave = [earned(5, '2026-01-01'), taken(3, '2026-02-02')]
    expect(shown('2026-02-02', ...leave, toil)).toEqual([
      '1 of 5: 3 used, 0 lapsed, 2 left until null',
      '3 of 5: 0 used, 5 lapsed, 0 left until 2026-01-31',
    ])
    expect(shown('2026-02-02', ...leave, toil, taken(4, '2026-01-30'))[1]).toContain('4 used, 1 lapsed')
  })

  test('by holds and negative adjustments as by consumptions, and never by what is effective later', () => {
    const steps = [earned(9, '2026-01-01'), held(1, '2026-01-02'), adjusted(-2, '2026-01-02'), taken(3, '2026-01-03')]
    expect(shown('2026-01-02', ...steps)).toEqual(['1 of 9: 3 used, 0 lapsed, 6 left until null'])
    expect(shown('2026-01-03', ...steps)).toEqual(['1 of 9: 6 used, 0 lapsed, 3 left until null'])
  })

  test('what is earned on its own day', () => {
    expect(shown('2026-01-01', taken(2, '2026-01-01'), earned(2, '2026-01-01'))).toEqual([
      '2 of 2: 2 used, 0 lapsed, 0 left until null',
    ])
  })
})

describe('on the day after its last valid day', () => {
  const carriedOver = [earned(5, '2026-01-01', '2026-03-31'), taken(2, '2026-02-02')]
  const lapsed = ['1 of 5: 2 used, 3 lapsed, 0 left until 2026-03-31']

  test('only the unused part of a lot lapses, posted or not', () => {
    expect(shown('2026-03-31', ...carriedOver)).toEqual(['1 of 5: 2 used, 0 lapsed, 3 left until 2026-03-31'])
    expect(shown('2026-04-01', ...carriedOver)).toEqual(lapsed)
    expect(shown('2026-04-01', ...carriedOver, adjusted(-3, '2026-04-01', 'lapse'))).toEqual(lapsed)
    expect(balances('2026-04-01', ...carriedOver)).toEqual({ counted: 0n, recorded: 3n })
    expect(balances('2026-04-01', ...carriedOver, adjusted(-3, '2026-04-01', 'lapse'))).toEqual({
      counted: 0n,
      recorded: 0n,
    })
  })

  test('leave that is entered late takes what was posted as lapsed, and it does not count twice', () => {
    const steps = [...carriedOver, adjusted(-3, '2026-04-01', 'lapse'), taken(1, '2026-03-30')]
    expect(shown('2026-04-01', ...steps)).toEqual(['1 of 5: 3 used, 2 lapsed, 0 left until 2026-03-31'])
    expect(balances('2026-04-01', ...steps)).toEqual({ counted: 0n, recorded: -1n })
    const corrected = [...steps, adjusted(1, '2026-04-01', 'correction')]
    expect(shown('2026-04-01', ...corrected)).toEqual(shown('2026-04-01', ...steps))
    expect(balances('2026-04-01', ...corrected)).toEqual({ counted: 0n, recorded: 0n })
  })

  test('leave that is given back late lapses more, whoever writes that down', () => {
    const steps = [...carriedOver, adjusted(-3, '2026-04-01', 'lapse'), undone(2)]
    expect(shown('2026-04-01', ...steps)).toEqual(['1 of 5: 0 used, 5 lapsed, 0 left until 2026-03-31'])
    expect(balances('2026-04-01', ...steps)).toEqual({ counted: 0n, recorded: 2n })
    const again = [...steps, adjusted(-2, '2026-04-02', 'correction')]
    expect(balances('2026-04-02', ...again)).toEqual({ counted: 0n, recorded: 0n })
  })

  test('a lot that was posted after its last day is over at once', () => {
    const steps = [earned(1, '2026-05-01'), earned(5, '2026-05-01', '2026-04-30')]
    expect(shown('2026-05-01', ...steps)[1]).toBe('2 of 5: 0 used, 5 lapsed, 0 left until 2026-04-30')
  })
})

describe('a carry-over', () => {
  const year = [earned(10, '2026-01-01'), taken(2, '2026-07-06')]

  test('gives what it keeps a last day: leave of that year draws it first', () => {
    const steps = [
      ...year,
      adjusted(-3, '2027-01-01', 'carry-over'),
      carried('2027-01-01', { until: '2027-03-31' }),
      earned(12, '2027-01-01'),
      taken(1, '2027-02-01'),
    ]
    expect(shown('2027-02-01', ...steps)).toEqual([
      '1 of 10: 3 used, 3 lapsed, 4 left until 2027-03-31',
      '5 of 12: 0 used, 0 lapsed, 12 left until null',
    ])
    expect(shown('2027-04-01', ...steps)[0]).toBe('1 of 10: 3 used, 7 lapsed, 0 left until 2027-03-31')
  })

  test('neither counts nor cuts a lot that has a last day of its own', () => {
    const toil = earned(4, '2026-11-02', '2027-02-28')
    const steps = [...year, toil, adjusted(-8, '2027-01-01', 'carry-over'), carried('2027-01-01')]
    expect(shown('2027-01-01', ...steps)).toEqual([
      '1 of 10: 2 used, 8 lapsed, 0 left until null',
      '3 of 4: 0 used, 0 lapsed, 4 left until 2027-02-28',
    ])
  })

  test('may let some of it never lapse: that is drawn last', () => {
    const steps = [...year, carried('2027-01-01', { until: '2027-03-31', never: 3 }), taken(6, '2027-02-01')]
    expect(shown('2027-02-01', ...steps)).toEqual([
      '1 of 7: 7 used, 0 lapsed, 0 left until 2027-03-31',
      '1 of 3: 1 used, 0 lapsed, 2 left until null',
    ])
    expect(balances('2027-04-01', ...steps).counted).toBe(2n)
  })

  test('is about what was earned before the day that it names, and about nothing since', () => {
    const late = carried('2027-06-01', { until: '2027-06-30', earnedBefore: '2027-01-01' })
    expect(shown('2027-06-01', ...year, earned(5, '2027-02-01'), late)).toEqual([
      '1 of 10: 2 used, 0 lapsed, 8 left until 2027-06-30',
      '3 of 5: 0 used, 0 lapsed, 5 left until null',
    ])
  })

  test('of which leave entered later has taken some keeps what that leaves', () => {
    const cut = [adjusted(-3, '2027-01-01', 'carry-over'), carried('2027-01-01', { kept: 5, until: '2027-03-31' })]
    const steps = [...year, ...cut, taken(2, '2026-12-30')]
    expect(shown('2027-01-01', ...steps)).toEqual(['1 of 10: 4 used, 3 lapsed, 3 left until 2027-03-31'])
    // What should not have been cut is carried over as well: on that day, or later where that is closed.
    expect(shown('2027-01-01', ...steps, adjusted(2, '2027-01-01', 'correction'))).toEqual([
      '1 of 10: 4 used, 3 lapsed, 3 left until 2027-03-31',
      '6 of 2: 0 used, 0 lapsed, 2 left until 2027-03-31',
    ])
    const later = adjusted(3, '2027-02-15', 'correction', '2027-01-01')
    expect(shown('2027-02-15', ...steps, later).slice(1)).toEqual([
      '6 of 2: 0 used, 0 lapsed, 2 left until 2027-03-31',
      '6 of 1: 0 used, 0 lapsed, 1 left until null',
    ])
    const about = adjusted(3, '2027-02-15', 'correction')
    expect(shown('2027-02-15', ...steps, about).slice(1)).toEqual(['6 of 3: 0 used, 0 lapsed, 3 left until null'])
  })

  test('with the same day again replaces the one before', () => {
    const twice = [carried('2027-01-01', { until: '2027-03-31' }), carried('2027-01-01', { until: '2027-06-30' })]
    expect(shown('2027-01-01', ...year, ...twice)).toEqual(['1 of 10: 2 used, 0 lapsed, 8 left until 2027-06-30'])
  })
})

describe('a debt', () => {
  test('is repaid by what is earned later, and does not lapse', () => {
    const steps = [taken(3, '2026-01-05'), earned(2, '2026-02-01', '2026-02-28'), earned(5, '2026-03-01')]
    expect(balances('2026-01-05', ...steps).counted).toBe(-3n)
    expect(balances('2026-02-28', ...steps).counted).toBe(-1n)
    expect(shown('2026-03-01', ...steps)).toEqual([
      '2 of 2: 2 used, 0 lapsed, 0 left until 2026-02-28',
      '3 of 5: 1 used, 0 lapsed, 4 left until null',
    ])
  })

  test('is carried over as it is', () => {
    const steps = [taken(3, '2026-01-05'), carried('2027-01-01', { until: '2027-03-31' })]
    expect(balances('2028-01-01', ...steps).counted).toBe(-3n)
  })
})

describe('a reversal', () => {
  test('of leave is as if nothing had been taken, on its day', () => {
    const steps = [earned(5, '2026-01-01', '2026-03-31'), taken(2, '2026-02-02'), undone(2)]
    expect(shown('2026-02-02', ...steps)).toEqual(['1 of 5: 0 used, 0 lapsed, 5 left until 2026-03-31'])
  })

  test('of leave from a later day gives back to the lot that it was taken from', () => {
    const steps = [
      earned(5, '2026-01-01', '2026-03-31'),
      earned(5, '2026-01-01'),
      taken(6, '2026-02-02'),
      undone(3, '2026-03-02'),
    ]
    expect(shown('2026-03-01', ...steps)[0]).toBe('1 of 5: 5 used, 0 lapsed, 0 left until 2026-03-31')
    expect(shown('2026-03-02', ...steps)).toEqual([
      '1 of 5: 0 used, 0 lapsed, 5 left until 2026-03-31',
      '2 of 5: 0 used, 0 lapsed, 5 left until null',
    ])
  })

  test('of leave from a day on which its lot is over gives nothing back: it lapses', () => {
    const steps = [earned(5, '2026-01-01', '2026-03-31'), taken(2, '2026-02-02'), undone(2, '2026-04-05')]
    expect(shown('2026-04-05', ...steps)).toEqual(['1 of 5: 0 used, 5 lapsed, 0 left until 2026-03-31'])
    expect(balances('2026-04-05', ...steps)).toEqual({ counted: 0n, recorded: 5n })
  })

  test('of leave that made a debt gives back to what has repaid it', () => {
    const steps = [taken(3, '2026-01-05'), earned(5, '2026-02-01', '2026-06-30'), undone(1, '2026-03-01')]
    expect(shown('2026-03-01', ...steps)).toEqual(['2 of 5: 0 used, 0 lapsed, 5 left until 2026-06-30'])
  })

  test('of what was earned takes from its lot; what was used of that is drawn from others', () => {
    const steps = [
      earned(5, '2026-01-01', '2026-06-30'),
      earned(5, '2026-01-02'),
      taken(2, '2026-02-02'),
      undone(1, '2026-03-01'),
    ]
    expect(shown('2026-03-01', ...steps)).toEqual(['2 of 5: 2 used, 0 lapsed, 3 left until null'])
  })

  test('of a lot that has lapsed undoes that as well: what was posted is for a correction to give back', () => {
    const steps = [earned(5, '2026-01-01', '2026-01-31'), adjusted(-5, '2026-02-01', 'lapse'), undone(1, '2026-03-01')]
    expect(shown('2026-03-01', ...steps)).toEqual([])
    expect(balances('2026-03-01', ...steps)).toEqual({ counted: 0n, recorded: -5n })
  })

  // As the rules see it: what people record stays, and is not carried over a second time.
  test('of a cut gives it anew, and for ever: that it was not carried over stays as it is', () => {
    const steps = [
      earned(8, '2026-01-01'),
      adjusted(-3, '2027-01-01', 'carry-over'),
      carried('2027-01-01', { until: '2027-03-31' }),
      undone(2, '2027-02-01'),
    ]
    expect(shown('2027-02-01', ...steps)).toEqual([
      '1 of 8: 0 used, 3 lapsed, 5 left until 2027-03-31',
      '4 of 3: 0 used, 0 lapsed, 3 left until null',
    ])
  })

  test('of a lapse gives it anew, and for ever: the lot stays over', () => {
    const steps = [earned(5, '2026-01-01', '2026-03-31'), adjusted(-5, '2026-04-01', 'lapse'), undone(2)]
    expect(shown('2026-04-01', ...steps)).toEqual([
      '1 of 5: 0 used, 5 lapsed, 0 left until 2026-03-31',
      '3 of 5: 0 used, 0 lapsed, 5 left until null',
    ])
    expect(balances('2026-04-01', ...steps)).toEqual({ counted: 5n, recorded: 5n })
  })
})

describe('laws', () => {
  test('law: lots are as a second implementation has them, unit by unit', () => {
    fc.assert(
      fc.property(anyHistory, anyAsOf, (history, asOf) => {
        const lots = lotsAsOf(history, asOf)
        const { left, debt, excess } = lots.now
        const parts = [...lots.groups.values()].flat()
        const sum = (of: 'lapsed' | 'used'): number => parts.reduce((all, part) => all + Number(part[of]), 0)
        expect({
          left: Object.fromEntries(left.map(({ until, amount }) => [until ?? '', Number(amount)])),
          used: sum('used'),
          lapsed: sum('lapsed'),
          debt: Number(debt),
          unposted: -Number(excess) + 0,
        }).toEqual(naiveLots(history, asOf))
      }),
      { numRuns: 1_000 },
    )
  })

  test('law: a lot is what was used, what lapsed and what is left of it', () => {
    fc.assert(
      fc.property(anyHistory, anyAsOf, (history, asOf) => {
        for (const { amount, used, lapsed, remaining } of lotsOf(history, { asOf })) {
          expect(used + lapsed + remaining).toBe(amount)
          for (const part of [used, lapsed, remaining]) expect(part).toBeGreaterThanOrEqual(0n)
        }
      }),
    )
  })

  test('law: what lots have left is the balance where that is no debt; none is left after its last day', () => {
    fc.assert(
      fc.property(anyHistory, anyAsOf, (history, asOf) => {
        const all = lotsOf(history, { asOf })
        const left = all.reduce((sum, { remaining }) => sum + remaining, 0n)
        const { balance } = lotsAsOf(history, asOf)
        expect(left).toBe(balance > 0n ? balance : 0n)
        expect(
          all.filter(({ remaining, validUntil }) => remaining > 0n && validUntil !== null && validUntil < asOf),
        ).toEqual([])
      }),
    )
  })

  test('law: the balance that is recorded is what counts, and what lapsed without being posted', () => {
    fc.assert(
      fc.property(anyHistory, anyAsOf, (history, asOf) => {
        const recorded = history.lines
          .filter(({ effectiveOn }) => effectiveOn <= asOf)
          .reduce((sum, { amount }) => sum + amount, 0n)
        const lots = lotsAsOf(history, asOf)
        expect(lots.balance - lots.now.excess).toBe(recorded)
      }),
    )
  })

  test('law: the order of recording changes nothing, but for which of two carry-overs of one day holds', () => {
    fc.assert(
      fc.property(anyHistory, anyAsOf, fc.infiniteStream(fc.nat()), (history, asOf, numbers) => {
        const lines = history.lines.toSorted(() => (numbers.next().value! % 2 === 0 ? -1 : 1))
        expect(lotsAsOf({ ...history, lines }, asOf).now).toEqual(lotsAsOf(history, asOf).now)
      }),
    )
  })
})
