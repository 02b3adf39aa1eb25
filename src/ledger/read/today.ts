import type { Pool } from 'pg'
import { type CalendarDate, dayIn } from '../../domain/calendar-date.ts'
import { readHead } from './head.ts'

/**
 * The day that an instant is in a book's time zone.
 * @returns any day for a book that does not exist: nothing is found in it on any
 */
export async function todayIn(db: Pool, book: string, now: Date): Promise<CalendarDate> {
  const head = await readHead(db, book)
  return dayIn(head?.timeZone ?? 'UTC', now)
}
