import { describe, expect, test } from 'vitest'
import type { CalendarVersion } from '../../src/domain/calendar/calendar.ts'
import { ALL_DAYS, changedDays } from '../../src/domain/calendar/changed-days.ts'
import { day } from '../support/builders.ts'

const WORKING_DAYS = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' } as const
const feast = (date: string, portion: 'am' | 'full' | 'pm' = 'full') => ({ date: day(date), name: 'Feast', portion })

function version(number: number, also: Partial<CalendarVersion> = {}): CalendarVersion {
  return {
    calendar: 'at',
    version: number,
    position: number,
    effectiveFrom: day('2025-01-01'),
    workingDays: WORKING_DAYS,
    hoursPerDay: '8',
    rota: null,
    holidays: [],
    workedDays: [],
    region: null,
    publicHolidays: null,
    ...also,
  }
}

describe('the days that a version of a calendar changes', () => {
  test('are all days, where nothing was known', () => {
    expect(changedDays([], version(1))).toEqual(ALL_DAYS)
  })

  test('are none, where it says the same in another order', () => {
    const { mon, ...others } = WORKING_DAYS
    expect(changedDays([version(1)], version(2, { workingDays: { ...others, mon } }))).toBeUndefined()
  })

  test('are those of the holidays that come, go, or are off in another part', () => {
    const before = version(1, { holidays: [feast('2025-05-01'), feast('2025-06-19'), feast('2025-12-24', 'pm')] })
    const now = version(2, { holidays: [feast('2025-05-01'), feast('2025-08-15'), feast('2025-12-24')] })
    expect(changedDays([before], now)).toEqual({ from: '2025-06-19', to: '2025-12-24' })
  })

  test('are those of the lists also before the version begins: holidays are dated by themselves', () => {
    const before = version(1, { holidays: [feast('2025-05-01')] })
    const now = version(2, { effectiveFrom: day('2025-06-01'), holidays: [feast('2025-08-15')] })
    expect(changedDays([before], now)).toEqual({ from: '2025-05-01', to: '2025-08-15' })
  })

  test('are all from there on, where the week is another one, until the day of a scheduled one', () => {
    const from = day('2025-06-01')
    const friday = version(2, { effectiveFrom: from, workingDays: { ...WORKING_DAYS, fri: '0.5' } })
    expect(changedDays([version(1)], friday)).toEqual({ ...ALL_DAYS, from })
    const scheduled = version(2, { effectiveFrom: day('2033-01-01') })
    expect(changedDays([version(1), scheduled], { ...friday, version: 3 })).toEqual({ from, to: '2032-12-31' })
  })

  test('are those from the beginning of time, where the version is now the earliest', () => {
    const friday = version(2, { effectiveFrom: day('2024-07-01'), workingDays: { ...WORKING_DAYS, fri: '0' } })
    expect(changedDays([version(1)], friday)).toEqual({ from: ALL_DAYS.from, to: '2024-12-31' })
  })

  test('are none, where only other years of the region are known: nothing was counted in them', () => {
    const known = (to: number) => ({ region: 'AT', publicHolidays: { from: 2025, to, holidays: [] } })
    expect(changedDays([version(1, known(2026))], version(2, known(2027)))).toBeUndefined()
  })

  test('are the dates of a region that are others now, of the years that both know', () => {
    const known = (from: number, dates: string[]) => ({
      region: 'AT',
      publicHolidays: { from, to: 2027, holidays: dates.map((date) => feast(date)) },
    })
    const before = version(1, known(2024, ['2024-05-01', '2026-05-01']))
    expect(changedDays([before], version(2, known(2026, ['2026-05-01', '2026-10-26'])))).toEqual({
      from: '2026-10-26',
      to: '2026-10-26',
    })
  })

  test('are the dates that are worked as on another weekday', () => {
    const made = version(2, { workedDays: [{ date: day('2025-12-13'), name: null, like: 'fri' }] })
    expect(changedDays([version(1)], made)).toEqual({ from: '2025-12-13', to: '2025-12-13' })
  })

  test('are compared with every version that it takes the place of', () => {
    const later = version(2, { effectiveFrom: day('2025-07-01'), holidays: [feast('2025-08-15')] })
    expect(changedDays([version(1), later], version(3))).toEqual({ from: '2025-08-15', to: '2025-08-15' })
  })
})
