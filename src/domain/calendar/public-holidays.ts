import type { PublicHolidays } from './calendar.ts'

/** Whole years, both included. */
export type Years = Pick<PublicHolidays, 'from' | 'to'>

/** What is known of one region: its days off by date, one a day, and the days that are worked instead. */
export interface RegionFacts {
  /** The same for the same years. */
  readonly during: (years: Years) => Omit<PublicHolidays, 'from' | 'to'>
  /** Parts of the region that have other days than it has alone; none: nobody needs to be warned. */
  readonly parts: readonly string[]
}

/** The most years that one version of a calendar may know the public holidays of; what bounds its event. */
export const MOST_YEARS = 20
