import type { PublicHolidays } from './calendar.ts'

/** Whole years, both included. */
export type Years = Pick<PublicHolidays, 'from' | 'to'>

/** The public holidays of one region: by date, one a day, the same for the same years. */
export type PublicHolidaysOf = (years: Years) => PublicHolidays['holidays']

/** The most years that one version of a calendar may know the public holidays of; what bounds its event. */
export const MOST_YEARS = 20
