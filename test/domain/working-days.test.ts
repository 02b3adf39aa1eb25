import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type CalendarHistory,
  type CalendarVersion,
  type Holiday,
  WEEKDAYS,
  type Worked,
  type WorkingDays,
} from '../../src/domain/calendar/calendar.ts'
import type { WorkPattern } from '../../src/domain/calendar/work-pattern.ts'
import { EVERY_DAY, type WorkTime } from '../../src/domain/calendar/work-time.ts'
import { type Span, whyNotCounted, workingDaysIn } from '../../src/domain/calendar/working-days.ts'
import { type CalendarDate, dayAfter, parseCalendarDate, weekdayIndex } from '../../src/domain/calendar-date.ts'
import { exactFrom, printExact } from '../../src/domain/exact.ts'
import { day } from '../support/builders.ts'

const FULL_WEEK: WorkingDays = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' }

function version(change: Partial<CalendarVersion> = {}): CalendarVersion {
  return {
    calendar: 'office',
    version: 1,
    position: 2,
    effectiveFrom: day('1900-01-01'),
    workingDays: FULL_WEEK,
    hoursPerDay: '8',
    rota: null,
    holidays: [],
    workedDays: [],
    region: null,
    publicHolidays: null,
    ...change,
  }
}

function holiday(date: string, portion: Holiday['portion'] = 'full'): Holiday {
  return { date: day(date), name: date, portion }
}

function pattern(effectiveFrom: string, change: Partial<WorkPattern> = {}): WorkPattern {
  return {
    effectiveFrom: day(effectiveFrom),
    calendar: null,
    workingDays: null,
    rota: null,
    hoursPerDay: null,
    ...change,
  }
}

function timeOf(history: CalendarHistory, patterns: readonly WorkPattern[] = []): WorkTime {
  return { calendar: 'office', patterns, calendars: new Map([['office', history]]) }
}

function span(from: string, to = from, portions: Partial<Span> = {}): Span {
  return { from: day(from), to: day(to), fromPortion: 'full', toPortion: 'full', ...portions }
}

/** `2026-12-24 am 0.5 4`, one a day; `full` and `1` left out. */
function counted(time: WorkTime, asked: Span): string[] {
  return workingDaysIn(time, asked).map(({ date, portion, days, hours }) =>
    [date, ...(portion === 'full' ? [] : [portion, days]), hours].join(' '),
  )
}

describe('what is worked', () => {
  test('of an entity without a calendar: Monday to Friday, eight hours each', () => {
    expect(counted(EVERY_DAY, span('2026-01-01', '2026-01-06'))).toEqual([
      '2026-01-01 8',
      '2026-01-02 8',
      '2026-01-05 8',
      '2026-01-06 8',
    ])
  })

  test('weekends and holidays cost nothing, over the turn of the year', () => {
    const time = timeOf([version({ holidays: [holiday('2025-12-25'), holiday('2025-12-26'), holiday('2026-01-01')] })])
    expect(counted(time, span('2025-12-24', '2026-01-02'))).toEqual([
      '2025-12-24 8',
      '2025-12-29 8',
      '2025-12-30 8',
      '2025-12-31 8',
      '2026-01-02 8',
    ])
  })

  test('a half holiday leaves the other half', () => {
    const time = timeOf([
      version({ hoursPerDay: '7.7', holidays: [holiday('2026-12-24', 'pm'), holiday('2026-12-31', 'am')] }),
    ])
    expect(counted(time, span('2026-12-24'))).toEqual(['2026-12-24 am 0.5 3.85'])
    expect(counted(time, span('2026-12-31'))).toEqual(['2026-12-31 pm 0.5 3.85'])
    expect(counted(time, span('2026-12-31', '2026-12-31', { toPortion: 'am' }))).toEqual([])
  })

  test('half a working day is its morning', () => {
    const time = timeOf([version({ workingDays: { ...FULL_WEEK, fri: '0.5' } })])
    expect(counted(time, span('2026-07-02', '2026-07-03'))).toEqual(['2026-07-02 8', '2026-07-03 am 0.5 4'])
    expect(counted(time, span('2026-07-03', '2026-07-03', { fromPortion: 'pm' }))).toEqual([])
  })

  test('half a working day with its morning off costs nothing', () => {
    const time = timeOf([
      version({ workingDays: { ...FULL_WEEK, fri: '0.5' }, holidays: [holiday('2026-07-03', 'am')] }),
    ])
    expect(counted(time, span('2026-07-03'))).toEqual([])
  })

  test('of the first and the last day only the halves asked for', () => {
    const asked = span('2026-07-06', '2026-07-08', { fromPortion: 'pm', toPortion: 'am' })
    expect(counted(EVERY_DAY, asked)).toEqual(['2026-07-06 pm 0.5 4', '2026-07-07 8', '2026-07-08 am 0.5 4'])
  })

  test('a pattern that begins in the middle of a span holds from its day on', () => {
    const threeDays = { ...FULL_WEEK, thu: '0', fri: '0' } as const
    const time = timeOf([version()], [pattern('2026-07-01', { workingDays: threeDays, hoursPerDay: '6' })])
    expect(counted(time, span('2026-06-29', '2026-07-07'))).toEqual([
      '2026-06-29 8',
      '2026-06-30 8',
      '2026-07-01 6',
      '2026-07-06 6',
      '2026-07-07 6',
    ])
  })

  test('an empty pattern ends a part time, and a pattern keeps the holidays of the calendar', () => {
    const none = { ...FULL_WEEK, mon: '0', tue: '0', wed: '0', thu: '0', fri: '0' } as const
    const time = timeOf(
      [version({ holidays: [holiday('2026-07-06')] })],
      [pattern('2026-07-01', { workingDays: none }), pattern('2026-07-03')],
    )
    expect(counted(time, span('2026-06-30', '2026-07-07'))).toEqual(['2026-06-30 8', '2026-07-03 8', '2026-07-07 8'])
  })

  test('a pattern may change the calendar', () => {
    const other = version({ calendar: 'plant', hoursPerDay: '12' })
    const time: WorkTime = {
      calendar: 'office',
      patterns: [pattern('2026-07-01', { calendar: 'plant' })],
      calendars: new Map([
        ['office', [version()]],
        ['plant', [other]],
      ]),
    }
    expect(counted(time, span('2026-06-30', '2026-07-01'))).toEqual(['2026-06-30 8', '2026-07-01 12'])
  })

  test('a version of a calendar decides from its day on', () => {
    const later = version({ version: 2, effectiveFrom: day('2026-07-01'), workingDays: { ...FULL_WEEK, wed: '0' } })
    expect(counted(timeOf([version(), later]), span('2026-06-24', '2026-07-02'))).toEqual([
      '2026-06-24 8',
      '2026-06-25 8',
      '2026-06-26 8',
      '2026-06-29 8',
      '2026-06-30 8',
      '2026-07-02 8',
    ])
  })

  test('29 February is a day like any other, where there is one', () => {
    expect(counted(EVERY_DAY, span('2024-02-28', '2024-03-01'))).toEqual([
      '2024-02-28 8',
      '2024-02-29 8',
      '2024-03-01 8',
    ])
    expect(counted(EVERY_DAY, span('2100-02-26', '2100-03-01'))).toEqual(['2100-02-26 8', '2100-03-01 8'])
  })

  test('hours may differ by weekday', () => {
    const hoursPerDay = { mon: '9', tue: '9', wed: '9', thu: '9', fri: '4', sat: '8', sun: '8' }
    expect(counted(timeOf([version({ hoursPerDay })]), span('2026-07-02', '2026-07-03'))).toEqual([
      '2026-07-02 9',
      '2026-07-03 4',
    ])
  })

  test('a holiday that is listed goes before a public one of the same day', () => {
    const publicHolidays = { from: 2026, to: 2026, holidays: [holiday('2026-12-24'), holiday('2026-12-25')] }
    const time = timeOf([version({ region: 'DE-BY', publicHolidays, holidays: [holiday('2026-12-24', 'pm')] })])
    expect(counted(time, span('2026-12-24', '2026-12-25'))).toEqual(['2026-12-24 am 0.5 4'])
  })
})

describe('what cannot be counted', () => {
  const known = { from: 2025, to: 2026, holidays: [] }

  test('a day whose public holidays are not known', () => {
    const time = timeOf([version({ region: 'DE-BY', publicHolidays: known })])
    expect(whyNotCounted(time, span('2026-12-01', '2026-12-31'))).toBeUndefined()
    const asked = span('2026-12-31', '2027-01-01')
    expect(whyNotCounted(time, asked)).toEqual({
      code: 'rule-violated',
      rule: 'public-holidays-known',
      limit: '2025–2026',
    })
    expect(() => workingDaysIn(time, asked)).toThrow('2027-01-01')
  })

  test('a calendar that does not exist', () => {
    const time: WorkTime = { calendar: 'none', patterns: [], calendars: new Map() }
    expect(whyNotCounted(time, span('2026-07-01'))).toEqual({ code: 'unknown-calendar', calendar: 'none' })
    expect(() => workingDaysIn(time, span('2026-07-01'))).toThrow('none')
  })

  test('only where it is in force', () => {
    const time = timeOf([version()], [pattern('2026-07-01', { calendar: 'none' })])
    expect(whyNotCounted(time, span('2026-06-01', '2026-06-30'))).toBeUndefined()
    expect(whyNotCounted(time, span('2026-06-30', '2026-07-01'))).toMatchObject({ code: 'unknown-calendar' })
  })
})

const FIRST = day('2023-12-20')
const days: CalendarDate[] = [FIRST]
while (days.length < 90) days.push(dayAfter(days.at(-1)!))
const LAST = days.at(-1)

const anyDay = fc.constantFrom(...days)
const portion = fc.constantFrom('full' as const, 'am' as const, 'pm' as const)
const worked = fc.constantFrom<Worked>('0', '0.5', '1')
const workingDays = fc.record(
  Object.fromEntries(WEEKDAYS.map((weekday) => [weekday, worked])),
) as fc.Arbitrary<WorkingDays>
const hours = fc.constantFrom('8', '7.7', '0.0001', '24')
const holidays = fc
  .uniqueArray(fc.record({ date: anyDay, name: fc.constant('x'), portion }), { selector: ({ date }) => date })
  .map((list) => list.toSorted((a, b) => (a.date < b.date ? -1 : 1)))
const anyVersion = fc
  .record({ workingDays, hoursPerDay: hours, holidays, effectiveFrom: anyDay })
  .map((terms) => version(terms))
const patterns = fc
  .uniqueArray(
    fc.record({
      effectiveFrom: anyDay,
      calendar: fc.constantFrom(null, 'office'),
      workingDays: fc.option(workingDays),
      rota: fc.constant(null),
      hoursPerDay: fc.option(hours),
    }),
    { selector: ({ effectiveFrom }) => effectiveFrom, maxLength: 4 },
  )
  .map((list) => list.toSorted((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1)))
const time = fc
  .tuple(fc.array(anyVersion, { minLength: 1, maxLength: 3 }), patterns)
  .map(([[first, ...more], its]) => timeOf([first!, ...more], its))

function hoursIn(time: WorkTime, asked: Span): string {
  return printExact(workingDaysIn(time, asked).reduce((sum, { hours }) => sum + exactFrom(hours), 0n))
}

test('law: a span counts what its parts count, wherever it is cut', () => {
  fc.assert(
    fc.property(time, fc.tuple(anyDay, anyDay, anyDay), portion, portion, (its, cuts, fromPortion, toPortion) => {
      const [from, middle, to] = cuts.toSorted() as [CalendarDate, CalendarDate, CalendarDate]
      if (middle === to) return
      const whole = workingDaysIn(its, { from, to, fromPortion, toPortion })
      const before = workingDaysIn(its, { from, to: middle, fromPortion, toPortion: 'full' })
      const after = workingDaysIn(its, { from: dayAfter(middle), to, fromPortion: 'full', toPortion })
      expect(whole).toEqual([...before, ...after])
    }),
  )
})

test('law: the morning and the afternoon of a day are the day', () => {
  fc.assert(
    fc.property(time, anyDay, (its, date) => {
      const half = (fromPortion: 'am' | 'pm') => span(date, date, { fromPortion })
      const whole = span(date)
      const [am, pm] = [workingDaysIn(its, half('am')), workingDaysIn(its, half('pm'))]
      expect([...am, ...pm].every(({ days }) => days === '0.5')).toBe(true)
      const inHalves = am.length + pm.length
      expect(workingDaysIn(its, whole).reduce((sum, { days }) => sum + Number(days) * 2, 0)).toBe(inHalves)
      expect(printExact(exactFrom(hoursIn(its, half('am'))) + exactFrom(hoursIn(its, half('pm'))))).toBe(
        hoursIn(its, whole),
      )
    }),
  )
})

test('law: a day is counted at most once, in order, and none that nobody works on', () => {
  fc.assert(
    fc.property(time, (its) => {
      const found = workingDaysIn(its, span(FIRST, LAST))
      const dates = found.map(({ date }) => date)
      expect(dates).toEqual([...new Set(dates)].toSorted())
      for (const { portion, days } of found) expect(days).toBe(portion === 'full' ? '1' : '0.5')
      const off = timeOf([version({ holidays: days.map((date) => holiday(date)) })])
      expect(workingDaysIn(off, span(FIRST, LAST))).toEqual([])
    }),
  )
})

test('days follow one another, and weekdays too, through all the years there are', () => {
  let date = day('1900-01-01')
  let weekday = 0
  for (let instant = Date.UTC(1900, 0, 1); date < '2999-12-31'; instant += 86_400_000) {
    if (weekdayIndex(date) !== weekday) expect(`${date} ${weekdayIndex(date)}`).toBe(`${date} ${weekday}`)
    if (new Date(instant).toISOString().slice(0, 10) !== date) expect(date).toBe(new Date(instant).toISOString())
    date = dayAfter(date)
    weekday = (weekday + 1) % 7
  }
  expect(parseCalendarDate(dayAfter(date))).toBeUndefined()
})

describe('rotas, halves and dates that are worked', () => {
  const week = (days: Partial<WorkingDays>): WorkingDays => ({
    mon: '0',
    tue: '0',
    wed: '0',
    thu: '0',
    fri: '0',
    sat: '0',
    sun: '0',
    ...days,
  })

  test('a rota of two weeks is worked in turn, before its first week as after it', () => {
    const rota = { weeks: [week({ mon: '1' }), week({ tue: '1' })], weeksFrom: day('2026-01-07') }
    const time = timeOf([version({ rota })])
    expect(counted(time, span('2025-12-29', '2026-01-25'))).toEqual([
      '2025-12-30 8',
      '2026-01-05 8',
      '2026-01-13 8',
      '2026-01-19 8',
    ])
  })

  test('a rota of an entity goes before the week of its calendar', () => {
    const rota = { weeks: [week({ sat: '1' }), week({ sun: '1' })], weeksFrom: day('2026-01-05') }
    const time = timeOf([version()], [pattern('2026-01-05', { rota })])
    expect(counted(time, span('2026-01-05', '2026-01-18'))).toEqual(['2026-01-10 8', '2026-01-18 8'])
  })

  test('an afternoon that is worked is the pm, and a morning off leaves nothing of a day worked in the morning', () => {
    const workingDays = { ...FULL_WEEK, mon: 'am', tue: 'pm' } as const
    const time = timeOf([
      version({ workingDays, holidays: [holiday('2026-01-12', 'am'), holiday('2026-01-13', 'am')] }),
    ])
    expect(counted(time, span('2026-01-05', '2026-01-06'))).toEqual(['2026-01-05 am 0.5 4', '2026-01-06 pm 0.5 4'])
    expect(counted(time, span('2026-01-12', '2026-01-13'))).toEqual(['2026-01-13 pm 0.5 4'])
  })

  test('a date that is worked as a Friday has the Friday’s half and hours, and is no holiday of the region', () => {
    const friday = { ...FULL_WEEK, fri: 'am' } as const
    const saturday = { date: day('2026-12-12'), name: null, like: 'fri' } as const
    const publicHolidays = { from: 2026, to: 2026, holidays: [holiday('2026-12-12')] }
    const hoursPerDay = { mon: '8', tue: '8', wed: '8', thu: '8', fri: '6', sat: '8', sun: '8' }
    const own = { workingDays: friday, hoursPerDay, region: 'HU', publicHolidays, workedDays: [saturday] }
    expect(counted(timeOf([version(own)]), span('2026-12-12', '2026-12-13'))).toEqual(['2026-12-12 am 0.5 3'])
    const ofRegion = { ...publicHolidays, holidays: [], workedDays: [saturday] }
    const time = timeOf([version({ ...own, workedDays: [], publicHolidays: ofRegion })])
    expect(counted(time, span('2026-12-12', '2026-12-13'))).toEqual(['2026-12-12 am 0.5 3'])
  })

  test('"none" says that a date is no holiday here, whatever the region says', () => {
    const publicHolidays = { from: 2026, to: 2026, holidays: [holiday('2026-05-01')] }
    const region = { region: 'XX', publicHolidays }
    expect(counted(timeOf([version(region)]), span('2026-05-01'))).toEqual([])
    const none = { date: day('2026-05-01'), name: 'Worked here', portion: 'none' } as const
    expect(counted(timeOf([version({ ...region, holidays: [none] })]), span('2026-05-01'))).toEqual(['2026-05-01 8'])
  })
})

describe('versions over time', () => {
  test('what is scheduled for later stays, when today’s week is defined again', () => {
    const scheduled = version({ version: 2, effectiveFrom: day('2033-01-01'), workingDays: { ...FULL_WEEK, fri: '0' } })
    const today = version({ version: 3, effectiveFrom: day('2026-11-28'), workingDays: { ...FULL_WEEK, mon: 'pm' } })
    const time = timeOf([version(), scheduled, today])
    expect(counted(time, span('2033-01-06', '2033-01-07'))).toEqual(['2033-01-06 8'])
    expect(counted(time, span('2032-12-27', '2032-12-27'))).toEqual(['2032-12-27 pm 0.5 4'])
  })

  test('holidays are those of the newest list, about past dates too and whatever day it begins on', () => {
    const later = version({ version: 2, effectiveFrom: day('2033-01-01'), holidays: [holiday('2026-03-02')] })
    expect(counted(timeOf([version(), later]), span('2026-03-02'))).toEqual([])
    const older = version({ holidays: [holiday('2026-03-03')] })
    expect(counted(timeOf([older, later]), span('2026-03-02', '2026-03-03'))).toEqual(['2026-03-03 8'])
  })

  test('of a year that the newest list of a region does not know, the newest that knows it decides', () => {
    const known = (from: number, to: number, date: string) => ({
      region: 'AT',
      publicHolidays: { from, to, holidays: [holiday(date)] },
    })
    const time = timeOf([
      version(known(2020, 2026, '2020-10-26')),
      version({ version: 2, ...known(2021, 2027, '2026-10-26') }),
    ])
    expect(counted(time, span('2020-10-26'))).toEqual([])
    expect(counted(time, span('2026-10-26'))).toEqual([])
    expect(whyNotCounted(time, span('2019-05-01'))).toEqual({
      code: 'rule-violated',
      rule: 'public-holidays-known',
      limit: '2021–2027',
    })
  })
})

test('law: what a day counts depends on the weeks in force on it and the newest lists, in whatever order weeks were defined', () => {
  const weeksFrom = fc.uniqueArray(fc.tuple(anyDay, workingDays), {
    selector: ([from]) => from,
    minLength: 1,
    maxLength: 5,
  })
  fc.assert(
    fc.property(weeksFrom, fc.array(fc.nat(), { minLength: 5, maxLength: 5 }), anyDay, (weeks, order, on) => {
      const historyOf = (list: typeof weeks): CalendarHistory => {
        const [first, ...more] = list.map(([effectiveFrom, days], index) =>
          version({ version: index + 1, effectiveFrom, workingDays: days }),
        )
        return [first!, ...more]
      }
      const shuffled = weeks
        .map((item, index) => ({ item, at: order[index]! }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ item }) => item)
      const asked = span(on)
      expect(counted(timeOf(historyOf(shuffled)), asked)).toEqual(counted(timeOf(historyOf(weeks)), asked))
    }),
  )
})
