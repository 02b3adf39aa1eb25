import type { EarningFacts } from '../../../../src/domain/earning/facts.ts'
import type { EarningTerms, Every, PartOfPeriod } from '../../../../src/domain/earning/terms.ts'
import { type Fraction, ONE, ratio, ZERO } from '../../../../src/domain/fraction.ts'
import { MONTHS } from './naive-beginnings.ts'
import { type Days, dateAt, dayOf, daysFrom, monthsOn, partOf, sumOf } from './naive-days.ts'
import { scheduled } from './naive-hours.ts'
import type { Rules } from './naive-rules.ts'

// What a part of a period earns.

export const usual = ({ earning }: Rules): PartOfPeriod =>
  earning?.basis === 'working-time' ? 'working-time' : 'calendar-days'

interface Cut {
  readonly facts: EarningFacts
  readonly rule: NonNullable<EarningTerms['lastPeriod']>
  readonly period: Days
  readonly present: Days
  readonly every: Every | 'leave-year'
  readonly year: Days
  readonly on: number
}

export function earnsOf({ facts, rule, period, present, every, year, on }: Cut): Fraction {
  const part = { full: ONE, half: ratio(1, 2), none: ZERO }
  if (typeof rule === 'object') return part[dateAt(on) <= rule.joinedBy ? rule.then : rule.else]
  const twelfths = (months: number): Fraction => {
    const length = MONTHS[every] ?? 0.5
    return months >= length ? ONE : ratio(2 * months, 2 * length)
  }
  let months = 0
  switch (rule) {
    case 'full':
    case 'half':
    case 'none':
      return part[rule]
    case 'calendar-days':
      return ratio(present.to - present.from + 1, period.to - period.from + 1)
    case 'working-time':
      return partOf(
        sumOf(present, (number) => scheduled(facts, number)),
        sumOf(period, (number) => scheduled(facts, number)),
      )
    case 'started-months':
      while (monthsOn(present.from, months) <= present.to) months++
      return twelfths(months)
    case 'calendar-months':
      return twelfths(new Set(daysFrom(present).map((number) => dayOf(number).slice(0, 7))).size)
    case 'full-months-in-first-half':
      if (on >= monthsOn(year.from, 6)) return ONE
      break
    default:
      break
  }
  while (monthsOn(present.from, months + 1) <= present.to + 1) months++
  return twelfths(months)
}
