import type { Schema } from '@daybook/client'

/** One date that a calendar has as a holiday, or has taken off its region's. */
export interface DayOff {
  readonly date: string
  readonly name: string
  readonly portion: Schema<'OwnHoliday'>['portion']
  /** `region`: as the region has it. `own`: listed, where the region has nothing. `instead`: listed in place of the region's. */
  readonly from: 'region' | 'own' | 'instead'
}

/** Those of a year, by date: what the calendar lists takes the place of what its region has. */
export function daysOffIn(year: number, calendar: Schema<'Calendar'>): readonly DayOff[] {
  const isIn = ({ date }: { readonly date: string }) => date.startsWith(`${year}-`)
  const ofRegion = new Map(calendar.publicHolidays?.holidays.filter(isIn).map((one) => [one.date, one]))
  const own = calendar.holidays.filter(isIn)
  const listed = new Set(own.map(({ date }) => date))
  return [
    ...[...ofRegion.values()]
      .filter(({ date }) => !listed.has(date))
      .map((one) => ({ ...one, from: 'region' as const })),
    ...own.map((one) => ({ ...one, from: ofRegion.has(one.date) ? ('instead' as const) : ('own' as const) })),
  ].toSorted((a, b) => a.date.localeCompare(b.date))
}
