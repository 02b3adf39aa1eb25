import { WEEKDAYS, type Weekday } from '../../../src/domain/calendar/calendar.ts'
import { dayTermsOn } from '../../../src/domain/calendar/day-terms.ts'
import type { CalendarDate } from '../../../src/domain/calendar-date.ts'
import type { AssignmentHistory, AssignmentVersion } from '../../../src/domain/earning/assignment.ts'
import type { EarningFacts } from '../../../src/domain/earning/facts.ts'
import type {
  EarningTerms,
  Every,
  LeaveYear,
  Length,
  Level,
  PartOfPeriod,
  PeriodsOn,
} from '../../../src/domain/earning/terms.ts'
import { dividedBy, type Fraction, fractionOf, ONE, plus, ratio, times, ZERO } from '../../../src/domain/fraction.ts'
import type { PolicyVersion } from '../../../src/domain/policy/policy.ts'
import { retiredOn } from '../../../src/domain/policy/retirement.ts'
import { versionInForce } from '../../../src/domain/version-in-force.ts'

/*
 * What somebody earns, once more and as slowly as can be: every day is looked at by itself, and asked what it adds. Where a
 * period begins is asked of every day, too. It shares with the service how fractions are computed, which version is in force
 * and which weeks are worked, and no rule of earning.
 */

export interface NaivePart {
  readonly assignment: string
  readonly from: string
  readonly to: string
  readonly period: string
  readonly leaveYear: string
  readonly postedOn: string
  readonly amount: Fraction
  readonly isLastOfYear: boolean
  readonly level: Level
}

// ---- days, as numbers since 1970

const MS_PER_DAY = 86_400_000
const numberOf = (day: string): number => Date.parse(day) / MS_PER_DAY

interface Day {
  readonly text: CalendarDate
  readonly parts: readonly [year: number, month: number, date: number]
}

/** Read once each. */
const days = new Map<number, Day>()

function readDay(number: number): Day {
  const known = days.get(number)
  if (known !== undefined) return known
  const date = new Date(number * MS_PER_DAY)
  // A cast: an ISO instant begins with its day.
  const text = date.toISOString().slice(0, 10) as CalendarDate
  const day: Day = { text, parts: [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()] }
  days.set(number, day)
  return day
}

const dayOf = (number: number): CalendarDate => readDay(number).text
const yearAt = (number: number): number => readDay(number).parts[0]
const monthAt = (number: number): number => readDay(number).parts[1]
const dateAt = (number: number): number => readDay(number).parts[2]
const lastDate = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()

/** Month by month, always from the first day. */
function monthsOn(number: number, months: number): number {
  let [year, month] = [yearAt(number), monthAt(number)]
  for (let passed = 0; passed < months; passed++) [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1]
  return Date.UTC(year, month - 1, Math.min(dateAt(number), lastDate(year, month))) / MS_PER_DAY
}

function lengthOn(number: number, length: Length): number {
  if ('days' in length) return number + length.days
  return monthsOn(number, 'months' in length ? length.months : length.years * 12)
}

/** Whether a day is the date of a day of another month, or stands for it where the month is too short. */
function isDate(number: number, date: number): boolean {
  return dateAt(number) === Math.min(date, lastDate(yearAt(number), monthAt(number)))
}

function isSoManyMonthsFrom(number: number, anchor: { month: number; date: number }, months: number): boolean {
  return (monthAt(number) - anchor.month + 12) % months === 0 && isDate(number, anchor.date)
}

const partsOfText = (monthDay: string): { month: number; date: number } => ({
  month: Number(monthDay.slice(0, 2)),
  date: Number(monthDay.slice(3, 5)),
})
const anchorOf = (number: number): { month: number; date: number } => ({
  month: monthAt(number),
  date: dateAt(number),
})

// ---- where leave years and periods begin

function leaveYearBegins(leaveYear: LeaveYear | undefined, service: number | null, number: number): boolean {
  if (leaveYear !== undefined && 'payPeriodsFrom' in leaveYear) {
    const isPayPeriod = (number - numberOf(leaveYear.payPeriodsFrom)) % 14 === 0
    return isPayPeriod && yearAt(number - 14) < yearAt(number)
  }
  const starts = leaveYear?.starts ?? '01-01'
  if (starts === 'service') {
    return isSoManyMonthsFrom(number, service === null ? { month: 1, date: 1 } : anchorOf(service), 12)
  }
  return isSoManyMonthsFrom(number, partsOfText(starts), 12)
}

const MONTHS: Partial<Record<Every | 'leave-year', number>> = {
  'twice-a-month': 0.5,
  month: 1,
  quarter: 3,
  'half-year': 6,
  year: 12,
  'leave-year': 12,
}

interface Grid {
  readonly every: Every
  readonly on: PeriodsOn | undefined
  readonly leaveYear: LeaveYear | undefined
  readonly service: number
}

interface SaidOn {
  readonly weekday?: Weekday
  readonly from?: string
  readonly daysOfMonth?: readonly number[]
  readonly dayOfMonth?: number
  readonly dates?: readonly string[]
  readonly anniversary?: boolean
}

function periodBegins({ every, on, leaveYear, service }: Grid, number: number): boolean {
  const payPeriods = leaveYear !== undefined && 'payPeriodsFrom' in leaveYear ? leaveYear.payPeriodsFrom : '1900-01-01'
  const said: SaidOn = on ?? {}
  switch (every) {
    case 'day':
      return true
    case 'week':
      return weekdayOf(number) === (said.weekday ?? 'mon')
    case 'two-weeks':
      return (number - numberOf(said.from ?? payPeriods)) % 14 === 0
    case 'twice-a-month':
      return (said.daysOfMonth ?? [1, 16]).some((date) => isDate(number, date))
    case 'month':
      return isDate(number, said.dayOfMonth ?? 1)
    default:
      return longPeriodBegins({ every, leaveYear, service }, said, number)
  }
}

function longPeriodBegins({ every, leaveYear, service }: Omit<Grid, 'on'>, said: SaidOn, number: number): boolean {
  const months = MONTHS[every]!
  if (said.dates !== undefined) return said.dates.some((date) => isSoManyMonthsFrom(number, partsOfText(date), 12))
  if (said.anniversary === true) return isSoManyMonthsFrom(number, anchorOf(service), months)
  if (leaveYear === undefined || 'starts' in leaveYear) {
    const starts = leaveYear?.starts ?? '01-01'
    return isSoManyMonthsFrom(number, starts === 'service' ? anchorOf(service) : partsOfText(starts), months)
  }
  let year = number
  while (!leaveYearBegins(leaveYear, service, year)) year--
  for (let passed = 0; passed < 12; passed += months) if (monthsOn(year, passed) === number) return true
  return false
}

function weekdayOf(number: number): Weekday {
  return WEEKDAYS[new Date(number * MS_PER_DAY).getUTCDay() === 0 ? 6 : new Date(number * MS_PER_DAY).getUTCDay() - 1]!
}

interface Days {
  readonly from: number
  readonly to: number
}

/** Asked of every day once, and kept: the only thing that is. */
function spanAround(begins: (number: number) => boolean): (number: number) => Days {
  const asked = new Map<number, boolean>()
  const isBeginning = (number: number): boolean => {
    if (!asked.has(number)) asked.set(number, begins(number))
    return asked.get(number)!
  }
  return (number) => {
    let from = number
    while (!isBeginning(from)) from--
    let next = number + 1
    while (!isBeginning(next)) next++
    return { from, to: next - 1 }
  }
}

// ---- what holds on a day

interface Held {
  readonly level: Level
  readonly reachedOn: number
  readonly every: Every
  readonly period: (number: number) => Days
}

interface Rules {
  readonly policy: PolicyVersion
  readonly assignment: AssignmentVersion
  readonly earning: EarningTerms | undefined
  readonly service: number
  readonly leaveYear: (number: number) => Days
  readonly levels: readonly Held[]
  /** The first day after the waiting. */
  readonly waited: number | undefined
}

function rulesFor(facts: EarningFacts, history: AssignmentHistory, hired: CalendarDate | null) {
  const known: Rules[] = []
  return (number: number): Rules => {
    const policy = versionInForce(facts.policy, dayOf(number))
    const assignment = versionInForce(history, dayOf(number))
    const same = known.find((rules) => rules.policy === policy && rules.assignment === assignment)
    if (same !== undefined) return same
    const service = numberOf(assignment.serviceSince ?? hired ?? history.at(-1)!.from)
    const earning = assignment.terms?.earning ?? policy.earning
    const levels = (earning?.levels ?? []).map((said) => {
      const amounts = ['amount', 'yearAmount', 'perHours', 'inLastFullPeriodOfCalendarYear']
      const others = Object.entries(said).filter(([name]) => !amounts.includes(name))
      const level: Level = assignment.amounts === null ? said : { ...Object.fromEntries(others), ...assignment.amounts }
      const every = said.every ?? earning!.every
      const on = said.on ?? (every === earning!.every ? earning!.on : undefined)
      const grid = { every, on, leaveYear: policy.leaveYear, service }
      const reachedOn = lengthOn(service, said.after ?? { days: 0 })
      return { level, reachedOn, every, period: spanAround((day) => periodBegins(grid, day)) }
    })
    const rules: Rules = {
      policy,
      assignment,
      earning,
      service,
      leaveYear: spanAround((day) => leaveYearBegins(policy.leaveYear, service, day)),
      levels,
      waited: earning?.waiting && lengthOn(service, earning.waiting),
    }
    known.push(rules)
    return rules
  }
}

const reachedBy = ({ levels }: Rules, number: number): Held | undefined =>
  levels.filter(({ reachedOn }) => reachedOn <= number).at(-1)

// ---- one day after the other

interface DayEarned {
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
function spells(facts: EarningFacts, history: AssignmentHistory, until: number): SpellDays[] {
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

function daysOfSpell(facts: EarningFacts, history: AssignmentHistory, spell: SpellDays, until: number): DayEarned[] {
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

const usual = ({ earning }: Rules): PartOfPeriod =>
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

function earnsOf({ facts, rule, period, present, every, year, on }: Cut): Fraction {
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

const daysFrom = ({ from, to }: Days): number[] => Array.from({ length: to - from + 1 }, (_, passed) => from + passed)
const sumOf = (days: Days, of: (number: number) => Fraction): Fraction => daysFrom(days).map(of).reduce(plus, ZERO)
const partOf = (some: Fraction, whole: Fraction): Fraction => (whole.numerator === 0n ? ZERO : dividedBy(some, whole))

// ---- what a day adds

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

const scheduled = (facts: EarningFacts, number: number): Fraction => hoursOfDay(facts, number).scheduled

function attended(facts: EarningFacts, number: number): Fraction {
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

function worked(facts: EarningFacts, number: number): Fraction {
  return facts.worked
    .filter(({ from, to }) => numberOf(from) <= number && number <= numberOf(to))
    .map(({ from, to, hours }) => times(fractionOf(hours), ratio(1, numberOf(to) - numberOf(from) + 1)))
    .reduce(plus, ZERO)
}

function factorOn(facts: EarningFacts, history: AssignmentHistory, earning: EarningTerms, number: number): Fraction {
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

function addedOn(facts: EarningFacts, history: AssignmentHistory, day: DayEarned): Fraction {
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

// ---- all of it

/** Since when the service of a day is counted: for years of service. */
function serviceOf({ assignments, employments }: EarningFacts, number: number): number | null {
  const begun = <Item>(items: readonly Item[], from: (item: Item) => number): Item | undefined => {
    const inOrder = items.toSorted((a, b) => from(a) - from(b))
    return inOrder.filter((item) => from(item) <= number).at(-1) ?? inOrder[0]
  }
  const history = begun(assignments, (one) => numberOf(one.at(-1)!.from))
  const hired = begun(employments, ({ from }) => (from === null ? number : numberOf(from)))?.from ?? null
  const since =
    (history && (versionInForce(history, dayOf(number)).serviceSince ?? hired ?? history.at(-1)!.from)) ?? hired
  return since === null ? null : numberOf(since)
}

/** Days beyond the last one that is asked for, so that its period and its leave year are seen to their end. */
const BEYOND = 800

/** What `earnedParts` has to say. */
export function naiveParts(facts: EarningFacts, through: CalendarDate): readonly NaivePart[] {
  const last = numberOf(through)
  const leaveYear = spanAround((number) =>
    leaveYearBegins(versionInForce(facts.policy, dayOf(number)).leaveYear, serviceOf(facts, number), number),
  )
  const parts = facts.assignments.flatMap((history) => {
    const days = spells(facts, history, last + BEYOND).flatMap((spell) =>
      daysOfSpell(facts, history, spell, last + BEYOND),
    )
    const pieces: DayEarned[][] = []
    for (const day of days) {
      const before = pieces.at(-1)?.at(-1)
      const isSame =
        before?.key === day.key &&
        before.number === day.number - 1 &&
        before.rules === day.rules &&
        before.present.from <= day.number &&
        day.number <= before.present.to
      if (isSame) pieces.at(-1)!.push(day)
      else pieces.push([day])
    }
    return pieces
      .map((piece, at) => {
        const part = { from: piece[0]!.number, to: piece.at(-1)!.number }
        return { piece, part, next: pieces[at + 1]?.[0], posted: piece[0]!.postedOn(part) }
      })
      .filter(({ part, posted }) => part.from <= last && posted <= last)
      .map(({ piece, part, next, posted }): NaivePart => {
        const year = leaveYear(part.from)
        return {
          assignment: history[0].assignment,
          from: dayOf(part.from),
          to: dayOf(part.to),
          period: dayOf(piece[0]!.period.from),
          leaveYear: dayOf(year.from),
          postedOn: dayOf(posted),
          amount: piece.map((day) => addedOn(facts, history, day)).reduce(plus, ZERO),
          isLastOfYear: next === undefined || next.number > year.to,
          level: piece[0]!.held.level,
        }
      })
  })
  return parts.toSorted((a, b) => {
    const [one, other] = [a, b].map(({ postedOn, from, assignment }) => `${postedOn} ${from} ${assignment}`)
    return one! < other! ? -1 : 1
  })
}
