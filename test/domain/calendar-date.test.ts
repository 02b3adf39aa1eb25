import { describe, expect, test } from 'vitest'
import { type CalendarDate, dayIn, isTimeZone, parseCalendarDate, startOfDay } from '../../src/domain/calendar-date.ts'

/** Days as the runtime's UTC calendar counts them, which knows nothing of ours. */
function daysOf(year: number): string[] {
  const days: string[] = []
  for (let at = Date.UTC(year, 0, 1); new Date(at).getUTCFullYear() === year; at += 86_400_000) {
    days.push(new Date(at).toISOString().slice(0, 10))
  }
  return days
}

describe('a day', () => {
  test('every day from 1900 to 2999 is one, and nothing else of that shape', () => {
    const twoDigits = Array.from({ length: 34 }, (_, number) => String(number).padStart(2, '0'))
    for (let year = 1899; year <= 3000; year++) {
      const real = year >= 1900 && year <= 2999 ? daysOf(year) : []
      const taken: string[] = []
      for (const month of twoDigits.slice(0, 14)) {
        for (const date of twoDigits) {
          const text = `${year}-${month}-${date}`
          if (parseCalendarDate(text) !== undefined) taken.push(text)
        }
      }
      expect(taken).toEqual(real)
    }
  })

  test.each([
    '',
    '2026',
    '2026-1-1',
    '20260101',
    '2026-01-01T00:00:00Z',
    ' 2026-01-01',
    '2026-01-01\n',
    '２０２６-01-01',
    '-026-01-01',
  ])('%j is none', (text) => {
    expect(parseCalendarDate(text)).toBeUndefined()
  })

  test('the order of texts is the order in time', () => {
    const days = [...daysOf(1999), ...daysOf(2000), ...daysOf(2001)]
    expect(days.toSorted()).toEqual(days)
  })
})

describe('today', () => {
  const midnightInVienna = new Date('2026-03-28T23:00:00.000Z')
  test('is what the calendar on the wall says, in the time zone of the book', () => {
    expect(dayIn('UTC', midnightInVienna)).toBe('2026-03-28')
    expect(dayIn('Europe/Vienna', midnightInVienna)).toBe('2026-03-29')
    expect(dayIn('America/Los_Angeles', midnightInVienna)).toBe('2026-03-28')
    expect(dayIn('Pacific/Kiritimati', new Date('2026-12-31T10:00:00.000Z'))).toBe('2027-01-01')
  })

  test('is a day in every time zone', () => {
    for (const timeZone of Intl.supportedValuesOf('timeZone')) {
      expect(parseCalendarDate(dayIn(timeZone, midnightInVienna))).toBeDefined()
      expect(isTimeZone(timeZone)).toBe(true)
    }
  })

  test.each(['', 'Vienna', 'Europe/Nowhere', '+01:00', 'UTC; drop table', '../UTC'])('%j is no time zone', (name) => {
    expect(isTimeZone(name)).toBe(false)
  })
})

describe('the start of a day', () => {
  test.each([
    ['UTC', '2026-03-31', '2026-03-31T00:00:00.000Z'],
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00.000Z'],
    ['Europe/Berlin', '2026-03-30', '2026-03-29T22:00:00.000Z'],
    ['Pacific/Kiritimati', '2026-01-01', '2025-12-31T10:00:00.000Z'],
    ['Pacific/Pago_Pago', '2026-01-01', '2026-01-01T11:00:00.000Z'],
    // Clocks went from 00:00 to 01:00.
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z'],
    // Samoa had no 30 December 2011.
    ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00.000Z'],
    ['Pacific/Apia', '2011-12-31', '2011-12-30T10:00:00.000Z'],
  ])('in %s of %s is %s', (timeZone, day, start) => {
    expect(startOfDay(timeZone, day as CalendarDate).toISOString()).toBe(start)
  })

  test('is the first second of it, in every zone', () => {
    for (const timeZone of Intl.supportedValuesOf('timeZone')) {
      for (const day of ['1970-01-01', '2000-02-29', '2026-03-29', '2026-10-25'] as CalendarDate[]) {
        const start = startOfDay(timeZone, day)
        expect({ timeZone, day: dayIn(timeZone, start) }).toEqual({ timeZone, day })
        expect(dayIn(timeZone, new Date(start.getTime() - 1)) < day).toBe(true)
      }
    }
  })
})
