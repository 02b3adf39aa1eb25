import fc from 'fast-check'
import {
  type CalendarHistory,
  type CalendarVersion,
  WEEKDAYS,
  type WorkingDays,
} from '../../../src/domain/calendar/calendar.ts'
import type { WorkPattern } from '../../../src/domain/calendar/work-pattern.ts'
import type { WorkTime } from '../../../src/domain/calendar/work-time.ts'
import type { CalendarDate } from '../../../src/domain/calendar-date.ts'
import type { AssignmentHistory, AssignmentVersion } from '../../../src/domain/earning/assignment.ts'
import type { EarningFacts } from '../../../src/domain/earning/facts.ts'
import type {
  EarningTerms,
  Every,
  LeaveYear,
  Length,
  Level,
  MonthDay,
  PartOfPeriod,
  PeriodsOn,
} from '../../../src/domain/earning/terms.ts'
import type { PolicyVersion } from '../../../src/domain/policy/policy.ts'
import { day, dayAfter } from '../../support/builders.ts'
import { factsOf } from './someone.ts'

/*
 * Policies and people of every kind that the contract lets through. Days gather around the ends of months and years, and around
 * leap days, where what is wrong is wrong.
 */

const EVERY: Every[] = ['day', 'week', 'two-weeks', 'twice-a-month', 'month', 'quarter', 'half-year', 'year']

/** All examples lie in these years; 2024 and 2028 are leap years. */
const YEARS = [2023, 2024, 2025, 2026, 2027, 2028]
const AWKWARD = ['01-01', '01-31', '02-27', '02-28', '03-01', '03-31', '04-30', '06-30', '07-01', '12-30', '12-31']

function someDayOf(years: readonly number[]): fc.Arbitrary<CalendarDate> {
  const any = fc.tuple(fc.constantFrom(...years), fc.nat(364)).map(([year, days]) => dayAfter(`${year}-01-01`, days))
  const awkward = years.flatMap((year) =>
    [...AWKWARD, ...(year % 4 === 0 ? ['02-29'] : [])].map((rest) => day(`${year}-${rest}`)),
  )
  return fc.oneof(any, fc.constantFrom(...awkward))
}

// A cast: these are days of the year.
const monthDay = fc.constantFrom(
  ...(['01-01', '04-01', '04-06', '06-01', '02-29', '02-28', '08-31', '10-15', '12-31'] as MonthDay[]),
)

const leaveYear: fc.Arbitrary<LeaveYear> = fc.oneof(
  fc.constant<LeaveYear>({ starts: '01-01' as MonthDay }),
  monthDay.map((starts): LeaveYear => ({ starts })),
  fc.constant<LeaveYear>({ starts: 'service' }),
  someDayOf(YEARS).map((payPeriodsFrom): LeaveYear => ({ payPeriodsFrom })),
)

const dateOfMonth = fc.oneof(fc.integer({ min: 1, max: 31 }), fc.constantFrom(1, 15, 28, 29, 30, 31))

function datesApart(months: number): fc.Arbitrary<PeriodsOn> {
  return fc
    .tuple(
      fc.integer({ min: 1, max: months }),
      fc.array(fc.integer({ min: 1, max: 28 }), { minLength: 4, maxLength: 4 }),
    )
    .map(([first, dates]) => ({
      dates: Array.from(
        { length: 12 / months },
        (_, turn) => `${two(first + turn * months)}-${two(dates[turn % 4]!)}` as MonthDay,
      ),
    }))
}

const two = (number: number): string => String(number).padStart(2, '0')

function periodsOn(every: Every): fc.Arbitrary<PeriodsOn | undefined> {
  const usual = fc.constant(undefined)
  const anniversary = fc.constant<PeriodsOn>({ anniversary: true })
  switch (every) {
    case 'day':
      return usual
    case 'week':
      return fc.oneof(
        usual,
        fc.constantFrom(...WEEKDAYS).map((weekday): PeriodsOn => ({ weekday })),
      )
    case 'two-weeks':
      return fc.oneof(
        usual,
        someDayOf(YEARS).map((from): PeriodsOn => ({ from })),
      )
    case 'twice-a-month':
      return fc.oneof(
        usual,
        fc.uniqueArray(dateOfMonth, { minLength: 2, maxLength: 2 }).map((dates): PeriodsOn => {
          const [one, other] = dates.toSorted((a, b) => a - b)
          return { daysOfMonth: [one!, other!] }
        }),
      )
    case 'month':
      return fc.oneof(
        usual,
        dateOfMonth.map((dayOfMonth): PeriodsOn => ({ dayOfMonth })),
      )
    case 'quarter':
      return fc.oneof(usual, anniversary, datesApart(3))
    case 'half-year':
      return fc.oneof(usual, anniversary, datesApart(6))
    case 'year':
      return fc.oneof(usual, anniversary, datesApart(12))
  }
}

const quantity = fc.constantFrom('0', '1', '1.25', '2.5', '10', '25', '30', '0.33333333', '100')
const positive = fc.constantFrom('1', '6', '13', '20', '0.5', '40', '37.5')
const share = fc.constantFrom('1', '0.8', '0.5', '0.33333333', '0')

type Amount = Pick<Level, 'amount' | 'yearAmount' | 'perHours' | 'inLastFullPeriodOfCalendarYear'>

const plainAmount: fc.Arbitrary<Amount> = fc.oneof(
  quantity.map((amount): Amount => ({ amount })),
  quantity.map((yearAmount): Amount => ({ yearAmount })),
)

function amountFor(every: Every): fc.Arbitrary<Amount> {
  const byHours = fc
    .tuple(quantity, positive, fc.constantFrom('worked' as const, 'scheduled' as const))
    .map(([amount, hours, of]): Amount => ({ perHours: { amount, hours, of } }))
  const withLast = fc
    .tuple(quantity, quantity)
    .map(([amount, last]): Amount => ({ amount, inLastFullPeriodOfCalendarYear: last }))
  return fc.oneof(
    { weight: 4, arbitrary: plainAmount },
    { weight: 1, arbitrary: byHours },
    { weight: every === 'two-weeks' ? 2 : 0, arbitrary: withLast },
  )
}

/** Ascending, all in one unit. */
const afters: fc.Arbitrary<readonly (Length | undefined)[]> = fc
  .tuple(
    fc.constantFrom('days', 'months', 'years'),
    fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(40) }),
    fc.uniqueArray(fc.integer({ min: 1, max: 600 }), { maxLength: 2 }),
  )
  .map(([unit, first, later]) => {
    const scale = { days: 1, months: 30, years: 365 }[unit]
    const start = Math.floor((first ?? 0) / (unit === 'days' ? 1 : 12))
    const steps = [...new Set(later.map((days) => start + 1 + Math.floor(days / scale)))].toSorted((a, b) => a - b)
    const lengths = [first === undefined ? undefined : start, ...steps]
    // A cast: the name is one of the three.
    return lengths.map((number) => (number === undefined ? undefined : ({ [unit]: number } as unknown as Length)))
  })

const wholeOrPart = fc.constantFrom('full' as const, 'half' as const, 'none' as const)

function partOfPeriod(every: Every, isByYear: boolean): fc.Arbitrary<PartOfPeriod | undefined> {
  const isLong = every === 'quarter' || every === 'half-year' || every === 'year'
  return fc.oneof(
    fc.constant(undefined),
    fc.constantFrom<PartOfPeriod>(
      'calendar-days',
      'working-time',
      'calendar-months',
      ...(isLong && isByYear ? (['full-months', 'started-months'] as const) : []),
    ),
    wholeOrPart,
    fc
      .tuple(fc.integer({ min: 1, max: 31 }), wholeOrPart, wholeOrPart)
      .map(([joinedBy, ...parts]) => ({ joinedBy, then: parts[0], else: parts[1] })),
  )
}

const waiting: fc.Arbitrary<EarningTerms['waiting']> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 18 }), fc.constantFrom('all' as const, 'full-year' as const))
      .map(([months, then]) => ({ months, then })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 200 }), fc.constantFrom('all' as const, 'full-year' as const))
      .map(([days, then]) => ({ days, then })),
  },
)

const without = <Value extends object>(value: Value): Value =>
  // A cast: what is undefined is left out, as nobody says it.
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Value

/** Not as many days as months: there are thirty times as many of them to look at. */
const everySoOften = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Every>('day') },
  { weight: 12, arbitrary: fc.constantFrom(...EVERY.filter((every) => every !== 'day')) },
  { weight: 6, arbitrary: fc.constantFrom<Every>('month', 'year') },
)

const earningTerms: fc.Arbitrary<EarningTerms> = everySoOften.chain((every) =>
  afters.chain((lengths) =>
    fc
      .record({
        on: periodsOn(every),
        postOn: fc.constantFrom(undefined, 'first-day' as const, 'last-day' as const, 'day-after' as const),
        levels: fc.tuple(
          ...lengths.map((after) =>
            fc
              .tuple(
                amountFor(every),
                fc.option(quantity, { nil: undefined, freq: 3 }),
                fc.option(
                  everySoOften.chain((own) => periodsOn(own).map((on) => ({ every: own, on }))),
                  { nil: undefined, freq: 4 },
                ),
              )
              .map(([amount, yearMax, own]): Level => without({ after, ...amount, yearMax, ...own }) as Level),
          ),
        ),
        levelChange: fc.constantFrom(undefined, 'split' as const, 'next-period' as const, 'next-year' as const),
        basis: fc.constantFrom(undefined, undefined, undefined, 'calendar' as const, 'working-time' as const),
        scaling: fc.oneof(
          fc.constant({}),
          fc.constant({ scaledByShare: true }),
          fc.record({
            week: fc.oneof(
              fc.record({ days: fc.constantFrom('5', '6') }),
              fc.record({ hours: fc.constantFrom('40', '38.5') }),
            ),
          }),
        ),
        waiting,
        firstPeriod: fc.nat(),
        lastPeriod: fc.nat(),
      })
      .chain(({ scaling, levels, ...terms }) => {
        const isByYear = levels.every(({ yearAmount }) => yearAmount !== undefined)
        const isWorked = levels.some(({ perHours }) => perHours?.of === 'worked')
        const lasts = isByYear
          ? [partOfPeriod(every, true), fc.constant('full-months-in-first-half' as const)]
          : [partOfPeriod(every, false)]
        return fc.tuple(partOfPeriod(every, isByYear), fc.oneof(...lasts)).map(
          ([firstPeriod, lastPeriod]) =>
            without({
              ...terms,
              ...(isWorked ? {} : scaling),
              every,
              levels,
              firstPeriod,
              lastPeriod,
            }) as EarningTerms,
        )
      }),
  ),
)

const workedOf = fc.constantFrom('0' as const, '0.5' as const, '1' as const, 'am' as const, 'pm' as const)

const workingDays: fc.Arbitrary<WorkingDays> = fc.oneof(
  fc.constant<WorkingDays>({ mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' }),
  fc.record({
    mon: workedOf,
    tue: workedOf,
    wed: workedOf,
    thu: workedOf,
    fri: workedOf,
    sat: workedOf,
    sun: workedOf,
  }),
)

const week = fc
  .record({
    workingDays,
    rota: fc.option(
      fc.record({ weeks: fc.array(workingDays, { minLength: 1, maxLength: 3 }), weeksFrom: someDayOf(YEARS) }),
      { freq: 3 },
    ),
    hoursPerDay: fc.constantFrom('8', '7.7', '12'),
  })
  .map(({ hoursPerDay, ...weeks }) => ({ ...weeks, hoursPerDay }))

const holidays = fc
  .uniqueArray(fc.tuple(someDayOf(YEARS), fc.constantFrom('full' as const, 'am' as const, 'pm' as const)), {
    selector: ([date]) => date,
    maxLength: 6,
  })
  .map((days) =>
    days.map(([date, portion]) => ({ date, name: 'off', portion })).toSorted((a, b) => (a.date < b.date ? -1 : 1)),
  )

const calendarVersions = fc
  .array(fc.record({ effectiveFrom: someDayOf(YEARS), week, holidays }), { minLength: 1, maxLength: 2 })
  .map((versions) =>
    versions.map(
      ({ effectiveFrom, week: { workingDays, rota, hoursPerDay }, holidays }, at): CalendarVersion => ({
        calendar: 'plant',
        version: at + 1,
        position: at + 1,
        effectiveFrom,
        workingDays,
        rota,
        hoursPerDay,
        holidays,
        workedDays: [],
        region: null,
        publicHolidays: null,
      }),
    ),
  )

const patterns: fc.Arbitrary<readonly WorkPattern[]> = fc
  .uniqueArray(fc.record({ effectiveFrom: someDayOf(YEARS), week: fc.option(week), hours: fc.boolean() }), {
    selector: ({ effectiveFrom }) => effectiveFrom,
    maxLength: 2,
  })
  .map((all) =>
    all
      .map(({ effectiveFrom, week, hours }) => ({
        effectiveFrom,
        calendar: null,
        workingDays: week?.workingDays ?? null,
        rota: week?.rota ?? null,
        hoursPerDay: hours && week !== null ? week.hoursPerDay : null,
      }))
      .toSorted((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1)),
  )

const time: fc.Arbitrary<WorkTime> = fc
  .record({ versions: fc.option(calendarVersions), patterns })
  .map(({ versions, patterns }) => ({
    calendar: versions === null ? null : 'plant',
    patterns,
    // A cast: there is one version at least.
    calendars: new Map(versions === null ? [] : [['plant', versions as unknown as CalendarHistory]]),
  }))

const STARTS = YEARS.slice(0, 4)

/** Days that follow one another without touching: `from/to`, the last of them open now and then. */
function spans(most: number): fc.Arbitrary<readonly { from: CalendarDate; to: CalendarDate | null }[]> {
  return fc
    .tuple(fc.uniqueArray(someDayOf(STARTS), { minLength: 2, maxLength: 2 * most }), fc.boolean())
    .map(([days, isOpen]) => {
      const ends = days.toSorted()
      const pairs = Array.from({ length: Math.floor(ends.length / 2) }, (_, at) => ({
        from: ends[2 * at]!,
        to: ends[2 * at + 1]!,
      }))
      return pairs.map(({ from, to }, at) => ({ from, to: isOpen && at === pairs.length - 1 ? null : to }))
    })
}

const shareFrom = fc.tuple(someDayOf(STARTS), share)

function assignmentVersions(
  assignment: string,
  { from, to }: { from: CalendarDate; to: CalendarDate | null },
): fc.Arbitrary<AssignmentHistory> {
  return fc
    .record({
      serviceSince: fc.option(fc.oneof(someDayOf([2019, 2020]), someDayOf(STARTS))),
      share: fc.option(share),
      amounts: fc.option(fc.oneof(fc.record({ amount: quantity }), fc.record({ yearAmount: quantity })), { freq: 4 }),
      terms: fc.option(
        earningTerms.map((earning) => ({ earning })),
        { freq: 8 },
      ),
      shares: fc.array(shareFrom, { maxLength: 2 }),
    })
    .map(({ shares, ...terms }) => {
      const first: AssignmentVersion = {
        entity: 'e1',
        assignment,
        version: 1,
        position: 1,
        policy: 'annual',
        effectiveFrom: from,
        from,
        to,
        ...terms,
      }
      return [
        first,
        ...shares.map(([effectiveFrom, share], at) => ({ ...first, version: at + 2, effectiveFrom, share })),
      ]
    })
}

const assignments: fc.Arbitrary<readonly AssignmentHistory[]> = spans(2).chain((days) =>
  fc.tuple(...days.map((span, at) => assignmentVersions(`a${at + 1}`, span))),
)

const employments = fc.oneof(
  fc.constant([]),
  spans(2),
  fc
    .record({ from: fc.option(someDayOf([2019, 2022, 2023])), to: fc.option(someDayOf([2025, 2026, 2027])) })
    .map((one) => [one]),
)

const policyVersion: fc.Arbitrary<Partial<PolicyVersion>> = fc
  .record({
    effectiveFrom: someDayOf(STARTS),
    leaveYear: fc.option(leaveYear, { nil: undefined }),
    earning: fc.option(earningTerms, { nil: undefined, freq: 12 }),
    retiredFrom: fc.option(someDayOf(YEARS), { nil: undefined, freq: 12 }),
  })
  // A cast: what is undefined is left out.
  .map((version) => without(version) as Partial<PolicyVersion>)

/** One entity under one policy, with everything that happens to people. */
export const someone: fc.Arbitrary<EarningFacts> = fc
  .record({
    versions: fc.oneof(
      { weight: 3, arbitrary: fc.tuple(policyVersion) },
      { weight: 1, arbitrary: fc.tuple(policyVersion, policyVersion) },
    ),
    assignments,
    employments,
    time,
    worked: fc.array(fc.tuple(someDayOf(STARTS), fc.nat(40), fc.constantFrom('8', '7.5', '160')), { maxLength: 5 }),
    absent: fc.array(
      fc.record({
        on: someDayOf(STARTS),
        days: fc.constantFrom('1', '0.5'),
        hours: fc.option(fc.constantFrom('2', '8'), { freq: 3 }),
        countsAs: share,
      }),
      { maxLength: 20 },
    ),
  })
  .map(({ versions: [first, ...later], worked, absent, ...facts }) => ({
    ...facts,
    entity: 'e1',
    policy: factsOf({
      policy: first,
      then: later.map((also) => ({
        leaveYear: undefined,
        earning: undefined,
        retiredFrom: undefined,
        ...also,
      })) as never,
    }).policy,
    worked: worked.map(([from, days, hours], at) => ({ from, to: dayAfter(from, days), hours, position: at + 1 })),
    absent: absent.map((one) => (one.hours === null ? one : { ...one, days: null })),
    notices: [],
  }))

/** A day by which something may have been earned. */
export const through: fc.Arbitrary<CalendarDate> = someDayOf([2025, 2026, 2027])
