import type { Pool } from 'pg'
import { openActiveBuild } from '../../src/projecting/active-build.ts'
import { readCaughtUp, WHATEVER_THERE_IS } from '../../src/projecting/read-caught-up.ts'
import type { Calendar, CalendarAsked } from './calendar.ts'
import { readAbsences } from './read-calendar.ts'
import { ABSENCES } from './version.ts'

export type { CalendarAsked, EntityAway, Seen, SeenAway, SeenDay } from './calendar.ts'

/** Days that can be asked about at once: what is found is paged, what is looked at is not. */
export const MOST_CALENDAR_DAYS = 366

export interface CalendarReader {
  /**
   * Who is away on any day of a span, by entity. It follows the record at a distance: see `position`.
   * @returns undefined where the book does not exist, `'not-built'` where there is none that this version can read (yet),
   *   `'behind'` where it did not come as far as asked in time
   * @throws BadCursor
   */
  read(asked: CalendarAsked): Promise<Calendar | 'not-built' | 'behind' | undefined>
}

export function openCalendarReader(db: Pool): CalendarReader {
  const active = openActiveBuild(db, ABSENCES)
  return {
    read: (asked) =>
      readCaughtUp(db, ABSENCES, { book: asked.book, atLeast: asked.atLeast ?? WHATEVER_THERE_IS }, () =>
        active.read(async (build) => (build === undefined ? 'not-built' : readAbsences(db, build, asked))),
      ),
  }
}
