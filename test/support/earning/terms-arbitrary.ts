import fc from 'fast-check'
import type {
  CarryOverTerms,
  EarningPolicyTerms,
  EarningTerms,
  Every,
  LeaveYear,
  Length,
  Level,
  MonthDay,
  PartOfPeriod,
  PerHours,
  PeriodsOn,
  WholeOrPart,
} from '../../../src/domain/earning/terms.ts'
import { day, dayAfter, monthDay } from '../builders.ts'

/*
 * Terms of earning that are sound, made member by member: what may not be said together is never put together here. Quantities are
 * in their normal spelling, and steps no finer than one decimal.
 */

const EVERY: readonly Every[] = ['day', 'week', 'two-weeks', 'twice-a-month', 'month', 'quarter', 'half-year', 'year']
const LONG: readonly Every[] = ['quarter', 'half-year', 'year']
const PAY_PERIODS = '2026-01-11'

/** Left out as often as not, so that the usual is met, too. */
function maybe<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.option(value, { nil: undefined, freq: 2 })
}

/** Without the members that were left out. */
function said<Members extends Record<string, unknown>>(
  members: Members,
): { [Name in keyof Members]?: Exclude<Members[Name], undefined> } {
  // A cast: the members that are left have values.
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never
}

function text(value: number): string {
  return String(value)
}

/** 0 to 99.99999999, mostly of few decimals. */
export const amount: fc.Arbitrary<string> = fc.oneof(
  fc.integer({ min: 0, max: 40 }).map(text),
  fc.integer({ min: 1, max: 9_999 }).map((hundredths) => text(hundredths / 100)),
  fc.constantFrom('0.33333333', '1.66666667', '2.08333333', '0.00000001'),
)

/** At most what another is. */
const upTo = (most: string): fc.Arbitrary<string> => fc.constantFrom('0', most)

const step = fc.constantFrom('0.1', '0.5', '1', '0.3', '7')

const monthDays: fc.Arbitrary<MonthDay> = fc
  .constantFrom('01-01', '02-28', '02-29', '03-31', '04-01', '06-30', '07-01', '10-01', '12-31')
  .map(monthDay)

const date = fc.integer({ min: 1, max: 31 })
const words = <Word extends string>(...all: readonly Word[]): fc.Arbitrary<Word> => fc.constantFrom(...all)

function length(unit: 'days' | 'months' | 'years', number: number): Length {
  return { [unit]: number } as unknown as Length
}

const shortLength = fc.oneof(
  fc.integer({ min: 1, max: 400 }).map((days) => ({ days })),
  fc.integer({ min: 1, max: 60 }).map((months) => ({ months })),
)

/** Where periods begin. */
export function beginnings(every: Every): fc.Arbitrary<PeriodsOn> | undefined {
  const anniversary: fc.Arbitrary<PeriodsOn> = fc.constant({ anniversary: true })
  const dates = (...all: readonly string[]): fc.Arbitrary<PeriodsOn> => fc.constant({ dates: all.map(monthDay) })
  switch (every) {
    case 'day':
      return undefined
    case 'week':
      return words('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun').map((weekday) => ({ weekday }))
    case 'two-weeks':
      return fc.integer({ min: -60, max: 60 }).map((periods) => ({ from: dayAfter(PAY_PERIODS, periods * 14) }))
    case 'twice-a-month':
      return fc
        .tuple(fc.integer({ min: 1, max: 27 }), fc.integer({ min: 1, max: 31 }))
        .filter(([first, second]) => first < second)
        .map((daysOfMonth) => ({ daysOfMonth }))
    case 'month':
      return date.map((dayOfMonth) => ({ dayOfMonth }))
    case 'quarter':
      return fc.oneof(anniversary, dates('01-01', '04-01', '07-01', '10-01'), dates('03-25', '06-24', '09-29', '12-25'))
    case 'half-year':
      return fc.oneof(anniversary, dates('01-01', '07-01'), dates('02-29', '08-31'))
    case 'year':
      return fc.oneof(anniversary, dates('04-01'), dates('02-29'))
  }
}

const rounding = fc.record({
  step,
  mode: words('up', 'down', 'nearest', 'half-even', 'up-from-half'),
  of: words('posting', 'running-total', 'year'),
})

export const carryOvers: fc.Arbitrary<CarryOverTerms> = fc
  .record({
    on: maybe(fc.oneof(words('year', 'anniversary'), monthDays)),
    keep: maybe(
      fc.oneof(
        words('all', 'none'),
        amount.map((most) => ({ upTo: most })),
      ),
    ),
    rounding: maybe(rounding.map(({ of, ...others }) => (of === 'year' ? others : { of, ...others }))),
    lapses: maybe(
      fc.oneof(
        shortLength.map((validFor) => ({ validFor })),
        monthDays.map((validUntil) => ({ validUntil })),
      ),
    ),
    needsNotice: maybe(fc.boolean()),
    never: maybe(amount),
  })
  .map(({ lapses, never, needsNotice, on, keep, rounding: rounded }) => {
    if (keep === 'none') return said({ on, keep, needsNotice })
    const capped =
      typeof keep === 'object' && never !== undefined && Number(never) > Number(keep.upTo) ? keep.upTo : never
    const ofLapses = lapses === undefined ? {} : said({ ...lapses, neverLapses: capped, needsNotice })
    return { ...said({ on, keep, rounding: rounded }), ...ofLapses }
  })

const whole = words<WholeOrPart>('full', 'half', 'none')

const joinedBy = fc.record({ joinedBy: date, then: whole, else: whole })

type Parts = EarningTerms['lastPeriod']

function parts(inTwelfths: boolean): fc.Arbitrary<NonNullable<Parts> & PartOfPeriod> {
  const simple = ['calendar-days', 'working-time', 'calendar-months', 'full', 'half', 'none'] as const
  const twelfths = inTwelfths ? (['full-months', 'started-months'] as const) : []
  return fc.oneof(words<Exclude<PartOfPeriod, object>>(...simple, ...twelfths), joinedBy)
}

/** By what the levels earn. */
type By = 'amount' | 'hours scheduled' | 'hours worked' | 'year'

interface Frame {
  readonly every: Every
  readonly by: By
  readonly leaveYear: LeaveYear | undefined
}

function earned(
  { by }: Frame,
  every: Every,
): fc.Arbitrary<Pick<Level, 'amount' | 'inLastFullPeriodOfCalendarYear' | 'perHours' | 'yearAmount'>> {
  const hours = (of: PerHours['of']) =>
    fc
      .record({ amount, hours: words('13', '20', '0.5', '37.5'), of: fc.constant(of) })
      .map((perHours) => ({ perHours }))
  switch (by) {
    case 'year':
      return amount.map((yearAmount) => ({ yearAmount }))
    case 'hours worked':
      return fc.oneof(hours('worked'), hours('scheduled'))
    case 'hours scheduled':
      return hours('scheduled')
    case 'amount': {
      const last = every === 'two-weeks' ? maybe(amount) : fc.constant(undefined)
      return fc.record({ amount, inLastFullPeriodOfCalendarYear: last }).map(said) as fc.Arbitrary<{ amount: string }>
    }
  }
}

function level(frame: Frame, after: Length | undefined, isFirst: boolean): fc.Arbitrary<Level> {
  // The first level has the periods of the policy, so that they are met.
  const own = isFirst ? fc.constant(undefined) : maybe(words(...longAs(frame)))
  return own.chain((every) => {
    const inForce = every ?? frame.every
    return fc
      .record({
        earned: earned(frame, inForce),
        on: maybe(beginnings(inForce) ?? fc.constant(undefined)),
        balanceCap: maybe(amount),
        yearMax: maybe(amount),
        carryOver: maybe(carryOvers),
      })
      .map(({ earned: what, on, ...others }) => said({ after, every, on, ...what, ...others }))
  })
}

/** Lengths of periods that are no shorter, where it matters. */
function longAs({ every }: Frame): readonly Every[] {
  return LONG.includes(every) ? LONG : EVERY
}

const afters: fc.Arbitrary<readonly (Length | undefined)[]> = fc
  .record({
    unit: words('days', 'months', 'years'),
    steps: fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 0, maxLength: 3 }),
    first: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
  })
  .map(({ unit, steps, first }) => {
    let sum = first ?? 0
    const later = steps.map((number) => {
      sum += number
      return length(unit, sum)
    })
    return [first === undefined ? undefined : length(unit, first), ...later]
  })

function earningOf(frame: Frame): fc.Arbitrary<EarningTerms> {
  const { every, by } = frame
  const isWorked = by === 'hours worked'
  const byHours = isWorked || by === 'hours scheduled'
  const inTwelfths = by === 'year' && LONG.includes(every)
  const waiting = fc
    .tuple(shortLength, byHours ? fc.constant('all' as const) : words('all', 'full-year'))
    .map(([wait, then]) => ({ ...wait, then }))
  const scaling = fc.oneof(
    fc.constant({}),
    fc.boolean().map((scaledByShare) => ({ scaledByShare })),
    words('5', '6', '2.5').map((days) => ({ week: { days } })),
    words('40', '37.5').map((hours) => ({ week: { hours } })),
  )
  return afters.chain((all) =>
    fc
      .record({
        on: maybe(beginnings(every) ?? fc.constant(undefined)),
        postOn: maybe(isWorked ? words('last-day', 'day-after') : words('first-day', 'last-day', 'day-after')),
        levels: fc.tuple(...all.map((after, index) => level(frame, after, index === 0))),
        levelChange: maybe(words('split', 'next-period', 'next-year')),
        firstPeriod: maybe(parts(inTwelfths)),
        lastPeriod: maybe(
          inTwelfths ? fc.oneof(parts(true), fc.constant('full-months-in-first-half' as const)) : parts(false),
        ),
        basis: maybe(isWorked ? fc.constant('calendar' as const) : words('calendar', 'working-time')),
        scaling: isWorked ? fc.constant({}) : scaling,
        rounding: maybe(rounding),
        waiting: maybe(waiting),
      })
      .map(({ scaling: scaled, levels, ...others }) => ({ every, levels, ...said(others), ...scaled })),
  )
}

const leaveYears: fc.Arbitrary<LeaveYear | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.oneof(fc.constant('service' as const), monthDays).map((starts) => ({ starts })),
)

const earning = fc
  .record({
    every: words(...EVERY),
    by: words<By>('amount', 'hours scheduled', 'hours worked', 'year', 'year'),
    leaveYear: leaveYears,
    inPayPeriods: fc.boolean(),
  })
  .chain(({ every, by, leaveYear: other, inPayPeriods }) => {
    const leaveYear = every === 'two-weeks' && inPayPeriods ? { payPeriodsFrom: day(PAY_PERIODS) } : other
    return earningOf({ every, by, leaveYear }).map((terms) => said({ leaveYear, earning: terms }))
  })

/** The lowest of what a year may earn; undefined where some level has no such limit. */
function mostOf({ earning: terms }: EarningPolicyTerms): string | undefined {
  const all = terms?.levels.map(({ yearMax }) => yearMax) ?? []
  if (all.some((max) => max === undefined)) return undefined
  return (all as string[]).toSorted((a, b) => Number(a) - Number(b))[0]
}

/** For a policy that limits its overdraft, of scale 1 or more. */
export const soundTerms: fc.Arbitrary<EarningPolicyTerms> = fc
  .oneof(
    fc.constant({}),
    leaveYears.map((leaveYear) => said({ leaveYear })),
    earning,
    earning,
    earning,
  )
  .chain((terms: EarningPolicyTerms) => {
    const most = mostOf(terms)
    const spending = fc
      .record({
        of: maybe(words('earned', 'year')),
        from: maybe(
          fc.oneof(
            shortLength,
            fc.integer({ min: 0, max: 60 }).map((workingDays) => ({ workingDays })),
          ),
        ),
        yearMost: maybe(most === undefined ? amount : upTo(most)),
      })
      .map(said)
    return fc
      .record({
        carryOver: maybe(carryOvers),
        spending: maybe(spending),
        encashment: maybe(fc.record({ keepBack: maybe(amount), most: maybe(amount) }).map(said)),
        countsAsWorked: maybe(fc.oneof(fc.boolean(), words('0', '0.5', '1'))),
        lateLeave: maybe(words('recount', 'as-posted')),
      })
      .map((others) => ({ ...terms, ...said(others) }))
  })
