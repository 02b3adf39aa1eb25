import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dayAt, dayNumber, daysBetween } from '../../src/domain/day-number.ts'
import { day } from '../support/builders.ts'
import { someDay } from '../support/builders-arbitrary.ts'

const MS_PER_DAY = 86_400_000

test.each([
  ['2024-02-28', '2024-03-01', 2],
  ['2023-02-28', '2023-03-01', 1],
  ['1900-02-28', '1900-03-01', 1],
  ['2000-02-28', '2000-03-01', 2],
  ['2025-12-31', '2026-01-01', 1],
  ['2026-07-08', '2026-07-06', -2],
])('from %s to %s are %i days', (from, to, days) => {
  expect(daysBetween(day(from), day(to))).toBe(days)
})

// Fails where a leap day is counted in the wrong year.
test('law: days are counted as the calendar counts them, and found again', () => {
  fc.assert(
    fc.property(someDay(), someDay(), (from, to) => {
      expect(daysBetween(from, to)).toBe((Date.parse(to) - Date.parse(from)) / MS_PER_DAY)
      expect(dayAt(dayNumber(from))).toBe(from)
    }),
  )
})
