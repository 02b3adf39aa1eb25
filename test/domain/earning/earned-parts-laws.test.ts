import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CalendarDate } from '../../../src/domain/calendar-date.ts'
import { carryOverDays } from '../../../src/domain/earning/carry-over-days.ts'
import { earnedParts } from '../../../src/domain/earning/earned-parts.ts'
import type { EarningFacts } from '../../../src/domain/earning/facts.ts'
import { leaveYearOn, serviceOn } from '../../../src/domain/earning/leave-year-on.ts'
import type { EarnedPart } from '../../../src/domain/earning/part.ts'
import type { CarryOverTerms, MonthDay } from '../../../src/domain/earning/terms.ts'
import { dayAfter } from '../../support/builders.ts'
import { someone, through } from './someone-arbitrary.ts'

const shuffled = <Item>(items: readonly Item[]): fc.Arbitrary<Item[]> =>
  fc.shuffledSubarray([...items], { minLength: items.length })

describe('parts', () => {
  // Runs are split at any day, and nobody posts a part twice or leaves one out.
  test('law: what is posted by a day is the beginning of what is posted by a later one', () => {
    fc.assert(
      fc.property(someone, through, through, (facts, one, other) => {
        const [earlier, later] = [one, other].toSorted() as [CalendarDate, CalendarDate]
        const [some, all] = [earnedParts(facts, earlier), earnedParts(facts, later)]
        expect(all.slice(0, some.length)).toEqual(some)
        expect(all.slice(some.length).every(({ postedOn }) => postedOn > earlier)).toBe(true)
      }),
    )
  })

  test('law: in whatever order facts are known, they say the same', () => {
    const inTwoOrders = someone.chain((facts) =>
      fc
        .record({
          assignments: shuffled(facts.assignments),
          worked: shuffled(facts.worked),
          absent: shuffled(facts.absent),
        })
        .map((reordered): [EarningFacts, EarningFacts] => [facts, { ...facts, ...reordered }]),
    )
    fc.assert(
      fc.property(inTwoOrders, through, ([facts, reordered], day) => {
        expect(earnedParts(reordered, day)).toEqual(earnedParts(facts, day))
      }),
    )
  })

  test('law: no day is in two parts, and none is posted before it begins', () => {
    fc.assert(
      fc.property(someone, through, (facts, day) => {
        const parts = earnedParts(facts, day).toSorted((a, b) => (a.part.from < b.part.from ? -1 : 1))
        const overlaps = parts.filter(({ part }, at) => at > 0 && part.from <= parts[at - 1]!.part.to)
        expect(overlaps).toEqual([])
        expect(parts.filter(isOddOne)).toEqual([])
      }),
    )
  })

  function isOddOne({ part, period, postedOn, amount, leaveYear }: EarnedPart): boolean {
    const isWithin = period.from <= part.from && part.from <= part.to && part.to <= period.to
    const isInYear = leaveYear.from <= part.from && part.from <= leaveYear.to
    return !isWithin || !isInYear || postedOn < part.from || amount.numerator < 0n
  }
})

test('law: leave years follow one another without a gap, and every day of one is in it', () => {
  fc.assert(
    fc.property(someone, through, fc.nat(400), (facts, day, later) => {
      const year = leaveYearOn(facts, day)
      expect(year.from <= day && day <= year.to).toBe(true)
      expect(leaveYearOn(facts, dayAfter(year.to, 1)).from).toBe(dayAfter(year.to, 1))
      const other = dayAfter(year.from, later)
      expect(leaveYearOn(facts, other).from === year.from).toBe(other <= year.to)
    }),
  )
})

describe('carry-over days', () => {
  const on = fc.constantFrom<CarryOverTerms['on']>(
    undefined,
    'year',
    'anniversary',
    ...(['04-01', '02-29', '12-31'] as MonthDay[]),
  )
  const carrying = fc.tuple(someone, on, on).map(
    ([facts, ofPolicy, ofPerson]): EarningFacts => ({
      ...facts,
      // Casts: as many as there were.
      policy: facts.policy.map((version) => ({
        ...version,
        carryOver: said(ofPolicy),
      })) as unknown as EarningFacts['policy'],
      assignments: facts.assignments.map((history, at) =>
        at === 0
          ? history.map((version) => ({ ...version, terms: { ...version.terms, carryOver: said(ofPerson) } }))
          : history,
      ) as unknown as EarningFacts['assignments'],
    }),
  )

  const said = (day: CarryOverTerms['on']): CarryOverTerms => (day === undefined ? {} : { on: day })

  test('law: they are the days of which the terms of the day say so', () => {
    fc.assert(
      fc.property(carrying, through, through, (facts, from, day) => {
        const expected: string[] = []
        const first = [from, ...facts.assignments.map((history) => history.at(-1)!.from)].toSorted()[0]!
        for (let date = dayAfter(first, 1); date <= day; date = dayAfter(date, 1)) {
          if (isCarryOverDay(facts, date)) expected.push(date)
        }
        expect(carryOverDays(facts, day, { from }).map(({ on }) => on)).toEqual(expected)
      }),
      { numRuns: 50 },
    )
  })

  function isCarryOverDay(facts: EarningFacts, date: CalendarDate): boolean {
    const [history] = facts.assignments
    const { from, to, terms } = history!.at(-1)!
    const { employments } = facts
    const isEmployed =
      employments.length === 0 ||
      employments.some((one) => (one.from === null || one.from <= date) && (one.to === null || date <= one.to))
    const isAssigned = isEmployed && from <= date && (to === null || date <= to)
    const kind = (isAssigned ? terms?.carryOver : facts.policy[0].carryOver)?.on ?? 'year'
    if (kind === 'year') return leaveYearOn(facts, date).from === date
    if (kind !== 'anniversary') return isYearly(date, Number(kind.slice(0, 2)), Number(kind.slice(3)))
    const service = serviceOn(facts, date)
    return service !== null && service < date && isYearly(date, Number(service.slice(5, 7)), Number(service.slice(8)))
  }

  function isYearly(date: CalendarDate, month: number, of: number): boolean {
    const [, thatMonth, thatDate] = date.split('-').map(Number) as [number, number, number]
    const isLast = dayAfter(date, 1).endsWith('-01')
    return thatMonth === month && (thatDate === of || (isLast && thatDate < of))
  }
})
