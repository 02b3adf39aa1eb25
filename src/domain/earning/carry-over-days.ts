import { type CalendarDate, dayAfter, dayBefore, partsOf } from '../calendar-date.ts'
import { carryOverTermsOn } from './carry-over-terms.ts'
import { beginningOn, dayOfYear, type Periods } from './days-of-year.ts'
import type { EarningFacts } from './facts.ts'
import { leaveYearsIn, serviceOn } from './leave-year-on.ts'
import type { CarryOverDay, DaySpan } from './part.ts'
import { periodsBeginningIn } from './periods.ts'
import { earlier } from './spells.ts'
import type { CarryOverTerms } from './terms.ts'

type CarriedOn = NonNullable<CarryOverTerms['on']>

/**
 * The days on which a year ends for an account, and by which terms: those in force on the very day, of the level that is held
 * then. An account that nobody earns on has them as well, by what the policy says for all.
 * @param from the day of the account's first movement. Nothing can be carried on the first day of all
 * @returns by day, up to `through`
 */
export function carryOverDays(
  facts: EarningFacts,
  through: CalendarDate,
  { from }: { from: CalendarDate },
): readonly CarryOverDay[] {
  const begins = facts.assignments.map((history) => history.at(-1)!.from).reduce(earlier, from)
  const days = { from: dayAfter(begins), to: through }
  const leaveYears = leaveYearsIn(facts)
  const carriedOn = new Map<CalendarDate, CarryOverDay>()
  for (const on of kindsOf(facts)) {
    for (const day of daysOf(on, facts, leaveYears, days)) {
      const { terms, ...standing } = carryOverTermsOn(facts, day)
      if (terms === undefined || (terms.on ?? 'year') !== on) continue
      const ended = leaveYears(day).from === day ? leaveYears(dayBefore(day)) : leaveYears(day)
      carriedOn.set(day, { on: day, ended, terms, ...standing })
    }
  }
  return [...carriedOn.values()].toSorted((a, b) => (a.on < b.on ? -1 : 1))
}

/** What terms that hold on any day say of the day of carry-over. */
function kindsOf({ policy, assignments }: EarningFacts): ReadonlySet<CarriedOn> {
  const policies = [...policy, ...assignments.flatMap((history) => history.flatMap(({ terms }) => terms ?? []))]
  const said = policies.flatMap(({ carryOver, earning }) => [
    carryOver,
    ...(earning?.levels ?? []).map((level) => level.carryOver),
  ])
  return new Set(said.flatMap((terms) => (terms === undefined ? [] : [terms.on ?? 'year'])))
}

/** The days of a span that may be carry-over days of a kind. */
function daysOf(on: CarriedOn, facts: EarningFacts, leaveYears: Periods, days: DaySpan): readonly CalendarDate[] {
  const beginnings = (periods: Periods) => periodsBeginningIn(days, periods).map((period) => period.from)
  if (on === 'year') return beginnings(leaveYears)
  if (on !== 'anniversary') return beginnings(beginningOn([dayOfYear(on)]))
  return anniversariesIn(days, facts)
}

/** Days on which somebody has served for whole years. */
function anniversariesIn(days: DaySpan, facts: EarningFacts): readonly CalendarDate[] {
  return [...servicesOf(facts)].flatMap((service) => {
    const [, month, date] = partsOf(service)
    return periodsBeginningIn(days, beginningOn([{ month, date }]))
      .map(({ from }) => from)
      .filter((day) => service < day && serviceOn(facts, day) === service)
  })
}

/** Every day from which service is counted at some time. */
function servicesOf({ assignments, employments }: EarningFacts): ReadonlySet<CalendarDate> {
  return new Set([
    ...assignments.flatMap((history) => history.flatMap(({ serviceSince, from }) => [serviceSince ?? from, from])),
    ...employments.flatMap(({ from }) => from ?? []),
  ])
}
