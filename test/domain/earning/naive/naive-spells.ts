import type { CalendarDate } from '../../../../src/domain/calendar-date.ts'
import type { AssignmentHistory } from '../../../../src/domain/earning/assignment.ts'
import type { EarningFacts } from '../../../../src/domain/earning/facts.ts'
import { type Fraction, ONE } from '../../../../src/domain/fraction.ts'
import { retiredOn } from '../../../../src/domain/policy/retirement.ts'
import { MONTHS } from './naive-beginnings.ts'
import { earnsOf, usual } from './naive-cut.ts'
import { type Days, dayOf, numberOf } from './naive-days.ts'
import { type Held, type Rules, reachedBy, rulesFor } from './naive-rules.ts'

// Days on which an assignment earns, one after the other.

export interface DayEarned {
  readonly number: number
  readonly rules: Rules
  readonly held: Held
  readonly period: Days
  readonly present: Days
  readonly earns: Fraction
  readonly cutBy: unknown
  readonly kind: 'period' | 'leave-year'
  readonly postedOn: (part: Days) => number
  /** Days with the same are one part. */
  readonly key: string
}

interface SpellDays extends Days {
  /** The last day of the employment, or before the retirement of the policy. */
  readonly last: number
  readonly hired: CalendarDate | null
}

const FOREVER = numberOf('2999-12-31')

/** Days that follow one another on which the assignment earns, by employment. Whoever is there in the end stays for ever. */
export function spells(facts: EarningFacts, history: AssignmentHistory, until: number): SpellDays[] {
  const { from, to } = history.at(-1)!
  const employments = facts.employments.length === 0 ? [{ from: null, to: null }] : facts.employments
  const found: SpellDays[] = []
  for (const { from: hired, to: left } of employments) {
    const isThere = (number: number): boolean =>
      (hired === null || dayOf(number) >= hired) &&
      (left === null || dayOf(number) <= left) &&
      retiredOn(facts.policy, dayOf(number)) === undefined
    const isAssigned = (number: number): boolean => dayOf(number) >= from && (to === null || dayOf(number) <= to)
    let first: number | undefined
    for (let number = numberOf(from); number <= until; number++) {
      if (isThere(number) && isAssigned(number)) first ??= number
      else first = undefined
      if (first === undefined || (number < until && isThere(number + 1) && isAssigned(number + 1))) continue
      let last = number
      while (last < until && isThere(last + 1)) last++
      found.push({ from: first, to: number, last: last === until ? FOREVER : last, hired })
      first = undefined
    }
  }
  return found
}

export function daysOfSpell(
  facts: EarningFacts,
  history: AssignmentHistory,
  spell: SpellDays,
  until: number,
): DayEarned[] {
  const rulesOn = rulesFor(facts, history, spell.hired)
  const days: DayEarned[] = []
  const atFirst = rulesOn(spell.from)
  const fullYear = atFirst.earning?.waiting?.then === 'full-year' ? atFirst.waited! : -Infinity
  let joined: number | undefined
  let before: DayEarned | undefined
  for (let number = spell.from; number <= Math.min(spell.to, until); number++) {
    const year = atFirst.leaveYear(number)
    if (Math.max(year.from, spell.from) < fullYear) {
      // A leave year that begins within such a waiting is one piece.
      const present = { from: Math.max(year.from, spell.from), to: Math.min(year.to, spell.to) }
      const isDue = fullYear <= present.to
      const on = isDue ? fullYear : present.to
      const held = reachedBy(atFirst, on)
      joined = spell.from
      before = undefined
      if (held === undefined) continue
      const counted = isDue ? { from: year.from, to: present.to } : present
      const { firstPeriod = usual(atFirst), lastPeriod = usual(atFirst) } = atFirst.earning!
      const isWhole = counted.from === year.from && counted.to === year.to
      const rule = isDue ? lastPeriod : firstPeriod
      const cut = {
        facts,
        rule,
        period: year,
        present: counted,
        every: 'leave-year',
        year,
        on: isDue ? counted.to : counted.from,
      } as const
      days.push({
        number,
        rules: atFirst,
        held,
        period: year,
        present,
        earns: isWhole ? ONE : earnsOf(cut),
        cutBy: isWhole ? undefined : rule,
        kind: 'leave-year',
        postedOn: () => on,
        key: `year ${year.from}`,
      })
      continue
    }
    const rules = before !== undefined && number <= before.period.to ? before.rules : governing(rulesOn, number)
    const held = heldOn(rules, number, joined ?? number, before)
    if (rules.earning === undefined || held === undefined) {
      joined = undefined
      before = undefined
      continue
    }
    joined ??= number
    before = dayInPeriod(facts, { number, rules, held, spell, joined, before })
    const keptBack = rules.earning.waiting?.then === 'all' ? rules.waited! : -Infinity
    if (number < keptBack && spell.last < keptBack) continue
    days.push(before)
  }
  return days
}

function governing(rulesOn: (number: number) => Rules, number: number): Rules {
  const begins = (rules: Rules): number => reachedBy(rules, number)?.period(number).from ?? number
  const own = rulesOn(number)
  const other = rulesOn(begins(own))
  if (other === own) return own
  return rulesOn(begins(other)) === other ? other : own
}

function heldOn(rules: Rules, number: number, joined: number, before: DayEarned | undefined): Held | undefined {
  const isWithin = before !== undefined && number <= before.period.to
  switch (rules.earning?.levelChange) {
    case 'next-year':
      // A period that has begun keeps its level, unless the days of the new year are a part of their own.
      if (isWithin && !(isByDays(before.held) && rules.leaveYear(number).from === number)) return before.held
      return reachedBy(rules, Math.max(rules.leaveYear(number).from, joined))
    case 'next-period':
      return isWithin ? before.held : reachedBy(rules, number)
    default:
      return reachedBy(rules, number)
  }
}

const isByDays = ({ level, every }: Held): boolean => level.yearAmount !== undefined && MONTHS[every] === undefined

interface Here {
  readonly number: number
  readonly rules: Rules
  readonly held: Held
  readonly spell: SpellDays
  readonly joined: number
  readonly before: DayEarned | undefined
}

function dayInPeriod(facts: EarningFacts, { number, rules, held, spell, joined, before }: Here): DayEarned {
  const period = held.period(number)
  const { postOn = held.level.perHours === undefined ? 'first-day' : 'last-day', waiting } = rules.earning!
  const keptBack = waiting?.then === 'all' ? rules.waited! : -Infinity
  const key = [
    `${period.from}-${period.to}`,
    rules.levels.indexOf(held),
    number < keptBack,
    isByDays(held) ? rules.leaveYear(number).from : '',
  ].join(' ')
  const day = {
    number,
    rules,
    held,
    period,
    kind: 'period' as const,
    key,
    postedOn: ({ from, to }: Days) =>
      Math.max({ 'first-day': from, 'last-day': to, 'day-after': to + 1 }[postOn], from < keptBack ? keptBack : from),
  }
  if (before?.period.from === period.from && before.period.to === period.to) {
    return { ...day, present: before.present, earns: before.earns, cutBy: before.cutBy }
  }
  const present = { from: Math.max(period.from, number), to: Math.min(period.to, spell.to) }
  const { firstPeriod = usual(rules), lastPeriod = usual(rules) } = rules.earning!
  const isLeaving = present.to < period.to
  const rule =
    period.from < number ? (number === joined ? firstPeriod : usual(rules)) : isLeaving ? lastPeriod : undefined
  if (rule === undefined) return { ...day, present, earns: ONE, cutBy: undefined }
  const on = period.from < number ? number : present.to
  const earns = earnsOf({ facts, rule, period, present, every: held.every, year: rules.leaveYear(on), on })
  return { ...day, present, earns, cutBy: rule }
}
