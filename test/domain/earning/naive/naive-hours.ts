import { WEEKDAYS } from '../../../../src/domain/calendar/calendar.ts'
import { dayTermsOn } from '../../../../src/domain/calendar/day-terms.ts'
import type { AssignmentHistory } from '../../../../src/domain/earning/assignment.ts'
import type { EarningFacts } from '../../../../src/domain/earning/facts.ts'
import type { EarningTerms } from '../../../../src/domain/earning/terms.ts'
import { dividedBy, type Fraction, fractionOf, ONE, plus, ratio, times, ZERO } from '../../../../src/domain/fraction.ts'
import { versionInForce } from '../../../../src/domain/version-in-force.ts'
import { dayOf, numberOf } from './naive-days.ts'

// Hours of a day, and how much of a week is worked.

const HALVES = { '0': 0, '0.5': 1, am: 1, pm: 1, '1': 2 } as const

interface HoursOfDay {
  readonly whole: Fraction
  readonly scheduled: Fraction
  readonly off: Fraction
}

const hoursKnown = new WeakMap<EarningFacts, Map<number, HoursOfDay>>()

function hoursOfDay(facts: EarningFacts, number: number): HoursOfDay {
  const known = hoursKnown.get(facts) ?? new Map<number, HoursOfDay>()
  hoursKnown.set(facts, known)
  if (!known.has(number)) known.set(number, countHours(facts, number))
  return known.get(number)!
}

function countHours({ time }: EarningFacts, number: number): HoursOfDay {
  const { workingDays, hoursPerDay, weekday, off } = dayTermsOn(time, dayOf(number))
  const whole = fractionOf(typeof hoursPerDay === 'string' ? hoursPerDay : hoursPerDay[weekday])
  const worked = workingDays[weekday]
  const am = worked === '1' || worked === 'am' || worked === '0.5'
  const pm = worked === '1' || worked === 'pm'
  const offAm = am && (off === 'full' || off === 'am')
  const offPm = pm && (off === 'full' || off === 'pm')
  const halves = (one: boolean, other: boolean): Fraction => times(whole, ratio(Number(one) + Number(other), 2))
  return { whole, scheduled: halves(am, pm), off: halves(offAm, offPm) }
}

export const scheduled = (facts: EarningFacts, number: number): Fraction => hoursOfDay(facts, number).scheduled

export function attended(facts: EarningFacts, number: number): Fraction {
  const { whole, scheduled, off } = hoursOfDay(facts, number)
  let missed = ZERO
  for (const { on, days, hours, countsAs } of facts.absent) {
    if (numberOf(on) !== number) continue
    const taken = hours === null ? times(fractionOf(days ?? '0'), whole) : fractionOf(hours)
    missed = plus(missed, times(taken, plus(ONE, times(ratio(-1, 1), fractionOf(countsAs)))))
  }
  const most = plus(scheduled, times(ratio(-1, 1), off))
  const isMore = missed.numerator * most.denominator > most.numerator * missed.denominator
  return plus(scheduled, times(ratio(-1, 1), isMore ? most : missed))
}

export function worked(facts: EarningFacts, number: number): Fraction {
  return facts.worked
    .filter(({ from, to }) => numberOf(from) <= number && number <= numberOf(to))
    .map(({ from, to, hours }) => times(fractionOf(hours), ratio(1, numberOf(to) - numberOf(from) + 1)))
    .reduce(plus, ZERO)
}

export function factorOn(
  facts: EarningFacts,
  history: AssignmentHistory,
  earning: EarningTerms,
  number: number,
): Fraction {
  if (earning.scaledByShare === true) return fractionOf(versionInForce(history, dayOf(number)).share ?? '1')
  const { week } = earning
  if (week === undefined) return ONE
  return 'days' in week
    ? dividedBy(inAWeek(facts, number, 'days'), fractionOf(week.days))
    : dividedBy(inAWeek(facts, number, 'hours'), fractionOf(week.hours))
}

/** On average of the weeks of a rota, by what is in force on the day. */
function inAWeek({ time }: EarningFacts, number: number, unit: 'days' | 'hours'): Fraction {
  const day = dayOf(number)
  const pattern = time.patterns.filter(({ effectiveFrom }) => effectiveFrom <= day).at(-1)
  const named = pattern?.calendar ?? time.calendar
  const version = named === null ? undefined : versionInForce(time.calendars.get(named)!, day)
  const own = pattern !== undefined && (pattern.rota !== null || pattern.workingDays !== null) ? pattern : version
  const hoursPerDay = pattern?.hoursPerDay ?? version?.hoursPerDay ?? '8'
  const weeks = own?.rota?.weeks ?? [own?.workingDays ?? MONDAY_TO_FRIDAY]
  let sum = ZERO
  for (const week of weeks) {
    for (const weekday of WEEKDAYS) {
      const hours = fractionOf(typeof hoursPerDay === 'string' ? hoursPerDay : hoursPerDay[weekday])
      sum = plus(sum, times(ratio(HALVES[week[weekday]], 2), unit === 'days' ? ONE : hours))
    }
  }
  return times(sum, ratio(1, weeks.length))
}

const MONDAY_TO_FRIDAY = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' } as const
