import type { CalendarDate } from '../../../domain/calendar-date.ts'
import { day } from '../days.ts'
import type { Site } from './people.ts'

/*
 * The public holidays of 2025 as the law has them, written out so that the demo knows them from somewhere else than the
 * service does. Bavaria: Art. 1 FTG (BayRS 1131-3-I). England: gov.uk/bank-holidays, under the Banking and Financial
 * Dealings Act 1971.
 */

/** Of a whole region. */
export const publicHolidays: Readonly<Record<Site, readonly CalendarDate[]>> = {
  munich: [
    '2025-01-01',
    '2025-01-06',
    '2025-04-18',
    '2025-04-21',
    '2025-05-01',
    '2025-05-29',
    '2025-06-09',
    '2025-06-19',
    '2025-10-03',
    '2025-11-01',
    '2025-12-25',
    '2025-12-26',
  ].map(day),
  london: [
    '2025-01-01',
    '2025-04-18',
    '2025-04-21',
    '2025-05-05',
    '2025-05-26',
    '2025-08-25',
    '2025-12-25',
    '2025-12-26',
  ].map(day),
}
