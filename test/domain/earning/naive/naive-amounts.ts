import type { AssignmentHistory } from '../../../../src/domain/earning/assignment.ts'
import type { EarningFacts } from '../../../../src/domain/earning/facts.ts'
import { dividedBy, type Fraction, fractionOf, ONE, plus, ratio, times, ZERO } from '../../../../src/domain/fraction.ts'
import { MONTHS } from './naive-beginnings.ts'
import { type Days, daysFrom, partOf, sumOf, yearAt } from './naive-days.ts'
import { attended, factorOn, scheduled, worked } from './naive-hours.ts'
import type { Held } from './naive-rules.ts'
import type { DayEarned } from './naive-spells.ts'

// What a day adds.

const beginningsKnown = new WeakMap<Held, Map<string, readonly number[]>>()

function beginningsIn(held: Held, days: Days): readonly number[] {
  const known = beginningsKnown.get(held) ?? new Map<string, readonly number[]>()
  beginningsKnown.set(held, known)
  const name = `${days.from}-${days.to}`
  if (!known.has(name))
    known.set(
      name,
      daysFrom(days).filter((day) => held.period(day).from === day),
    )
  return known.get(name)!
}

/** The whole amount that a day goes by, before what it is a part of. */
function wholeOn({ number, rules, held, period, kind }: DayEarned, factor: Fraction): Fraction {
  const { level, every } = held
  const bounded = (amount: Fraction): Fraction => {
    const most = fractionOf(level.yearMax ?? '999999999')
    return amount.numerator * most.denominator < most.numerator * amount.denominator ? amount : most
  }
  const said = ({ from, to }: Days): Fraction => {
    const next = held.period(to + 1)
    const isLast = yearAt(from) === yearAt(to) && yearAt(next.to) > yearAt(from)
    return fractionOf((isLast ? level.inLastFullPeriodOfCalendarYear : undefined) ?? level.amount ?? '0')
  }
  const beginIn = (days: Days): readonly number[] => beginningsIn(held, days)
  if (level.yearAmount !== undefined) {
    const ofYear = bounded(times(fractionOf(level.yearAmount), factor))
    if (kind === 'leave-year' || every === 'year') return ofYear
    const days = period.to - period.from + 1
    const year = rules.leaveYear(MONTHS[every] === undefined ? number : period.from)
    if (MONTHS[every] === undefined) return times(ofYear, ratio(days, year.to - year.from + 1))
    return times(ofYear, ratio(1, beginIn(year).length))
  }
  if (kind === 'leave-year') {
    const sum = beginIn(period)
      .map((day) => said(held.period(day)))
      .reduce(plus, ZERO)
    return bounded(times(sum, factor))
  }
  const amount = times(said(period), factor)
  return every === 'year' ? bounded(amount) : amount
}

export function addedOn(facts: EarningFacts, history: AssignmentHistory, day: DayEarned): Fraction {
  const { number, rules, held, present, earns, cutBy } = day
  const earning = rules.earning!
  const factor = factorOn(facts, history, earning, number)
  const { perHours } = held.level
  const isByTime = earning.basis === 'working-time'
  if (perHours !== undefined) {
    const some = typeof cutBy === 'object' || cutBy === 'half' || cutBy === 'none' ? earns : ONE
    const ofScheduled = isByTime ? attended : scheduled
    const hours = perHours.of === 'worked' ? worked(facts, number) : ofScheduled(facts, number)
    return times(times(times(hours, dividedBy(fractionOf(perHours.amount), fractionOf(perHours.hours))), factor), some)
  }
  const whole = times(wholeOn(day, factor), earns)
  if (!isByTime && cutBy !== 'working-time') return times(whole, ratio(1, present.to - present.from + 1))
  const ofPresent = sumOf(present, (other) => scheduled(facts, other))
  return times(whole, partOf(isByTime ? attended(facts, number) : scheduled(facts, number), ofPresent))
}
