import { EVERY_DAY } from '../../../../src/domain/calendar/work-time.ts'
import { day } from '../../../support/builders.ts'
import type { Someone } from '../someone.ts'

// Weeks that are worked, and a month in which working time counts.

export const fiveDays = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' } as const
export const threeDays = { ...fiveDays, thu: '0', fri: '0' } as const
export const pattern = (
  from: string,
  workingDays: typeof fiveDays | typeof threeDays,
  hoursPerDay: string | null = null,
) => ({
  effectiveFrom: day(from),
  calendar: null,
  workingDays,
  rota: null,
  hoursPerDay,
})
export const working = (...patterns: ReturnType<typeof pattern>[]) => ({ ...EVERY_DAY, patterns })

export const march: Someone = {
  from: '2026-03-01',
  earning: { amount: '22', basis: 'working-time', postOn: 'last-day' },
}
