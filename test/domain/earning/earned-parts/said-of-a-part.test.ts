import { describe, expect, test } from 'vitest'
import { earnedParts } from '../../../../src/domain/earning/earned-parts.ts'
import { printFigure } from '../../../../src/domain/earning/figures.ts'
import { day } from '../../../support/builders.ts'
import { earned, factsOf } from '../someone.ts'
import { march } from './working-weeks.ts'

// What a part says of itself, beside its amount.

describe('a part', () => {
  test('knows its period, its leave year, its level and its limits', () => {
    const level = { yearAmount: '24', yearMax: '22', balanceCap: '30' }
    const rounding = { step: '0.5', mode: 'up', of: 'posting' } as const
    const [part] = earnedParts(
      factsOf({ from: '2026-03-10', earning: { levels: [level], rounding } }),
      day('2026-03-10'),
    )
    expect(part).toMatchObject({
      assignment: 'a1',
      assignmentVersion: 1,
      policyVersion: 1,
      part: { from: '2026-03-10', to: '2026-03-31' },
      period: { from: '2026-03-01', to: '2026-03-31' },
      leaveYear: { from: '2026-01-01', to: '2026-12-31' },
      level,
      rounding,
      isLastOfYear: false,
    })
    expect([part!.balanceCap, part!.yearMax].map((limit) => printFigure(limit!))).toEqual(['30', '22'])
  })

  test('says what it goes by', () => {
    const [, part] = earnedParts(
      factsOf({
        since: '2025-01-10',
        share: '0.5',
        earning: { scaledByShare: true, levels: [{ amount: '1' }, { after: { years: 1 }, amount: '2' }] },
      }),
      day('2026-01-31'),
    )
    expect(part!.figures).toEqual({
      days: 22,
      ofDays: 31,
      periodFrom: '2026-01-01',
      periodTo: '2026-01-31',
      every: 'month',
      amount: '2',
      after: '1 year',
      serviceSince: '2025-01-10',
      share: '0.5',
    })
  })

  test('that a year’s most bounds says so', () => {
    const bounded = earnedParts(
      factsOf({ earning: { yearAmount: '5.6', yearMax: '24', week: { days: '1' } } }),
      day('2026-01-01'),
    )
    expect(bounded[0]!.figures).toMatchObject({ weekDays: '5', ofWeek: '1', yearMax: '24', atMost: true })
    const free = earnedParts(
      factsOf({ earning: { yearAmount: '5.6', yearMax: '28', week: { days: '1' } } }),
      day('2026-01-01'),
    )
    expect(free[0]!.figures['atMost']).toBeUndefined()
  })

  // What rounding leaves of a year is posted with its last part, so one that earns nothing is needed, too.
  test('is the last of its year, though it earns nothing', () => {
    const facts = factsOf({ to: '2027-02-10', earning: { amount: '1', lastPeriod: 'none' } })
    const lasts = earnedParts(facts, day('2027-12-31')).filter(({ isLastOfYear }) => isLastOfYear)
    expect(lasts.map(({ postedOn, amount }) => `${postedOn} ${printFigure(amount)}`)).toEqual([
      '2026-12-01 1',
      '2027-02-01 0',
    ])
  })

  test('is the last of its year, whatever comes with another employment', () => {
    const facts = factsOf({ employed: ['2026-01-01/2026-02-28', '2026-11-01/..'], earning: { amount: '1' } })
    const all = earnedParts(facts, day('2027-01-01')).map(({ postedOn, isLastOfYear }) => [postedOn, isLastOfYear])
    expect(all).toEqual([
      ['2026-01-01', false],
      ['2026-02-01', false],
      ['2026-11-01', false],
      ['2026-12-01', true],
      ['2027-01-01', false],
    ])
  })

  test('of a calendar that is missing throws, where working time has to be counted', () => {
    const missing = { calendar: 'gone', patterns: [], calendars: new Map() }
    expect(() => earnedParts(factsOf({ ...march, time: missing }), day('2026-03-31'))).toThrow(
      'there is no calendar gone',
    )
    expect(earned({ from: '2026-03-01', time: missing, earning: { amount: '1' } }, '2026-03-31')).toEqual([
      '2026-03-01 1',
    ])
  })
})
